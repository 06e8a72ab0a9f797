//! Connections of this computer with itself: a port that is taken alone, and whose process is at an end.

use std::{
    ffi::c_void,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    os::windows::io::AsRawSocket as _,
    ptr,
};

use socket2::{Domain, Protocol, Socket, Type};
use windows_sys::Win32::{
    Foundation::ERROR_INSUFFICIENT_BUFFER,
    NetworkManagement::IpHelper::{
        GetExtendedTcpTable, MIB_TCP_STATE_ESTAB, MIB_TCP_STATE_LISTEN, MIB_TCP6ROW_OWNER_PID,
        MIB_TCPROW_OWNER_PID, TCP_TABLE_OWNER_PID_ALL,
    },
    Networking::WinSock::{AF_INET, AF_INET6, SO_EXCLUSIVEADDRUSE, SOL_SOCKET, setsockopt},
};

/// As many as the standard library lets wait.
const MAY_WAIT: i32 = 128;
/// The table may have grown since its size was told.
const READINGS: usize = 8;

/// Listens on the port alone: no other program can, not even one that asks to share it.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    set_alone(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(MAY_WAIT)?;
    Ok(socket.into())
}

fn set_alone(socket: &Socket) -> io::Result<()> {
    let (yes, socket) = (1_i32, usize::try_from(socket.as_raw_socket()).map_err(io::Error::other)?);
    let length = i32::try_from(size_of::<i32>()).map_err(io::Error::other)?;
    // SAFETY: the socket is open, and the number has this length.
    let set = unsafe { setsockopt(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (&raw const yes).cast(), length) };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The number of the process whose end of a connection is `near`. 0 where the table does not tell: in Wine's, no program of Linux
/// is. `None` once it has closed that end, and without such a connection.
pub fn process_at(near: SocketAddr, far: SocketAddr) -> io::Result<Option<u32>> {
    let (near, far) = (plain(near), plain(far));
    let lines: Vec<_> = lines::<MIB_TCPROW_OWNER_PID>(AF_INET)?
        .into_iter()
        .map(|line| {
            let address = |of: u32, port| (IpAddr::V4(Ipv4Addr::from(of.to_ne_bytes())), port_of(port));
            let ends =
                (address(line.dwLocalAddr, line.dwLocalPort), address(line.dwRemoteAddr, line.dwRemotePort));
            (ends, line.dwOwningPid, line.dwState)
        })
        .chain(lines::<MIB_TCP6ROW_OWNER_PID>(AF_INET6)?.into_iter().map(|line| {
            let address = |of: [u8; 16], port| (Ipv6Addr::from(of).to_canonical(), port_of(port));
            let ends =
                (address(line.ucLocalAddr, line.dwLocalPort), address(line.ucRemoteAddr, line.dwRemotePort));
            (ends, line.dwOwningPid, line.dwState)
        }))
        .collect();
    let line = |ends| lines.iter().find(|(found, ..)| *found == ends);
    let is_open = |ends| line(ends).is_some_and(|(.., state)| *state == MIB_TCP_STATE_ESTAB.cast_unsigned());
    Ok(match line((near, far)) {
        Some((_, process, _)) if *process != 0 => Some(*process),
        // Windows names each end of a connection that neither has closed.
        Some(_) | None => is_open((far, near)).then_some(0),
    })
}

/// The number of the process that listens on a port of this computer; `None` where none does, or where the table does not tell.
pub fn listens_on(port: u16) -> io::Result<Option<u32>> {
    let listens = |state: u32| state == MIB_TCP_STATE_LISTEN.cast_unsigned();
    let by_four = lines::<MIB_TCPROW_OWNER_PID>(AF_INET)?
        .into_iter()
        .find(|line| port_of(line.dwLocalPort) == port && listens(line.dwState))
        .map(|line| line.dwOwningPid);
    let by_six = || {
        let lines = lines::<MIB_TCP6ROW_OWNER_PID>(AF_INET6)?;
        let line = lines.into_iter().find(|line| port_of(line.dwLocalPort) == port && listens(line.dwState));
        io::Result::Ok(line.map(|line| line.dwOwningPid))
    };
    let found = match by_four {
        Some(found) => Some(found),
        None => by_six()?,
    };
    Ok(found.filter(|process| *process != 0))
}

/// An IPv4 address that is reached through an IPv6 socket is the same one.
fn plain(address: SocketAddr) -> (IpAddr, u16) {
    (address.ip().to_canonical(), address.port())
}

/// Its two bytes come in the network's order, below two that are not told.
fn port_of(port: u32) -> u16 {
    let [high, low, ..] = port.to_ne_bytes();
    u16::from_be_bytes([high, low])
}

/// A line of one of the system's tables of connections.
trait Line: Copy {}

impl Line for MIB_TCPROW_OWNER_PID {}
impl Line for MIB_TCP6ROW_OWNER_PID {}

/// All lines of the table for this kind of address, which has lines of this type.
fn lines<L: Line>(family: u16) -> io::Result<Vec<L>> {
    let mut table: Vec<u32> = vec![0; 4096];
    for _ in 0..READINGS {
        let mut size = u32::try_from(size_of_val(table.as_slice())).map_err(io::Error::other)?;
        let to: *mut c_void = table.as_mut_ptr().cast();
        // SAFETY: the table has the room that is told.
        let error =
            unsafe { GetExtendedTcpTable(to, &raw mut size, 0, family.into(), TCP_TABLE_OWNER_PID_ALL, 0) };
        match error {
            0 => return Ok(read(&table)),
            ERROR_INSUFFICIENT_BUFFER => {
                table.resize(usize::try_from(size).map_err(io::Error::other)? / size_of::<u32>() + 1024, 0);
            }
            other => return Err(io::Error::from_raw_os_error(other.cast_signed())),
        }
    }
    Err(io::Error::from_raw_os_error(ERROR_INSUFFICIENT_BUFFER.cast_signed()))
}

/// Their number, and then the lines, each a whole number of 32-bit words.
fn read<L: Line>(table: &[u32]) -> Vec<L> {
    let Some((number, lines)) = table.split_first() else { return Vec::new() };
    let lines = lines.chunks_exact(size_of::<L>() / size_of::<u32>());
    let number = usize::try_from(*number).unwrap_or_default();
    // SAFETY: a line is made of numbers alone, which any words are, and has as many words as the chunk.
    lines.take(number).map(|words| unsafe { ptr::read_unaligned(words.as_ptr().cast()) }).collect()
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_port_is_taken_alone() {
        for any in [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))] {
            let held = listen(any).unwrap();
            let address = held.local_addr().unwrap();
            assert!(listen(address).is_err(), "one of ours");
            assert!(TcpListener::bind(address).is_err(), "nor any other program's");
            let sharing = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
            sharing.set_reuse_address(true).unwrap();
            assert!(sharing.bind(&address.into()).is_err(), "nor one that asks to share it");
        }
    }

    #[test]
    fn the_process_that_listens_on_a_port_is_known() {
        for any in [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))] {
            let listener = listen(any).unwrap();
            let port = listener.local_addr().unwrap().port();
            assert_eq!(listens_on(port).unwrap(), Some(std::process::id()), "this one");
            drop(listener);
            assert_eq!(listens_on(port).unwrap(), None, "nobody any more");
        }
    }

    #[test]
    fn the_process_at_each_end_of_a_connection_is_known() {
        for any in [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))] {
            let listener = listen(any).unwrap();
            let ours = listener.local_addr().unwrap();
            let guest = TcpStream::connect(ours).unwrap();
            let theirs = guest.local_addr().unwrap();
            let (_stream, _) = listener.accept().unwrap();
            let own = Some(std::process::id());
            assert_eq!(process_at(theirs, ours).unwrap(), own, "of the guest's end");
            assert_eq!(process_at(ours, theirs).unwrap(), own, "of ours");
            assert_eq!(process_at(theirs, theirs).unwrap(), None, "there is no such connection");
        }
    }
}
