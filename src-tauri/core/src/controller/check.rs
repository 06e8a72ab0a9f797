//! Checks: of what was pasted, before anybody signs in, and of a stored connection.

use url::Url;

use super::{Controller, stored};
use crate::{
    address::{self, Address},
    credentials,
    explain::{self, Code},
    identity::to_18,
    intent::{Pasted, Token},
    oauth::Trouble,
    preflight::{self, AuthorizeAnswer, PairAnswer, TokenAnswer},
    rest::Api,
    salesforce,
    secret::Secret,
    vault::{self, Pair, Record, Tokens},
    view::{CheckId, CheckState, Failure, Field, Finding, Findings, PasteNote, Status, Understanding},
};

/// The checks that need a signed-in user.
const AFTER_SIGN_IN: [CheckId; 3] = [CheckId::Scopes, CheckId::Org, CheckId::Api];

/// Reads what was typed so far, asking nobody.
pub(super) fn understand(pasted: &Pasted) -> Understanding {
    let examined = credentials::examine(&pasted.key, &pasted.secret);
    let mut notes = examined.paste_notes();
    let address = match address::parse(&pasted.address) {
        Ok(address) => Some(address.view()),
        Err(_) if pasted.address.trim().is_empty() => None,
        Err(error) => {
            let Failure { code, message, fix, .. } = error.failure();
            notes.insert(0, PasteNote { field: Field::Address, blocks: true, code, message, fix });
            None
        }
    };
    // EXPOSE: counted only.
    let length = |secret: &Secret| secret.expose().chars().count();
    Understanding {
        address,
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
        let mut checks = self.probe(&address, &pair, examined.key_may_go_in_query).await;
        let setup = self.unfinished_setup(&address).await;
        // The app may have been made just now: a sign-in waits for it.
        if setup.is_none_or(|setup| setup.created_at().is_none() || setup.is_new(self.now())) {
            for unknown in checks.iter_mut().filter(|finding| finding.code == Some(Code::KeyUnknown)) {
                unknown.state = CheckState::Warn;
            }
        }
        let later = AFTER_SIGN_IN.map(|id| explain::finding(id, CheckState::Skip, None, &[]));
        checks.extend(later);
        self.keep_findings(&address, checks.clone()).await;
        Ok(Findings { checks })
    }

    /// Checks a stored connection from its address to a call through it.
    pub(super) async fn check(&self, name: &str) -> Result<Findings, Failure> {
        let record = self.named(name).await?;
        let address = stored::address_of(&record)?;
        let pair = self.pair(&record).await?;
        let may_go_in_query = credentials::examine(&pair.key, &pair.secret).key_may_go_in_query;
        let mut checks = self.probe(&address, &pair, may_go_in_query).await;
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

    async fn probe(&self, address: &Address, pair: &Pair, key_may_go_in_query: bool) -> Vec<Finding> {
        let lines: Vec<String> = address.loopback_callbacks().into_iter().map(|(_, line)| line).collect();
        let Some(first) = lines.first() else { return Vec::new() };
        let pair_answer = preflight::probe_pair(self.http(), address, &pair.key, &pair.secret).await;
        let token_answer = match (pair_answer, key_may_go_in_query) {
            (PairAnswer::Right, true) => None,
            _ => Some(preflight::probe_token(self.http(), address, &pair.key, &pair.secret, first).await),
        };
        let authorize = if key_may_go_in_query {
            self.first_registered(address, &pair.key, &lines).await
        } else {
            AuthorizeAnswer::CannotTell(Code::KeyLooksSecret)
        };
        tell(address, &authorize, pair_answer, token_answer.as_ref(), &lines)
    }

    /// The answer for the first registered line, else for the last one asked about.
    async fn first_registered(&self, address: &Address, key: &Secret, lines: &[String]) -> AuthorizeAnswer {
        let mut answer = AuthorizeAnswer::CannotTell(Code::Unexpected);
        for line in lines {
            answer = preflight::probe_authorize(self.http(), address, key, line).await;
            if answer != AuthorizeAnswer::CallbackMismatch {
                break;
            }
        }
        answer
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
        let called = self.call(address, &token).await;
        let api = match called {
            Ok(()) => explain::finding(CheckId::Api, CheckState::Pass, None, &facts),
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
            let wanted = |tokens: &Tokens, _| tokens.issued_at >= begun_at;
            return self.refreshed(&record.id, &record.alias, true, wanted).await;
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
    pub(super) async fn call(&self, address: &Address, token: &Token) -> Result<(), Trouble> {
        let instance = instance(token)?;
        let api = Api::new(self.http(), address, &instance, &token.access_token)?;
        api.limits(&token.api_version).await.map(drop).map_err(|error| error.trouble)
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

/// The probes' answers as findings, each beside the thing it is about.
fn tell(
    address: &Address,
    authorize: &AuthorizeAnswer,
    pair: PairAnswer,
    token: Option<&TokenAnswer>,
    lines: &[String],
) -> Vec<Finding> {
    let lines = lines.join("\n");
    let mut facts = vec![("host", address.host()), ("lines", lines.as_str())];
    if let AuthorizeAnswer::Moved(host) = authorize {
        facts.push(("found", host));
    }
    let finding = |id, state, code| explain::finding(id, state, code, &facts);
    let trouble = connection_trouble(authorize, pair);
    let (address_state, address_code) = match (authorize, trouble) {
        (AuthorizeAnswer::Moved(_), _) => (CheckState::Fail, Some(Code::AddressMoved)),
        (_, Some(Code::NetworkTls) | None) => (CheckState::Pass, None),
        (_, Some(code)) => (CheckState::Unknown, Some(code)),
    };
    let (tls_state, tls_code) = match trouble {
        _ if address.is_practice() => (CheckState::Skip, None),
        Some(Code::NetworkTls) => (CheckState::Fail, Some(Code::NetworkTls)),
        Some(_) => (CheckState::Unknown, None),
        None => (CheckState::Pass, None),
    };
    let (key_state, key_code) = key(authorize, pair, token);
    let (secret_state, secret_code) = secret(pair, token);
    let (callback_state, callback_code) = callback(authorize);
    vec![
        finding(CheckId::Address, address_state, address_code),
        finding(CheckId::Tls, tls_state, tls_code),
        finding(CheckId::Key, key_state, key_code),
        finding(CheckId::Callback, callback_state, callback_code),
        finding(CheckId::Secret, secret_state, secret_code),
    ]
}

fn connection_trouble(authorize: &AuthorizeAnswer, pair: PairAnswer) -> Option<Code> {
    match (authorize, pair) {
        (AuthorizeAnswer::CannotTell(code), PairAnswer::CannotTell(_)) if *code != Code::KeyLooksSecret => {
            Some(*code)
        }
        (AuthorizeAnswer::CannotTell(Code::KeyLooksSecret), PairAnswer::CannotTell(code)) => Some(code),
        _ => None,
    }
}

fn key(
    authorize: &AuthorizeAnswer,
    pair: PairAnswer,
    token: Option<&TokenAnswer>,
) -> (CheckState, Option<Code>) {
    match (authorize, pair, token) {
        // The login page knows keys of other orgs, too.
        (_, _, Some(TokenAnswer::CannotTell(Code::AppNotInOrg))) => {
            (CheckState::Warn, Some(Code::AppNotInOrg))
        }
        (AuthorizeAnswer::Known | AuthorizeAnswer::CallbackMismatch, _, _)
        | (_, PairAnswer::Right, _)
        | (_, _, Some(TokenAnswer::SecretWrong | TokenAnswer::PairRight)) => (CheckState::Pass, None),
        (AuthorizeAnswer::KeyUnknown, _, _) | (_, _, Some(TokenAnswer::KeyUnknown)) => {
            (CheckState::Fail, Some(Code::KeyUnknown))
        }
        _ => (CheckState::Unknown, None),
    }
}

fn secret(pair: PairAnswer, token: Option<&TokenAnswer>) -> (CheckState, Option<Code>) {
    match (pair, token) {
        (PairAnswer::Right, _) | (_, Some(TokenAnswer::PairRight)) => (CheckState::Pass, None),
        (_, Some(TokenAnswer::SecretWrong)) => (CheckState::Fail, Some(Code::SecretWrong)),
        (PairAnswer::Wrong | PairAnswer::CannotTell(_), _) => (CheckState::Unknown, None),
    }
}

fn callback(authorize: &AuthorizeAnswer) -> (CheckState, Option<Code>) {
    match authorize {
        AuthorizeAnswer::Known => (CheckState::Pass, None),
        AuthorizeAnswer::CallbackMismatch => (CheckState::Fail, Some(Code::CallbackMissing)),
        AuthorizeAnswer::KeyUnknown | AuthorizeAnswer::Moved(_) | AuthorizeAnswer::CannotTell(_) => {
            (CheckState::Unknown, None)
        }
    }
}
