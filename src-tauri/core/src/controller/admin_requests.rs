//! Requests to somebody with the rights: made, withdrawn, ended by their time, and answered.
//!
//! What comes back is a paste like any other. Who sealed it is not proved: whoever has the page can. So a request does not
//! end with an answer, but with the connection that one has led to; a slip costs a second answer and not a second request.

use base64::{Engine, engine::general_purpose::STANDARD};
use time::Duration;

use super::{Controller, pending_pair::Opened};
use crate::{
    contract::{
        intent::{AskAdmin, OpenAnswer},
        view::{AdminRequestView, AnswerOpened, Failure, PasteNote, RequestStanding},
    },
    explain::{self, Code},
    guide::setup::Setup,
    org::{
        address::{self, Address},
        credentials,
    },
    sealed::{self, Answer, Bound, KeyPair, Values},
    secret::hex,
    vault::{AdminRequest, Pair, Vault},
};

/// Said where an answer has opened and its values are of no use.
pub(super) const ANOTHER_ANSWER: &str = "Key and secret came in an admin's answer. Its request can still be answered: ask for another answer, which the admin makes with the same page.";

impl Controller {
    pub(super) async fn ask_admin(&self, asked: &AskAdmin) -> Result<AdminRequestView, Failure> {
        let org = address::parse(&asked.address).map_err(|error| error.failure())?;
        let asked_by = name_of(&asked.asked_by)?;
        self.end_expired_requests().await?;
        let pair = KeyPair::random().map_err(explain::unexpected)?;
        let mut id = [0_u8; 16];
        getrandom::fill(&mut id).map_err(|_| explain::unexpected("no random numbers"))?;
        // To the second, as an answer is bound to it.
        let now = self.now().replace_nanosecond(0).unwrap_or_else(|_| self.now());
        let days = asked.days.clamp(1, sealed::MOST_DAYS);
        let request = AdminRequest {
            id: hex(&id),
            origin: org.view().origin,
            asked_by,
            asked_at: now,
            expires_at: now + Duration::days(days.into()),
            public_key: STANDARD.encode(&pair.public),
            standing: RequestStanding::Open,
            ended_at: None,
        };
        let stored = request.clone();
        // As before a sign-in: a person is there, who may be asked for the vault's key.
        self.vault(move |vault| {
            vault.ready()?;
            vault.add_request(&stored, &pair.private)
        })
        .await?;
        self.tell_snapshot().await;
        Ok(self.view_of(request, &org))
    }

    pub(super) async fn admin_requests(&self) -> Result<Vec<AdminRequestView>, Failure> {
        self.end_expired_requests().await?;
        let requests = self.vault(Vault::requests).await?;
        Ok(requests.into_iter().filter_map(|request| self.shown_request(request)).collect())
    }

    /// A request whose page is written again. The seal of its private key is bound to what the page is made from: in a row
    /// that was altered it opens no more, and no admin seals to a key that somebody else has put there.
    pub(super) async fn request_page(&self, id: &str) -> Result<AdminRequestView, Failure> {
        self.end_expired_requests().await?;
        let id = self.id_of(id).await?;
        let (private, request) =
            self.vault(move |vault| Ok((vault.request_key(&id)?, vault.request(&id)?))).await?;
        let request = request.ok_or_else(unknown)?;
        let org = address::parse_stored(&request.origin).map_err(|_| unknown())?;
        match private {
            Some(_) => Ok(self.view_of(request, &org)),
            None => Err(of_request(Code::RequestOver, &request, &org)),
        }
    }

    /// Ends a request, and forgets what an answer to it held. One that has ended already stays as it ended.
    pub(super) async fn withdraw_request(&self, id: &str) -> Result<AdminRequestView, Failure> {
        self.end_expired_requests().await?;
        let (id, now) = (self.id_of(id).await?, self.now());
        let named = id.clone();
        let ended = self
            .vault(move |vault| {
                vault.end_request(&named, RequestStanding::Withdrawn, now)?;
                vault.request(&named)
            })
            .await?;
        self.forget_answer(&id);
        self.tell_snapshot().await;
        ended.and_then(|request| self.shown_request(request)).ok_or_else(unknown)
    }

    /// Opens an answer and keeps its pair for the next sign-in to the org. Its request ends once that has connected it.
    pub(super) async fn open_answer(&self, pasted: &OpenAnswer) -> Result<AnswerOpened, Failure> {
        self.end_expired_requests().await?;
        // EXPOSE: looked through for the answer, which is sealed.
        let answer = sealed::read(pasted.text.expose()).map_err(sealed::NoAnswer::failure)?;
        let id = answer.request.clone();
        let (request, private) =
            self.vault(move |vault| Ok((vault.request(&id)?, vault.request_key(&id)?))).await?;
        let request = request.ok_or_else(|| explain::failure(Code::AnswerUnknown, &[]))?;
        let org = address::parse_stored(&request.origin).map_err(|_| unknown())?;
        self.is_the_one(pasted, &request, &org).await?;
        let private = private.ok_or_else(|| why_ended(&request, &org))?;
        let opened = Opened { request: request.id.clone(), sum: answer.sum() };
        if self.is_at_hand(org.host(), &opened) {
            return Err(of_request(Code::AnswerOpened, &request, &org));
        }
        let Usable { pair, exchanged, notes } = usable(&values(&answer, &private, &request, &org)?)?;
        let (named, now) = ((org.host().to_owned(), org.origin().origin().ascii_serialization()), self.now());
        self.vault(move |vault| vault.begin_setup((&named.0, &named.1), &Setup::default(), now)).await?;
        let key = credentials::ends_of(&pair.key);
        let until = self.hold_answer(org.host(), pair, opened);
        self.made_by_another(org.host()).await;
        self.tell_snapshot().await;
        Ok(AnswerOpened { request: self.view_of(request, &org), key, exchanged, notes, until })
    }

