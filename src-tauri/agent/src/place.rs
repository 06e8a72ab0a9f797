//! Where the agent and what it works with are found: its lock, its socket, its database. What is taken away from under it,
//! such as by the end of a login or by whoever cleans folders of temporary files, it puts back.

use std::{future::Future, io, mem, path::PathBuf, pin::pin, time::Duration};

use connect_core::{
    contract::view::End,
    controller::Controller,
    platform::{
        home::Home,
        lock,
        private::{self, Found},
        watch::{self, Watched},
    },
};
use tokio::time::sleep;

use crate::{holder::Holder, platform::socket};

/// When it is looked again after something has changed: a login makes its folder first, and puts another one over it then.
const LOOKS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];

/// Between two changes that are heard.
const BREATH: Duration = Duration::from_secs(1);

/// After there was no place to go to.
const TRY_AGAIN: Duration = Duration::from_secs(60);

pub(crate) struct Place {
    home: Home,
    folder: Found,
    alone: lock::Held,
    listener: socket::Listener,
}

impl Place {
    pub(crate) async fn take(home: &Home, alone: lock::Held) -> io::Result<Self> {
        let listener = socket::listen(home.socket()).await?;
        Ok(Self { home: home.clone(), folder: private::found(home.data()), alone, listener })
    }

    pub(crate) fn listener(&self) -> &socket::Listener {
        &self.listener
    }

    /// Returns once somebody who looks for the agent would not find it here.
    pub(crate) async fn is_lost(&self) {
        let mut looks = [].iter();
        loop {
            let watched = Watched {
                kept: self.folders(),
                awaited: self.home.better_places(),
                named: self.home.named(),
            };
            let mut change = pin!(watch::change(&watched));
            let is_heard = has_come(change.as_mut()).await;
            if !self.is_where_it_belongs() {
                return;
            }
            let later = looks.next().copied();
            tokio::select! {
                () = change, if !is_heard => {}
                () = sleep(later.unwrap_or_default()), if !is_heard && later.is_some() => continue,
                else => {}
            }
            looks = LOOKS.iter();
            if !self.is_where_it_belongs() {
                return;
            }
            sleep(BREATH).await;
        }
    }

    /// Takes its place again, where that is now. Says why it has to end where there is none any more.
    pub(crate) async fn put_back(&mut self) -> Option<End> {
        if self.home_is_gone() {
            tracing::warn!("the home was moved or deleted, and there is nothing left to keep here");
            return Some(End::Stop);
        }
        let Ok(home) = self.home.with_socket_of_now() else {
            tracing::warn!("there is no place for the socket now");
            sleep(TRY_AGAIN).await;
            return None;
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

    /// Also where another folder has its name by now: the database is open in the one that was there.
    fn home_is_gone(&self) -> bool {
        self.folder.has_become(private::found(self.home.data()))
    }

    fn is_where_it_belongs(&self) -> bool {
        !self.home_is_gone()
            && self.home.with_socket_of_now().is_ok_and(|home| {
                socket::is_found(&self.listener, home.socket()) && self.alone.is_in_place(&home.agent_lock())
            })
    }

    /// Those that have what it is found by.
    fn folders(&self) -> Vec<PathBuf> {
        socket::folder(self.home.socket()).into_iter().chain([self.home.run().to_owned()]).collect()
    }
}

/// Looks after the database for as long as it may be needed.
pub(crate) async fn keep_database(home: Home, controller: Controller) {
    let watched = Watched { named: home.named(), ..Watched::default() };
    loop {
        let mut change = pin!(watch::change(&watched));
        let is_heard = has_come(change.as_mut()).await;
        controller.look_after_database().await;
        if !is_heard {
            change.await;
            controller.look_after_database().await;
        }
        sleep(BREATH).await;
    }
}

/// Whether it is there already. From now on it is heard.
async fn has_come(change: impl Future<Output = ()>) -> bool {
    tokio::select! {
        biased;
        () = change => true,
        () = async {} => false,
    }
}
