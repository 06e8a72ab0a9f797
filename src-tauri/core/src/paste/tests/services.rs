//! What other services and other programs say, and what is said without its surroundings.

use super::*;

#[test]
fn what_another_service_says_is_not_known_and_not_guessed() {
    for text in [
        r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided","error_codes":[7000215]}"#,
        r#"{"error_description":"AADSTS70008: expired authorization code","error":"invalid_grant"}"#,
        "https://accounts.google.com/signin/oauth/error?authError=redirect_uri_mismatch",
        "https://acme.okta.com/oauth2/v1/authorize?error=invalid_scope&error_description=One+or+more+scopes+are+not+configured",
        "https://acme.okta\n.com/oauth2/v1/authori\nze?error=access_denied&error_description=The+user+said+no",
        "https://acme.example/cb?error=something_new&error_description=a+text+nobody+has+seen",
        r#"{"error":"access_denied","error_description":"The resource owner denied the request","provider":"dropbox"}"#,
        r#"{"error":"redirect_uri_mismatch","error_description":"The redirect_uri MUST match the registered callback URL for this application.","error_uri":"https://docs.github.com/x"}"#,
    ] {
        assert_eq!(ids(text), [""; 0], "{text}");
    }
}

#[test]
fn what_salesforce_says_is_known_wherever_a_sign_in_ends() {
    for (text, row) in [
        ("http://localhost:1717/OauthRedirect?error=access_denied&error_description=x", "denied"),
        ("https://www.getdatatrax.com/auth/callback?error=access_denied&error_description=x", "denied"),
        ("https://acme.my.sales\nforce.com/x?error=access_denied&error_description=x", "denied"),
        ("https://acme.example/cb?error=OAUTH_APP_BLOCKED&error_description=x", "app_blocked"),
        (
            "https://acme.example/cb?error=access_denied&error_description=x of https://acme.my.salesforce.com",
            "denied",
        ),
        (
            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: x\"}\n\n{\"error\":\"invalid_grant\",\"error_description\":\"expired access/refresh token\"}",
            "token_dead",
        ),
        ("{\"error\":\"access_denied\",\"error_uri\":\"https://help.salesforce.com/x\"}", "denied"),
    ] {
        assert_eq!(ids(text), [row], "{text}");
    }
}

#[test]
fn an_error_of_the_sign_in_page_without_the_words_that_decide_names_both_meanings() {
    for text in [
        "error=invalid_client",
        "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&error_descr",
    ] {
        let causes = explain(text, LONGEST).causes;
        assert_eq!(ids(text), ["client_unclear"], "{text}");
        assert_eq!(causes[0].sure, crate::contract::view::Sure::Uncertain, "{text}");
        let message = &causes[0].message;
        assert!(message.contains("installed") && message.contains("Consumer Key"), "{message}");
    }
    assert_eq!(ids("{\"error\":\"invalid_client\"}"), ["secret_wrong"], "an answer with a token's form");
}

#[test]
fn what_programs_and_logs_say_by_itself_is_known() {
    for (text, row) in [
        ("unknown_error: retry your request", "salesforce_down"),
        ("Error authenticating with auth code due to: retry your request", "salesforce_down"),
        (
            "Unable to connect\nFirefox can’t establish a connection to the server at localhost:17177.",
            "came_back_to_nobody",
        ),
        (
            "Der Zugriff auf einen Socket war aufgrund der Zugriffsrechte des Sockets unzulässig. (os error 10013)",
            "port_reserved",
        ),
        (
            "Normalerweise darf jede Socketadresse (Protokoll, Netzwerkadresse oder Anschluss) nur jeweils einmal verwendet werden. (os error 10048)",
            "port_taken",
        ),
        ("OSError: [WinError 10048] Normalerweise darf jede Socketadresse", "port_taken"),
        ("Cannot start the OAuth redirect server on port 1717.", "port_taken"),
        ("PortInUseError: port 1717 is already in use", "port_taken"),
        ("Status: Restricted IP\nLogin Type: Remote Access 2.0", "history_ip"),
        ("Failed: Restricted IP", "history_ip"),
        (
            "| Error | Acme | 'AdminApproved' is not a valid value for the enum 'PermittedUsersPolicyType' (3:12) |",
            "metadata_value",
        ),
        ("Salesforce: Insufficient Privileges", "login_as"),
        ("error=invalid_scope", "scope_refused"),
    ] {
        assert_eq!(ids(text), [row], "{text}");
    }
    for text in
        ["Insufficient Privileges", "Invalid_Scope", "'a' is not a valid value for the enum 'b'", "10048"]
    {
        assert_eq!(ids(text), [""; 0], "many services say so: {text}");
    }
}

#[test]
fn an_error_of_a_call_that_nobody_knows_means_the_same_where_it_is_pasted() {
    let body = r#"[{"errorCode":"NEW_RULE","message":"Eine neue Regel verbietet das"}]"#;
    let pasted = &explain(body, LONGEST).causes[0];
    assert_eq!(pasted.quoted.as_deref(), Some("NEW_RULE: Eine neue Regel verbietet das"), "its own words");
    for status in [400, 403, 404, 409] {
        assert_eq!(crate::explain::api_error(status, "NEW_RULE").code, pasted.code, "{status}");
    }
}
