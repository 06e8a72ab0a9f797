#![expect(
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "an interface has methods with all of their parameters"
)]

use std::{
    collections::HashMap,
    future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use zbus::{
    DBusError, connection, fdo, interface,
    object_server::{InterfaceRef, ObjectServer, SignalEmitter},
    zvariant::{OwnedObjectPath, OwnedValue, Value},
};

use crate::Desk;

const SERVICE: &str = "/org/freedesktop/secrets";
const KEYRING: &str = "/org/freedesktop/secrets/collection/one";
const SESSION: &str = "/org/freedesktop/secrets/session/one";
const PROMPT: &str = "/org/freedesktop/secrets/prompt/one";
const NOTHING: &str = "/";

/// A secret as the Secret Service API sends it.
type Sent = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// A keychain that does what no real one does when it is asked to: lets go of sessions, as `KWallet` does on a busy computer,
/// has nobody whom it could ask to unlock it, and refuses an encrypted session in any way. It has one keyring.
pub struct ForgetfulKeychain {
    service: InterfaceRef<Service>,
}

struct Service {
    items: Vec<OwnedObjectPath>,
    made: usize,
    /// How many more times a session is let go of before it is used.
    to_forget: AtomicUsize,
    is_locked: Arc<AtomicBool>,
    /// What it answers to an encrypted session; `None`: nothing at all.
    refusal: Mutex<Option<fdo::Error>>,
    /// How many unencrypted sessions it was asked for.
    plain_sessions: AtomicUsize,
}

struct Keyring {
    is_locked: Arc<AtomicBool>,
}

/// A question that nobody can be shown, as on a computer without a display.
struct Prompt;

struct Item(Vec<u8>);

/// What `KWallet` says of a session that it does not know.
#[derive(Debug, DBusError)]
#[zbus(prefix = "org.qtproject.QtDBus.Error")]
enum Forgotten {
    #[zbus(error)]
    ZBus(zbus::Error),
    InvalidObjectPath(String),
}

impl Service {
    fn know_the_session(&self) -> Result<(), Forgotten> {
        let took =
            self.to_forget.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |times| times.checked_sub(1));
        took.map_or(Ok(()), |_| Err(Forgotten::InvalidObjectPath("no such session".to_owned())))
    }
}

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    fn read_alias(&self, _name: &str) -> OwnedObjectPath {
        path(KEYRING)
    }

    async fn open_session(
        &self,
        algorithm: &str,
        _input: OwnedValue,
    ) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
        if algorithm != "plain" {
            let refusal = self.refusal.lock().unwrap().clone();
            return match refusal {
                Some(refusal) => Err(refusal),
                None => future::pending().await,
            };
        }
        self.plain_sessions.fetch_add(1, Ordering::SeqCst);
        Ok((Value::from("").try_to_owned().unwrap(), path(SESSION)))
    }

    /// Nothing is unlocked before the question is answered.
    fn unlock(&self, _objects: Vec<OwnedObjectPath>) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        (Vec::new(), path(PROMPT))
    }

    fn search_items(
        &self,
        _attributes: HashMap<String, String>,
    ) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        (self.items.clone(), Vec::new())
    }

    #[zbus(property)]
    fn collections(&self) -> Vec<OwnedObjectPath> {
        vec![path(KEYRING)]
    }
}

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Keyring {
    /// Takes the place of the entry that there is.
    async fn create_item(
        &self,
        #[zbus(object_server)] server: &ObjectServer,
        _properties: HashMap<String, OwnedValue>,
        secret: Sent,
        _replace: bool,
    ) -> Result<(OwnedObjectPath, OwnedObjectPath), Forgotten> {
        let service = server.interface::<_, Service>(SERVICE).await?;
        let mut service = service.get_mut().await;
        service.know_the_session()?;
        service.made += 1;
        let item = path(&format!("{KEYRING}/{}", service.made));
        server.at(&item, Item(secret.2)).await?;
        service.items = vec![item.clone()];
        Ok((item, path(NOTHING)))
    }

    #[zbus(property)]
    fn locked(&self) -> bool {
        self.is_locked.load(Ordering::SeqCst)
    }
}

#[interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    /// Is over at once, without an answer.
    async fn prompt(
        &self,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
        _window: &str,
    ) -> fdo::Result<()> {
        Ok(Self::completed(&emitter, true, Value::from("")).await?)
    }

    #[zbus(signal)]
    async fn completed(
        emitter: &SignalEmitter<'_>,
        is_dismissed: bool,
        result: Value<'_>,
    ) -> zbus::Result<()>;
}

#[interface(name = "org.freedesktop.Secret.Item")]
impl Item {
    async fn get_secret(
        &self,
        #[zbus(object_server)] server: &ObjectServer,
        session: OwnedObjectPath,
    ) -> Result<(Sent,), Forgotten> {
        server.interface::<_, Service>(SERVICE).await?.get().await.know_the_session()?;
        Ok(((session, Vec::new(), self.0.clone(), "application/octet-stream".to_owned()),))
    }

    async fn set_secret(
        &mut self,
        #[zbus(object_server)] server: &ObjectServer,
        secret: Sent,
    ) -> Result<(), Forgotten> {
        server.interface::<_, Service>(SERVICE).await?.get().await.know_the_session()?;
        self.0 = secret.2;
        Ok(())
    }

    async fn delete(
        &self,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<OwnedObjectPath, Forgotten> {
        server.interface::<_, Service>(SERVICE).await?.get_mut().await.items.clear();
        Ok(path(NOTHING))
    }
}

impl ForgetfulKeychain {
    /// On a desk's bus, until this is dropped.
    pub async fn on(desk: &Desk) -> Self {
        let is_locked = Arc::<AtomicBool>::default();
        let service = Service {
            items: Vec::new(),
            made: 0,
            to_forget: AtomicUsize::default(),
            is_locked: is_locked.clone(),
            refusal: Mutex::new(Some(fdo::Error::NotSupported("plain alone".to_owned()))),
            plain_sessions: AtomicUsize::default(),
        };
        let bus = connection::Builder::address(desk.bus_address())
            .unwrap()
            .serve_at(SERVICE, service)
            .unwrap()
            .serve_at(KEYRING, Keyring { is_locked })
            .unwrap()
            .serve_at(PROMPT, Prompt)
            .unwrap()
            .name("org.freedesktop.secrets")
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { service: bus.object_server().interface(SERVICE).await.unwrap() }
    }

    /// Lets go of the session this often, each time right before it is used.
    pub async fn forgets(&self, times: usize) {
        self.service.get().await.to_forget.store(times, Ordering::SeqCst);
    }

    /// Locks its keyring.
    pub async fn locks(&self) {
        self.service.get().await.is_locked.store(true, Ordering::SeqCst);
    }

    /// Answers an encrypted session so from now on; `None`: not at all.
    pub async fn refuses_with(&self, refusal: Option<fdo::Error>) {
        *self.service.get().await.refusal.lock().unwrap() = refusal;
    }

    /// How many unencrypted sessions it was asked for.
    pub async fn plain_sessions(&self) -> usize {
        self.service.get().await.plain_sessions.load(Ordering::SeqCst)
    }
}

fn path(path: &str) -> OwnedObjectPath {
    path.to_owned().try_into().unwrap()
}
