//! The checks of a pasted pair before a sign-in, and of a stored connection.

mod app;
mod around;
mod slots;
mod without_secret;

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::timeout;

use super::{Controller, stored, whereabouts::instance, work_locks::LONGEST_WORK};
use crate::{
    contract::{
        intent::{self, Pasted},
        view::{
            CheckId, CheckState, Failure, Field, Finding, Findings, Looks, PasteNote, Status, Token,
            Understanding,
        },
    },
    explain::{self, Code},
    guide::verdict::verdict,
    lifecycle::renewal,
    org::{
        address::{self, Address, AddressError},
        credentials,
        identity::{self, Proof},
        oauth::{Owner, Trouble},
        preflight::{self, Answers},
        rest::{Api, ApiAccess},
    },
    secret::Secret,
    vault::{self, Pair, Record, Tokens},
};

/// The checks that are made with a token.
const SIGNED_IN: [CheckId; 7] = [
    CheckId::Refresh,
    CheckId::Rotation,
    CheckId::Life,
    CheckId::Api,
    CheckId::Limits,
    CheckId::Bulk,
    CheckId::Slots,
];
/// The checks that need a signed-in user.
const AFTER_SIGN_IN: [CheckId; 3] = [CheckId::Scopes, CheckId::Org, CheckId::Api];

/// How long the questions of one kind may take together: what does not answer holds the others up no longer.
const LONGEST_CHECK: Duration = Duration::from_secs(60);
/// How long the audit of the callback lines may take: it has up to twenty questions.
const LONGEST_AUDIT: Duration = Duration::from_secs(120);

/// Reads what is typed so far.
fn understand(pasted: &Pasted, org: Result<Address, AddressError>) -> Understanding {
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
    match org {
        Ok(understood) => address = Some(understood.view()),
        Err(_) if pasted.address.trim().is_empty() => {}
        Err(error) => {
            meant.extend(error.meant().iter().map(Address::view));
            notes.push(note(true, error.failure()));
        }
    }
    notes.extend(address::remarks(&pasted.address).into_iter().map(|remark| note(false, remark)));
    notes.extend(examined.paste_notes());
    // EXPOSE: only counted.
    let length = |secret: &Secret| secret.expose().chars().count();
    let (key_length, secret_length) = (length(&examined.key), length(&examined.secret));
    let is_whole = address.is_some() && key_length > 0 && secret_length > 0;
    let looks = Some(looks(&notes, is_whole));
    let key = (key_length > 0).then(|| credentials::ends_of(&examined.key));
    Understanding { address, meant, notes, key, key_length, secret_length, looks }
}

/// The conclusion from the notes. Swapped values outweigh everything else.
fn looks(notes: &[PasteNote], is_whole: bool) -> Looks {
    if let Some(swapped) = notes.iter().find(|note| note.code == Code::Swapped) {
        return Looks::Exchange { message: swapped.message.clone() };
    }
    if notes.iter().any(|note| note.blocks) {
        Looks::Blocked
    } else if is_whole {
        Looks::MayAsk
    } else {
        Looks::Missing
    }
}

impl Controller {
    /// Reads what is typed so far, without the network.
    pub(super) async fn understand(&self, pasted: &Pasted) -> Understanding {
        let org = match address::parse(&pasted.address) {
            Ok(org) => self.org_or_namesake(&pasted.address, org).await,
            unclear => unclear,
        };
        understand(pasted, org)
    }

