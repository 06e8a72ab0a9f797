//! A port of this computer's own address, taken so that no other program can listen on it.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// Takes the port exclusively. It is free again as soon as this listener is gone, whatever connections it had.
///
/// # Errors
/// Those of binding, for instance [`io::ErrorKind::AddrInUse`].
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    system::listen(address)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};

    use super::*;

    #[test]
    fn a_port_is_taken_alone_and_free_again_at_once() {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let held = listen(any).unwrap();
        let address = held.local_addr().unwrap();
        let second = listen(address).map_err(|error| error.kind());
        assert_eq!(second.err(), Some(io::ErrorKind::AddrInUse), "one of ours");
        let careless = TcpListener::bind(address).map_err(|error| error.kind());
        assert_eq!(careless.err(), Some(io::ErrorKind::AddrInUse), "nor any other program's");
        let guest = TcpStream::connect(address).unwrap();
        drop(held.accept().unwrap());
        drop((held, guest));
        assert!(listen(address).is_ok(), "taken again after a connection");
    }
}
