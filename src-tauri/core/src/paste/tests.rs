use super::*;

mod composed;
mod disguised;
mod property;
mod secrets;
mod services;
pub(super) mod texts;

fn ids(text: &str) -> Vec<String> {
    explain(text, LONGEST).causes.into_iter().map(|cause| cause.cause).collect()
}

#[test]
fn what_people_paste_is_explained() {
    for (pasted, meant) in [
        (
            "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&error_description=app+must+be+installed+into+org",
            "app_not_installed",
        ),
        ("error=invalid_client_id&error_description=client%20identifier%20invalid", "key_unknown"),
        (
            "{\"error\":\"invalid_client\",\"error_description\":\"invalid client credentials\"}",
            "secret_wrong",
        ),
        (
            "[{\"message\":\"セッションの有効期限が切れているか、無効です\",\"errorCode\":\"INVALID_SESSION_ID\"}]",
            "session_refused",
        ),
        ("OAUTH_APPROVAL_ER\nROR_GENERIC : An unexpected error", "approval_failed"),
        ("error=invalid_client\n_id", "key_unknown"),
        ("Error: getaddrinfo ENOTFOUND acme.my.salesforce.com", "name_not_found"),
        ("Fehler: redirect_uri_mismatch\nredirect_uri must match configuration", "callback_mismatch"),
    ] {
        assert_eq!(ids(pasted), [meant], "{pasted}");
    }
}
