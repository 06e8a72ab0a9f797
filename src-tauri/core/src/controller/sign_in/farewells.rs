//! The last page of a sign-in that has ended, for a browser that asks for it again: by a reload, or by Back and Allow once
//! more, which would leave code and state in its address bar where nobody listens.

use std::{mem, sync::Mutex, time::Duration};

use tokio::{sync::watch, task::JoinSet, time::sleep};

use crate::{controller::lock, org::oauth::loopback::Listener};

/// How long somebody may go on clicking around in the tab of a sign-in. The next sign-in needs the port, and gets it.
const STAY: Duration = Duration::from_secs(10 * 60);

/// The listeners that stay for it. They take no answer any more.
#[derive(Default)]
pub(in crate::controller) struct Farewells {
    /// Told when the ports are wanted.
    wanted: watch::Sender<()>,
    staying: Mutex<JoinSet<()>>,
}

impl Farewells {
    /// Returns once the browser has its last page, and goes on serving that for a while. Without one the port is freed.
    pub(in crate::controller) async fn begin(&self, listener: Listener) {
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
