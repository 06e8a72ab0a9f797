//! Linux: `PR_SET_DUMPABLE` and `RLIMIT_CORE`.

use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

pub(super) fn close() {
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::info!(%error, "this process's memory stays open to other programs of this user");
    }
}

/// The size of dumps is limited to one byte and not to none: Linux takes a limit of none for a word about files only and
/// hands the dump to a crash reporter all the same, whereas one byte is too small for a file and keeps it from the reporter
/// too (`fs/coredump.c`).
pub(super) fn no_core_dumps() {
    let limit = Rlimit { current: Some(1), ..getrlimit(Resource::Core) };
    if let Err(error) = setrlimit(Resource::Core, limit) {
        tracing::info!(%error, "this process may leave a core dump");
    }
}
