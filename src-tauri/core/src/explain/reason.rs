//! Why the system refused something, in words for a person.

use std::io::{Error, ErrorKind};

const WORDS: [(ErrorKind, &str); 11] = [
    (ErrorKind::NotFound, "there is no such file or folder"),
    (ErrorKind::PermissionDenied, "you may not do that there"),
    (ErrorKind::AlreadyExists, "there is something of that name already, and nothing is replaced"),
    (ErrorKind::IsADirectory, "it is a folder"),
    (ErrorKind::NotADirectory, "a part of its path is no folder"),
    (ErrorKind::StorageFull, "there is no room left"),
    (ErrorKind::QuotaExceeded, "there is no room left"),
    (ErrorKind::ReadOnlyFilesystem, "what it is on can only be read"),
    (ErrorKind::InvalidFilename, "no file can have that name"),
    (ErrorKind::ExecutableFileBusy, "it is being written"),
    (ErrorKind::ArgumentListTooLong, "its arguments and its environment are too long together"),
];

/// Why, as the end of a sentence: in plain words where they are known, else as the system says it.
pub fn io_reason(error: &Error) -> String {
    let known = WORDS.iter().find(|(kind, _)| *kind == error.kind());
    known.map_or_else(|| error.to_string(), |(_, words)| (*words).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_is_said_in_plain_words_or_in_its_own() {
        assert_eq!(io_reason(&ErrorKind::NotFound.into()), "there is no such file or folder");
        let other = std::fs::File::open("a\0b").unwrap_err();
        assert_eq!(io_reason(&other), other.to_string(), "what has no words here");
        for kind in [ErrorKind::PermissionDenied, ErrorKind::StorageFull, ErrorKind::IsADirectory] {
            let said = io_reason(&kind.into());
            assert_ne!(said, kind.to_string(), "{kind:?}");
        }
    }
}
