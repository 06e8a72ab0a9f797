//! The audit of the callback lines: which lines of the block the app has, and which it has with a slip.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use tokio::task::AbortHandle;

use super::{Controller, lock};
use crate::{
    contract::view::{CallbackAudit, CallbackLine, Failure},
    explain::{self, Code, callbacks},
    guide::verdict::judged,
    org::{
        address::{self, Address},
        credentials::{self, KeyLooks},
        preflight::{self, Answers, AuthorizeAnswer, of_line},
        salesforce,
    },
    secret::Secret,
};

/// The most questions of one audit: each line of the block, and its slips.
const MOST_PROBES: usize = 20;
/// The pause between two background questions: half of three a minute. A waiting sign-in has the other half.
const PACE: Duration = salesforce::POLL_INTERVAL.saturating_mul(2);

/// The audits running in the background, by host.
#[derive(Default)]
pub(super) struct Audits(Mutex<BTreeMap<String, AbortHandle>>);

impl Audits {
    fn begin(&self, host: &str, audit: AbortHandle) {
        if let Some(older) = lock(&self.0).insert(host.to_owned(), audit) {
            older.abort();
        }
    }

    fn end(&self, host: &str) {
        if let Some(audit) = lock(&self.0).remove(host) {
            audit.abort();
        }
    }
}

impl Controller {
    /// Asks the org about each line of the block. No sign-in is begun with what is found here. Without a key, this uses
    /// that of the org's connection, or of the pair kept for another try.
    pub(super) async fn audit_callbacks(
        &self,
        address: &str,
        key: &Secret,
    ) -> Result<CallbackAudit, Failure> {
        let address = address::parse(address).map_err(|error| error.failure())?;
        let at_hand = if key.is_empty() { self.key_at_hand(&address).await } else { None };
        let is_known = at_hand.is_some();
        let examined = credentials::examine(&at_hand.unwrap_or_else(|| key.clone()), &Secret::new(""));
        if let Some(note) = examined.notes.iter().find(|note| note.blocks) {
            return Err(note.failure());
        }
        if examined.key.is_empty() {
            return Err(explain::failure(Code::ValueMissing, &[("what", "Consumer Key")]));
        }
        if !is_known && examined.key_looks == KeyLooks::Secret {
            return Err(explain::failure(Code::KeyLooksSecret, &[]));
        }
        self.refuse_real_key(&address, &examined.key).await?;
        self.end_audit(address.host());
        let by_post = !is_known && examined.key_looks == KeyLooks::Odd;
        let mut audit = Audit::new(self, &address, examined.key);
        if by_post {
            audit.ask_by_post().await;
        }
        let found = CallbackAudit { lines: audit.lines().await, told: None };
        self.record_audit(address.host(), found.clone()).await;
        Ok(judged(found))
    }

    async fn key_at_hand(&self, address: &Address) -> Option<Secret> {
        if let Some(pasted) = self.pending_pair(address.host()) {
            return Some(pasted.pair.key);
        }
        let alias = self.connection_of_setup(address.host()).await?;
        let record = self.named(&alias).await.ok()?;
        self.pair(&record).await.ok().map(|pair| pair.key)
    }

    /// Looks once in the background, with at most three questions a minute, for slips in the lines that `answers` found
    /// missing.
    pub(super) fn look_for_slips(&self, host: &str, answers: &Answers, key: &Secret) {
        let mut audit = Audit::new(self, &answers.address, key.clone());
        audit.asked.clone_from(&answers.lines);
        audit.next_pause = Some(salesforce::POLL_INTERVAL);
        let first = answers.address.loopback_callbacks().into_iter().map(|(_, line)| line).next();
        let ours = first.filter(|_| answers.lacks_ours());
        self.begin_audit(host, audit, ours.into_iter().chain(answers.address.hosted_callback()).collect());
    }

