//! At which address an org answers, and why it refuses calls: settled by proof, never by an answer's text.

use url::Url;

use super::Controller;
use crate::{
    contract::view::{Failure, Finding, Token},
    explain::{self, Code},
    org::{
        address::Address,
        identity::{self, Proof},
        oauth::{self, Beside, Owner, TokenKind, Trouble, to_18},
        rest::{Api, ApiAccess, ApiError},
        salesforce,
    },
    secret::Secret,
    vault::{Record, Tokens},
};

impl Controller {
    /// Judges the facts that came with a refresh's tokens, which are already stored.
    ///
    /// # Errors
    /// [`Code::RefreshedForAnother`] when they name another org or user: the access token is then never handed out.
    pub(super) async fn judge(
        &self,
        record: &Record,
        address: &Address,
        tokens: &Tokens,
        beside: &Beside,
    ) -> Result<(), Trouble> {
        // An id that is not known here is compared with nothing.
        let is_another = |ours: &str, named: &String| to_18(ours).is_some_and(|ours| ours != *named);
        let is_of_another = beside.orgs.iter().any(|org| is_another(&record.org_id, org))
            || beside.user.iter().any(|user| is_another(&record.user_id, user));
        if is_of_another {
            return Err(Trouble::passing(Code::RefreshedForAnother));
        }
        if let Some(instance) = &beside.instance_url
            && let Err(trouble) = self.follow(record, address, instance, &tokens.access).await
        {
            tracing::warn!(code = ?trouble.code, "whether the org is at the address it named could not be proved");
        }
        Ok(())
    }

    /// Moves the connection to the address that its org named, if that is another listed host and the same org answers
    /// there. Returns whether it moved.
    async fn follow(
        &self,
        record: &Record,
        address: &Address,
        to: &Url,
        access: &Secret,
    ) -> Result<bool, Trouble> {
        let there = to.origin().ascii_serialization();
        let is_common = to.host_str().is_none_or(|host| salesforce::GENERIC_HOSTS.contains(&host));
        if is_common || there == record.instance_url {
            return Ok(false);
        }
        let Some(owner) = Owner::of_ids(&record.org_id, &record.user_id) else { return Ok(false) };
        let to = Url::parse(&there).map_err(|_| Trouble::passing(Code::InstanceElsewhere))?;
        let api = Api::new(self.http(), address, &to, access)?;
        match identity::prove(&api, &record.api_version, &owner).await? {
            Proof::Same | Proof::SameByIdentity => {}
            Proof::Other | Proof::CannotTell => return Ok(false),
        }
        let line =
            format!("The org answers API calls at {there} now. Before, it was {}.", record.instance_url);
        let (id, now) = (record.id.clone(), self.now());
        let moved = self.vault(move |vault| vault.set_instance(&id, &there, now, &line)).await;
        moved.map_err(|failure| Trouble::passing(failure.code))?;
        Ok(true)
    }

    /// A call open to every user of the API. If the org says that it has moved, and has, the call is made there.
    pub(super) async fn call(
        &self,
        record: &Record,
        address: &Address,
        mut token: Token,
    ) -> (Token, Result<ApiAccess, Trouble>) {
        let mut called = self.call_once(address, &token).await;
        if let Some(to) = called.as_ref().err().and_then(|error| new_host(&error.trouble)) {
            match self.follow(record, address, &to, &token.access_token).await {
                Ok(true) => {
                    token.instance_url = to.origin().ascii_serialization();
                    called = self.call_once(address, &token).await;
                }
                Ok(false) => {}
                Err(trouble) => called = Err(trouble.into()),
            }
        }
        let called = match called {
            Err(error) if is_refused(&error) => self.why_refused(record, address, &token).await,
            called => called.map_err(|error| error.trouble),
        };
        (token, called)
    }

    /// The failure, in words that name an obstacle on this computer where that is the cause.
    pub(super) fn with_hindrance(&self, failure: Failure) -> Failure {
        if !matches!(failure.code, Code::AuthoritiesMissing | Code::ProxyUnreadable) {
            return failure;
        }
        let named = self.http().hindrance().map(Trouble::from).filter(|trouble| trouble.code == failure.code);
        named.map_or(failure, |trouble| trouble.failure(&[], self.now()))
    }

    /// The same for a check's findings.
    pub(super) fn findings_with_hindrance(&self, checks: Vec<Finding>) -> Vec<Finding> {
        let name = |finding: Finding| match finding.code {
            Some(code) => {
                let (message, fix) = (finding.message, finding.fix);
                let told = self.with_hindrance(Failure { message, fix, ..explain::failure(code, &[]) });
                Finding { message: told.message, fix: told.fix, ..finding }
            }
            None => finding,
        };
        checks.into_iter().map(name).collect()
    }

    pub(super) async fn call_once(&self, address: &Address, token: &Token) -> Result<ApiAccess, ApiError> {
        let instance = instance(token)?;
        Api::new(self.http(), address, &instance, &token.access_token)?.limits(&token.api_version).await
    }

    /// An org says the same of a session that is over and of one that a policy bars from the API. A token that it calls
    /// active, and refuses twice, is barred by a policy.
    async fn why_refused(
        &self,
        record: &Record,
        address: &Address,
        token: &Token,
    ) -> Result<ApiAccess, Trouble> {
        let trouble = match self.call_once(address, token).await {
            Err(error) if is_refused(&error) => error.trouble,
            called => return called.map_err(|error| error.trouble),
        };
        let is_active = match self.pair(record).await {
            Ok(pair) => {
                let (http, access) = (self.http(), &token.access_token);
                oauth::introspect(http, address, &pair.key, &pair.secret, access, TokenKind::Access).await
            }
            Err(failure) => Err(Trouble::passing(failure.code)),
        };
        let is_policy = match is_active {
            Ok(answer) => answer.active,
            // The token was issued for this call: if the org says no more of it, only a policy is left.
            Err(unknown) => !unknown.code.is_passing(),
        };
        let code = if is_policy { Code::ApiRefused } else { Code::TokenNotAccepted };
        Err(Trouble { code, ..trouble })
    }
}

/// The origin for calls with a token.
///
/// # Errors
/// The stored text is no address.
pub(super) fn instance(token: &Token) -> Result<Url, Trouble> {
    Url::parse(&token.instance_url).map_err(|_| Trouble::passing(Code::VaultUnreadable))
}

/// Whether the token was refused, for any reason.
fn is_refused(error: &ApiError) -> bool {
    error.curable && error.trouble.code == Code::RefreshTokenDead
}

/// The host that an org named when it said that it moved.
fn new_host(trouble: &Trouble) -> Option<Url> {
    let host = trouble.said.as_ref().filter(|_| trouble.code == Code::OrgMoved)?;
    Url::parse(&format!("https://{}", host.as_str())).ok()
}

#[cfg(test)]
#[path = "whereabouts_tests.rs"]
mod tests;
