use tokio::{sync::watch, time::timeout};
use zbus::{
    connection, interface,
    object_server::{InterfaceRef, SignalEmitter},
};

use crate::{Desk, PATIENCE};

const LOGIN: &str = "/org/freedesktop/login1";
const NETWORK: &str = "/org/freedesktop/NetworkManager";
const NETWORK_NAME: &str = "org.freedesktop.NetworkManager";

/// The services for a computer's sleep and networks, login1 and `NetworkManager`, on a bus that a desk's programs use
/// as the system's.
pub struct Computer {
    bus: zbus::Connection,
    login: InterfaceRef<Login>,
    network: InterfaceRef<Network>,
    /// How often the agent read whether the network is metered.
    told: watch::Receiver<usize>,
}

struct Login;

struct Network {
    state: u32,
    metered: u32,
    told: watch::Sender<usize>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Login {
    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, begins: bool) -> zbus::Result<()>;
}

#[interface(name = "org.freedesktop.NetworkManager")]
impl Network {
    #[zbus(property)]
    fn state(&self) -> u32 {
        self.state
    }

    #[zbus(property)]
    fn metered(&self) -> u32 {
        self.told.send_modify(|times| *times += 1);
        self.metered
    }
}

impl Computer {
    /// Surrounds a desk's later programs with `NetworkManager`'s `NMState` and `NMMetered`.
    pub async fn around(desk: &mut Desk, state: u32, metered: u32) -> Self {
        let address = desk.bus_address().to_owned();
        desk.set("DBUS_SYSTEM_BUS_ADDRESS", &address);
        let (sender, told) = watch::channel(0);
        let bus = connection::Builder::address(address.as_str())
            .unwrap()
            .serve_at(LOGIN, Login)
            .unwrap()
            .serve_at(NETWORK, Network { state, metered, told: sender })
            .unwrap()
            .name("org.freedesktop.login1")
            .unwrap()
            .name(NETWORK_NAME)
            .unwrap()
            .build()
            .await
            .unwrap();
        let login = bus.object_server().interface(LOGIN).await.unwrap();
        let network = bus.object_server().interface(NETWORK).await.unwrap();
        Self { bus, login, network, told }
    }

    /// Returns once the network's state was read this often in all.
    pub async fn was_asked(&mut self, times: usize) {
        let asked = self.told.wait_for(|told| *told >= times);
        timeout(PATIENCE, asked).await.expect("somebody asks").unwrap();
    }

    /// The computer sleeps and wakes up.
    pub async fn sleeps(&self) {
        for begins in [true, false] {
            Login::prepare_for_sleep(self.login.signal_emitter(), begins).await.unwrap();
        }
    }

    /// Sets this `NMState`, and returns once it was read.
    pub async fn comes_to(&mut self, state: u32) {
        let asked = *self.told.borrow();
        let mut network = self.network.get_mut().await;
        network.state = state;
        network.state_changed(self.network.signal_emitter()).await.unwrap();
        drop(network);
        self.was_asked(asked + 1).await;
    }

    /// Sets this `NMMetered`, and returns once it was read.
    pub async fn becomes(&mut self, metered: u32) {
        let asked = *self.told.borrow();
        let mut network = self.network.get_mut().await;
        network.metered = metered;
        // The signal has the value too.
        network.metered_changed(self.network.signal_emitter()).await.unwrap();
        drop(network);
        self.was_asked(asked + 2).await;
    }

    /// Ends `NetworkManager`.
    pub async fn loses_its_network_manager(&self) {
        self.bus.release_name(NETWORK_NAME).await.unwrap();
    }
}
