//! Windows: the table of TCP connections names the process at each end, and a process has a user.

use std::net::SocketAddr;

use connect_windows::{
    identity::{self, SYSTEM},
    tcp,
};

use super::User;
use crate::platform::user;

pub(super) fn user(theirs: SocketAddr, ours: SocketAddr) -> User {
    match tcp::process_at(theirs, ours) {
        // Closed: nobody's any more.
        Ok(None) => User::Gone,
        Ok(Some(0)) => User::Unknown,
        Ok(Some(process)) => {
            // Another user's process may not be looked at, nor one of this user's that has an administrator's rights.
            identity::sid_of_process(process).map_or(User::Unknown, |found| of(&found, user::sid()))
        }
        Err(error) => {
            tracing::info!(kind = ?error.kind(), "the system does not tell whose connections there are");
            User::Unknown
        }
    }
}

fn of(found: &str, own: &str) -> User {
    if found == own || found == SYSTEM { User::Same } else { User::Another }
}

#[cfg(test)]
pub(crate) mod testing {
    /// Another user's program needs that user's password.
    pub(crate) fn stranger() -> Option<fn(port: u16, request: &str, waits: bool) -> String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};

    use super::*;
    use crate::platform::loopback;

    #[test]
    fn the_process_at_the_other_end_tells_whose_it_is() {
        let listener = loopback::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let ours = listener.local_addr().unwrap();
        let guest = TcpStream::connect(ours).unwrap();
        let theirs = guest.local_addr().unwrap();
        let (_stream, _) = listener.accept().unwrap();
        assert_eq!(user(theirs, ours), User::Same, "this one's");
        assert_eq!(user(ours, ours), User::Gone, "there is no such connection");
    }

    #[test]
    fn another_user_is_told_from_this_one_and_from_the_system() {
        for (found, expected) in [
            ("S-1-5-21-1-2-3-1001", User::Same),
            (SYSTEM, User::Same),
            ("S-1-5-21-1-2-3-1002", User::Another),
            ("S-1-5-20", User::Another),
        ] {
            assert_eq!(of(found, "S-1-5-21-1-2-3-1001"), expected, "{found}");
        }
    }
}
