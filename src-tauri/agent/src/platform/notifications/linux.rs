//! Notifications of Linux desktops: `org.freedesktop.Notifications` over D-Bus
//! (<https://specifications.freedesktop.org/notification/latest/>).

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use connect_core::contract::view::Place;
use futures_util::StreamExt;
use tokio::sync::mpsc;
use zbus::{
    fdo::{DBusProxy, NameOwnerChangedStream},
    proxy,
    zvariant::Value,
};

use super::NotTold;
use crate::{
    platform::linux::{bus, markup},
    shown::note::{Click, Note},
};

const NAME: &str = "Datatrax Connect";
const SERVICE: &str = "org.freedesktop.Notifications";
/// The desktop entry, whose icon stands beside the words.
const ENTRY: &str = "com.getdatatrax.connect";
const ICON: &str = "datatrax-connect";
/// The action of a click on the notification itself.
const DEFAULT: &str = "default";
/// Notifications whose click is remembered.
const MOST_SHOWN: usize = 64;

#[proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    #[expect(clippy::too_many_arguments, reason = "the parameters of the specification")]
    fn notify(
        &self,
        name: &str,
        replaces: u32,
        icon: &str,
        title: &str,
        text: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        milliseconds: i32,
    ) -> zbus::Result<u32>;

    fn get_server_information(&self) -> zbus::Result<(String, String, String, String)>;

    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action: String) -> zbus::Result<()>;

    #[zbus(signal)]
    fn activation_token(&self, id: u32, token: String) -> zbus::Result<()>;

    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

/// The service is started by this where the bus can start it, as it is by the first notification.
pub(super) async fn shower() -> Result<Option<String>, NotTold> {
    let bus = bus::connect().await.map_err(|_| NotTold)?;
    let asked = async { NotificationsProxy::new(&bus).await?.get_server_information().await };
    let answer = asked.await.ok();
    Ok(answer.map(|(name, _, version, _)| format!("{name} {version}").trim().to_owned()))
}

/// Where each notification on the desktop leads.
type Shown = Arc<Mutex<BTreeMap<u32, Place>>>;

/// The notification service of the session, connected to at the first note.
pub(crate) struct Desktop {
    clicked: mpsc::Sender<Click>,
    shown: Shown,
    service: Option<NotificationsProxy<'static>>,
    /// Whether there is a window for a click to open.
    has_window: bool,
    /// Changes of the bus name's owner: the program that shows notifications.
    owners: Option<NameOwnerChangedStream>,
}

impl Desktop {
    pub(super) fn new(clicked: mpsc::Sender<Click>, has_window: bool) -> Self {
        Self { clicked, shown: Shown::default(), service: None, has_window, owners: None }
    }

    async fn service(&mut self) -> zbus::Result<NotificationsProxy<'static>> {
        if let Some(service) = &self.service {
            return Ok(service.clone());
        }
        let bus = bus::connect().await?;
        // Subscribed before anything is shown, so that no start of a service is missed.
        let owners = DBusProxy::new(&bus).await?;
        self.owners = Some(owners.receive_name_owner_changed_with_args(&[(0, SERVICE)]).await?);
        let service = NotificationsProxy::new(&bus).await?;
        let actions = service.receive_action_invoked().await?;
        let tokens = service.receive_activation_token().await?;
        let ends = service.receive_notification_closed().await?;
        tokio::spawn(hear(actions, tokens, ends, self.shown.clone(), self.clicked.clone()));
        self.service = Some(service.clone());
        Ok(service)
    }
}

impl super::Notifier for Desktop {
    async fn show(&mut self, note: Note) -> Result<(), String> {
        let show = async {
            let service = self.service().await?;
            let reads_markup = service.get_capabilities().await?.iter().any(|can| can == "body-markup");
            let text = if reads_markup { markup::escaped(&note.text) } else { note.text.clone() };
            let hints =
                HashMap::from([("desktop-entry", Value::from(ENTRY)), ("urgency", Value::from(1_u8))]);
            let button = note.button();
            let actions = if self.has_window { &[DEFAULT, button.as_str()][..] } else { &[] };
            service.notify(NAME, 0, ICON, &note.title, &text, actions, hints, -1).await
        };
        match show.await {
            Ok(id) => {
                let mut shown = lock(&self.shown);
                shown.insert(id, note.place);
                while shown.len() > MOST_SHOWN {
                    shown.pop_first();
                }
                Ok(())
            }
            Err(error) => {
                self.service = None;
                Err(error.to_string())
            }
        }
    }

    async fn comes(&mut self) {
        while let Some(owners) = &mut self.owners {
            let Some(change) = owners.next().await else {
                self.owners = None;
                break;
            };
            if change.args().is_ok_and(|change| change.new_owner().is_some()) {
                return;
            }
        }
        // Without a bus no service can come.
        std::future::pending::<()>().await;
    }
}

async fn hear(
    mut actions: ActionInvokedStream,
    mut tokens: ActivationTokenStream,
    mut ends: NotificationClosedStream,
    shown: Shown,
    clicked: mpsc::Sender<Click>,
) {
    // The activation token for a click arrives just before the click.
    let mut leave: Option<(u32, String)> = None;
    loop {
        tokio::select! {
            biased;
            Some(token) = tokens.next() => {
                leave = token.args().ok().map(|told| (told.id, told.token.clone()));
            }
            Some(action) = actions.next() => {
                let Ok(told) = action.args() else { continue };
                let place = lock(&shown).remove(&told.id);
                let Some(place) = place.filter(|_| told.action == DEFAULT) else { continue };
                let activation_token = leave.take().filter(|(id, _)| *id == told.id).map(|(_, token)| token);
                // A click that finds the queue full is dropped, as on a busy desktop.
                let _ = clicked.try_send(Click { place, activation_token });
            }
            Some(end) = ends.next() => {
                if let Ok(told) = end.args() {
                    lock(&shown).remove(&told.id);
                }
            }
            else => return,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
