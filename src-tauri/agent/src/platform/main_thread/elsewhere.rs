//! Elsewhere any thread will do.

pub(super) fn serve_during(work: impl FnOnce() -> u8) -> u8 {
    work()
}
