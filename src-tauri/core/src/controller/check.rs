//! Checks: of what was pasted, before anybody signs in, and of a stored connection.

mod pair;

pub(super) use self::pair::Answers;
use url::Url;

use super::{Controller, stored, turns::LONGEST_TURN};
use crate::{
    contract::{
        intent::Pasted,
        view::{
            CheckId, CheckState, Failure, Field, Finding, Findings, PasteNote, Status, Token, Understanding,
        },
    },
    explain::{self, Code},
    lifecycle::renewal,
    org::{
        address::{self, Address},
        credentials,
        identity::to_18,
        oauth::Trouble,
        rest::{Api, ApiAccess},
        salesforce,
    },
    secret::Secret,
    vault::{self, Pair, Record, Tokens},
};

/// The checks that need a signed-in user.
const AFTER_SIGN_IN: [CheckId; 3] = [CheckId::Scopes, CheckId::Org, CheckId::Api];

/// Reads what was typed so far, asking nobody.
pub(super) fn understand(pasted: &Pasted) -> Understanding {
    let examined = credentials::examine(&pasted.key, &pasted.secret);
    let note = |blocks, Failure { code, message, fix, .. }: Failure| PasteNote {
        field: Field::Address,
        blocks,
        code,
        message,
        fix,
    };
    let (mut address, mut meant) = (None, Vec::new());
    let mut notes: Vec<PasteNote> = Vec::new();
    match address::parse(&pasted.address) {
        Ok(understood) => address = Some(understood.view()),
        Err(_) if pasted.address.trim().is_empty() => {}
        Err(error) => {
            meant.extend(error.meant().iter().map(Address::view));
            notes.push(note(true, error.failure()));
        }
    }
    notes.extend(address::remarks(&pasted.address).into_iter().map(|remark| note(false, remark)));
    notes.extend(examined.paste_notes());
    // EXPOSE: counted only.
    let length = |secret: &Secret| secret.expose().chars().count();
    Understanding {
        address,
        meant,
        notes,
        key_length: length(&examined.key),
        secret_length: length(&examined.secret),
    }
}

impl Controller {
    /// Asks the org about a pasted pair, without signing anybody in.
    pub(super) async fn validate(&self, pasted: &Pasted) -> Result<Findings, Failure> {
        let address = address::parse(&pasted.address).map_err(|error| error.failure())?;
        let examined = credentials::examine(&pasted.key, &pasted.secret);
        if let Some(note) = examined.notes.iter().find(|note| note.blocks) {
            return Err(note.failure());
        }
        if examined.key.is_empty() || examined.secret.is_empty() {
            return Err(explain::failure(Code::ValueMissing, &[]));
        }
        self.refuse_real_key(&address, &examined.key).await?;
        let pair = Pair { key: examined.key, secret: examined.secret };
        let mut answers = self.ask_about(&address, &pair, examined.key_looks).await;
        self.ask_about_the_portal(&mut answers, &pair.key).await;
        // The app may have been made just now: a sign-in waits for it and for its lines.
        let setup = self.unfinished_setup(&address).await;
        let is_new = setup.is_none_or(|setup| setup.is_new(self.now()));
        let mut checks = answers.findings(is_new);
        let later = AFTER_SIGN_IN.map(|id| explain::finding(id, CheckState::Skip, None, &[]));
        checks.extend(later);
        self.keep_answers(&address, checks.clone(), &answers, &pair.key).await;
        Ok(Findings { checks })
    }

    /// Checks a stored connection from its address to a call through it.
    pub(super) async fn check(&self, name: &str) -> Result<Findings, Failure> {
        let record = self.named(name).await?;
        let address = stored::address_of(&record)?;
        let pair = self.pair(&record).await?;
        let looks = credentials::examine(&pair.key, &pair.secret).key_looks;
        let mut checks = self.ask_about(&address, &pair, looks).await.findings(false);
        checks.push(scopes(&record));
        checks.extend(self.signed_in(&record, &address).await);
        self.finish_leaving_now().await;
        self.tell_snapshot().await;
        Ok(Findings { checks })
    }

    /// A practice org on this computer must never see the key of a real org.
    pub(super) async fn refuse_real_key(&self, address: &Address, key: &Secret) -> Result<(), Failure> {
        if !address.is_practice() {
            return Ok(());
        }
        let key = key.clone();
        let real = self.vault(move |vault| vault.key_used_by_real_org(&key)).await?;
        if real { Err(explain::failure(Code::PracticeKeyIsReal, &[])) } else { Ok(()) }
    }

