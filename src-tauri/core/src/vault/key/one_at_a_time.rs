//! One call of the keychain at a time, on a thread of its own and with a time limit.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use super::{DataKeys, Shared, State};
use crate::{
    ports::KeychainError,
    vault::{
        VaultError,
        gates::{Gates, Waiting},
    },
};

impl DataKeys {
    /// Does the work on a thread of its own once no other call is under way, unless its result is known by then, or a
    /// glance shows it.
    pub(super) fn one_at_a_time<T: Send + 'static>(
        &self,
        limit: Duration,
        known: impl Fn(&mut State) -> Option<T>,
        glance: impl FnOnce(&Shared) -> Option<T> + Send + 'static,
        work: impl FnOnce(&Shared, &AtomicBool) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        const SLOW: VaultError = VaultError::Keychain(KeychainError::Slow);
        const FAILED: VaultError = VaultError::Keychain(KeychainError::Failed);
        let mut waiting = Waiting::for_keychain(&*self.shared.keychain, limit);
        let mut state = self.shared.state();
        loop {
            if let Some(known) = known(&mut state) {
                return Ok(known);
            }
            if !state.busy {
                break;
            }
            let Some(left) = waiting.left() else { return Err(SLOW) };
            state = self.shared.free.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.busy = true;
        drop(state);

        let busy = Busy(Arc::clone(&self.shared));
        let abandoned = Arc::new(AtomicBool::new(false));
        let (answer, answers) = mpsc::channel();
        let (let_in, begun) = mpsc::channel();
        let given_up = Arc::clone(&abandoned);
        let gates = self.gates.clone();
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || {
                let result = glance(&busy.0).map_or_else(
                    || {
                        let _held = gates.as_ref().map(Gates::ask).transpose()?;
                        let _ = let_in.send(());
                        let result = work(&busy.0, &given_up);
                        if let Some(gates) = gates.filter(|_| result.as_ref().err() != Some(&SLOW)) {
                            gates.note_answer();
                        }
                        result
                    },
                    Ok,
                );
                drop(busy);
                let _ = answer.send(result);
            })
            .map_err(|_| FAILED)?;
        // However long that takes: the keychain has not been asked before. An error says that it need not be.
        let _ = begun.recv();
        let mut waiting = Waiting::for_keychain(&*self.shared.keychain, limit);
        while let Some(left) = waiting.left() {
            match answers.recv_timeout(left) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) => {}
                // The platform's library panicked.
                Err(RecvTimeoutError::Disconnected) => return Err(FAILED),
            }
        }
        abandoned.store(true, Ordering::SeqCst);
        if let Some(gates) = &self.gates {
            gates.note_silence();
        }
        Err(SLOW)
    }
}

/// Marks the call under way; ends with the thread, even by a panic.
struct Busy(Arc<Shared>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.state().busy = false;
        self.0.free.notify_all();
    }
}
