//! The session bus, and the Secret Service on it.

use tokio::net::UnixStream;
use zbus::{
    Address, Connection, Message, Result,
    address::{Transport, transport::UnixSocket},
    blocking, connection,
};

pub(super) const NAME: &str = "org.freedesktop.secrets";
pub(super) const PATH: &str = "/org/freedesktop/secrets";
pub(super) const SERVICE: &str = "org.freedesktop.Secret.Service";

/// Asked of the service before anything else: the collection of an alias that nobody has.
///
/// gnome-keyring (42 to 50) can end itself, and with it every program's keyring is closed. Who asks it this first, and nothing
/// else before the answer, does it no harm.
const GREETING: (&str, &str) = ("ReadAlias", "com.getdatatrax.connect");

/// A connection on which the Secret Service, where there is one, may be asked for a session.
pub(super) async fn greeted() -> Result<Connection> {
    let bus = connected().await?;
    let (method, alias) = GREETING;
    heard(bus.call_method(Some(NAME), PATH, Some(SERVICE), method, &(alias,)).await)?;
    Ok(bus)
}

/// As [`greeted`], for callers that block.
pub(super) fn greeted_blocking() -> Result<blocking::Connection> {
    let bus = blocking::Connection::session()?;
    let (method, alias) = GREETING;
    heard(bus.call_method(Some(NAME), PATH, Some(SERVICE), method, &(alias,)))?;
    Ok(bus)
}

/// Whatever was answered was heard. That nobody is there is told by the next call too.
fn heard(answer: Result<Message>) -> Result<()> {
    match answer {
        Ok(_) | Err(zbus::Error::MethodError(..)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Where the bus has a file, as nearly everywhere, on this thread alone: the library starts another one to connect.
async fn connected() -> Result<Connection> {
    if let Transport::Unix(socket) = Address::session()?.transport()
        && let UnixSocket::File(path) = socket.path()
    {
        return connection::Builder::unix_stream(UnixStream::connect(path).await?).build().await;
    }
    Connection::session().await
}