    /// Asks in the background whether the app of a new connection has the portal's line.
    pub(super) async fn look_for_the_portal(&self, host: &str) {
        let Some(alias) = self.connection_of_setup(host).await else { return };
        let Ok(record) = self.named(&alias).await else { return };
        let (Ok(address), Ok(pair)) = (super::stored::address_of(&record), self.pair(&record).await) else {
            return;
        };
        let Some(line) = address.hosted_callback() else { return };
        let mut audit = Audit::new(self, &address, pair.key);
        audit.next_pause = Some(Duration::ZERO);
        self.begin_audit(host, audit, vec![line]);
    }

    fn begin_audit(&self, host: &str, audit: Audit, wanted: Vec<String>) {
        let task = tokio::spawn(audit.by_itself(host.to_owned(), wanted));
        self.0.audits.begin(host, task.abort_handle());
    }

    /// Stops this org's background audit: another one begins, or its set-up is over.
    pub(super) fn end_audit(&self, host: &str) {
        self.0.audits.end(host);
    }
}

/// The audit after the answers about these lines.
pub(super) fn so_far(answers: &Answers) -> CallbackAudit {
    let line = |line: String| {
        let (state, message) = of_line(answers.lines.get(&line));
        CallbackLine { line, state, registered_as: None, message }
    };
    CallbackAudit { lines: answers.address.callbacks().into_iter().map(line).collect(), told: None }
}

struct Audit {
    controller: Controller,
    address: Address,
    key: Secret,
    /// The org's answer about each line so far. No line is asked about twice.
    asked: BTreeMap<String, AuthorizeAnswer>,
    /// The pause before the next question, where no person asked for it.
    next_pause: Option<Duration>,
}

impl Audit {
    fn new(controller: &Controller, address: &Address, key: Secret) -> Self {
        let (controller, address) = (controller.clone(), address.clone());
        Self { controller, address, key, asked: BTreeMap::new(), next_pause: None }
    }

    /// Asks about these lines one after the other, and keeps each answer with the set-up at once.
    async fn by_itself(mut self, host: String, wanted: Vec<String>) {
        for wanted in wanted {
            let answer = self.ask(&wanted).await;
            let (told, goes_on) = self.tell(wanted, &answer).await;
            self.controller.record_callback_line(&host, &self.address, told).await;
            if !goes_on {
                return;
            }
        }
    }

    /// A key of unusual form is sent in no address before the org was asked about it in a form body.
    async fn ask_by_post(&mut self) {
        let block = self.address.callbacks();
        let Some(line) = block.first() else { return };
        let nothing = Secret::new("");
        let http = self.controller.http();
        let answer = preflight::probe_token(http, &self.address, &self.key, &nothing, line).await;
        if !preflight::is_key(KeyLooks::Odd, None, Some(&answer)) {
            self.asked.extend(block.into_iter().map(|line| (line, AuthorizeAnswer::KeyUnknown)));
        }
    }

    async fn lines(&mut self) -> Vec<CallbackLine> {
        let block = self.address.callbacks();
        let mut lines = Vec::new();
        let mut stopped_by = None;
        for line in block {
            let answer = match &stopped_by {
                Some(answer) => AuthorizeAnswer::clone(answer),
                None => self.ask(&line).await,
            };
            let (told, goes_on) = self.tell(line, &answer).await;
            lines.push(told);
            if !goes_on {
                stopped_by = Some(answer);
            }
        }
        lines
    }

    /// The answer about one line in words, and whether asking about the next one makes sense.
    async fn tell(&mut self, line: String, answer: &AuthorizeAnswer) -> (CallbackLine, bool) {
        let (state, message) = of_line(Some(answer));
        let told = CallbackLine { line: line.clone(), state, registered_as: None, message };
        match answer {
            AuthorizeAnswer::Known => (told, true),
            AuthorizeAnswer::CallbackMismatch => match self.slip_registered(&line).await {
                Some(slip) => {
                    let message = callbacks::instead(&line, &slip);
                    (CallbackLine { registered_as: Some(slip), message, ..told }, true)
                }
                None => (told, true),
            },
            AuthorizeAnswer::KeyUnknown => {
                (CallbackLine { message: self.words(Code::KeyUnknown, ""), ..told }, false)
            }
            AuthorizeAnswer::Moved(host) => {
                (CallbackLine { message: self.words(Code::AddressMoved, host), ..told }, false)
            }
            AuthorizeAnswer::CannotTell(code) => {
                let failure = explain::failure(*code, &[("host", self.address.host())]);
                // A refusal may concern this line alone; an org that cannot be reached is not asked again.
                let message = if failure.retryable { failure.message } else { told.message };
                (CallbackLine { message, ..told }, !failure.retryable)
            }
        }
    }

