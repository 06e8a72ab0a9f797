//! The events that the window sends to its page, each with the type of its content.

use std::marker::PhantomData;

use connect_agent::Unread;
use connect_core::contract::view::{Notice, Place, Snapshot};
use serde::Serialize;

use crate::agent::AgentState;

/// An event that carries a `T`.
pub(crate) struct Event<T> {
    pub(crate) name: &'static str,
    carries: PhantomData<fn(T)>,
}

impl<T> Event<T> {
    const fn of(name: &'static str) -> Self {
        Self { name, carries: PhantomData }
    }
}

/// The agent's own notices, except those about the window itself.
pub(crate) const NOTICE: Event<Notice> = Event::of("notice");
/// The window was asked to show a place.
pub(crate) const PLACE: Event<Place> = Event::of("place");
/// The window was asked to close, and a person is to be told what goes on without it.
pub(crate) const CLOSING: Event<()> = Event::of("closing");
/// Whether the agent can be reached.
pub(crate) const AGENT_STATE: Event<AgentState> = Event::of("agent_state");

/// A value that the page reads as a `T`.
pub(crate) trait Tells<T>: Serialize + Clone {}

impl<T: Serialize + Clone> Tells<T> for T {}

/// A [`Notice::Snapshot`] whose content only the page parses.
#[derive(Clone, Serialize)]
pub(crate) struct UnreadNotice<'a> {
    method: &'static str,
    params: &'a Unread<Snapshot>,
}

impl<'a> UnreadNotice<'a> {
    pub(crate) fn of(snapshot: &'a Unread<Snapshot>) -> Self {
        Self { method: "snapshot", params: snapshot }
    }
}

impl Tells<Notice> for UnreadNotice<'_> {}
