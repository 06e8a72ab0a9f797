//! Where the agent is found: its lock and its socket. What is taken away from under it, such as by the end of a login or by
//! whoever cleans folders of temporary files, it puts back.

use std::{io, mem, path::PathBuf, pin::pin, time::Duration};

use connect_core::{
    contract::view::End,
    platform::{home::Home, lock, watch},
};
use tokio::time::sleep;

use crate::{holder::Holder, platform::socket};

/// When it is looked again after something has changed: a login makes its folder first, and puts another one over it then.
const LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(60)];

/// After there was no place to go to.
const TRY_AGAIN: Duration = Duration::from_secs(60);

pub(crate) struct Place {
    home: Home,
    alone: lock::Held,
    listener: socket::Listener,
}

impl Place {
    pub(crate) async fn take(home: &Home, alone: lock::Held) -> io::Result<Self> {
        let listener = socket::listen(home.socket()).await?;
        Ok(Self { home: home.clone(), alone, listener })
    }

    pub(crate) fn listener(&self) -> &socket::Listener {
        &self.listener
    }

    /// Returns once somebody who looks for the agent would not find it here.
    pub(crate) async fn is_lost(&self) {
        loop {
            let (kept, awaited) = (self.folders(), self.home.better_places());
            let mut change = pin!(watch::change(&kept, &awaited));
            let changed = tokio::select! {
                biased;
                () = &mut change => true,
                // From now on it is heard.
                () = async {} => false,
            };
            if !self.is_where_it_belongs() {
                return;
            }
            if !changed {
                change.await;
            }
            for look in LOOKS {
                sleep(look).await;
                if !self.is_where_it_belongs() {
                    return;
                }
            }
        }
    }

    /// Takes its place again, where that is now. Says why it has to end where there is none any more.
    pub(crate) async fn put_back(&mut self) -> Option<End> {
        let Ok(home) = self.home.with_socket_of_now() else {
            if self.home.data().exists() {
                tracing::warn!("there is no place for the socket now");
                sleep(TRY_AGAIN).await;
                return None;
            }
            tracing::warn!("the home is gone, and there is nothing left to keep");
            return Some(End::Stop);
        };
        match self.settle(home).await {
            Ok(true) => tracing::info!("the agent can be found again"),
            Ok(false) => {
                tracing::warn!("another agent has begun in this home");
                return Some(End::Newer);
            }
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "the agent cannot be found for now");
                sleep(TRY_AGAIN).await;
            }
        }
        None
    }

    /// Nobody finds it any more. It is the only one until the lock is dropped.
    pub(crate) fn leave(self) -> lock::Held {
        socket::close(self.listener, self.home.socket());
        self.alone
    }

    /// `false` where another agent was faster.
    async fn settle(&mut self, home: Home) -> io::Result<bool> {
        if !self.alone.is_in_place(&home.agent_lock()) {
            let Some(mut held) = lock::try_exclusive(&home.agent_lock())? else { return Ok(false) };
            Holder::here().note(&mut held);
            self.alone = held;
        }
        if !socket::is_found(&self.listener, home.socket()) {
            let former = mem::replace(&mut self.listener, socket::listen(home.socket()).await?);
            socket::close(former, self.home.socket());
        }
        self.home = home;
        Ok(true)
    }

    fn is_where_it_belongs(&self) -> bool {
        self.home.with_socket_of_now().is_ok_and(|home| {
            socket::is_found(&self.listener, home.socket()) && self.alone.is_in_place(&home.agent_lock())
        })
    }

    /// Those that have what it is found by.
    fn folders(&self) -> Vec<PathBuf> {
        socket::folder(self.home.socket()).into_iter().chain([self.home.run().to_owned()]).collect()
    }
}
