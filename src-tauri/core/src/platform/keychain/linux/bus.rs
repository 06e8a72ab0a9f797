//! The session bus: how it is reached, and which program offers the keychain on it.

use std::{
    env, fs,
    os::{linux::net::SocketAddrExt, unix::net},
    str::FromStr,
    time::Duration,
};

use tokio::{net::UnixStream, time::sleep};
use zbus::{
    Address, Connection, Error, Message, Result,
    address::{Transport, transport::UnixSocket},
    connection,
    fdo::DBusProxy,
    names::{BusName, OwnedUniqueName, WellKnownName},
};

use crate::platform::{silence::Silence, user};

const NAME: &str = "org.freedesktop.secrets";
/// Keychains that offer [`NAME`] once they run, and that the bus can only start by their own names.
const STARTED_BY: [&str; 3] = ["org.kde.secretservicecompat", "org.kde.kwalletd6", "org.kde.kwalletd5"];
/// How long one that was started may do nothing at all until it answers, and between two looks at whether it does.
const UNTIL_IT_ANSWERS: Duration = Duration::from_secs(3);
const BETWEEN_LOOKS: Duration = Duration::from_millis(30);

pub(super) const PATH: &str = "/org/freedesktop/secrets";
pub(super) const SERVICE: &str = "org.freedesktop.Secret.Service";

/// A connection to the bus on which the keychain has answered once.
pub(super) struct Way {
    pub(super) bus: Connection,
    pub(super) owner: OwnedUniqueName,
    /// The first answer: the path of the default keyring, `/` when there is none.
    pub(super) first_answer: Message,
    /// Whether the bus is a socket of this computer with this user's program at its other end.
    is_ours: bool,
}

impl Way {
    /// `may_start`: may also start a keychain that the bus does not start by itself. `meanwhile` is done while it answers for the
    /// first time.
    ///
    /// gnome-keyring (42 to 50) can end itself, and then every program's keyring is closed. So it is first asked this
    /// plain question, and nothing else before its answer.
    pub(super) async fn find<T>(
        may_start: bool,
        silence: &Silence,
        meanwhile: impl Future<Output = T>,
    ) -> Result<(Self, T)> {
        let (bus, is_ours) = connected(silence).await?;
        let (mut answered, done) = tokio::join!(biased; greet(&bus), meanwhile);
        if may_start && answered.as_ref().is_err_and(is_nobody) && start(&bus, silence).await {
            answered = greet(&bus).await;
        }
        let first_answer = answered?;
        let owner = first_answer.header().sender().ok_or(Error::MissingField)?.to_owned().into();
        Ok((Self { bus, owner, first_answer, is_ours }, done))
    }

    /// Whether the same keychain still answers.
    pub(super) async fn is_there(&self) -> bool {
        let Ok(name) = BusName::try_from(NAME) else { return false };
        match DBusProxy::new(&self.bus).await {
            Ok(bus) => bus.get_name_owner(name).await.is_ok_and(|owner| owner == self.owner),
            Err(_) => false,
        }
    }

    /// Counts the keychain among those whose silence is waited for.
    pub(super) async fn takes_part_in(&self, silence: &Silence) {
        if let Some(program) = self.process().await {
            silence.also_of(program);
        }
    }

    /// Whether the keychain, and all programs on the way to it, are this user's.
    pub(super) async fn is_private(&self) -> bool {
        is_among_us(self.is_ours, self.user_of_owner().await)
    }

    /// The name of the keychain's program.
    pub(super) async fn program(&self) -> Option<String> {
        let pid = self.process().await?;
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        let name: String = name.trim().chars().filter(char::is_ascii_graphic).collect();
        (!name.is_empty()).then_some(name)
    }

    async fn process(&self) -> Option<u32> {
        let owner = BusName::try_from(self.owner.as_str()).ok()?;
        self.daemon().await?.get_connection_unix_process_id(owner).await.ok()
    }

    async fn user_of_owner(&self) -> Option<u32> {
        let owner = BusName::try_from(self.owner.as_str()).ok()?;
        self.daemon().await?.get_connection_unix_user(owner).await.ok()
    }

    async fn daemon(&self) -> Option<DBusProxy<'_>> {
        DBusProxy::new(&self.bus).await.ok()
    }
}

