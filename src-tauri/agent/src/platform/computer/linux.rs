//! Linux: signals of the services on the system bus, so nothing is polled.
//!
//! - `PrepareForSleep` of `org.freedesktop.login1`
//!   (<https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html>)
//! - `State` and `Metered` of `org.freedesktop.NetworkManager`
//!   (<https://networkmanager.dev/docs/api/latest/gdbus-org.freedesktop.NetworkManager.html>), their values
//!   `NMState` and `NMMetered` (<https://networkmanager.dev/docs/api/latest/nm-dbus-types.html>)

use std::collections::HashMap;

use connect_core::controller::Controller;
use futures_util::StreamExt;
use tokio::sync::oneshot;
use zbus::{
    Connection, MatchRule, Message, MessageStream, Proxy,
    connection::Builder,
    fdo::DBusProxy,
    message::Type,
    names::MemberName,
    proxy::{CacheProperties, MethodFlags},
    zvariant::{OwnedValue, Value},
};

use super::PATIENCE;

const LOGIN: &str = "org.freedesktop.login1";
const NETWORK: &str = "org.freedesktop.NetworkManager";
const NETWORK_PATH: &str = "/org/freedesktop/NetworkManager";
const BUS: &str = "org.freedesktop.DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// From this `NMState` on there is a way out of the local network (`NM_STATE_CONNECTED_SITE`). The greater
/// `NM_STATE_CONNECTED_GLOBAL` depends on a test address that a company may block.
const CONNECTED: u32 = 60;
/// `NM_METERED_YES` and `NM_METERED_GUESS_YES`, which `NetworkManager` advises to treat alike.
const METERED: [u32; 2] = [1, 3];

/// Listens for as long as the services can be heard; returns why they no longer can.
pub(super) async fn hear(controller: &Controller, silence: oneshot::Sender<()>) -> Result<(), String> {
    listen(controller, silence).await.map_err(|error| error.to_string())
}

async fn listen(controller: &Controller, silence: oneshot::Sender<()>) -> zbus::Result<()> {
    let bus = Builder::system()?.method_timeout(PATIENCE).build().await?;
    // One queue for all signals keeps them in their order.
    let mut messages = MessageStream::from(&bus);
    let sleep = signal(LOGIN, "org.freedesktop.login1.Manager", "PrepareForSleep")?;
    let change = signal(NETWORK, PROPERTIES, "PropertiesChanged")?.path(NETWORK_PATH)?.add_arg(NETWORK)?;
    let owner = signal(BUS, BUS, "NameOwnerChanged")?.add_arg(NETWORK)?;
    let service = DBusProxy::new(&bus).await?;
    for rule in [sleep, change, owner] {
        service.add_match_rule(rule.build()).await?;
    }
    let mut network = Network::of(&bus).await?;
    controller.network_is_metered(network.is_metered);
    drop(silence);
    while let Some(message) = messages.next().await {
        let message = message?;
        match message.header().member().map(MemberName::as_str) {
            // A computer that wakes without a network counts as back once it has one.
            Some("PrepareForSleep") if is_awake(&message) && network.may_reach_out() => {
                tracing::debug!("the computer woke up");
                controller.computer_is_back();
            }
            Some("PropertiesChanged") if is_of_interest(&message) => {
                network.look_again(&bus, controller).await?;
            }
            Some("NameOwnerChanged") => network.look_again(&bus, controller).await?,
            _ => {}
        }
    }
    Ok(())
}

fn signal<'a>(
    sender: &'a str,
    interface: &'a str,
    member: &'a str,
) -> zbus::Result<zbus::match_rule::Builder<'a>> {
    MatchRule::builder().msg_type(Type::Signal).sender(sender)?.interface(interface)?.member(member)
}

/// `PrepareForSleep` says `true` before the sleep and `false` after it.
fn is_awake(sleep: &Message) -> bool {
    sleep.body().deserialize().is_ok_and(|begins: bool| !begins)
}

fn is_of_interest(change: &Message) -> bool {
    let body = change.body();
    let told = body.deserialize::<(&str, HashMap<&str, Value<'_>>, Vec<&str>)>();
    told.is_ok_and(|(_, values, names)| {
        names.into_iter().chain(values.into_keys()).any(|name| matches!(name, "State" | "Metered"))
    })
}

/// The state of `NetworkManager`, read after each of its signals: any program could have sent those.
struct Network {
    /// Its `NMState`, where known.
    state: Option<u32>,
    is_metered: bool,
}

impl Network {
    async fn of(bus: &Connection) -> zbus::Result<Self> {
        let service: Proxy<'_> = zbus::proxy::Builder::new(bus)
            .destination(NETWORK)?
            .path(NETWORK_PATH)?
            .interface(PROPERTIES)?
            .cache_properties(CacheProperties::No)
            .build()
            .await?;
        // Zero is `NM_STATE_UNKNOWN`.
        let state = property(&service, "State").await.filter(|state| *state != 0);
        let metered = property(&service, "Metered").await;
        Ok(Self { state, is_metered: metered.is_some_and(|metered| METERED.contains(&metered)) })
    }

    async fn look_again(&mut self, bus: &Connection, controller: &Controller) -> zbus::Result<()> {
        let before = std::mem::replace(self, Self::of(bus).await?);
        controller.network_is_metered(self.is_metered);
        if self.is_better_than(&before) {
            tracing::debug!(self.is_metered, "the computer came to a network");
            controller.computer_is_back();
        }
        Ok(())
    }

    /// Also true where the state is unknown.
    fn may_reach_out(&self) -> bool {
        self.state.is_none_or(|state| state >= CONNECTED)
    }

    fn is_better_than(&self, before: &Self) -> bool {
        self.state.is_some_and(|state| state >= CONNECTED && before.state.is_none_or(|before| state > before))
    }
}

/// `None` where no service answers; a service that does not run is not started for this.
async fn property(service: &Proxy<'_>, name: &str) -> Option<u32> {
    let question = (NETWORK, name);
    let answer = service.call_with_flags("Get", MethodFlags::NoAutoStart.into(), &question).await;
    let value: OwnedValue = answer.ok().flatten()?;
    value.try_into().ok()
}
