//! Windows: without a word against it, a port that is listened on may be taken by a second program.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use connect_windows::tcp;

pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    tcp::listen(address)
}
