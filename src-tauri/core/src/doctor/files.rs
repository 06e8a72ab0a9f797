//! The folder of all files: whose it is, and the room on its disk.

use super::{Outcome, blocking, look as say, without_user, wrong};
use crate::{
    contract::view::{Failure, Look, LookId},
    platform::{home::Home, machine, private},
};

/// Below this an answer of an org may find no room: a refresh writes a few pages of the database and of its log.
const FULL: u64 = 16 * MIB;
const LOW: u64 = 512 * MIB;
const MIB: u64 = 1024 * 1024;

pub(super) async fn look(home: &Result<Home, Failure>) -> Look {
    let data = match home {
        Ok(home) => home.data().to_owned(),
        Err(failure) => return wrong(LookId::Files, failure.clone()),
    };
    let folder = without_user(&data);
    match blocking(move || (private::room(&data), machine::is_shared(&data))).await {
        Ok((Ok(room), is_shared)) => told(folder, room, is_shared),
        Ok((Err(_), _)) => say(LookId::Files, Outcome::FilesUnknown, &[("folder", folder)]),
        Err(failure) => wrong(LookId::Files, failure),
    }
}

fn told(folder: String, room: u64, is_shared: bool) -> Look {
    let outcome = match room {
        ..FULL => Outcome::FilesFull,
        _ if is_shared => Outcome::FilesShared,
        FULL..LOW => Outcome::FilesLow,
        LOW.. => Outcome::FilesRoom,
    };
    let room = if room >= 10 * 1024 * MIB {
        format!("{} GB", room / (1024 * MIB))
    } else {
        format!("{} MB", room / MIB)
    };
    say(LookId::Files, outcome, &[("folder", folder), ("room", room)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract::view::LookState, explain::Code};

    #[test]
    fn a_disk_without_room_is_wrong_before_it_is_anything_else() {
        for (room, is_shared, expected) in [
            (100 * 1024 * MIB, false, LookState::Good),
            (100 * MIB, false, LookState::Look),
            (MIB, false, LookState::Wrong),
            (MIB, true, LookState::Wrong),
            (100 * 1024 * MIB, true, LookState::Look),
        ] {
            let look = told("~/x".to_owned(), room, is_shared);
            assert_eq!(look.state, expected, "{room} {is_shared}: {look:?}");
        }
        assert_eq!(told("~/x".to_owned(), 0, false).code, Some(Code::VaultFull));
        assert!(told("~/x".to_owned(), 3 * MIB, false).message.contains("3 MB"), "how much is told");
    }
}
