//! A running practice org, for the program that started it.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::http::paths;
use crate::http::shared::Shared;
use crate::rehearsal::control::{self, CONTROL_HEADER};
use crate::rehearsal::event::Event;
use crate::rehearsal::faults::fault::Fault;
use crate::rehearsal::rehearsed::Rehearsed;
use crate::rehearsal::scenario::Scenario;
use crate::router::router;
use crate::world::apps::app::SEEDED;
use crate::world::apps::consumer::Pair;
use crate::world::counters::Counters;
use crate::world::grants::alive::TokenStatus;
use crate::world::options::Options;
use crate::world::people::users::Role;
use crate::world::switches::Switches;

/// How long [`Org::stop`] lets requests finish.
const GRACE: Duration = Duration::from_secs(2);
/// How often another free port is tried when the first one is taken on IPv6.
const ATTEMPTS: usize = 16;

/// A practice org that answers until it is stopped or dropped.
pub struct Org {
    shared: Arc<Shared>,
    rehearsed: Arc<Rehearsed>,
    listeners: Vec<JoinHandle<io::Result<()>>>,
    stop: watch::Sender<bool>,
}

/// The printed facts with which people and tests use the org. Its secrets protect only a rehearsal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The version of this form: 1.
    pub version: u32,
    /// The address to connect to.
    pub address: String,
    /// The External Client App Manager in Setup. It asks for the admin's login first.
    pub setup_url: String,
    /// The practice inbox, where verification codes arrive.
    pub inbox_url: String,
    /// Consumer Key.
    pub key: String,
    /// Consumer Secret.
    pub secret: String,
    /// The users who can log in.
    pub users: Vec<PracticeUser>,
    /// How to change the org.
    pub control: Control,
}

/// A user who can log in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeUser {
    /// The value for Username.
    pub username: String,
    /// The value for Password.
    pub password: String,
    /// The purpose of the user.
    pub role: Role,
}

/// The control API's address, and the header it requires.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// The base of the control API's addresses, ending in `/`.
    pub url: String,
    /// The header's name.
    pub header: String,
    /// The header's value, which changes at each start.
    pub value: String,
}

impl Org {
    /// Starts an org on 127.0.0.1 and, where IPv6 exists, on the same port of `::1`. Needs a Tokio runtime.
    ///
    /// # Errors
    /// When the port is taken on either address, or the configured origin is invalid.
    pub async fn start(options: Options) -> io::Result<Self> {
        let (port, listeners) = bind(options.port).await?;
        let shared = Arc::new(Shared::new(&options, port)?);
        let rehearsed = Arc::new(Rehearsed::new(Arc::clone(&shared)));
        let (stop, stopped) = watch::channel(false);
        let listeners = listeners
            .into_iter()
            .map(|listener| {
                let app = router(Arc::clone(&rehearsed));
                let mut stopped = stopped.clone();
                let until_stopped = async move {
                    // An error means that the sender, and with it the org, is gone.
                    let _ = stopped.wait_for(|stop| *stop).await;
                };
                tokio::spawn(
                    async move { axum::serve(listener, app).with_graceful_shutdown(until_stopped).await },
                )
            })
            .collect();
        Ok(Self { shared, rehearsed, listeners, stop })
    }

    /// The org's address: the configured origin, else `http://localhost:PORT`.
    pub fn address(&self) -> String {
        self.shared.address()
    }

    /// The port on the loopback addresses.
    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// Consumer Key.
    pub fn key(&self) -> String {
        self.shared.lock().pair(SEEDED).map(|pair| pair.key.clone()).unwrap_or_default()
    }

    /// Consumer Secret.
    pub fn secret(&self) -> String {
        self.shared.lock().pair(SEEDED).map(|pair| pair.secret.clone()).unwrap_or_default()
    }

    /// Stages a new key and secret for the first app, as the button in Setup does.
    pub fn stage(&self) {
        self.shared.lock().stage_pair(SEEDED);
    }

    /// Puts what is staged in force, as the button in Setup does.
    pub fn rotate_staged(&self) {
        self.shared.lock().rotate_pair(SEEDED);
    }

    /// Deletes the former key and secret, as the button in Setup does.
    pub fn delete_former(&self) {
        self.shared.lock().delete_former_pair(SEEDED);
    }

    /// Consumer Key and Consumer Secret that are staged, if any.
    pub fn staged(&self) -> Option<(String, String)> {
        let state = self.shared.lock();
        let consumer = state.apps.get(SEEDED).and_then(|app| app.consumer.as_ref())?;
        let Pair { key, secret } = consumer.staged(state.clock.now())?.pair.clone();
        Some((key, secret))
    }

