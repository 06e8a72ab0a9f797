//! How a sign-in is begun, receives input, and is replaced by a newer one.

mod farewells;
mod paste_back;
mod running;
mod storing;
mod under_way;

pub(super) use self::{farewells::Farewells, under_way::SignIns};

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot};

use self::{
    running::{Order, Running, listen},
    under_way::{Handle, Input},
};
use super::{
    Controller,
    pending_pair::{Opened, Pasted},
    stored::{self, bounded_choice, valid_alias},
};
use crate::{
    contract::{
        intent::{Connect, PasteBack, Reconnect, SignInOptions},
        view::{AttemptStarted, AttemptView, BrowserChoice, Failure, LinkTaken, Phase},
    },
    explain::{self, Code},
    lifecycle::attempt::{Attempt, Expected, Plan, Renewed},
    org::{
        address::{self, Address, LINK_CALLBACK},
        credentials::{self, KeyLooks},
        salesforce,
    },
    secret::{Secret, hex},
    vault::{Pair, Record, Vault},
};

/// The unread inputs an attempt may have; further ones are refused.
const INPUTS_AHEAD: usize = 16;

impl Controller {
    pub(super) async fn connect(&self, connect: Connect) -> Result<AttemptStarted, Failure> {
        let address = address::parse(&connect.address).map_err(|error| error.failure())?;
        let alias = match &connect.alias {
            Some(alias) => valid_alias(alias)?,
            None if connect.key.is_some() || connect.secret.is_some() => self.free_alias(&address).await?,
            None => match self.renewed_by_answer(&address).await? {
                Some(alias) => alias,
                None => self.free_alias(&address).await?,
            },
        };
        let wanted = alias.clone();
        let replaces = self.vault(move |vault| vault.find(&wanted)).await?;
        if let Some(record) = &replaces
            && stored::address_of(record)?.host() != address.host()
        {
            return Err(explain::failure(
                Code::NameOtherHost,
                &[("alias", &alias), ("host", address.host())],
            ));
        }
        let given = match (connect.key, connect.secret) {
            // Beginning a sign-in under way anew, for another user or after a change in Setup, needs no second paste.
            (None, None) => Given::of(self.pasted_before(&alias, &address)),
            (key, secret) => Given { key, secret, ..Given::default() },
        };
        self.begin(address, alias, replaces, given, connect.options).await
    }

    pub(super) async fn reconnect(&self, reconnect: Reconnect) -> Result<AttemptStarted, Failure> {
        let record = self.named(&reconnect.name).await?;
        let address = stored::address_of(&record)?;
        let alias = record.alias.clone();
        let given = match (reconnect.key, reconnect.secret) {
            // As above, for what came in a sealed answer: anything else that was pasted is no longer wanted.
            (None, None) => {
                let pasted = self.pasted_before(&alias, &address);
                Given::of(pasted.filter(|pasted| pasted.answer.is_some()))
            }
            (key, secret) => Given { key, secret, ..Given::default() },
        };
        self.begin(address, alias, Some(record), given, reconnect.options).await
    }

    /// A sign-in for an existing connection, with a pair that was pasted for its rotation.
    pub(super) async fn sign_in_with(
        &self,
        record: Record,
        pair: Pair,
        pasted_at: Option<OffsetDateTime>,
        options: SignInOptions,
    ) -> Result<AttemptStarted, Failure> {
        let (address, alias) = (stored::address_of(&record)?, record.alias.clone());
        let given = Given::of_rotation((pair, pasted_at));
        self.begin(address, alias, Some(record), given, options).await
    }

    pub(super) async fn paste_back(&self, pasted: PasteBack) -> Result<(), Failure> {
        let (taken, answer) = oneshot::channel();
        let PasteBack { attempt, address, ends } = pasted;
        self.say(&attempt, Input::PasteBack { address, ends, taken }).await?;
        answer.await.unwrap_or_else(|_| Err(nothing_under_way()))
    }

