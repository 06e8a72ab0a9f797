//! Hearing that something in a folder has changed, without looking again and again.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

use std::{path::PathBuf, time::Duration};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(windows)]
use self::windows as system;

/// Between two looks where nothing can be heard.
const LOOK_AGAIN: Duration = Duration::from_secs(600);

/// Returns when something was taken out of one of the folders that are `kept`, or one of these itself is gone, or when
/// something came into one of the `awaited`. Also now and then without a cause.
pub async fn change(kept: &[PathBuf], awaited: &[PathBuf]) {
    if system::change(kept, awaited).await.is_err() {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tokio::time::timeout;

    use super::*;

    /// Reached only when something hangs.
    const PATIENCE: Duration = Duration::from_secs(300);

    #[tokio::test]
    async fn what_goes_or_comes_is_heard_and_nothing_else() {
        let temp = tempfile::tempdir().unwrap();
        let [kept, awaited] = ["kept", "awaited"].map(|name| temp.path().join(name));
        let doing: [fn(&PathBuf, &PathBuf); 4] = [
            |kept, _| fs::remove_file(kept.join("file")).unwrap(),
            |kept, _| fs::remove_dir_all(kept).unwrap(),
            |kept, _| fs::rename(kept, kept.with_extension("gone")).unwrap(),
            |_, awaited| fs::create_dir(awaited.join("folder")).unwrap(),
        ];
        for (number, act) in doing.into_iter().enumerate() {
            for folder in [&kept, &awaited] {
                fs::create_dir_all(folder).unwrap();
            }
            fs::File::create(kept.join("file")).unwrap();
            let mut change =
                std::pin::pin!(change(std::slice::from_ref(&kept), std::slice::from_ref(&awaited)));
            let still = timeout(Duration::from_millis(100), &mut change);
            assert!(still.await.is_err(), "{number}: nothing yet");
            fs::File::create(kept.join("more")).unwrap();
            let still = timeout(Duration::from_millis(100), &mut change);
            assert!(still.await.is_err(), "{number}: nothing that matters");
            act(&kept, &awaited);
            timeout(PATIENCE, change).await.unwrap_or_else(|_| panic!("{number}: it is heard"));
        }
    }
}
