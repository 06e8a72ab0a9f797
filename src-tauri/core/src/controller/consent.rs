//! Whether a program may be given tokens of a connection, where each new one is asked about: what was said is kept, and who
//! was not spoken of yet waits for an answer.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use super::{Controller, lock};
use crate::{
    contract::{
        intent,
        view::{Asker, ConnectionDetail, Failure, Notice, ProgramAsks},
    },
    explain::{self, Code},
    vault::Record,
};

/// How long a program waits for the answer: shorter than a client of the agent may be silent.
const PATIENCE: Duration = Duration::from_secs(90);

/// Questions that stand at the same time; further programs are told that nobody can be asked.
const MOST: usize = 20;

const NOBODY_ANSWERED: &str = "nobody has answered";

/// The programs that wait, and who could answer.
#[derive(Default)]
pub(super) struct Questions {
    open: Mutex<BTreeMap<String, Question>>,
    next: AtomicUsize,
    /// How many are there who would show a question.
    listeners: AtomicUsize,
}

/// A connection by its id, and a program.
type About = (String, Option<String>);

struct Question {
    of: About,
    asks: ProgramAsks,
    answer: watch::Sender<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Open,
    Given(bool),
    /// Nobody is there to give one.
    Never,
}

/// Somebody who would show a question to a person, for as long as this lives.
#[must_use = "whoever shows questions is not counted any more once this is dropped"]
pub struct Listens(Controller);

impl Drop for Listens {
    fn drop(&mut self) {
        self.0.0.questions.listeners.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Controller {
    /// Counts somebody who shows a person what is asked.
    pub fn listens(&self) -> Listens {
        self.0.questions.listeners.fetch_add(1, Ordering::SeqCst);
        Listens(self.clone())
    }

    /// The programs that wait for an answer.
    pub(super) fn asking(&self) -> Vec<ProgramAsks> {
        lock(&self.0.questions.open).values().map(|question| question.asks.clone()).collect()
    }

    /// Says that a question could not be shown. Where nobody else shows it, the program is told.
    pub fn was_not_shown(&self, question: &str) {
        if self.0.questions.listeners.load(Ordering::SeqCst) <= 1 {
            self.close_question(question, Answer::Never);
        }
    }

    /// Whether the program may be given tokens of the connection, by what was or is said.
    ///
    /// # Errors
    /// [`Code::ProgramRefused`], or [`Code::ConsentNeeded`] where nobody answers.
    pub(super) async fn may_have(&self, record: &Record, by: &Asker) -> Result<(), Failure> {
        if !self.settings().ask_programs {
            return Ok(());
        }
        let (id, program) = (record.id.clone(), by.program.clone());
        let said = self.vault(move |vault| vault.consent(&id, program.as_deref())).await?;
        let allowed = match said {
            Some(allowed) => allowed,
            None => self.ask_about(record, by).await?,
        };
        if allowed {
            return Ok(());
        }
        Err(explain::failure(Code::ProgramRefused, &facts(&record.alias, by)))
    }

    /// Asks a person, and waits.
    async fn ask_about(&self, record: &Record, by: &Asker) -> Result<bool, Failure> {
        let needed = |why: Option<(&'static str, &'static str)>| {
            let facts: Vec<_> = facts(&record.alias, by).into_iter().chain(why).collect();
            explain::failure(Code::ConsentNeeded, &facts)
        };
        let Some((question, mut answered)) = self.question(record, by) else { return Err(needed(None)) };
        let answer = timeout(PATIENCE, answered.wait_for(|answer| *answer != Answer::Open)).await;
        let answer = match answer {
            Ok(Ok(answer)) => *answer,
            // An error means that it was closed, which comes with an answer.
            Ok(Err(_)) => Answer::Never,
            Err(_) => {
                self.close_question(&question, Answer::Never);
                return Err(needed(Some(("why", NOBODY_ANSWERED))));
            }
        };
        match answer {
            Answer::Given(allowed) => Ok(allowed),
            Answer::Open | Answer::Never => Err(needed(None)),
        }
    }

    /// The question about this program, which may stand already. `None` where nobody can be asked.
    fn question(&self, record: &Record, by: &Asker) -> Option<(String, watch::Receiver<Answer>)> {
        let of = (record.id.clone(), by.program.clone());
        let mut open = lock(&self.0.questions.open);
        if let Some((id, known)) = open.iter().find(|(_, question)| question.of == of) {
            return Some((id.clone(), known.answer.subscribe()));
        }
        if open.len() >= MOST || self.0.questions.listeners.load(Ordering::SeqCst) == 0 {
            return None;
        }
        // In the order of coming.
        let question = format!("{:08}", self.0.questions.next.fetch_add(1, Ordering::SeqCst));
        let host = super::stored::address_of(record).map(|address| address.host().to_owned());
        let asks = ProgramAsks {
            question: question.clone(),
            alias: record.alias.clone(),
            host: host.unwrap_or_default(),
            kind: record.kind,
            username: record.username.clone(),
            by: by.clone(),
            until: self.now() + PATIENCE,
        };
        let (answer, answered) = watch::channel(Answer::Open);
        open.insert(question.clone(), Question { of, asks: asks.clone(), answer });
        drop(open);
        self.tell(Notice::ProgramAsks(asks));
        self.tell_questions();
        Some((question, answered))
    }

    /// Takes a question away, and tells those who wait for it.
    fn close_question(&self, question: &str, answer: Answer) {
        let closed = lock(&self.0.questions.open).remove(question);
        if let Some(closed) = closed {
            closed.answer.send_replace(answer);
            self.tell_questions();
        }
    }

    fn tell_questions(&self) {
        let controller = self.clone();
        tokio::spawn(async move { controller.tell_snapshot().await });
    }

    /// Keeps what a person says of a program, asked or not. Whoever waits for it hears it.
    pub(super) async fn consent(&self, asked: intent::Consent) -> Result<ConnectionDetail, Failure> {
        let intent::Consent { name, program, allowed } = asked;
        let record = self.named(&name).await?;
        let of = (record.id, program);
        let ((id, program), now) = (of.clone(), self.now());
        self.vault(move |vault| vault.set_consent(&id, program.as_deref(), allowed, now)).await?;
        let waiting = self.waiting_for(&of);
        if let (Some(question), Some(allowed)) = (waiting, allowed) {
            self.close_question(&question, Answer::Given(allowed));
        }
        self.show(&name).await
    }

    /// The question about a program of a connection, if one stands.
    fn waiting_for(&self, of: &About) -> Option<String> {
        let open = lock(&self.0.questions.open);
        open.iter().find(|(_, question)| question.of == *of).map(|(id, _)| id.clone())
    }
}

fn facts<'a>(alias: &'a str, by: &'a Asker) -> Vec<(&'static str, &'a str)> {
    let program =
        by.program.as_deref().into_iter().flat_map(|program| [("program", program), ("path", program)]);
    program.chain([("alias", alias)]).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        contract::view::Status,
        controller::Ports,
        lifecycle::health,
        platform::{home::Home, private},
        ports::SystemClock,
        testing::Scripted,
        vault::{Vault, testing::MemoryKeychain},
    };

