//! Requests to somebody with the rights: made, withdrawn, ended by their time, and answered.
//!
//! What comes back is a paste like any other. Who sealed it is not proved: whoever has the page can.

use base64::{Engine, engine::general_purpose::STANDARD};
use time::Duration;

use super::Controller;
use crate::{
    contract::{
        intent::{AskAdmin, OpenAnswer},
        view::{AdminRequestView, AnswerOpened, Failure, RequestStanding},
    },
    explain::{self, Code},
    guide::setup::Setup,
    org::{
        address::{self, Address},
        credentials,
    },
    sealed::{self, Answer, Bound, KeyPair, NoAnswer, Values},
    secret::hex,
    vault::{AdminRequest, Pair, Vault},
};

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
        Ok(view(request, &org))
    }

    pub(super) async fn admin_requests(&self) -> Result<Vec<AdminRequestView>, Failure> {
        self.end_expired_requests().await?;
        let requests = self.vault(Vault::requests).await?;
        Ok(requests.into_iter().filter_map(shown).collect())
    }

    /// Ends a request. One that has ended already stays as it ended.
    pub(super) async fn withdraw_request(&self, id: &str) -> Result<AdminRequestView, Failure> {
        self.end_expired_requests().await?;
        let (id, now) = (self.id_of(id).await?, self.now());
        let ended = self
            .vault(move |vault| {
                vault.end_request(&id, RequestStanding::Withdrawn, now)?;
                vault.request(&id)
            })
            .await?;
        self.tell_snapshot().await;
        ended.and_then(shown).ok_or_else(unknown)
    }

    /// Opens an answer and keeps its pair for the next sign-in to the org. Its request ends with that, in one step that only
    /// one of two can make; an answer that does not open, or holds no pair that could be used, ends nothing.
    pub(super) async fn open_answer(&self, pasted: &OpenAnswer) -> Result<AnswerOpened, Failure> {
        self.end_expired_requests().await?;
        // EXPOSE: looked through for the answer, which is sealed.
        let answer = sealed::read(pasted.text.expose()).map_err(|why| match why {
            NoAnswer::Nothing => explain::failure(Code::AnswerUnreadable, &[]),
            NoAnswer::Damaged => explain::failure(Code::AnswerDamaged, &[]),
        })?;
        let id = answer.request.clone();
        let (request, private) =
            self.vault(move |vault| Ok((vault.request(&id)?, vault.request_key(&id)?))).await?;
        let request = request.ok_or_else(|| explain::failure(Code::AnswerUnknown, &[]))?;
        let org = address::parse_stored(&request.origin).map_err(|_| unknown())?;
        self.is_the_one(pasted, &request, &org).await?;
        let private = private.ok_or_else(|| why_ended(&request, &org))?;
        let (pair, opened) = opened(&answer, &private, &request, &org)?;
        let (id, now) = (request.id.clone(), self.now());
        let is_first =
            self.vault(move |vault| vault.end_request(&id, RequestStanding::Answered, now)).await?;
        if !is_first {
            let ended = AdminRequest { standing: RequestStanding::Answered, ..request };
            return Err(why_ended(&ended, &org));
        }
        let named = (org.host().to_owned(), org.origin().origin().ascii_serialization());
        self.vault(move |vault| vault.begin_setup((&named.0, &named.1), &Setup::default(), now)).await?;
        let until = self.hold_answer(org.host(), pair);
        self.made_by_another(org.host()).await;
        self.tell_snapshot().await;
        let ended = AdminRequest { standing: RequestStanding::Answered, ended_at: Some(now), ..request };
        Ok(AnswerOpened { request: view(ended, &org), until, ..opened })
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
        let named = named.trim().to_lowercase();
        let known = self.vault(Vault::requests).await?;
        let mut found =
            known.iter().filter(|request| request.id == named || sealed::number(&request.id) == named);
        match (found.next(), found.next()) {
            (Some(request), None) => Ok(request.id.clone()),
            _ => Err(unknown()),
        }
    }
}

/// The pair inside an answer, looked at as if it had been pasted, with what may be told of it.
fn opened(
    answer: &Answer,
    private: &[u8],
    request: &AdminRequest,
    org: &Address,
) -> Result<(Pair, AnswerOpened), Failure> {
    let bound = Bound { request: &request.id, host: org.host(), expires_at: request.expires_at };
    let Values { key, secret } =
        sealed::open(private, &bound, answer).ok_or_else(|| explain::failure(Code::AnswerRefused, &[]))?;
    let mut examined = credentials::examine(&key, &secret);
    let exchanged = examined.swapped();
    if exchanged {
        examined = credentials::examine(&secret, &key);
    }
    if let Some(note) = examined.notes.iter().find(|note| note.blocks) {
        return Err(note.failure());
    }
    for (value, what) in [(&examined.key, "Consumer Key"), (&examined.secret, "Consumer Secret")] {
        if value.is_empty() {
            return Err(explain::failure(Code::ValueMissing, &[("what", what)]));
        }
    }
    let told = AnswerOpened {
        request: view(request.clone(), org),
        key: credentials::ends_of(&examined.key),
        exchanged,
        notes: examined.paste_notes(),
        until: request.expires_at,
    };
    Ok((Pair { key: examined.key, secret: examined.secret }, told))
}

/// Why the answer to a request that has ended is not opened.
fn why_ended(request: &AdminRequest, org: &Address) -> Failure {
    let code = match request.standing {
        // An open request has a private key: somebody took it out of the database.
        RequestStanding::Open | RequestStanding::Lost => Code::VaultSessionEnded,
        RequestStanding::Answered => Code::AnswerUsed,
        RequestStanding::Withdrawn => Code::AnswerWithdrawn,
        RequestStanding::Expired => Code::AnswerExpired,
    };
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

/// The view of a stored request. `None` if its address cannot be read any more.
fn shown(request: AdminRequest) -> Option<AdminRequestView> {
    let org = address::parse_stored(&request.origin).ok()?;
    Some(view(request, &org))
}

fn view(request: AdminRequest, org: &Address) -> AdminRequestView {
    let AdminRequest { id, asked_by, asked_at, expires_at, public_key, standing, ended_at, .. } = request;
    AdminRequestView {
        number: sealed::number(&id),
        host: org.host().to_owned(),
        address: org.view(),
        id,
        asked_by,
        asked_at,
        expires_at,
        public_key,
        standing,
        ended_at,
    }
}