    /// Consumer Key and Consumer Secret of an app in another org: known to the login page, and refused after the login.
    pub fn pair_of_another_org(&self) -> (String, String) {
        let state = self.shared.lock();
        let elsewhere = state.apps.iter().find(|app| app.elsewhere).and_then(|app| app.consumer.as_ref());
        let pair = elsewhere.map(|consumer| consumer.pair.clone());
        pair.map(|Pair { key, secret }| (key, secret)).unwrap_or_default()
    }

    /// The org's id, 18 characters.
    pub fn org_id(&self) -> String {
        self.shared.lock().org.id.clone()
    }

    /// The users: an admin, an integration user, one without "API Enabled", a frozen one, and one of another org.
    pub fn users(&self) -> Vec<PracticeUser> {
        let state = self.shared.lock();
        let users = state.users.iter().map(|user| PracticeUser {
            username: user.username.clone(),
            password: user.password.clone(),
            role: user.role,
        });
        users.collect()
    }

    /// The control API's address. It stays on the loopback port, also when an origin is configured.
    pub fn control(&self) -> Control {
        Control {
            url: format!("http://localhost:{}{}", self.shared.port, control::PATH),
            header: CONTROL_HEADER.to_owned(),
            value: self.rehearsed.control_value.clone(),
        }
    }

    /// All of the above together.
    pub fn announcement(&self) -> Announcement {
        let address = self.address();
        Announcement {
            version: 1,
            setup_url: format!("{address}{}", paths::APP_LIST),
            inbox_url: format!("{address}{}", paths::INBOX),
            address,
            key: self.key(),
            secret: self.secret(),
            users: self.users(),
            control: self.control(),
        }
    }

    /// The org's routes over the same state, for a separate listener (behind TLS, for example).
    pub fn router(&self) -> Router {
        router(Arc::clone(&self.rehearsed))
    }

    /// The present switches.
    pub fn switches(&self) -> Switches {
        self.shared.lock().switches_now()
    }

    /// Changes switches.
    pub fn change(&self, change: impl FnOnce(&mut Switches)) {
        let mut state = self.shared.lock();
        let mut switches = state.switches_now();
        change(&mut switches);
        state.set_switches(switches);
    }

    /// Moves the org's clock forward.
    pub fn advance(&self, by: Duration) {
        self.shared.lock().clock.advance(by);
    }

    /// Revokes every token, as an admin can in Setup.
    pub fn revoke_all(&self) {
        self.shared.lock().revoke_all();
    }

    /// The verification code of the newest mail in the practice inbox.
    pub fn newest_code(&self) -> Option<String> {
        self.shared.lock().inbox.newest_code().map(str::to_owned)
    }

    /// The counters since the start.
    pub fn counters(&self) -> Counters {
        self.shared.lock().counters_now()
    }

    /// Whether a token or code would be accepted now, and its kind.
    pub fn token_status(&self, token: &str) -> TokenStatus {
        self.shared.lock().token_status(token)
    }

    /// Sets a fault.
    pub fn fault(&self, fault: Fault) {
        self.rehearsed.faults.set(fault);
    }

    /// The active faults.
    pub fn faults(&self) -> Vec<Fault> {
        self.rehearsed.faults.shown()
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.rehearsed.faults.clear();
    }

    /// Makes an event happen in the org.
    pub fn happen(&self, event: Event) {
        self.shared.lock().happen(event);
    }

    /// Starts a scenario, replacing a running one.
    ///
    /// # Errors
    /// The reason in words: another version, or a switch or value that does not exist. Nothing was changed then.
    pub fn play(&self, scenario: Scenario) -> Result<(), String> {
        self.rehearsed.play(scenario)
    }

    /// Stops listening, lets running requests finish for two seconds, and frees the port.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for mut listener in std::mem::take(&mut self.listeners) {
            if tokio::time::timeout(GRACE, &mut listener).await.is_err() {
                listener.abort();
            }
        }
    }
}

impl Drop for Org {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn bind(port: u16) -> io::Result<(u16, Vec<TcpListener>)> {
    for _ in 0..ATTEMPTS {
        let ipv4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let bound = ipv4.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, bound)).await {
            Ok(ipv6) => return Ok((bound, vec![ipv4, ipv6])),
            Err(error) if error.kind() != ErrorKind::AddrInUse => return Ok((bound, vec![ipv4])),
            Err(error) if port != 0 => return Err(error),
            Err(_) => {}
        }
    }
    Err(io::Error::new(ErrorKind::AddrInUse, "no port was free on both 127.0.0.1 and ::1"))
}