    fn controller(folder: &std::path::Path) -> Controller {
        let home = Home::at(folder).unwrap();
        private::replace(&home.settings(), b"ask_programs = true").unwrap();
        let vault = Vault::open(&home, Arc::new(MemoryKeychain::default())).unwrap();
        let ports = Ports { http: Arc::new(Scripted::json(200, "")), clock: Arc::new(SystemClock) };
        Controller::new(home, vault, ports)
    }

    fn asker(program: &str) -> Asker {
        Asker { program: Some(program.to_owned()), through_dtx: true }
    }

    #[tokio::test(start_paused = true)]
    async fn a_program_waits_as_long_as_somebody_could_answer_and_not_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let controller = controller(folder.path());
        let record = health::tests::record("a", Status::Connected, Duration::ZERO);
        let (make, bash) = (asker("/usr/bin/make"), asker("/usr/bin/bash"));
        let refused = controller.may_have(&record, &make).await.unwrap_err();
        assert_eq!(refused.code, Code::ConsentNeeded, "nobody can be asked");
        assert!(refused.message.starts_with("/usr/bin/make asks"), "{refused:?}");

        let listens = controller.listens();
        let refused = controller.may_have(&record, &make).await.unwrap_err();
        assert_eq!(refused.code, Code::ConsentNeeded);
        assert!(refused.message.contains(NOBODY_ANSWERED), "{refused:?}");
        assert!(controller.asking().is_empty(), "and the question is gone with the wait");

        let waiting = || -> usize {
            let open = lock(&controller.0.questions.open);
            open.values().map(|question| question.answer.receiver_count()).sum()
        };
        let answered = async {
            while waiting() < 3 {
                tokio::task::yield_now().await;
            }
            let asking = controller.asking();
            assert_eq!(asking.len(), 2, "one question for each program: {asking:?}");
            let about = |by: &Asker| {
                let asks = asking.iter().find(|asks| asks.by == *by);
                asks.expect("it is asked about").question.clone()
            };
            controller.close_question(&about(&make), Answer::Given(true));
            controller.was_not_shown(&about(&bash));
        };
        let (first, second, third, ()) = tokio::join!(
            controller.may_have(&record, &make),
            controller.may_have(&record, &make),
            controller.may_have(&record, &bash),
            answered
        );
        assert!(first.is_ok() && second.is_ok(), "one answer for all who wait for it");
        assert_eq!(third.unwrap_err().code, Code::ConsentNeeded, "what nobody was shown is not waited for");
        drop(listens);
        assert_eq!(controller.may_have(&record, &bash).await.unwrap_err().code, Code::ConsentNeeded);
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_programs_are_asked_about_at_a_time_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let controller = controller(folder.path());
        let record = health::tests::record("a", Status::Connected, Duration::ZERO);
        let _listens = controller.listens();
        for number in 0..MOST {
            let by = asker(&format!("/bin/{number}"));
            assert!(controller.question(&record, &by).is_some(), "question {number}");
        }
        assert!(controller.question(&record, &asker("/bin/more")).is_none(), "it would hide the others");
        assert!(controller.question(&record, &asker("/bin/1")).is_some(), "one that stands is joined");
    }
}
