//! Linux: the kernel's lists of TCP sockets (`proc_pid_net(5)`) name the user of each end.

use std::{fs, net::SocketAddr};

use super::User;
use crate::platform::user;

const LISTS: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// How often a list is read: it comes in parts, and a change meanwhile may hide a line.
const READINGS: usize = 2;
const ROOT: u32 = 0;

/// A socket's line in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    user: u32,
    /// 0 once the program has closed its end; the line then names root, whoever the user was.
    inode: u64,
}

/// Takes some milliseconds, in which Linux walks through its whole table.
pub(super) fn user(theirs: SocketAddr, ours: SocketAddr) -> User {
    look(LISTS, theirs, ours)
}

fn look(lists: [&str; 2], theirs: SocketAddr, ours: SocketAddr) -> User {
    let mut is_told = false;
    for _ in 0..READINGS {
        // A computer without IPv6 lacks the second list.
        for list in lists {
            let Ok(list) = fs::read_to_string(list) else { continue };
            if let Some(line) = find(&list, theirs, ours) {
                return of(line, user::number());
            }
            is_told = true;
        }
    }
    if is_told { User::Gone } else { User::Unknown }
}

fn of(line: Line, user: u32) -> User {
    match line {
        Line { inode: 0, .. } => User::Gone,
        Line { user: theirs, .. } if theirs == user || theirs == ROOT => User::Same,
        Line { .. } => User::Another,
    }
}

/// The line of the socket whose own address is `theirs` and whose other end is `ours`.
fn find(list: &str, theirs: SocketAddr, ours: SocketAddr) -> Option<Line> {
    let (theirs, ours) = (written(theirs), written(ours));
    list.lines().find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let (local, remote) = (fields.next()?, fields.next()?);
        let is_it = theirs.iter().zip(&ours).any(|(theirs, ours)| local == theirs && remote == ours);
        if !is_it {
            return None;
        }
        // The field follows the state, the queues, the timer and the retransmissions.
        let user = fields.nth(4)?.parse().ok()?;
        let inode = fields.nth(1)?.parse().ok()?;
        Some(Line { user, inode })
    })
}

/// An address as the lists have it: 32-bit words in the processor's byte order, in hexadecimal; and the same for an
/// IPv4 address reached through an IPv6 socket.
fn written(address: SocketAddr) -> [String; 2] {
    let words = |octets: &[u8]| {
        let word = |four: &[u8]| four.try_into().map(u32::from_ne_bytes).unwrap_or_default();
        let words: Vec<String> = octets.chunks(4).map(|four| format!("{:08X}", word(four))).collect();
        words.concat()
    };
    let port = address.port();
    let own = match address {
        SocketAddr::V4(v4) => words(&v4.ip().octets()),
        SocketAddr::V6(v6) => words(&v6.ip().octets()),
    };
    let mapped = match address {
        SocketAddr::V4(v4) => words(&v4.ip().to_ipv6_mapped().octets()),
        SocketAddr::V6(_) => own.clone(),
    };
    [format!("{own}:{port:04X}"), format!("{mapped}:{port:04X}")]
}

#[cfg(test)]
pub(crate) mod testing {
    use std::process::Command;

    /// Sends a request, as printf writes it, from another user's program, which waits for the answer or closes at once.
    pub(crate) fn stranger() -> Option<fn(port: u16, request: &str, waits: bool) -> String> {
        (crate::platform::user::number() == super::ROOT).then_some(|port, request, waits| {
            let after = if waits { "cat <&3" } else { "exec 3>&-" };
            let script = format!("exec 3<>/dev/tcp/127.0.0.1/{port} && printf '{request}' >&3; {after}");
            let output = Command::new("setpriv")
                .args(["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", &script])
                .output()
                .expect("setpriv is installed");
            String::from_utf8_lossy(&output.stdout).into_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list from a computer with little-endian words; the port 17177 is `4319`.
    #[cfg(target_endian = "little")]
    const LIST: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:4319 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 70001 1 0 100 0 0 10 0
   1: 0100007F:4319 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 0 1 0 20 4 30 10 -1
   2: 0100007F:D431 0100007F:4319 01 00000000:00000000 00:00000000 00000000  1000        0 70002 1 0 20 4 30 10 -1
   3: 0100007F:D432 0100007F:4319 01 00000000:00000000 00:00000000 00000000 65534        0 70003 1 0 20 4 30 10 -1
   4: 0100007F:D433 0100007F:4319 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0 20 4 30 10 -1
   5: 0000000000000000FFFF00000100007F:D434 0000000000000000FFFF00000100007F:4319 01 00000000:00000000 00:00000000 00000000     0        0 70004 1 0
   6: 00000000000000000000000001000000:D435 00000000000000000000000001000000:4319 01 00000000:00000000 00:00000000 00000000  1000        0 70005 1 0
   7: 0100007F:D436 0100007F:4319 01 a line that is cut
";

    #[cfg(target_endian = "little")]
    #[test]
    fn a_line_tells_whose_program_it_is() {
        let ours = |text: &str| text.parse::<SocketAddr>().unwrap();
        for (theirs, listener, user, expected) in [
            ("127.0.0.1:54321", "127.0.0.1:17177", 1000, Some(User::Same)),
            ("127.0.0.1:54321", "127.0.0.1:17177", 1001, Some(User::Another)),
            ("127.0.0.1:54322", "127.0.0.1:17177", 1000, Some(User::Another)),
            // Closed before the look-up: the line says root, but has no owner.
            ("127.0.0.1:54323", "127.0.0.1:17177", 1000, Some(User::Gone)),
            ("127.0.0.1:54323", "127.0.0.1:17177", 0, Some(User::Gone)),
            // Root, through an IPv6 socket.
            ("127.0.0.1:54324", "127.0.0.1:17177", 1000, Some(User::Same)),
            ("[::1]:54325", "[::1]:17177", 1000, Some(User::Same)),
            ("[::1]:54325", "[::1]:17177", 1001, Some(User::Another)),
            // Another port, another end, no such line, half a line.
            ("127.0.0.1:54321", "127.0.0.1:27177", 1000, None),
            ("127.0.0.1:17177", "127.0.0.1:54399", 1000, None),
            ("127.0.0.1:54399", "127.0.0.1:17177", 1000, None),
            ("127.0.0.1:54326", "127.0.0.1:17177", 1000, None),
        ] {
            let found = find(LIST, ours(theirs), ours(listener)).map(|line| of(line, user));
            assert_eq!(found, expected, "{theirs} to {listener} as {user}");
        }
    }

    #[test]
    fn a_computer_that_shows_no_list_does_not_tell() {
        let one = SocketAddr::from(([127, 0, 0, 1], 1));
        assert_eq!(look(["/nowhere/tcp", "/nowhere/tcp6"], one, one), User::Unknown, "no list at all");
        assert_eq!(look(["/nowhere/tcp", "/dev/null"], one, one), User::Gone, "a list without such a line");
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_list_holds_is_read_without_harm(list in "([0-9A-F]{8}:[0-9A-F]{4}|[ \\n]|[0-9:A-F]{1,9}|\\PC){0,60}") {
            let one = SocketAddr::from(([127, 0, 0, 1], 1));
            let _ = find(&list, one, one);
        }
    }
}
