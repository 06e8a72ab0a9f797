//! Unix: a program is called as it is, and finds the desktop's session by the address of its bus.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::net::UnixStream,
    path::Path,
};

use connect_core::platform::user;

const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";

pub(super) const SCRIPT: &str = "A script has to name the program that reads it in its first line. Or name that program before it: \
    dtx run NAME -- sh SCRIPT.";

pub(super) fn named(program: &OsStr) -> OsString {
    program.to_owned()
}

pub(super) fn way_to_session() -> Option<(&'static str, String)> {
    other_than(&env::var(BUS).ok()?, &user::bus_of_login()?).map(|address| (BUS, address))
}

/// The address of this bus, where none of those named has one.
fn other_than(named: &str, bus: &Path) -> Option<String> {
    if named.is_empty() || named.split(';').any(may_be_there) {
        return None;
    }
    let address = bus.to_str().filter(|path| path.bytes().all(stands_for_itself))?;
    UnixStream::connect(bus).is_ok().then(|| format!("unix:path={address}"))
}

/// Of another address than that of a socket among the files, each letter as it is, nothing is known here.
fn may_be_there(address: &str) -> bool {
    match address.strip_prefix("unix:path=").filter(|path| !path.contains('%')) {
        Some(path) => UnixStream::connect(path.split(',').next().unwrap_or_default()).is_ok(),
        None => !address.is_empty(),
    }
}

/// Whether a byte of a path is written in an address as it is.
fn stands_for_itself(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b'.')
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn an_address_whose_session_is_over_gives_way_to_the_bus_of_the_login() {
        let (login, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let ours = login.path().join("bus");
        let _bus = UnixListener::bind(&ours).unwrap();
        let live = elsewhere.path().join("live");
        let _live = UnixListener::bind(&live).unwrap();
        let bus = ours.clone();
        let (ours, live) = (format!("unix:path={}", ours.display()), format!("unix:path={}", live.display()));
        for (named, right) in [
            ("unix:path=/nonexistent/bus", Some(&ours)),
            ("unix:path=/nonexistent/bus,guid=1;unix:path=/nonexistent/other", Some(&ours)),
            (&format!("unix:path=/nonexistent/bus;{live},guid=1"), None),
            (&live, None),
            (&ours, None),
            ("unix:abstract=/tmp/dbus-x,guid=1", None),
            ("unix:path=/nonexistent/a%20bus", None),
            ("", None),
        ] {
            assert_eq!(other_than(named, &bus).as_ref(), right, "{named}");
        }
        assert_eq!(
            other_than("unix:path=/nonexistent/bus", &elsewhere.path().join("bus")),
            None,
            "nothing better is known"
        );
    }
}
