//! Which program listens on a port of this computer.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// What has a port.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_os = "macos", expect(dead_code, reason = "it is not told there"))]
pub(crate) enum Holder {
    /// A program by the name of its file, and its process.
    Program {
        name: String,
        id: u32,
    },
    AnotherUsers,
    /// The system does not tell, or nothing has it any more.
    Unknown,
}

/// Looks it up; blocks meanwhile.
pub(crate) fn holder(port: u16) -> Holder {
    system::holder(port)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::*;
    use crate::platform::loopback;

    #[test]
    fn a_program_that_listens_is_named() {
        let listener = loopback::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let found = holder(listener.local_addr().unwrap().port());
        if !system::TELLS {
            assert_eq!(found, Holder::Unknown, "it is not told here");
            return;
        }
        let Holder::Program { name, id } = &found else { panic!("this one: {found:?}") };
        assert_eq!(*id, std::process::id(), "{name}");
        assert!(!name.is_empty());
    }

    #[test]
    fn a_port_that_nothing_has_is_nobodys() {
        let listener = loopback::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        assert_eq!(holder(port), Holder::Unknown);
    }
}