    /// Ends the requests whose time is over.
    pub(super) async fn end_expired_requests(&self) -> Result<(), Failure> {
        let now = self.now();
        if self.vault(move |vault| vault.end_expired_requests(now)).await? {
            self.tell_snapshot().await;
        }
        Ok(())
    }

    /// Whether an answer is for the request, and for the org, for which it was pasted.
    async fn is_the_one(
        &self,
        pasted: &OpenAnswer,
        request: &AdminRequest,
        org: &Address,
    ) -> Result<(), Failure> {
        let wanted = match &pasted.request {
            Some(id) => Some(self.id_of(id).await?),
            None => None,
        };
        let is_other = wanted.is_some_and(|wanted| wanted != request.id)
            || pasted.host.as_ref().is_some_and(|host| host != org.host());
        if !is_other {
            return Ok(());
        }
        let number = sealed::number(&request.id);
        Err(explain::failure(Code::AnswerOther, &[("number", &number), ("org", org.host())]))
    }

    /// The id of a request, named by it or by its number.
    async fn id_of(&self, named: &str) -> Result<String, Failure> {
        let known = self.vault(Vault::requests).await?;
        let mut found = known.iter().filter(|request| sealed::is_called(&request.id, named));
        match (found.next(), found.next()) {
            (Some(request), None) => Ok(request.id.clone()),
            _ => Err(unknown()),
        }
    }

    /// The view of a stored request. `None` if its address cannot be read any more.
    fn shown_request(&self, request: AdminRequest) -> Option<AdminRequestView> {
        let org = address::parse_stored(&request.origin).ok()?;
        Some(self.view_of(request, &org))
    }

    fn view_of(&self, request: AdminRequest, org: &Address) -> AdminRequestView {
        let AdminRequest { id, asked_by, asked_at, expires_at, public_key, standing, ended_at, .. } = request;
        AdminRequestView {
            number: sealed::number(&id),
            host: org.host().to_owned(),
            address: org.view(),
            opened_until: self.opened_until(org.host(), &id),
            id,
            asked_by,
            asked_at,
            expires_at,
            public_key,
            standing,
            ended_at,
        }
    }
}

/// The two values inside an answer.
fn values(answer: &Answer, private: &[u8], request: &AdminRequest, org: &Address) -> Result<Values, Failure> {
    let bound = Bound { request: &request.id, host: org.host(), expires_at: request.expires_at };
    sealed::open(private, &bound, answer).ok_or_else(|| of_request(Code::AnswerRefused, request, org))
}

/// A pair that a sign-in can try, with what may be told of it.
struct Usable {
    pair: Pair,
    exchanged: bool,
    notes: Vec<PasteNote>,
}

/// The pair, looked at as if it had been pasted.
fn usable(Values { key, secret }: &Values) -> Result<Usable, Failure> {
    let mut examined = credentials::examine(key, secret);
    let exchanged = examined.swapped();
    if exchanged {
        examined = credentials::examine(secret, key);
    }
    let missing = |what| explain::failure(Code::ValueMissing, &[("what", what)]);
    let wrong = if let Some(note) = examined.notes.iter().find(|note| note.blocks) {
        Some(note.failure())
    } else if examined.key.is_empty() {
        Some(missing("Consumer Key"))
    } else if examined.secret.is_empty() {
        Some(missing("Consumer Secret"))
    } else {
        None
    };
    if let Some(mut failure) = wrong {
        failure.fix.push(ANOTHER_ANSWER.to_owned());
        return Err(failure);
    }
    let notes = examined.paste_notes();
    Ok(Usable { pair: Pair { key: examined.key, secret: examined.secret }, exchanged, notes })
}

/// Why the answer to a request that has ended is not opened.
fn why_ended(request: &AdminRequest, org: &Address) -> Failure {
    let code = match request.standing {
        // An open request has a private key: somebody took it out of the database.
        RequestStanding::Open | RequestStanding::Lost => Code::AnswerLost,
        RequestStanding::Answered => Code::AnswerUsed,
        RequestStanding::Withdrawn => Code::AnswerWithdrawn,
        RequestStanding::Expired => Code::AnswerExpired,
    };
    of_request(code, request, org)
}

/// A failure with what its words say of the request: which, for which org, and when it ended or will.
fn of_request(code: Code, request: &AdminRequest, org: &Address) -> Failure {
    let at = request.ended_at.unwrap_or(request.expires_at);
    let when = format!("{} {:02}:{:02} UTC", at.date(), at.hour(), at.minute());
    let number = sealed::number(&request.id);
    explain::failure(code, &[("number", &number), ("org", org.host()), ("when", &when)])
}

fn unknown() -> Failure {
    explain::failure(Code::RequestUnknown, &[])
}

/// The name of who asks, as one line that can be shown.
fn name_of(typed: &str) -> Result<String, Failure> {
    let what = [("what", "your name")];
    let name = explain::shown(typed);
    match name.chars().count() {
        0 => Err(explain::failure(Code::ValueMissing, &what)),
        count if count > sealed::LONGEST_NAME => Err(explain::failure(Code::ValueTooLong, &what)),
        _ => Ok(name),
    }
}

#[cfg(test)]
mod tests;