    async fn slip_registered(&mut self, line: &str) -> Option<String> {
        for slip in slips(line) {
            match self.ask(&slip).await {
                AuthorizeAnswer::Known => return Some(slip),
                AuthorizeAnswer::CallbackMismatch => {}
                AuthorizeAnswer::KeyUnknown | AuthorizeAnswer::Moved(_) | AuthorizeAnswer::CannotTell(_) => {
                    return None;
                }
            }
        }
        None
    }

    async fn ask(&mut self, line: &str) -> AuthorizeAnswer {
        if let Some(answer) = self.asked.get(line) {
            return answer.clone();
        }
        if self.asked.len() >= MOST_PROBES {
            return AuthorizeAnswer::CannotTell(Code::RateLimited);
        }
        if let Some(pause) = self.next_pause {
            self.controller.0.clock.sleep(pause).await;
            self.next_pause = Some(PACE);
        }
        let answer = preflight::probe_authorize(self.controller.http(), &self.address, &self.key, line).await;
        self.asked.insert(line.to_owned(), answer.clone());
        answer
    }

    fn words(&self, code: Code, found: &str) -> String {
        explain::failure(code, &[("host", self.address.host()), ("found", found)]).message
    }
}

/// The slips that people make in a line: a slash at its end, the other scheme, this computer's number for its name, and
/// parts that are easily left out.
fn slips(line: &str) -> Vec<String> {
    let mut slips = vec![format!("{line}/")];
    if let Some(rest) = line.strip_prefix("http://") {
        slips.push(format!("https://{rest}"));
        slips.extend(rest.strip_prefix("localhost").map(|rest| format!("http://127.0.0.1{rest}")));
        if let Some((host, path)) =
            rest.split_once(':').and_then(|(host, rest)| Some((host, rest.split_once('/')?.1)))
        {
            slips.push(format!("http://{host}/{path}"));
        }
    } else if let Some(rest) = line.strip_prefix("https://") {
        slips.push(format!("http://{rest}"));
        if let Some(rest) = rest.strip_prefix("www.") {
            slips.push(format!("https://{rest}"));
        }
    } else if let Some((scheme, rest)) = line.split_once("://") {
        slips.push(format!("{scheme}:/{rest}"));
    }
    slips
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::org::address::parse;

    #[test]
    fn a_block_with_all_its_slips_is_asked_about_in_one_audit() {
        for org in ["acme", "http://localhost:8080"] {
            let block = parse(org).unwrap().callbacks();
            let slips: BTreeSet<String> = block.iter().flat_map(|line| slips(line)).collect();
            assert!(block.iter().all(|line| !slips.contains(line)), "no slip is a line of the block: {org}");
            let questions = block.len() + slips.len();
            assert!(questions <= MOST_PROBES, "{questions} questions for {org}");
        }
    }

    #[test]
    fn the_slips_are_those_that_people_make() {
        let of = |line| slips(line).join(" ");
        assert_eq!(
            of("http://localhost:17177/auth/salesforce/callback"),
            "http://localhost:17177/auth/salesforce/callback/ https://localhost:17177/auth/salesforce/callback \
             http://127.0.0.1:17177/auth/salesforce/callback http://localhost/auth/salesforce/callback",
            "a line that leads to this computer"
        );
        assert!(of("https://www.getdatatrax.com/a").ends_with("https://getdatatrax.com/a"), "without www");
        assert!(of("com.getdatatrax.connect://a").ends_with(" com.getdatatrax.connect:/a"), "with one slash");
    }
}