    /// The org, unless the text is also the name of a connection to another one: whoever types it may mean that.
    async fn org_or_namesake(&self, text: &str, org: Address) -> Result<Address, AddressError> {
        let name = text.trim().to_owned();
        let named = self.vault(move |vault| vault.find(&name)).await.ok().flatten();
        let theirs = named.and_then(|record| stored::address_of(&record).ok());
        match theirs.filter(|theirs| theirs.host() != org.host()) {
            Some(theirs) => Err(AddressError::Unsure { meant: vec![theirs, org] }),
            None => Ok(org),
        }
    }

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
        let answers = self.ask_about_pair(&address, &pair).await;
        // The app may be new: then a sign-in waits for it and for its lines.
        let setup = self.unfinished_setup(&address).await;
        let was_created = setup.as_ref().is_some_and(|setup| setup.created_at().is_some());
        let is_new = setup.is_none_or(|setup| setup.is_new(self.now()));
        let mut checks = self.findings_with_hindrance(answers.findings(is_new, self.now()));
        self.tell_key_of_another(&address, &pair.key, &mut checks).await;
        let later = AFTER_SIGN_IN.map(|id| explain::finding(id, CheckState::Skip, None, &[]));
        checks.extend(later);
        self.record_answers(&address, checks.clone(), &answers, &pair.key).await;
        let undoubted = was_created
            && examined.notes.iter().all(|note| note.field != Field::Key || note.code.leaves_no_doubt());
        let verdict = Some(verdict(&checks, undoubted));
        Ok(Findings { checks, verdict, away: None })
    }

    /// Asks the org about a pair that is to be used, and about the portal's line.
    async fn ask_about_pair(&self, address: &Address, pair: &Pair) -> Answers {
        let looks = credentials::examine(&pair.key, &pair.secret).key_looks;
        let mut answers = preflight::ask(self.http(), address, &pair.key, &pair.secret, looks).await;
        answers.ask_about_the_portal(self.http(), &pair.key).await;
        answers
    }

    /// What the org says of the new pair of a rotation, which may not be known everywhere yet.
    pub(super) async fn findings_of_next(&self, address: &Address, pair: &Pair) -> Vec<Finding> {
        let answers = self.ask_about_pair(address, pair).await;
        let mut checks = self.findings_with_hindrance(answers.findings(true, self.now()));
        self.tell_key_of_another(address, &pair.key, &mut checks).await;
        address::findings_in_setup(Findings { checks, verdict: None, away: None }).checks
    }

    /// Asks the org whether it is there, as soon as it is named: a slip in its name then costs no more than one step.
    pub(super) async fn reach(&self, address: &str) -> Result<Finding, Failure> {
        let address = address::parse(address).map_err(|error| error.failure())?;
        let trouble = preflight::reach(self.http(), &address).await;
        let state = if trouble.is_some() { CheckState::Unknown } else { CheckState::Pass };
        Ok(explain::finding(CheckId::Address, state, trouble, &[("host", address.host())]))
    }

    /// Checks a stored connection from its address to a call through it, and the app beside the guide as far as that was asked for.
    /// What needs no other answer is asked side by side; what is told keeps the order in which one thing depends on another.
    pub(super) async fn check(&self, asked_for: &intent::Check) -> Result<Findings, Failure> {
        let record = self.named(&asked_for.name).await?;
        let address = stored::address_of(&record)?;
        let pair = self.pair(&record).await?;
        let examined = credentials::examine(&pair.key, &pair.secret);
        let ask = async {
            let (key, secret) = (&pair.key, &pair.secret);
            let mut asked = preflight::ask(self.http(), &address, key, secret, examined.key_looks).await;
            asked.ask_about_the_challenge(self.http(), key).await;
            asked
        };
        let of_the_pair = async {
            let asked = timeout(LONGEST_CHECK, ask).await;
            let is_late = asked.is_err();
            let asked = asked.unwrap_or_else(|_| Answers::late(&address));
            // An org that does not know the key says nothing of its lines.
            let lines = if asked_for.audit {
                Some(self.lines(&address, &pair.key, asked.knows_the_key()).await)
            } else {
                None
            };
            (asked, is_late, lines)
        };
        // None of these needs another's answer.
        let ((asked, is_late, lines), ports, issuer, signed_in) = tokio::join!(
            of_the_pair,
            around::ports(),
            around::issuer(self.http(), &address),
            Box::pin(self.signed_in(&record, &address)),
        );
        let mut checks = self.findings_with_hindrance(asked.findings(false, self.now()));
        if let Some(first) = checks.first_mut().filter(|_| is_late) {
            *first = late(CheckId::Address, address.host(), LONGEST_CHECK);
        }
        // After the connection itself, and before what is asked of the app.
        let of_the_app = checks.split_off(2);
        checks.extend([issuer, around::clock(asked.skew), ports, around::vault(), around::form(&examined)]);
        checks.extend(of_the_app);
        checks.extend(lines);
        checks.push(app::challenge(asked.requires_challenge, asked.knows_the_key(), address.host()));
        checks.push(app::scopes(&record));
        let works = signed_in.first().is_some_and(is_known);
        checks.push(self.last_sign_in(&record).await);
        checks.extend(signed_in);
        if asked_for.without_secret {
            checks.push(if works {
                self.secret_at_refresh(&record, address.host()).await
            } else {
                explain::finding(CheckId::SecretAtRefresh, CheckState::Skip, None, &[])
            });
        }
        self.finish_leaving_now().await;
        self.tell_snapshot().await;
        let away = around::out_of_reach(&checks);
        Ok(Findings { checks, verdict: None, away })
    }

    /// Says of a key that the org does not know which connection has it, if one to another org does: that is not waited
    /// for.
    async fn tell_key_of_another(&self, address: &Address, key: &Secret, checks: &mut [Finding]) {
        let unknown = |finding: &&mut Finding| finding.code == Some(Code::KeyUnknown);
        let Some(finding) = checks.iter_mut().find(unknown) else { return };
        if let Some(alias) = self.connection_of_another_org(address, key).await {
            let facts = [("alias", alias.as_str()), ("host", address.host())];
            *finding = explain::finding(CheckId::Key, CheckState::Fail, Some(Code::KeyOfConnection), &facts);
        }
    }

    /// The name of a connection to another org that has this key. `None` also where the vault cannot be read: this only
    /// helps to find a slip.
    pub(super) async fn connection_of_another_org(&self, address: &Address, key: &Secret) -> Option<String> {
        let (host, key) = (address.host().to_owned(), key.clone());
        let owners = self.vault(move |vault| vault.owners_of_key(&key)).await.ok()?;
        let is_other =
            |record: &&Record| stored::address_of(record).is_ok_and(|known| known.host() != host.as_str());
        owners.iter().find(is_other).map(|record| record.alias.clone())
    }

    /// Keeps a real org's key away from a practice org on this computer.
    pub(super) async fn refuse_real_key(&self, address: &Address, key: &Secret) -> Result<(), Failure> {
        if !address.is_practice() {
            return Ok(());
        }
        let key = key.clone();
        let real = self.vault(move |vault| vault.key_used_by_real_org(&key)).await?;
        if real { Err(explain::failure(Code::PracticeKeyIsReal, &[])) } else { Ok(()) }
    }

    /// The checks that use the connection itself, with a token that was refreshed if necessary.
    async fn signed_in(&self, record: &Record, address: &Address) -> Vec<Finding> {
        let facts = [("alias", record.alias.as_str()), ("host", address.host())];
        let token = match self.working_token(record, address).await {
            Ok(token) => token,
            Err(failure) => {
                let org = without_token(failure, &facts);
                let skipped = SIGNED_IN.map(|id| explain::finding(id, CheckState::Skip, None, &facts));
                return std::iter::once(org).chain(skipped).collect();
            }
        };
        let of_the_refresh = async {
            let is_active = match self.tokens(record).await {
                Ok(tokens) => self.learn_limits(record, &tokens).await,
                Err(_) => None,
            };
            self.refresh_findings(record, is_active).await
        };
        let of_the_calls = async {
            let (token, called) = self.call(record, address, token).await;
            let (same, modifies_all, bulk, slots) = tokio::join!(
                timeout(LONGEST_CHECK, self.same_org(record, address, &token)),
                self.modifies_all(address, &token),
                self.bulk_finding(address, &token, &called),
                self.slots_finding(record, address, &token, &called),
            );
            (called, same, modifies_all, bulk, slots)
        };
        let ([refresh, rotation, life], (called, same, modifies_all, bulk, slots)) =
            tokio::join!(of_the_refresh, of_the_calls);
        let limits = around::limits(&called);
        let org = match (same, &called) {
            (Err(_), _) => late(CheckId::Org, address.host(), LONGEST_CHECK),
            (Ok(Ok(Proof::Same)), _) => explain::finding(CheckId::Org, CheckState::Pass, None, &facts),
            (Ok(Ok(proof)), _) => of_proof(proof, record, &facts),
            // Both calls use the same API, and one of them is settled.
            (Ok(Err(_)), Err(trouble)) => troubled(CheckId::Org, trouble, &facts, self.now()),
            (Ok(Err(trouble)), Ok(_)) => troubled(CheckId::Org, &trouble, &facts, self.now()),
        };
        let org = if org.state == CheckState::Pass && modifies_all {
            let facts = [("user", record.username.as_str())];
            explain::finding(CheckId::Org, CheckState::Warn, Some(Code::UserModifiesAll), &facts)
        } else {
            org
        };
        let is_known = is_known(&org);
        // The org's record is read through the same API: having it proves what the limits may leave open.
        let called = match called {
            Ok(ApiAccess::CannotTell) if is_known => Ok(ApiAccess::Proven { daily: None }),
            called => called,
        };
        let api = match &called {
            Ok(ApiAccess::Proven { .. }) => explain::finding(CheckId::Api, CheckState::Pass, None, &facts),
            Ok(ApiAccess::CannotTell) => explain::finding(CheckId::Api, CheckState::Unknown, None, &facts),
            Err(trouble) => troubled(CheckId::Api, trouble, &facts, self.now()),
        };
        if is_known || called.is_err() {
            self.called(record, called).await;
        }
        // A pause that the org has asked for stays said until it is over, although this call worked.
        let api = match self.respect_pause(record).await {
            Err(pause) if api.state == CheckState::Pass && renewal::is_of_pauses(pause.code) => {
                let told = explain::finding(CheckId::Api, CheckState::Warn, Some(pause.code), &facts);
                Finding { message: pause.message, fix: pause.fix, ..told }
            }
            Ok(()) | Err(_) => api,
        };
        vec![org, refresh, rotation, life, api, limits, bulk, slots]
    }

    /// A token that the org accepts, refreshed if that helps: an org may end a token before its time.
    async fn working_token(&self, record: &Record, address: &Address) -> Result<Token, Failure> {
        let begun_at = self.now();
        if may_be_cured(record) {
            let wanted = |tokens: &Tokens, now| renewal::is_fresh(tokens.issued_at, begun_at, now);
            return self.refreshed(&record.id, &record.alias, true, LONGEST_WORK, wanted).await;
        }
        let token = self.token(&record.alias, false).await?;
        if self.call_once(address, &token).await.is_err_and(|error| error.curable) {
            self.token(&record.alias, true).await
        } else {
            Ok(token)
        }
    }

    /// Whether the org says that this user may change all its data.
    async fn modifies_all(&self, address: &Address, token: &Token) -> bool {
        let Ok(instance) = instance(token) else { return false };
        let Ok(api) = Api::new(self.http(), address, &instance, &token.access_token) else { return false };
        api.modifies_all_data(&token.api_version).await.ok() == Some(true)
    }

    async fn same_org(&self, record: &Record, address: &Address, token: &Token) -> Result<Proof, Trouble> {
        let instance = instance(token)?;
        let api = Api::new(self.http(), address, &instance, &token.access_token)?;
        let owner = Owner::of_ids(&record.org_id, &record.user_id);
        let owner = owner.ok_or_else(|| Trouble::passing(Code::VaultUnreadable))?;
        Ok(identity::prove(&api, &token.api_version, &owner).await?)
    }
}