    /// Hands the address of a link to the sign-in that waits for it. Any program can open a link: one that belongs to
    /// no sign-in is ignored, and its sender is told nothing.
    pub(super) async fn link(&self, address: Secret) -> LinkTaken {
        for (id, inputs) in self.0.sign_ins.all_inputs() {
            let (taken, answer) = oneshot::channel();
            let sent = inputs.send(Input::Link { address: address.clone(), taken }).await;
            if sent.is_ok() && answer.await.is_ok() {
                tracing::info!("a link has brought the answer to a sign-in");
                return LinkTaken { attempt: Some(id) };
            }
        }
        tracing::debug!("a link that belongs to no sign-in was left aside");
        LinkTaken { attempt: None }
    }

    pub(super) async fn answer(&self, attempt: &str, accept: bool) -> Result<(), Failure> {
        self.say(attempt, Input::Answer(accept)).await
    }

    pub(super) async fn cancel(&self, attempt: &str) -> Result<(), Failure> {
        self.say(attempt, Input::Cancel).await
    }

    async fn say(&self, attempt: &str, input: Input) -> Result<(), Failure> {
        let inputs = self.0.sign_ins.inputs(attempt).ok_or_else(nothing_under_way)?;
        inputs.send(input).await.map_err(|_| nothing_under_way())
    }

    /// The pair of the sign-in under way that this one replaces, unless an answer was opened since.
    fn pasted_before(&self, alias: &str, address: &Address) -> Option<Pasted> {
        let pasted = self.0.sign_ins.pasted(alias, address.host());
        pasted.filter(|_| !self.is_answered(address.host()))
    }

    /// The only connection to this org, where its new pair has come in a sealed answer.
    async fn renewed_by_answer(&self, address: &Address) -> Result<Option<String>, Failure> {
        let host = address.host();
        let in_use = || self.0.sign_ins.any_pasted(host, |pasted| pasted.answer.is_some());
        if !self.is_answered(host) && !in_use() {
            return Ok(None);
        }
        let records = self.vault(Vault::list).await?;
        let is_here = |record: &&Record| stored::address_of(record).is_ok_and(|known| known.host() == host);
        let mut here = records.iter().filter(is_here);
        Ok(here.next().filter(|_| here.next().is_none()).map(|record| record.alias.clone()))
    }

    /// The alias that the address suggests, or the one already connected to it, or the next free one.
    async fn free_alias(&self, address: &Address) -> Result<String, Failure> {
        let records = self.vault(Vault::list).await?;
        let suggested = address.default_alias();
        let free = |alias: &str| {
            let taken = records.iter().find(|record| record.alias == alias);
            taken.is_none_or(|record| {
                stored::address_of(record).is_ok_and(|known| known.host() == address.host())
            })
        };
        let numbered = (2..).map(|number| format!("{suggested}-{number}"));
        let mut candidates = std::iter::once(suggested.clone()).chain(numbered);
        Ok(candidates.find(|alias| free(alias)).unwrap_or(suggested))
    }

