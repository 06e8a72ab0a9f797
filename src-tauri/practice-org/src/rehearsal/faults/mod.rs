//! Faults on demand between an org and its clients.

mod answers;
mod body;
pub(crate) mod fault;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use fault::{Fault, What};

use crate::world::endpoint::Endpoint;

/// The active faults.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn set(&self, fault: Fault) {
        self.lock().push(fault);
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// The faults that are not used up.
    pub(crate) fn shown(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    fn take(&self, endpoint: Endpoint) -> Vec<What> {
        let mut faults = self.lock();
        let befall =
            faults.iter_mut().filter_map(|fault| fault.befalls(endpoint).then(|| fault.what.clone()));
        let befall = befall.collect();
        faults.retain(|fault| fault.times != Some(0));
        befall
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries a request out, with the faults that apply to its endpoint.
pub(crate) async fn carry_out(faults: &Faults, endpoint: Endpoint, request: Request, next: Next) -> Response {
    let befalling = faults.take(endpoint);
    let mut response = match befalling.iter().find_map(answers::in_place) {
        Some(response) => response,
        None => next.run(request).await,
    };
    for what in befalling {
        response = body::spoil(response, what).await;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_befalls_its_endpoint_as_often_as_it_should() {
        let faults = Faults::default();
        faults.set(Fault::new(What::Cut).at(Endpoint::Token).at(Endpoint::Revoke).after(1).times(2));
        let met: Vec<bool> =
            [Endpoint::Token, Endpoint::Rest, Endpoint::Token, Endpoint::Revoke, Endpoint::Token]
                .map(|endpoint| !faults.take(endpoint).is_empty())
                .to_vec();
        assert_eq!(
            met,
            [false, false, true, true, false],
            "one passes, another endpoint does not count, two are met"
        );
        assert!(faults.shown().is_empty(), "a fault that is used up is gone");
    }
}
