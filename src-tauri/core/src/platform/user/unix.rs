//! Unix: each user has a number; 0 is root's.

use std::{env, ffi::OsString, fs, path::PathBuf, sync::LazyLock};

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

/// The socket of the bus of this user's login, where systemd has it. Whoever connects looks whose it is.
pub fn bus_of_login() -> Option<PathBuf> {
    Some(runtime_folder(env::var_os("XDG_RUNTIME_DIR"), number())?.join("bus"))
}

/// The folder of this user's login. A job without a session, such as cron's, is told none, and has systemd's.
fn runtime_folder(told: Option<OsString>, user: u32) -> Option<PathBuf> {
    let told = told.filter(|told| !told.is_empty());
    let folder = told.map_or_else(|| PathBuf::from(format!("/run/user/{user}")), PathBuf::from);
    folder.is_absolute().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_is_told_no_folder_of_its_login_looks_where_systemd_has_it() {
        for (told, folder) in [
            (None, Some("/run/user/1000")),
            (Some(""), Some("/run/user/1000")),
            (Some("/tmp/run"), Some("/tmp/run")),
            (Some("run"), None),
        ] {
            let found = runtime_folder(told.map(OsString::from), 1000);
            assert_eq!(found, folder.map(PathBuf::from), "{told:?}");
        }
    }

    #[test]
    fn users_are_called_by_name_where_they_have_one() {
        assert_eq!(named(0), "the user root", "everywhere");
        assert_eq!(named(3_999_999_999), "the user with the number 3999999999", "nobody's");
    }
}
