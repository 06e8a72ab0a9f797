//! The sign-ins under way: which can receive input, and which one replaces another.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::sync::{Notify, mpsc, oneshot};

use crate::{
    contract::view::{After, AttemptEnded, AttemptEvent, AttemptView, Failure},
    controller::{lock, pending_pair::Pasted},
    secret::Secret,
};

/// An input from a face to a sign-in.
pub(super) enum Input {
    PasteBack {
        address: Secret,
        /// Whether what only explains a refusal ends the sign-in.
        ends: bool,
        taken: oneshot::Sender<Result<(), Failure>>,
    },
    /// Confirmed only if this sign-in waits for this answer.
    Link {
        address: Secret,
        taken: oneshot::Sender<()>,
    },
    Answer(bool),
    Cancel,
    Supersede,
}

/// The controller's end of a running sign-in.
pub(super) struct Handle {
    pub(super) alias: String,
    /// The host as the person named it; the org may turn out to be at another.
    pub(super) host: String,
    /// The pair, if it was pasted: a newer sign-in that replaces this one may use it.
    pub(super) pasted: Option<Pasted>,
    pub(super) inputs: mpsc::Sender<Input>,
    pub(super) view: Arc<Mutex<AttemptView>>,
}

/// The number of sign-ins whose end is still told to whoever missed it.
const MOST_OVER: usize = 16;

/// All sign-ins under way, by id.
#[derive(Default)]
pub(in crate::controller) struct SignIns {
    by_id: Mutex<BTreeMap<String, Handle>>,
    /// Those that ended last, the newest last.
    over: Mutex<VecDeque<AttemptEnded>>,
    ended: Notify,
}

impl SignIns {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Handle>> {
        lock(&self.by_id)
    }

    pub(in crate::controller) fn views(&self) -> Vec<AttemptView> {
        self.all().values().map(|handle| lock(&handle.view).clone()).collect()
    }

    /// The sign-in to this host.
    pub(in crate::controller) fn of_host(&self, host: &str) -> Option<String> {
        self.all().iter().find(|(_, handle)| handle.host == host).map(|(id, _)| id.clone())
    }

    pub(in crate::controller) fn cancel_all(&self) {
        for handle in self.all().values() {
            // A full queue, or a sign-in that has ended, needs no cancelling.
            let _ = handle.inputs.try_send(Input::Cancel);
        }
    }

    /// Returns once no sign-in is under way.
    pub(in crate::controller) async fn all_ended(&self) {
        loop {
            let next_end = self.ended.notified();
            if self.all().is_empty() {
                return;
            }
            next_end.await;
        }
    }

    /// Whether another sign-in to the same host is under way.
    pub(super) fn has_another(&self, id: &str, host: &str) -> bool {
        self.all().iter().any(|(known, handle)| known != id && handle.host == host)
    }

    /// The pair that was pasted for the sign-in with this alias and host.
    pub(super) fn pasted(&self, alias: &str, host: &str) -> Option<Pasted> {
        let all = self.all();
        all.values().find(|handle| handle.alias == alias && handle.host == host)?.pasted.clone()
    }

    /// Whether a sign-in to this host is under way with such a pair.
    pub(in crate::controller) fn any_pasted(&self, host: &str, is_it: impl Fn(&Pasted) -> bool) -> bool {
        let all = self.all();
        let mut pasted = all.values().filter(|handle| handle.host == host);
        pasted.any(|handle| handle.pasted.as_ref().is_some_and(&is_it))
    }

    pub(super) fn inputs(&self, id: &str) -> Option<mpsc::Sender<Input>> {
        self.all().get(id).map(|handle| handle.inputs.clone())
    }

    pub(super) fn all_inputs(&self) -> Vec<(String, mpsc::Sender<Input>)> {
        self.all().iter().map(|(id, handle)| (id.clone(), handle.inputs.clone())).collect()
    }

    /// Adds a sign-in, which replaces an older one for the same connection.
    pub(super) async fn enter(&self, id: &str, newer: Handle) {
        let older: Vec<_> = {
            let mut all = self.all();
            let same = all.values().filter(|handle| handle.alias == newer.alias);
            let older = same.map(|handle| handle.inputs.clone()).collect();
            all.insert(id.to_owned(), newer);
            older
        };
        for inputs in older {
            // A sign-in that has ended meanwhile needs no replacing.
            let _ = inputs.send(Input::Supersede).await;
        }
    }

    /// Those that ended last. To be looked at after those under way: an end stands here before it is missing there.
    pub(in crate::controller) fn over(&self) -> Vec<AttemptEnded> {
        lock(&self.over).iter().cloned().collect()
    }

    /// Keeps how a sign-in ended.
    pub(super) fn end(&self, id: &str, event: &AttemptEvent, after: Option<&After>) {
        let mut over = lock(&self.over);
        while over.len() >= MOST_OVER {
            over.pop_front();
        }
        over.push_back(AttemptEnded { id: id.to_owned(), event: event.clone(), after: after.cloned() });
    }

    /// Removes a sign-in, which can then receive no input.
    pub(super) fn leave(&self, id: &str) {
        self.all().remove(id);
    }

    pub(super) fn tell_end(&self) {
        self.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{Code, failure};

    #[test]
    fn the_last_ends_are_kept_and_no_more() {
        let sign_ins = SignIns::default();
        for number in 0..=MOST_OVER {
            sign_ins.end(&number.to_string(), &AttemptEvent::Failed(failure(Code::Denied, &[])), None);
        }
        let over = sign_ins.over();
        let (first, last) = (over.first().map(|end| &*end.id), over.last().map(|end| &*end.id));
        assert_eq!((over.len(), first, last), (MOST_OVER, Some("1"), Some("16")), "the newest");
    }
}
