//! The last page of an ended sign-in, for a browser that loads it again, by reload or by Back and Allow once more,
//! which would otherwise leave code and state in its address bar.

use std::{mem, sync::Mutex, time::Duration};

use tokio::{sync::watch, task::JoinSet, time::sleep};

use crate::{controller::lock, org::oauth::loopback::Listener};

/// How long the tab of an ended sign-in is served. The next sign-in takes the port when it needs it.
const STAY: Duration = Duration::from_secs(10 * 60);

/// The listeners that still serve it. They accept no answer any more.
#[derive(Default)]
pub(in crate::controller) struct Farewells {
    /// Signalled when the ports are needed.
    wanted: watch::Sender<()>,
    staying: Mutex<JoinSet<()>>,
}

impl Farewells {
    /// Returns once the browser has its last page, and serves that for a while longer. Without one the port is freed.
    pub(in crate::controller) async fn begin(&self, mut listener: Listener) {
        if !listener.has_last_page() {
            return listener.close().await;
        }
        listener.see_off().await;
        let mut wanted = self.wanted.subscribe();
        lock(&self.staying).spawn(async move {
            tokio::select! {
                () = sleep(STAY) => {}
                _ = wanted.changed() => {}
            }
            listener.close().await;
        });
    }

    /// Returns once all their ports are free.
    pub(in crate::controller) async fn end(&self) {
        self.wanted.send_replace(());
        let mut staying = mem::take(&mut *lock(&self.staying));
        while staying.join_next().await.is_some() {}
    }
}
