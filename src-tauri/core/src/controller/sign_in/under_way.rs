//! The sign-ins under way: who can be spoken to, and who is in whose way.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::sync::{Notify, mpsc, oneshot};

use crate::{
    contract::view::{AttemptView, Failure},
    controller::lock,
    secret::Secret,
    vault::Pair,
};

/// What a face may say to a sign-in.
pub(super) enum Input {
    PasteBack {
        address: Secret,
        taken: oneshot::Sender<Result<(), Failure>>,
    },
    /// Answered only when it is the answer that this sign-in waits for.
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
    /// As it was named; the org may turn out to be at another.
    pub(super) host: String,
    /// The pair, where it was pasted: for a newer sign-in that takes this one's place.
    pub(super) pasted: Option<Pair>,
    pub(super) inputs: mpsc::Sender<Input>,
    pub(super) view: Arc<Mutex<AttemptView>>,
}

/// All of them, by id.
#[derive(Default)]
pub(in crate::controller) struct SignIns {
    by_id: Mutex<BTreeMap<String, Handle>>,
    ended: Notify,
}

impl SignIns {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Handle>> {
        lock(&self.by_id)
    }

    pub(in crate::controller) fn views(&self) -> Vec<AttemptView> {
        self.all().values().map(|handle| lock(&handle.view).clone()).collect()
    }

    /// The one that signs in to this host.
    pub(in crate::controller) fn of_host(&self, host: &str) -> Option<String> {
        self.all().iter().find(|(_, handle)| handle.host == host).map(|(id, _)| id.clone())
    }

    pub(in crate::controller) fn cancel_all(&self) {
        for handle in self.all().values() {
            // A full queue or one that has ended needs no second cancelling.
            let _ = handle.inputs.try_send(Input::Cancel);
        }
    }

    /// Returns once none is under way.
    pub(in crate::controller) async fn all_ended(&self) {
        loop {
            let next_end = self.ended.notified();
            if self.all().is_empty() {
                return;
            }
            next_end.await;
        }
    }

    /// Whether another one than this signs in to the same host.
    pub(super) fn has_another(&self, id: &str, host: &str) -> bool {
        self.all().iter().any(|(known, handle)| known != id && handle.host == host)
    }

    /// The pair that was pasted for the one with this alias and host.
    pub(super) fn pasted(&self, alias: &str, host: &str) -> Option<Pair> {
        let all = self.all();
        all.values().find(|handle| handle.alias == alias && handle.host == host)?.pasted.clone()
    }

    pub(super) fn inputs(&self, id: &str) -> Option<mpsc::Sender<Input>> {
        self.all().get(id).map(|handle| handle.inputs.clone())
    }

    pub(super) fn all_inputs(&self) -> Vec<(String, mpsc::Sender<Input>)> {
        self.all().iter().map(|(id, handle)| (id.clone(), handle.inputs.clone())).collect()
    }

    /// A newer sign-in for the same connection takes the older one's place.
    pub(super) async fn enter(&self, id: &str, newer: Handle) {
        let older: Vec<_> = {
            let mut all = self.all();
            let same = all.values().filter(|handle| handle.alias == newer.alias);
            let older = same.map(|handle| handle.inputs.clone()).collect();
            all.insert(id.to_owned(), newer);
            older
        };
        for inputs in older {
            // One that has ended meanwhile is out of the way already.
            let _ = inputs.send(Input::Supersede).await;
        }
    }

    /// Nobody can speak to it any more.
    pub(super) fn leave(&self, id: &str) {
        self.all().remove(id);
    }

    pub(super) fn tell_end(&self) {
        self.ended.notify_waiters();
    }
}