    async fn begin(
        &self,
        address: Address,
        alias: String,
        replaces: Option<Record>,
        given: Given,
        options: SignInOptions,
    ) -> Result<AttemptStarted, Failure> {
        let now = self.now();
        let chosen = options.browser.clone().map(bounded_choice).transpose()?;
        if !options.despite_pause {
            self.refuse_in_pause(&address).await?;
        }
        let given = match &replaces {
            Some(record) if given.is_nothing() && !self.is_answered(address.host()) => {
                match self.pair_of_rotation(record).await? {
                    Some(pair) => Given::of_rotation(pair),
                    None => Given { of_rotation: self.uses_pair_of_rotation(record).await?, ..given },
                }
            }
            _ => given,
        };
        let stored_key =
            replaces.as_ref().filter(|_| given.key.is_none() && !self.is_answered(address.host()));
        let created_at = self.unfinished_setup(&address).await.and_then(|setup| setup.created_at());
        let key_seen_at = stored_key.map_or(created_at.unwrap_or(now), |record| record.created_at);
        self.ready_to_store().await?;
        let of_rotation = given.of_rotation && replaces.is_some();
        let Examined { pair, looks, pasted_at, answer } =
            self.pair_for(address.host(), replaces.as_ref(), given).await?;
        self.refuse_real_key(&address, &pair.key).await?;
        let of_another = self.connection_of_another_org(&address, &pair.key).await;
        let key = KnownOfKey { looks, seen_at: key_seen_at, of_another };
        // The following checks which ports are free.
        self.0.farewells.end().await;
        let mut plan = plan(&address, &alias, replaces.as_ref(), key, &options);
        // The link comes after the lines that need no other program. A practice org has no link.
        if !address.is_practice() && self.opens_links().await {
            plan.callbacks.push(LINK_CALLBACK.to_owned());
        }
        let username = options.user.or_else(|| replaces.as_ref().map(|record| record.username.clone()));
        let browser = self.browser_for(chosen.as_ref(), replaces.as_ref()).await?;
        let id = random_id()?;
        let view = AttemptView {
            id: id.clone(),
            alias: alias.clone(),
            host: address.host().to_owned(),
            kind: address.kind(),
            phase: Phase::Checking,
            authorize_url: None,
            next_check_at: None,
            ends_at: None,
            key: Some(credentials::ends_of(&pair.key)),
            waits_for: None,
            noticed: None,
            lacks: None,
            found: None,
            question: None,
            browser,
        };
        let (inputs, heard) = mpsc::channel(INPUTS_AHEAD);
        let host = address.host().to_owned();
        self.forget_pair(&host);
        self.setup_signs_in(&host).await;
        let view = Arc::new(Mutex::new(view));
        let handle = Handle {
            alias: alias.clone(),
            host: host.clone(),
            pasted: pasted_at.map(|at| Pasted {
                pair: pair.clone(),
                at,
                answer: answer.clone(),
                of_rotation,
            }),
            inputs,
            view,
        };
        let order = Order { host, address, pair, pasted_at, answer, of_rotation, replaces, username, chosen };
        let running = Running::new(
            self.clone(),
            id.clone(),
            order,
            Attempt::new(plan, now),
            handle.view.clone(),
            heard,
        );
        self.0.sign_ins.enter(&id, handle).await;
        tokio::spawn(running.run());
        Ok(AttemptStarted { attempt: id, alias })
    }

    /// In which browser a sign-in is opened: the chosen one, else that of the connection that it renews. `None` for the default.
    async fn browser_for(
        &self,
        chosen: Option<&BrowserChoice>,
        replaces: Option<&Record>,
    ) -> Result<Option<BrowserChoice>, Failure> {
        let browser = match (chosen, replaces) {
            (Some(chosen), _) => Some(chosen.clone()),
            (None, Some(record)) => {
                let id = record.id.clone();
                self.vault(move |vault| vault.browser(&id)).await?
            }
            (None, None) => None,
        };
        Ok(browser.filter(|browser| *browser != BrowserChoice::Default))
    }

    /// Makes sure that a sign-in can be stored before it begins.
    async fn ready_to_store(&self) -> Result<(), Failure> {
        match self.vault(Vault::ready).await {
            // The key of a past session is gone, and only a new sign-in helps. A missing key may come back: the face
            // asks whether to go on without it.
            Err(failure) if failure.code == Code::VaultSessionEnded => {
                self.vault(Vault::start_over_key).await
            }
            result => result,
        }
    }

