//! Every fault of a practice org, met by a connection in every state and by every kind of request: the outcome is the
//! expected one, and no credential is lost.

mod closed;
mod connection;
mod rows;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use connect_tests::{figures, one_at_a_time};
use practice_org::{Options, Org};

use self::{
    closed::{ENDPOINTS, EVENTS, NOT_ASKED, POLICIES, REFUSALS, SWITCHES, Switch, WHATS},
    connection::{Ask, Connection, State},
    rows::{Cause, NOT_TO_A_REFRESH, Row, rows},
};

/// The number of cores of the computer that this is meant for.
const WORKERS: usize = 2;

/// The states in which each request is tested. Requests for a token are tested in all.
const ASKED: &[(Ask, &[State])] = &[
    (
        Ask::Token,
        &[
            State::Good,
            State::Due,
            State::CutOff,
            State::Unreachable,
            State::AtRisk,
            State::Paused,
            State::CallsRefused,
            State::Blocked,
            State::KeyUnknown,
            State::Ended,
            State::Lost,
            State::Locked,
            State::Leaving,
        ],
    ),
    (Ask::KeepAlive, &[State::Due]),
    (Ask::Check, &[State::Due, State::KeyUnknown]),
    (Ask::Reconnect, &[State::Due, State::Ended]),
    (Ask::Disconnect, &[State::Due]),
];

/// The requests of each kind that met their fault: a fault that is never met proves nothing.
type Met = BTreeMap<(Ask, &'static str), usize>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_in_every_state_ends_as_it_should_and_loses_nothing() {
    let _turn = one_at_a_time();
    let work = Arc::new(Mutex::new(tables()));
    let workers = [(); WORKERS].map(|()| tokio::spawn(work_through(work.clone())));
    let (mut met, mut count) = (Met::new(), 0);
    for worker in workers {
        let (more, counted) = worker.await.unwrap();
        count += counted;
        for (what, times) in more {
            *met.entry(what).or_default() += times;
        }
    }
    for needed in [
        (Ask::Token, "token"),
        (Ask::Token, "introspect"),
        (Ask::KeepAlive, "token"),
        (Ask::KeepAlive, "introspect"),
        (Ask::KeepAlive, "rest"),
        (Ask::Check, "token"),
        (Ask::Check, "introspect"),
        (Ask::Check, "rest"),
        (Ask::Check, "authorize"),
        (Ask::Reconnect, "token"),
        (Ask::Reconnect, "userinfo"),
        (Ask::Reconnect, "identity"),
        (Ask::Reconnect, "revoke"),
        (Ask::Reconnect, "authorize"),
        (Ask::Disconnect, "revoke"),
        (Ask::Disconnect, "introspect"),
    ] {
        assert!(met.contains_key(&needed), "{needed:?} meets a fault: {met:#?}");
    }
    figures(&format!(
        "{} faults, {count} times met by a connection in a state, 0 credentials lost",
        rows().len()
    ));
}

/// The combinations of request, state and rotation, each with the whole table.
fn tables() -> Vec<(Ask, State, bool)> {
    let all = ASKED.iter().flat_map(|(ask, states)| states.iter().map(|state| (*ask, *state)));
    let both = all.flat_map(|(ask, state)| [(ask, state, true), (ask, state, false)]);
    both.filter(|(ask, state, rotation)| *rotation || state.minds_rotation(*ask)).collect()
}

async fn work_through(tables: Arc<Mutex<Vec<(Ask, State, bool)>>>) -> (Met, usize) {
    let (mut met, mut count) = (Met::new(), 0);
    loop {
        let next = tables.lock().unwrap().pop();
        let Some((ask, state, rotation)) = next else { return (met, count) };
        let mut connection = None;
        for row in rows() {
            // A fault at another endpoint is tested only in states that reach it.
            if state != State::Due && row.is_elsewhere() {
                continue;
            }
            let mut now = match connection.take() {
                Some(connection) => connection,
                None => Connection::new(rotation).await,
            };
            now.come_to(state).await;
            if now.meet(&row, state, ask).await {
                *met.entry((ask, closed::endpoint(&row.at))).or_default() += 1;
            }
            count += 1;
            connection = Some(now).filter(|now| !now.is_spent);
        }
    }
}

#[tokio::test]
async fn every_fault_of_the_practice_org_has_its_row() {
    let org = Org::start(Options::default()).await.unwrap();
    let rows = rows();
    let causes: Vec<&Cause> = rows.iter().flat_map(|row: &Row| &row.causes).collect();
    let mut found = BTreeSet::new();
    for cause in &causes {
        match cause {
            Cause::On(what, endpoint) => {
                found.insert(closed::what(what).to_owned());
                found.insert(closed::endpoint(endpoint).to_owned());
            }
            Cause::Happens(event) => drop(found.insert(closed::event(event).to_owned())),
            Cause::Refuses(refusal) => {
                found.insert("rest_refusal".to_owned());
                found.insert(closed::refusal(refusal).to_owned());
            }
            Cause::Says(..) => drop(found.insert("next_token_error".to_owned())),
            Cause::Set(set) => {
                let before = org.switches();
                closed::names_every_switch(&before);
                let mut after = before.clone();
                set(&mut after);
                found.insert(closed::policy(&after.refresh_policy).to_owned());
                let [before, after] = [&before, &after].map(|all| serde_json::to_value(all).unwrap());
                let changed = SWITCHES.iter().filter(|(name, _)| before[name] != after[name]);
                found.extend(changed.map(|(name, _)| (*name).to_owned()));
            }
            Cause::Later(_) | Cause::Approvals(_) => {}
        }
    }
    let endpoints = ENDPOINTS.iter().filter(|name| !NOT_ASKED.contains(name));
    let all = WHATS.iter().chain(EVENTS).chain(POLICIES).chain(REFUSALS).chain(endpoints).copied();
    let switches = SWITCHES.iter().filter_map(|(name, switch)| match switch {
        // The present policy is no change.
        Switch::Fault => Some(*name),
        Switch::Not(reason) => {
            assert!(reason.len() > 20, "{name} has a reason");
            None
        }
    });
    for name in all.chain(switches) {
        assert!(found.contains(name), "{name} has no row: {found:?}");
    }
    assert!(
        causes.iter().any(|cause| matches!(cause, Cause::Approvals(_))),
        "the approval that is one too many"
    );
}

#[test]
fn every_error_of_the_token_endpoint_has_its_row() {
    let said: BTreeSet<(&str, &str)> = rows()
        .iter()
        .flat_map(|row| &row.causes)
        .filter_map(|cause| if let Cause::Says(error, text) = cause { Some((*error, *text)) } else { None })
        .collect();
    // The rows of the other table with its word for this endpoint, each on a line of its own.
    let table = include_str!("../practice_org/practice_errors/rows.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("(Token, "));
    let mut known = 0;
    for line in table {
        let [_, error, _, text, cause] = line.split('"').collect::<Vec<_>>()[..] else { continue };
        if !cause.contains("Cause::") {
            continue;
        }
        known += 1;
        let never = NOT_TO_A_REFRESH.iter().any(|(never, reason)| *never == text && !reason.is_empty());
        assert!(never != said.contains(&(error, text)), "{error}: {text} has a row, or a reason for none");
    }
    assert!(known > 30, "the errors are found: {known}");
}
