use std::process::Stdio;

use connect_core::{
    platform::{home::Home, keychain},
    vault::Vault,
};
use connect_tests::{Desk, stored};
use time::OffsetDateTime;

/// Stores this many connections on a desk, by running this program again with the desk's keyring.
pub(crate) fn run(desk: &Desk, count: usize) {
    let mut command = desk.command(std::env::current_exe().unwrap());
    let filled = command.arg("fill").arg(count.to_string()).stdout(Stdio::null()).status().unwrap();
    assert!(filled.success(), "{count} connections are stored");
}

/// Stores this many connections in the home of the environment. Their orgs do not exist.
pub(crate) fn fill(count: usize) {
    let vault =
        Vault::open(&Home::from_environment().unwrap(), keychain::system(keychain::WHILE_NOBODY_IS_THERE))
            .unwrap();
    vault.ready().unwrap();
    let now = OffsetDateTime::now_utc();
    for number in 0..count {
        let (record, pair, tokens) = stored(number, now);
        vault.store_sign_in(&record, &pair, &tokens, "Connected.").unwrap();
    }
}
