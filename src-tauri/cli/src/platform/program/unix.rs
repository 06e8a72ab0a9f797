//! Unix: a program is called as it is, and finds the desktop's session by the address of its bus.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    os::unix::net::UnixStream,
    path::Path,
};

use connect_core::platform::user;

const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
/// An address that begins so is a name that ends with its bus, and no file.
const ABSTRACT: &str = "unix:abstract=";

pub(super) const SCRIPT: &str = "A script has to name the program that reads it in its first line. Or name that program before it: \
    dtx run NAME -- sh SCRIPT.";

pub(super) fn named(program: &OsStr) -> OsString {
    program.to_owned()
}

pub(super) fn way_to_session() -> Option<(&'static str, String)> {
    let named = env::var(BUS).ok()?;
    // Only Linux has names that are no files, and lists them.
    let sockets = named.contains(ABSTRACT).then(|| fs::read_to_string("/proc/net/unix").ok()).flatten();
    other_than(&named, &user::bus_of_login()?, sockets.as_deref()).map(|address| (BUS, address))
}

/// The address of this bus, where none of those named has one. `sockets` is the system's list of them, if it has one.
fn other_than(named: &str, bus: &Path, sockets: Option<&str>) -> Option<String> {
    if named.is_empty() || named.split(';').any(|address| may_be_there(address, sockets)) {
        return None;
    }
    let address = bus.to_str().filter(|path| path.bytes().all(stands_for_itself))?;
    UnixStream::connect(bus).is_ok().then(|| format!("unix:path={address}"))
}

/// Of an address that is neither a socket's among the files nor a name without one, each letter as it is, nothing is known here.
fn may_be_there(address: &str, sockets: Option<&str>) -> bool {
    let after = |prefix| {
        let name = address.strip_prefix(prefix).filter(|name| !name.contains('%'));
        name.map(|name| name.split(',').next().unwrap_or_default())
    };
    match (after("unix:path="), after(ABSTRACT), sockets) {
        (Some(path), ..) => UnixStream::connect(path).is_ok(),
        (None, Some(name), Some(sockets)) => {
            sockets.lines().any(|socket| socket.ends_with(&format!(" @{name}")))
        }
        _ => !address.is_empty(),
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
        let sockets = "0: 00000002 00000000 00010000 0001 01 44 @/tmp/dbus-live\n\
            1: 00000002 00000000 00010000 0001 01 45 /tmp/dbus-file\n";
        for (named, right) in [
            ("unix:path=/nonexistent/bus", Some(&ours)),
            ("unix:path=/nonexistent/bus,guid=1;unix:path=/nonexistent/other", Some(&ours)),
            (&format!("unix:path=/nonexistent/bus;{live},guid=1"), None),
            (&live, None),
            (&ours, None),
            ("unix:abstract=/tmp/dbus-live,guid=1", None),
            ("unix:abstract=/tmp/dbus,guid=1", Some(&ours)),
            ("unix:abstract=/tmp/dbus-file", Some(&ours)),
            ("unix:abstract=/tmp/dbus-over,guid=1;unix:path=/nonexistent/bus", Some(&ours)),
            ("unix:abstract=/tmp/dbus%2dover", None),
            ("tcp:host=localhost,port=1", None),
            ("unix:path=/nonexistent/a%20bus", None),
            ("", None),
        ] {
            assert_eq!(other_than(named, &bus, Some(sockets)).as_ref(), right, "{named}");
        }
        let over = "unix:abstract=/tmp/dbus-over";
        assert_eq!(other_than(over, &bus, None), None, "the system has no list");
        let none = elsewhere.path().join("bus");
        assert_eq!(other_than("unix:path=/nonexistent/bus", &none, None), None, "nothing better is known");
    }
}