/// Whether nobody but this user can listen: on a bus that is certainly this user's, to a keychain of this user, if the bus
/// knows whose that is.
fn is_among_us(bus_is_ours: bool, user_of_keychain: Option<u32>) -> bool {
    bus_is_ours && user_of_keychain == Some(user::number())
}

/// Whether the error means that no program has the name, and the bus knows none to start.
pub(super) fn is_nobody(error: &Error) -> bool {
    let nobody = ["org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner"];
    matches!(error, Error::MethodError(name, ..) if nobody.contains(&name.as_str()))
}

/// Asks for the default keyring. A refusal also shows that the keychain runs.
async fn greet(bus: &Connection) -> Result<Message> {
    match bus.call_method(Some(NAME), PATH, Some(SERVICE), "ReadAlias", &("default",)).await {
        Err(error) if is_nobody(&error) => Err(error),
        Err(Error::MethodError(_, _, message)) => Ok(message),
        result => result,
    }
}

/// Starts the keychains by their own names; returns whether one came up.
async fn start(bus: &Connection, silence: &Silence) -> bool {
    let (Ok(daemon), Ok(wanted)) = (DBusProxy::new(bus).await, BusName::try_from(NAME)) else { return false };
    for name in STARTED_BY {
        let Ok(name) = WellKnownName::try_from(name) else { continue };
        if daemon.start_service_by_name(name.clone(), 0).await.is_err() {
            continue;
        }
        if let Ok(program) = daemon.get_connection_unix_process_id(name.into()).await {
            silence.also_of(program);
        }
        let answers = async {
            while !daemon.name_has_owner(wanted.clone()).await.unwrap_or_default() {
                sleep(BETWEEN_LOOKS).await;
            }
        };
        tokio::select! {
            () = answers => return true,
            () = silence.has_grown_by(UNTIL_IT_ANSWERS) => {}
        }
    }
    false
}

/// The session bus, and whether it is certainly this user's program. Tries each address in the environment, then the
/// one in the runtime folder.
async fn connected(silence: &Silence) -> Result<(Connection, bool)> {
    let named = env::var("DBUS_SESSION_BUS_ADDRESS").unwrap_or_default();
    for address in named.split(';').filter_map(|address| Address::from_str(address).ok()) {
        match at(&address, silence).await {
            Ok(found) => return Ok(found),
            // An address may outlive its session, as in a terminal that was left open.
            Err(error) => tracing::debug!(%error, "no bus at this address"),
        }
    }
    let socket = user::bus_of_login().ok_or(Error::Unsupported)?;
    match over(UnixStream::connect(socket).await?, silence).await? {
        (bus, true) => Ok((bus, true)),
        _ => Err(Error::Unsupported),
    }
}

async fn at(address: &Address, silence: &Silence) -> Result<(Connection, bool)> {
    // Connects on this thread: the library would start another one.
    if let Transport::Unix(socket) = address.transport() {
        if let UnixSocket::File(path) = socket.path() {
            return over(UnixStream::connect(path).await?, silence).await;
        }
        if let UnixSocket::Abstract(name) = socket.path() {
            let name = net::SocketAddr::from_abstract_name(name.as_encoded_bytes())?;
            let stream = net::UnixStream::connect_addr(&name)?;
            stream.set_nonblocking(true)?;
            return over(UnixStream::from_std(stream)?, silence).await;
        }
    }
    Ok((connection::Builder::address(address.to_string().as_str())?.build().await?, false))
}

async fn over(stream: UnixStream, silence: &Silence) -> Result<(Connection, bool)> {
    let other = stream.peer_cred().ok();
    let is_ours = other.is_some_and(|other| other.uid() == user::number());
    if let Some(program) = other.and_then(|other| other.pid()).and_then(|pid| u32::try_from(pid).ok()) {
        silence.also_of(program);
    }
    Ok((connection::Builder::unix_stream(stream).build().await?, is_ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_can_listen_only_where_bus_and_keychain_are_certainly_this_users() {
        let (ours, another) = (user::number(), user::number() + 1);
        assert!(is_among_us(true, Some(ours)));
        for (bus_is_ours, keychain) in
            [(false, Some(ours)), (true, Some(another)), (true, None), (false, None)]
        {
            assert!(!is_among_us(bus_is_ours, keychain), "{bus_is_ours}, {keychain:?}");
        }
    }
}
