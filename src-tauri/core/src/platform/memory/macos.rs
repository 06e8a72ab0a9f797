//! macOS: no core dumps by a limit. Another program of the same user reads this memory only where the signature of this one lets it, and
//! nothing more is done here: `docs/security.md` says so.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

pub(super) fn close() {
    no_core_dumps();
}

pub(super) fn no_core_dumps() {
    let limit = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
    if let Err(error) = setrlimit(Resource::Core, limit) {
        tracing::info!(%error, "this process may leave a core dump");
    }
}
