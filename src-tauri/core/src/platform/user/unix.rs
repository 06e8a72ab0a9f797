//! Unix: each user has a number; 0 is root's.

use std::{fs, sync::LazyLock};

/// The number of this user, which no program of ours changes.
pub fn number() -> u32 {
    static NUMBER: LazyLock<u32> = LazyLock::new(|| rustix::process::geteuid().as_raw());
    *NUMBER
}

/// What a user is called, where this computer's own list knows.
pub fn named(number: u32) -> String {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let known = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, of) = (fields.next()?, fields.nth(1)?);
        (of.parse() == Ok(number)).then(|| name.to_owned())
    });
    known.map_or_else(|| format!("the user with the number {number}"), |name| format!("the user {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_called_by_name_where_they_have_one() {
        assert_eq!(named(0), "the user root", "everywhere");
        assert_eq!(named(3_999_999_999), "the user with the number 3999999999", "nobody's");
    }
}