    /// The checks that go through the connection itself, with a token that was refreshed if it had to be.
    async fn signed_in(&self, record: &Record, address: &Address) -> Vec<Finding> {
        let facts = [("alias", record.alias.as_str()), ("host", address.host())];
        let token = match self.working_token(record, address).await {
            Ok(token) => token,
            Err(failure) => {
                let state = if failure.retryable { CheckState::Unknown } else { CheckState::Fail };
                let org = explain::finding(CheckId::Org, state, Some(failure.code), &facts);
                return vec![org, explain::finding(CheckId::Api, CheckState::Skip, None, &facts)];
            }
        };
        if let Ok(tokens) = self.tokens(record).await {
            self.learn_limits(record, &tokens).await;
        }
        let org = match self.same_org(record, address, &token).await {
            Ok(()) => explain::finding(CheckId::Org, CheckState::Pass, None, &facts),
            Err(trouble) => troubled(CheckId::Org, &trouble, &facts),
        };
        // The org's record is read through the same API: that it came proves what the limits may leave open.
        let called = match self.call(address, &token).await {
            Ok(ApiAccess::CannotTell) if org.state == CheckState::Pass => {
                Ok(ApiAccess::Proven { daily: None })
            }
            called => called,
        };
        let api = match called {
            Ok(ApiAccess::Proven { .. }) => explain::finding(CheckId::Api, CheckState::Pass, None, &facts),
            Ok(ApiAccess::CannotTell) => explain::finding(CheckId::Api, CheckState::Unknown, None, &facts),
            Err(trouble) => troubled(CheckId::Api, &trouble, &facts),
        };
        if org.state == CheckState::Pass || called.is_err() {
            self.called(record, called).await;
        }
        vec![org, api]
    }

    /// A token that the org accepts, if a refresh can bring one: an org may end a token before its time.
    async fn working_token(&self, record: &Record, address: &Address) -> Result<Token, Failure> {
        let begun_at = self.now();
        if may_be_cured(record) {
            let wanted = |tokens: &Tokens, now| renewal::is_fresh(tokens.issued_at, begun_at, now);
            return self.refreshed(&record.id, &record.alias, true, LONGEST_TURN, wanted).await;
        }
        let token = self.token(&record.alias, false).await?;
        let tried = match instance(&token) {
            Ok(instance) => match Api::new(self.http(), address, &instance, &token.access_token) {
                Ok(api) => api.limits(&token.api_version).await.map(drop),
                Err(trouble) => Err(trouble.into()),
            },
            Err(trouble) => Err(trouble.into()),
        };
        if tried.is_err_and(|error| error.curable) {
            self.token(&record.alias, true).await
        } else {
            Ok(token)
        }
    }

    async fn same_org(&self, record: &Record, address: &Address, token: &Token) -> Result<(), Trouble> {
        let instance = instance(token)?;
        let api = Api::new(self.http(), address, &instance, &token.access_token)?;
        let org = api.organization(&token.api_version).await.map_err(|error| error.trouble)?;
        if to_18(&org.id) == to_18(&record.org_id) {
            return Ok(());
        }
        Err(Trouble { code: Code::IdentityMismatch, terminal: false, retry_after: None })
    }

    /// A call that every user of the API may make.
    pub(super) async fn call(&self, address: &Address, token: &Token) -> Result<ApiAccess, Trouble> {
        let instance = instance(token)?;
        let api = Api::new(self.http(), address, &instance, &token.access_token)?;
        Ok(api.limits(&token.api_version).await?)
    }
}

/// Somebody who asks for a check may have changed what stood in the way. A dead refresh token stays dead.
fn may_be_cured(record: &Record) -> bool {
    let is_dead =
        |reason| matches!(reason, Code::RefreshTokenDead | Code::RefreshLost) || vault::is_lost(reason);
    record.status == Status::NeedsYou && record.reason.is_some_and(|reason| !is_dead(reason))
}

fn instance(token: &Token) -> Result<Url, Trouble> {
    let unreadable = |_| Trouble { code: Code::VaultUnreadable, terminal: false, retry_after: None };
    Url::parse(&token.instance_url).map_err(unreadable)
}

fn troubled(id: CheckId, trouble: &Trouble, facts: &[(&str, &str)]) -> Finding {
    let failure = explain::failure(trouble.code, facts);
    let state = if failure.retryable { CheckState::Unknown } else { CheckState::Fail };
    explain::finding(id, state, Some(trouble.code), facts)
}

fn scopes(record: &Record) -> Finding {
    let granted: Vec<&str> = record.scope.split_whitespace().collect();
    let refreshes = salesforce::REFRESH_SCOPES.iter().any(|scope| granted.contains(scope));
    let enough = granted.contains(&"api") && refreshes;
    if enough {
        return explain::finding(CheckId::Scopes, CheckState::Pass, None, &[]);
    }
    let missing = if refreshes { salesforce::API_SCOPE_LABEL } else { salesforce::REFRESH_SCOPE_LABEL };
    explain::finding(CheckId::Scopes, CheckState::Fail, Some(Code::ScopeMissing), &[("found", missing)])
}
