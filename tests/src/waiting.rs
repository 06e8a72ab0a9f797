use std::{
    thread,
    time::{Duration, Instant},
};

use tokio::time::sleep;

/// How long any wait of a test may take. Far longer than needed, so only something that hangs reaches it.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// The pause between two looks.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// Looks again and again until `what` has come, and returns it.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < give_up_at, "{what} has not come");
        sleep(PAUSE).await;
    }
}

/// Looks again and again until this is so; fails with the words `otherwise`.
pub async fn until_so(otherwise: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let give_up_at = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < give_up_at, "{otherwise}");
        sleep(PAUSE).await;
    }
}

/// As [`until_so`], in a test without a runtime.
pub fn block_until_so(otherwise: &str, is_so: impl Fn() -> bool) {
    let give_up_at = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < give_up_at, "{otherwise}");
        thread::sleep(PAUSE);
    }
}
