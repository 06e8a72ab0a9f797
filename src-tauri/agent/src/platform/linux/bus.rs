//! The bus of the desktop's session.

use std::{env, path::PathBuf};

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

/// The bus in the folder of this user's login, where systemd has it. It has to be this user's program.
async fn of_this_login() -> Result<Connection> {
    let told = env::var_os("XDG_RUNTIME_DIR").filter(|told| !told.is_empty());
    let folder = told.map_or_else(|| PathBuf::from(format!("/run/user/{}", user::number())), PathBuf::from);
    let stream = UnixStream::connect(folder.join("bus")).await?;
    if stream.peer_cred()?.uid() != user::number() {
        return Err(Error::Unsupported);
    }
    connection::Builder::unix_stream(stream).build().await
}
