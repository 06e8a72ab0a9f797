#![expect(clippy::used_underscore_binding, reason = "the interface macro reads every argument")]

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use zbus::{
    connection, interface,
    object_server::{InterfaceRef, SignalEmitter},
    zvariant::OwnedValue,
};

use crate::{Desk, PATIENCE};

const PATH: &str = "/org/freedesktop/Notifications";

/// A desktop's notification service, on a test's session bus.
pub struct Notifications {
    service: InterfaceRef<Service>,
    shown: mpsc::UnboundedReceiver<Shown>,
}

/// A notification as requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub id: u32,
    pub title: String,
    pub text: String,
    /// The names of its actions.
    pub actions: Vec<String>,
    /// The labels that some desktops show on buttons for them.
    pub buttons: Vec<String>,
}

struct Service {
    shown: mpsc::UnboundedSender<Shown>,
    last: AtomicU32,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "the parameters of the specification")]
    fn notify(
        &self,
        _name: &str,
        _replaces: u32,
        _icon: &str,
        title: String,
        text: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _milliseconds: i32,
    ) -> u32 {
        let id = self.last.fetch_add(1, Ordering::SeqCst) + 1;
        let (names, buttons): (Vec<_>, Vec<_>) =
            actions.into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
        let [actions, buttons] = [names, buttons].map(|all| all.into_iter().map(|(_, text)| text).collect());
        self.shown.send(Shown { id, title, text, actions, buttons }).unwrap();
        id
    }

    #[expect(clippy::unused_self, reason = "the interface requires a method")]
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).to_vec()
    }

    #[expect(clippy::unused_self, reason = "the interface requires a method")]
    fn get_server_information(&self) -> (String, String, String, String) {
        ["notifications of the test", "tests", "1.5", "1.2"].map(str::to_owned).into()
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn activation_token(emitter: &SignalEmitter<'_>, id: u32, token: &str) -> zbus::Result<()>;
}

impl Notifications {
    /// Starts the service on this desk's session bus.
    pub async fn on(desk: &Desk) -> Self {
        let (sender, shown) = mpsc::unbounded_channel();
        let bus = connection::Builder::address(desk.bus_address())
            .unwrap()
            .serve_at(PATH, Service { shown: sender, last: AtomicU32::new(0) })
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { service: bus.object_server().interface(PATH).await.unwrap(), shown }
    }

    /// The next notification.
    pub async fn next(&mut self) -> Shown {
        timeout(PATIENCE, self.shown.recv()).await.expect("a notification").unwrap()
    }

    /// Waits a moment and asserts that none is shown.
    pub async fn none(&mut self) {
        sleep(Duration::from_millis(500)).await;
        if let Ok(shown) = self.shown.try_recv() {
            panic!("nobody can act on this: {shown:?}");
        }
    }

    /// Clicks on a notification, with an activation token.
    pub async fn click(&self, shown: &Shown) {
        let emitter = self.service.signal_emitter();
        Service::activation_token(emitter, shown.id, "the-leave").await.unwrap();
        Service::action_invoked(emitter, shown.id, "default").await.unwrap();
    }
}