/// What did not answer in this time, and was left.
fn late(id: CheckId, host: &str, at_most: Duration) -> Finding {
    let within = format!("within {} seconds", at_most.as_secs());
    let facts = [("host", host), ("within", within.as_str())];
    explain::finding(id, CheckState::Unknown, Some(Code::NetworkTimeout), &facts)
}

/// Whether org and user are known to be the right ones.
fn is_known(org: &Finding) -> bool {
    matches!(org.state, CheckState::Pass | CheckState::Warn)
}

/// The finding for an org whose own record does not prove that it is the right one.
fn of_proof(proof: Proof, record: &Record, facts: &[(&str, &str)]) -> Finding {
    let user = [("user", record.username.as_str())];
    match proof {
        Proof::Other => explain::finding(CheckId::Org, CheckState::Fail, Some(Code::IdentityMismatch), facts),
        Proof::CannotTell => {
            explain::finding(CheckId::Org, CheckState::Unknown, Some(Code::RecordHidden), &user)
        }
        Proof::Same | Proof::SameByIdentity => {
            explain::finding(CheckId::Org, CheckState::Warn, Some(Code::RecordHidden), &user)
        }
    }
}

/// Whether the obstacle may be gone when a person asks for a check. A dead refresh token stays dead.
fn may_be_cured(record: &Record) -> bool {
    let is_dead = |reason| {
        matches!(reason, Code::RefreshTokenDead | Code::RefreshLost | Code::SignInEnded)
            || vault::is_lost(reason)
    };
    record.status == Status::NeedsYou && record.reason.is_some_and(|reason| !is_dead(reason))
}

