//! A question to a running agent by a program that has no runtime yet: to make one takes longer than most answers do.

use std::{
    io,
    time::{Duration, Instant},
};

use connect_core::{
    contract::view::Failure,
    explain::Code,
    platform::{home::Home, memory},
};

use crate::{
    ask::Ask,
    platform::{
        early::{self, Stream},
        socket,
    },
    wire::{self, Answer, Call, Hello, Request, Welcome},
};

/// Who has to wait longer than this goes on with a runtime, where a person can be told and requests to end are heard. Such
/// requests count as one where they come this close together anyway.
const MOMENT: Duration = Duration::from_millis(400);

/// Bytes read from the socket at once: more than a token has.
const READ: usize = 4 * 1024;

/// The ids of what is asked, which [`Said`] keeps in this order.
const HELLO: u64 = 1;
const QUESTION: u64 = 2;

/// How far a question has come within a moment.
pub enum Soon<T> {
    /// It is to be asked the usual way.
    NotAsked,
    Answered(Result<T, Failure>),
    /// The usual way goes on with it.
    Asked(Early),
}

/// A question that is not answered yet.
pub struct Early {
    stream: Stream,
    said: Said,
}

/// What was said on a connection so far.
#[derive(Default)]
pub(crate) struct Said {
    /// What was called, each as JSON, under the ids from 1 on.
    pub(crate) called: Vec<Vec<u8>>,
    /// What the agent has said. Nothing of it was taken yet.
    pub(crate) heard: Vec<u8>,
}

/// Asks the agent of this home, if one runs, in one breath with the greeting. With a failure that is asked about again once somebody
/// has done something about it, the usual way goes on: over this connection, whose program the agent has seen.
pub fn ask<R: Ask>(home: &Home, request: R, is_asked_again: fn(Code) -> bool) -> Soon<R::Reply> {
    begun(home, request.call()).map_or(Soon::NotAsked, |early| early.soon::<R>(is_asked_again))
}

/// Says everything at once.
fn begun(home: &Home, call: Call) -> Option<Early> {
    let stream = early::connect(home.socket())?;
    let hello = Hello::of_this_program();
    let called = vec![serde_json::to_vec(&hello).ok()?, serde_json::to_vec(&call).ok()?];
    let mut lines = serde_json::to_vec(&Request::new(HELLO, hello)).ok()?;
    lines.push(b'\n');
    serde_json::to_writer(&mut lines, &Request::new(QUESTION, call)).ok()?;
    lines.push(b'\n');
    stream.send(&lines).then_some(Early { stream, said: Said { called, heard: Vec::new() } })
}

impl Early {
    fn soon<R: Ask>(mut self, is_asked_again: fn(Code) -> bool) -> Soon<R::Reply> {
        let began = Instant::now();
        while self.stream.has_more_within(MOMENT.saturating_sub(began.elapsed())) {
            if self.said.heard.is_empty() {
                // The agent looks at who asks before it answers. Nothing secret was read yet.
                memory::close();
            }
            if !self.hear() {
                // One that ends without a greeting makes room for the next one.
                return if self.said.heard.is_empty() { Soon::NotAsked } else { Soon::Asked(self) };
            }
            match answer::<R>(&self.said.heard) {
                Some(Soon::Answered(Err(failure))) if is_asked_again(failure.code) => {
                    return Soon::Asked(self);
                }
                Some(soon) => return soon,
                None => {}
            }
        }
        Soon::Asked(self)
    }

    /// Reads what is there. `false` where nothing more comes.
    fn hear(&mut self) -> bool {
        let heard = &mut self.said.heard;
        let before = heard.len();
        heard.resize(before + READ, 0);
        let read = heard.get_mut(before..).map_or(Ok(0), |room| self.stream.read(room)).unwrap_or_default();
        heard.truncate(before + read);
        read > 0
    }

    /// The connection and what was said on it, for a program that has a runtime now.
    ///
    /// # Errors
    /// This computer is short of something.
    pub(crate) fn into_usual(self) -> io::Result<(socket::Stream, Said)> {
        Ok((self.stream.into_usual()?, self.said))
    }
}

/// The answer to the question, once it and the greeting are among what was heard.
fn answer<R: Ask>(heard: &[u8]) -> Option<Soon<R::Reply>> {
    let (mut greeting, mut answer) = (None, None);
    for line in heard.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
        match serde_json::from_slice::<Answer>(line) {
            Ok(said) if said.id == HELLO => greeting = Some(said),
            Ok(said) if said.id == QUESTION => answer = Some(said),
            // Whoever goes on reads it again, and leaves it aside.
            Ok(_) | Err(_) => {}
        }
    }
    if !is_welcome(greeting?) {
        return Some(Soon::NotAsked);
    }
    Some(Soon::Answered(answer?.outcome().and_then(|result| wire::read(R::METHOD, &result))))
}

/// Whether this is the greeting of an agent that understands what it was asked.
fn is_welcome(greeting: Answer) -> bool {
    let welcome = greeting.outcome().and_then(|welcome| wire::read::<Welcome>("hello", &welcome));
    welcome.is_ok_and(|welcome| welcome.speaks_our_protocol())
}

#[cfg(test)]
mod tests {
    use connect_core::contract::intent::List;

    use super::*;

    const WELCOME: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"protocol":1,"version":"0.1.0","pid":1}}"#;
    const ANSWER: &str = r#"{"jsonrpc":"2.0","id":2,"result":[]}"#;
    const NOTICE: &str = r#"{"jsonrpc":"2.0","method":"settings"}"#;

    /// What becomes of the question when these lines were heard.
    fn after(lines: &[&str]) -> &'static str {
        let heard = lines.iter().flat_map(|line| [*line, "\n"]).collect::<String>();
        match answer::<List>(heard.as_bytes()) {
            None => "waits",
            Some(Soon::NotAsked) => "is put anew",
            Some(Soon::Answered(Ok(connections))) if connections.is_empty() => "is answered",
            Some(Soon::Answered(_) | Soon::Asked(_)) => "is answered otherwise",
        }
    }

    #[test]
    fn an_answer_counts_with_the_greeting_of_an_agent_that_understood_the_question() {
        let newer = WELCOME.replace(r#""protocol":1"#, r#""protocol":2"#);
        let cases: [(&[&str], &str); 10] = [
            (&[], "waits"),
            (&[WELCOME], "waits"),
            (&[ANSWER], "waits"),
            (&[WELCOME, ANSWER], "is answered"),
            (&[ANSWER, WELCOME], "is answered"),
            (&[NOTICE, WELCOME, "?", ANSWER], "is answered"),
            (&[&newer], "is put anew"),
            (&[&newer, ANSWER], "is put anew"),
            (&[r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, ANSWER], "is put anew"),
            (&[WELCOME, r#"{"jsonrpc":"2.0","id":2,"result":7}"#], "is answered otherwise"),
        ];
        for (lines, expected) in cases {
            assert_eq!(after(lines), expected, "{lines:?}");
        }
        assert!(answer::<List>(format!("{WELCOME}\n{ANSWER}").as_bytes()).is_none(), "a line has an end");
    }
}
