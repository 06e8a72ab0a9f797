//! The audit of the callback lines: which of the block the app has, and which stand there with a slip.

use std::collections::BTreeMap;

use super::Controller;
use crate::{
    address::{self, Address},
    credentials,
    explain::{self, Code, callbacks},
    preflight::{self, AuthorizeAnswer},
    secret::Secret,
    view::{CallbackAudit, CallbackLine, CheckState, Failure},
};

/// The most that one audit asks the org: each line of the block, and three slips of each.
const MOST_PROBES: usize = 20;

impl Controller {
    /// Asks the org about each line of the block. A sign-in is never begun with what is found here.
    pub(super) async fn audit_callbacks(
        &self,
        address: &str,
        key: &Secret,
    ) -> Result<CallbackAudit, Failure> {
        let address = address::parse(address).map_err(|error| error.failure())?;
        let examined = credentials::examine(key, &Secret::new(""));
        if let Some(note) = examined.notes.iter().find(|note| note.blocks) {
            return Err(note.failure());
        }
        if examined.key.is_empty() {
            return Err(explain::failure(Code::ValueMissing, &[("what", "Consumer Key")]));
        }
        if !examined.key_may_go_in_query {
            return Err(explain::failure(Code::KeyLooksSecret, &[]));
        }
        self.refuse_real_key(&address, &examined.key).await?;
        let asked = BTreeMap::new();
        let mut audit = Audit { controller: self, address: &address, key: &examined.key, asked };
        let found = CallbackAudit { lines: audit.lines().await };
        self.keep_audit(&address, found.clone()).await;
        Ok(found)
    }
}

struct Audit<'a> {
    controller: &'a Controller,
    address: &'a Address,
    key: &'a Secret,
    /// What was answered about each line so far. Nothing is asked twice.
    asked: BTreeMap<String, AuthorizeAnswer>,
}

impl Audit<'_> {
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

    /// One line in words, and whether asking about the next one makes sense.
    async fn tell(&mut self, line: String, answer: &AuthorizeAnswer) -> (CallbackLine, bool) {
        let told = |state, message| CallbackLine { line: line.clone(), state, registered_as: None, message };
        match answer {
            AuthorizeAnswer::Known => (told(CheckState::Pass, callbacks::registered()), true),
            AuthorizeAnswer::CallbackMismatch => {
                let slip = self.slip_registered(&line).await;
                let message = match &slip {
                    Some(slip) => callbacks::instead(&line, slip),
                    None => callbacks::missing(),
                };
                (CallbackLine { registered_as: slip, ..told(CheckState::Fail, message) }, true)
            }
            AuthorizeAnswer::KeyUnknown => {
                (told(CheckState::Unknown, self.words(Code::KeyUnknown, "")), false)
            }
            AuthorizeAnswer::Moved(host) => {
                (told(CheckState::Unknown, self.words(Code::AddressMoved, host)), false)
            }
            AuthorizeAnswer::CannotTell(code) => {
                let failure = explain::failure(*code, &[("host", self.address.host())]);
                // A refusal may be about this line; an org that cannot be reached is not asked again.
                let message = if failure.retryable { failure.message } else { callbacks::unknown() };
                (told(CheckState::Unknown, message), !failure.retryable)
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
        let answer = preflight::probe_authorize(self.controller.http(), self.address, self.key, line).await;
        self.asked.insert(line.to_owned(), answer.clone());
        answer
    }

    fn words(&self, code: Code, found: &str) -> String {
        explain::failure(code, &[("host", self.address.host()), ("found", found)]).message
    }
}

/// What people have in place of a line: a slash at its end, the other scheme, and what is easily left away.
fn slips(line: &str) -> Vec<String> {
    let mut slips = vec![format!("{line}/")];
    if let Some(rest) = line.strip_prefix("http://") {
        slips.push(format!("https://{rest}"));
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
        slips.push(format!("{scheme}:///{rest}"));
    }
    slips
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::address::parse;

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
             http://localhost/auth/salesforce/callback",
            "a line that leads to this computer"
        );
        assert!(of("https://www.getdatatrax.com/a").ends_with("https://getdatatrax.com/a"), "without www");
        assert!(of("com.getdatatrax.connect://a").contains(" com.getdatatrax.connect:/a "), "with one slash");
    }
}
