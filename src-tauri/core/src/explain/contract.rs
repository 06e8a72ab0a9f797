//! Names that others depend on: scripts read them, so none may be removed or change its meaning.

use serde_json::Value;

use super::Code;
use crate::contract::view::CheckId;

/// Each code that was ever published, with the exit code of `dtx`. Lines are added here, and none is ever changed.
const CODES: &[(&str, u8)] = &[
    ("unexpected", 1),
    ("challenge_missing", 1),
    ("output_unwritable", 1),
    ("address_invalid", 2),
    ("address_not_salesforce", 2),
    ("address_needs_my_domain", 2),
    ("address_has_port", 2),
    ("address_is_username", 2),
    ("address_practice_form", 2),
    ("address_moved", 2),
    ("value_missing", 2),
    ("value_too_long", 2),
    ("name_unknown", 2),
    ("name_taken", 2),
    ("name_invalid", 2),
    ("name_other_host", 2),
    ("practice_key_is_real", 2),
    ("nothing_under_way", 2),
    ("denied", 3),
    ("sign_in_timeout", 3),
    ("identity_mismatch", 3),
    ("kind_mismatch", 3),
    ("refresh_token_dead", 3),
    ("cancelled", 3),
    ("replaced", 3),
    ("state_mismatch", 3),
    ("paste_back_unreadable", 3),
    ("code_spent", 3),
    ("app_not_in_org", 3),
    ("user_not_permitted", 3),
    ("app_blocked", 3),
    ("approval_failed", 3),
    ("verifier_refused", 3),
    ("authorize_refused", 3),
    ("inactive_user", 3),
    ("inactive_org", 3),
    ("login_restricted", 3),
    ("network_dns", 4),
    ("network_connect", 4),
    ("network_tls", 4),
    ("certificate_unusable", 4),
    ("network_timeout", 4),
    ("network_cut", 4),
    ("salesforce_unavailable", 4),
    ("salesforce_unreadable", 4),
    ("rate_limited", 4),
    ("pause_asked", 4),
    ("token_busy", 4),
    ("api_limit_reached", 4),
    ("ports_taken", 4),
    ("key_unknown", 4),
    ("keychain_missing", 5),
    ("keychain_locked", 5),
    ("keychain_slow", 5),
    ("keychain_failed", 5),
    ("vault_key_lost", 5),
    ("vault_unreadable", 5),
    ("vault_newer", 5),
    ("vault_full", 5),
    ("secret_wrong", 6),
    ("swapped", 6),
    ("callback_missing", 6),
    ("callback_hosted_only", 6),
    ("scope_missing", 6),
    ("refresh_token_missing", 6),
    ("instance_elsewhere", 6),
    ("api_refused", 6),
    ("api_disabled", 6),
    ("key_odd", 6),
    ("secret_odd", 6),
    ("key_looks_secret", 6),
    ("secret_looks_key", 6),
    ("same_value", 6),
    ("value_masked", 6),
    ("authority_unusable", 2),
    ("home_unusable", 5),
    ("agent_busy", 4),
    ("agent_socket", 4),
    ("still_active", 4),
    ("vault_unwritable", 5),
    ("vault_busy", 4),
    ("network_proxy", 4),
    ("vault_session_ended", 5),
    ("vault_restored", 3),
    ("home_copied", 3),
    ("vault_damaged", 5),
    ("passphrase_needed", 5),
    ("passphrase_wrong", 5),
    ("passphrase_short", 2),
    ("passphrase_file", 5),
    ("agent_missing", 5),
    ("setting_invalid", 2),
    ("settings_broken", 5),
    ("settings_unwritable", 5),
    ("start_at_login_refused", 1),
    ("agent_newer", 4),
    ("refresh_lost", 3),
    ("sandbox_refreshed", 3),
    ("setup_unknown", 2),
    ("step_unknown", 2),
    ("setups_full", 2),
    ("clipboard_missing", 1),
    ("copy_too_late", 1),
    ("connection_busy", 4),
    ("token_not_accepted", 4),
    ("callback_hosted_missing", 6),
    ("secret_file_open", 2),
    ("agent_silent", 4),
    ("agent_elsewhere", 4),
    ("agent_stopped", 4),
    ("address_unsure", 2),
    ("address_is_callback", 2),
    ("address_opens_session", 2),
    ("value_cleaned", 6),
    ("paste_back_cut", 3),
    ("paste_back_only_code", 3),
    ("came_back_by_https", 3),
    ("came_back_too_long", 3),
    ("came_back_as_another_user", 3),
    ("browser_elsewhere", 3),
    ("app_not_installed", 3),
    ("salesforce_refused", 4),
    ("org_moved", 3),
    ("record_hidden", 6),
    ("authorities_missing", 4),
    ("proxy_unreadable", 4),
    ("keychain_empty", 5),
    ("keychain_declined", 5),
    ("keychain_plain", 5),
    ("vault_key_elsewhere", 5),
    ("attestation_wanted", 3),
    ("usage_invalid", 2),
    ("home_gone", 5),
    ("agent_running", 4),
    ("agent_foreign", 4),
    ("folder_taken", 2),
    ("folder_unwritable", 1),
    ("not_explained", 1),
    ("value_unquotable", 1),
    ("token_too_short", 4),
    ("program_not_run", 126),
    ("program_not_found", 127),
    ("user_unnamed", 3),
    ("user_modifies_all", 6),
    ("key_of_connection", 6),
    ("came_back_unreadable", 3),
    ("pair_not_new", 6),
    ("rotation_unknown", 2),
    ("rotation_moved", 2),
    ("no_way_back", 3),
];

/// Each id of a check that was ever published; none is ever changed either.
const CHECKS: &[&str] = &[
    "address",
    "tls",
    "key",
    "secret",
    "callback",
    "scopes",
    "org",
    "api",
    "clock",
    "ports",
    "pkce",
    "refresh",
    "limits",
    "bulk",
    "issuer",
    "vault",
    "form",
    "sign_in",
    "rotation",
    "life",
    "lines",
    "secret_at_refresh",
];

#[test]
fn codes_are_only_ever_added() {
    let now: Vec<(String, u8)> =
        Code::ALL.iter().map(|code| (word(&serde_json::to_value(code).unwrap()), code.exit())).collect();
    for (code, exit) in CODES {
        let found = now.iter().find(|(word, _)| word == code);
        assert_eq!(found.map(|(_, exit)| exit), Some(exit), "{code} and its exit code are given out");
    }
    for (code, exit) in &now {
        assert!(CODES.contains(&(code, *exit)), "{code} is new: add it, with {exit}, to the list here");
    }
}

#[test]
fn ids_of_checks_are_only_ever_added() {
    for id in CHECKS {
        let known = serde_json::from_value::<CheckId>(Value::from(*id));
        let known = known.unwrap_or_else(|_| panic!("{id} is given out"));
        assert_eq!(word(&serde_json::to_value(known).unwrap()), *id, "read and written alike");
    }
    let declared = include_str!("../../../bindings/CheckId.ts");
    assert_eq!(
        declared.matches('"').count() / 2,
        CHECKS.len(),
        "a new one is added to the list here: {declared}"
    );
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
