//! Linux: `PR_SET_DUMPABLE` and `RLIMIT_CORE`.

use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

pub(super) fn close() {
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::info!(%error, "this process's memory stays open to other programs of this user");
    }
}

/// Limits dumps to one byte, not zero: with a limit of zero Linux still hands the dump to a crash reporter, whereas one
/// byte is too small for a file and keeps the dump from the reporter too (`fs/coredump.c`).
pub(super) fn no_core_dumps() {
    let limit = Rlimit { current: Some(1), ..getrlimit(Resource::Core) };
    if let Err(error) = setrlimit(Resource::Core, limit) {
        tracing::info!(%error, "this process may leave a core dump");
    }
}
