//! Linux: the kernel's lists of TCP sockets name user and number of each, and a process has those that it has open
//! (`proc_pid_net(5)`, `proc_pid_fd(5)`). What another user has open, or a program that keeps its memory closed, is not told.

use std::{fs, path::Path};

use super::Holder;
use crate::platform::user;

const LISTS: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// The state of a socket that listens.
const LISTENS: &str = "0A";

/// A socket that listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Socket {
    user: u32,
    inode: u64,
}

/// Whether this system tells.
#[cfg(test)]
pub(super) const TELLS: bool = true;

pub(super) fn holder(port: u16) -> Holder {
    let mut lists = LISTS.iter().filter_map(|list| fs::read_to_string(list).ok());
    let Some(socket) = lists.find_map(|list| find(&list, port)) else { return Holder::Unknown };
    match process_with(socket.inode) {
        Some((id, name)) => Holder::Program { name, id },
        None if socket.user != user::number() => Holder::AnotherUsers,
        None => Holder::Unknown,
    }
}

fn find(list: &str, port: u16) -> Option<Socket> {
    let ending = format!(":{port:04X}");
    list.lines().find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let is_it = fields.next()?.ends_with(&ending) && fields.nth(1)? == LISTENS;
        if !is_it {
            return None;
        }
        // The field follows the queues, the timer and the retransmissions.
        let user = fields.nth(3)?.parse().ok()?;
        let inode = fields.nth(1)?.parse().ok()?;
        Some(Socket { user, inode })
    })
}

/// The process that has the socket open, and the name of its program.
fn process_with(inode: u64) -> Option<(u32, String)> {
    let wanted = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?.flatten();
    processes.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path()))).find_map(
        |(id, path): (u32, _)| {
            let open = fs::read_dir(path.join("fd")).ok()?.flatten();
            let has_it =
                open.filter_map(|file| fs::read_link(file.path()).ok()).any(|to| to == Path::new(&wanted));
            let name = fs::read_to_string(path.join("comm")).ok().filter(|_| has_it)?;
            Some((id, name.trim().to_owned()))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The port 17177 is `4319`.
    const LIST: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:D431 0100007F:4319 01 00000000:00000000 00:00000000 00000000  1000        0 70000 1 0 20 4 30 10 -1
   1: 0100007F:4319 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 70002 1 0 20 4 30 10 -1
   2: 0100007F:4319 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 70001 1 0 100 0 0 10 0
   3: 0100007F:431A 00000000:0000 0A 00000000:00000000 00:00000000 00000000  a line that is cut
";

    #[test]
    fn the_socket_that_listens_is_found_and_no_other() {
        assert_eq!(find(LIST, 17177), Some(Socket { user: 1001, inode: 70001 }));
        for port in [0xD431, 0x431A, 1] {
            assert_eq!(find(LIST, port), None, "{port}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_list_holds_is_read_without_harm(list in "([0-9A-F]{8}:4319|0A|[ \\n]|[0-9:A-F]{1,9}|\\PC){0,60}") {
            let _ = find(&list, 17177);
        }
    }
}
