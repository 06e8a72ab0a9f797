//! Unix: a listening socket has its port exclusively. The standard library sets `SO_REUSEADDR`, which here lets a port
//! be taken again soon after its last connection, and never while another socket listens on it.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address)
}
