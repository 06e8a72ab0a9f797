//! The bus of the desktop's session.

use connect_core::platform::user;
use tokio::net::UnixStream;
use zbus::{Connection, Error, Result, connection};

/// The bus to which the environment leads, else that of this user's login: a variable may outlive its session, as in a terminal that was
/// left open.
///
/// # Errors
/// That of the first, where there is neither.
pub(crate) async fn connect() -> Result<Connection> {
    match Connection::session().await {
        Ok(bus) => Ok(bus),
        Err(error) => of_this_login().await.map_err(|_| error),
    }
}

/// It has to be this user's program.
async fn of_this_login() -> Result<Connection> {
    let stream = UnixStream::connect(user::bus_of_login().ok_or(Error::Unsupported)?).await?;
    if stream.peer_cred()?.uid() != user::number() {
        return Err(Error::Unsupported);
    }
    connection::Builder::unix_stream(stream).build().await
}