    /// Key and secret as given, else from the connection that is renewed, else from the try before.
    async fn pair_for(
        &self,
        host: &str,
        replaces: Option<&Record>,
        Given { key, secret, pasted_at, mut answer, .. }: Given,
    ) -> Result<Examined, Failure> {
        let mut pasted_at = pasted_at.or_else(|| secret.is_some().then(|| self.now()));
        let is_given = key.is_some() || secret.is_some();
        let pending = if is_given { None } else { self.pending_pair(host) };
        let is_answered = pending.as_ref().is_some_and(|pending| pending.answer.is_some());
        let stored = match (replaces, pending) {
            // What came in a sealed answer is newer than what is stored.
            (Some(record), _) if !is_answered => {
                if key.is_none() || secret.is_none() {
                    self.pair(record).await.ok()
                } else {
                    None
                }
            }
            (_, Some(pending)) => {
                pasted_at = pasted_at.or(Some(pending.at));
                answer = pending.answer;
                Some(pending.pair)
            }
            (_, None) => None,
        };
        let (stored_key, stored_secret) =
            stored.map_or((None, None), |pair| (Some(pair.key), Some(pair.secret)));
        let nothing = || Secret::new("");
        let key = key.or(stored_key).unwrap_or_else(nothing);
        let secret = secret.or(stored_secret).unwrap_or_else(nothing);
        let examined = credentials::examine(&key, &secret);
        if let Some(note) = examined.notes.iter().find(|note| note.blocks) {
            return Err(note.failure());
        }
        for (value, what) in [(&examined.key, "Consumer Key"), (&examined.secret, "Consumer Secret")] {
            if value.is_empty() {
                return Err(explain::failure(Code::ValueMissing, &[("what", what)]));
            }
        }
        let pair = Pair { key: examined.key, secret: examined.secret };
        Ok(Examined { pair, looks: examined.key_looks, pasted_at, answer })
    }
}

/// Key and secret as a request gives them.
#[derive(Default)]
struct Given {
    key: Option<Secret>,
    secret: Option<Secret>,
    /// When they were pasted, if that was before this request.
    pasted_at: Option<OffsetDateTime>,
    /// The sealed answer that they came in, if they did.
    answer: Option<Opened>,
    /// Whether they are those of the connection's rotation.
    of_rotation: bool,
}

impl Given {
    fn of(pasted: Option<Pasted>) -> Self {
        pasted.map_or_else(Self::default, |Pasted { pair, at, answer, of_rotation }| Self {
            key: Some(pair.key),
            secret: Some(pair.secret),
            pasted_at: Some(at),
            answer,
            of_rotation,
        })
    }

    fn of_rotation((pair, pasted_at): (Pair, Option<OffsetDateTime>)) -> Self {
        Self { key: Some(pair.key), secret: Some(pair.secret), pasted_at, answer: None, of_rotation: true }
    }

    fn is_nothing(&self) -> bool {
        self.key.is_none() && self.secret.is_none()
    }
}

/// The pair of a sign-in, which has the form of one.
struct Examined {
    pair: Pair,
    looks: KeyLooks,
    /// When the secret was pasted, unless it was stored already.
    pasted_at: Option<OffsetDateTime>,
    /// The sealed answer that it came in, if it did.
    answer: Option<Opened>,
}

/// What a key's form and age say about it, and the connection of another org that has it.
struct KnownOfKey {
    looks: KeyLooks,
    seen_at: OffsetDateTime,
    of_another: Option<String>,
}

fn plan(
    address: &Address,
    alias: &str,
    replaces: Option<&Record>,
    key: KnownOfKey,
    options: &SignInOptions,
) -> Plan {
    let free = |(_, line): (u16, String)| listen(&line).is_some().then_some(line);
    let ours = address.loopback_callbacks();
    Plan {
        alias: alias.to_owned(),
        host: address.host().to_owned(),
        promised_kind: address.promises_kind().then(|| address.kind()),
        callbacks: ours.into_iter().filter_map(free).collect(),
        hosted_callback: address.hosted_callback(),
        hosted_wanted: options.hosted,
        callback_block: address.callbacks(),
        key_looks: key.looks,
        key_seen_at: key.seen_at,
        key_of_another: key.of_another,
        expected: Expected {
            username: options.user.clone(),
            accept_username: options.accept_user.clone(),
            may_ask: options.may_ask,
            renewed: replaces.map(|record| Renewed {
                org_id: record.org_id.clone(),
                user_id: record.user_id.clone(),
                username: record.username.clone(),
            }),
        },
        wait: options.wait_seconds.map_or(salesforce::ACTIVATION_LONGEST, Duration::from_secs),
    }
}

fn nothing_under_way() -> Failure {
    explain::failure(Code::NothingUnderWay, &[])
}

/// 128 random bits as hexadecimal digits.
fn random_id() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| explain::unexpected("no random numbers"))?;
    Ok(hex(&bytes))
}