/// That no token was to be had.
fn without_token(failure: Failure, facts: &[(&str, &str)]) -> Finding {
    let state = if failure.retryable { CheckState::Unknown } else { CheckState::Fail };
    let org = explain::finding(CheckId::Org, state, Some(failure.code), facts);
    // Until when nothing is to be tried, and what the org said, stand in its own words.
    if failure.retry_at.is_some() || failure.code == Code::SalesforceRefused {
        Finding { message: failure.message, fix: failure.fix, ..org }
    } else {
        org
    }
}

fn troubled(id: CheckId, trouble: &Trouble, facts: &[(&str, &str)], now: OffsetDateTime) -> Finding {
    let failure = trouble.failure(facts, now);
    let state = if failure.retryable { CheckState::Unknown } else { CheckState::Fail };
    let Failure { message, fix, .. } = failure;
    let exact = explain::exact(trouble.code, facts);
    let exact = exact.into_iter().filter(|exact| fix.get(exact.of) == Some(&exact.text)).collect();
    Finding { message, fix, exact, ..explain::finding(id, state, Some(trouble.code), facts) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sandbox;

    #[test]
    fn what_the_org_said_where_it_gives_no_token_is_told_in_a_check_too() {
        let refused = explain::failure(Code::SalesforceRefused, &[("said", "UNHEARD: …")]);
        let told = without_token(refused, &[]);
        assert_eq!((told.state, told.code), (CheckState::Unknown, Some(Code::SalesforceRefused)));
        assert!(told.message.contains("UNHEARD: …"), "{told:?}");
        assert!(told.fix.iter().any(|fix| fix.contains("search for these words")), "{told:?}");
    }

    #[test]
    fn what_does_not_answer_is_left_and_told_with_its_time() {
        let told = late(CheckId::Org, "acme.my.salesforce.com", LONGEST_CHECK);
        assert_eq!((told.state, told.code), (CheckState::Unknown, Some(Code::NetworkTimeout)));
        assert_eq!(told.message, "acme.my.salesforce.com did not answer within 60 seconds.");
        let untold = Answers::late(&sandbox());
        assert!(!untold.knows_the_key(), "so that no line is asked about");
        for finding in untold.findings(false, OffsetDateTime::UNIX_EPOCH) {
            assert!(finding.state != CheckState::Fail, "nothing is called wrong: {finding:?}");
        }
    }
}
