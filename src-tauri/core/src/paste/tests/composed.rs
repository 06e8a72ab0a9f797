//! Documented errors, as people paste them: each with every noise that copying brings.

use super::*;

/// A text as Salesforce, a program or a browser has it, and the row that explains it.
const SHAPES: &[(&str, &str)] = &[
    (
        "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&error_description=app+must+be+installed+into+org",
        "app_not_installed",
    ),
    (
        "https://acme--uat.sandbox.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration",
        "callback_mismatch",
    ),
    (
        "http://localhost:17177/auth/salesforce/callback?error=access_denied&error_description=end-user+denied+authorization&state=dtxc1.hGq0Zk3xYb7PpW2vN5tRcA",
        "denied",
    ),
    (
        "http://localhost:1717/OauthRedirect?error=OAUTH_APPROVAL_ERROR_GENERIC&error_description=An+unexpected+error+has+occurred+during+authentication.+Please+try+again.&state=a1b2",
        "approval_failed",
    ),
    (
        "https://www.getdatatrax.com/auth/salesforce/callback?error=OAUTH_EC_APP_NOT_FOUND&error_description=External+client+app+is+not+installed+in+this+org",
        "app_not_in_org",
    ),
    (
        "https://www.getdatatrax.com/auth/salesforce/callback?error=OAUTH_AUTHORIZATION_BLOCKED&error_description=Cross-org+OAuth+flows+are+not+supported+for+this+external+client+app&state=x",
        "cross_org",
    ),
    ("error=invalid_client_id&error_description=client%20identifier%20invalid", "key_unknown"),
    ("error=OAUTH_APP_BLOCKED&error_description=this+app+is+blocked+by+admin", "app_blocked"),
    ("error=invalid_request&error_description=missing+required+code+challenge", "challenge_missing"),
    ("{\"error\":\"invalid_client\",\"error_description\":\"invalid client credentials\"}", "secret_wrong"),
    ("{\"error\":\"invalid_grant\",\"error_description\":\"expired access/refresh token\"}", "token_dead"),
    (
        "{\"error\":\"invalid_grant\",\"error_description\":\"token request is already being processed\"}",
        "token_busy",
    ),
    (
        "{ \"error_description\" : \"invalid code verifier\", \"error\" : \"invalid_grant\" }",
        "verifier_refused",
    ),
    (
        "{\"error\":\"invalid_app_access\",\"error_description\":\"user is not admin approved to access this app\"}",
        "user_not_approved",
    ),
    ("ERROR running auth:web:login: invalid_grant: no valid scopes defined", "no_valid_scope"),
    (
        "[{\"message\":\"This session is not valid for use with the REST API\",\"errorCode\":\"INVALID_SESSION_ID\"}]",
        "session_refused",
    ),
    (
        "[ { \"errorCode\" : \"REQUEST_LIMIT_EXCEEDED\", \"message\" : \"TotalRequests Limit exceeded.\" } ]",
        "api_limit",
    ),
    (
        "<Errors><Error><errorCode>API_DISABLED_FOR_ORG</errorCode><message>API is not enabled for this Organization or Partner</message></Error></Errors>",
        "api_disabled",
    ),
    (
        "<soapenv:Fault><faultcode>sf:INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: Invalid username, password, security token</faultstring></soapenv:Fault>",
        "soap_login",
    ),
    (
        "request to https://acme.my.salesforce.com/services/oauth2/token failed, reason: unable to get local issuer certificate",
        "tls_untrusted",
    ),
    ("acme.my.salesforce.com DNS_PROBE_FINISHED_NXDOMAIN", "name_not_found"),
    ("Error: listen EADDRINUSE: address already in use 127.0.0.1:1717", "port_taken"),
    ("NET::ERR_CERT_DATE_INVALID", "clock"),
    ("Login History: Failed: Missing Consumer Key Parameter", "history_key_missing"),
    (
        "https://acme.my.site.com/portal/_nc_external/identity/sso/ui/AuthorizationError?ErrorDescription=invalid_grant+Bad+Request&ProviderId=0SO000000000001AAA&ErrorCode=No_Oauth_Token",
        "provider_failed",
    ),
    (
        "https://acme.my.salesforce.com/setup/x?ErrorCode=invalid_client&ErrorDescription=app+must+be+installed+into+org",
        "app_not_installed",
    ),
];

/// A noise, and what it makes of a text.
type Noise = (&'static str, fn(&str) -> String);

const NOISES: &[Noise] = &[
    ("as it is", str::to_owned),
    ("HTML-escaped", |text| {
        text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('=', "&#61;")
    }),
    ("URL-encoded twice", |text| encoded(&encoded(text))),
    ("wrapped by a terminal", |text| wrapped(text, 40)),
    ("wrapped by a narrow terminal", |text| wrapped(text, 23)),
    ("quoted-printable", quoted_printable),
    ("quoted in a mail", |text| format!("> > {}", wrapped(text, 60).replace('\n', "\r\n> > "))),
    ("coloured", |text| {
        format!(
            "\u{1b}[1;31m{}\u{1b}[0m",
            text.replace(['=', ':'], "\u{1b}[2m$0\u{1b}[22m").replace("$0", "=")
        )
    }),
    ("in a browser in German", |text| {
        format!(
            "← → ⟳ 🔒 {text}\nDatei Bearbeiten Ansicht Chronik Lesezeichen Extras Hilfe\nDiese Seite übersetzen?"
        )
    }),
    ("in a browser in Japanese", |text| format!("ファイル 編集 表示 履歴 ブックマーク\n{text}\n新しいタブ")),
    ("in a browser in French", |text| {
        format!("Fichier Édition Affichage\n« {text} »\nRechercher ou saisir une adresse")
    }),
    ("in a line of a log, as JSON", |text| {
        format!("{{\"level\":\"error\",\"msg\":\"{}\"}}", text.replace('\\', "\\\\").replace('"', "\\\""))
    }),
    ("in a long terminal", |text| {
        format!(
            "$ npm run start\nready in 312 ms\n\n{text}\n\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)\n$ "
        )
    }),
    ("pasted by a terminal", |text| format!("\u{1b}[200~{text}\u{1b}[201~")),
    ("with invisible characters", |text| text.replace('_', "_\u{200b}").replace(' ', "\u{a0}")),
    ("cut off at the end", |text| text.chars().take(text.chars().count() - 2).collect()),
    ("cut off at the beginning", |text| text.chars().skip(3).collect()),
];

pub(super) fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

fn wrapped(text: &str, width: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(width).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
}

fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    let mut line = 0;
    for character in text.chars() {
        let written = if character == '=' { "=3D".to_owned() } else { character.to_string() };
        if line + written.len() > 50 {
            out.push_str("=\r\n");
            line = 0;
        }
        line += written.len();
        out.push_str(&written);
    }
    // A text without an equals sign needs no such encoding, and a mail has one elsewhere.
    format!("Subject: =3D\r\n{out}")
}

#[test]
fn documented_errors_are_explained_through_every_noise() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (text, row) in SHAPES {
        for (noise, made) in NOISES {
            count += 1;
            let pasted = made(text);
            let told = ids(&pasted);
            if told != [*row] {
                wrong.push(format!("{row}, {noise}: {told:?} of {pasted:?}"));
            }
        }
    }
    assert!(count >= 300, "{count} texts");
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_nobody_knows_is_not_guessed() {
    let texts = [
        "Something went wrong. Please try again.",
        "Error 500",
        "404 Not Found",
        "HTTP/1.1 403 Forbidden",
        "Internal Server Error",
        "access denied",
        "I uninstalled the app and now it works",
        "permission denied (publickey)",
        "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\",\"message\":\"The project was not found\"}}",
        "API rate limit exceeded for user",
        "Traceback (most recent call last): KeyError: 'x'",
        "the server is slow, error after error",
        "Insufficient privileges for operation on table users",
        "not found",
        "invalid field in the form",
        "the token was revoked by somebody",
        "scope",
        "",
        "Ein Fehler ist aufgetreten",
        "エラーが発生しました",
        "status: server_error",
        "my slow_down function",
        "src/access_denied.rs: no errors",
        "OAUTH",
        "OAUTH_",
        "error=",
        "errorCode",
        "error_description=",
        "{\"code\":\"denied\"}",
        "IP restricted area",
        "error: expected one of `!` or `::`",
    ];
    for text in texts {
        for (noise, made) in NOISES {
            if text.len() < 4 && noise.starts_with("cut off") {
                continue;
            }
            let told = ids(&made(text));
            assert!(told.is_empty(), "{text:?}, {noise}: {told:?}");
        }
    }
}

#[test]
fn a_well_formed_error_that_nobody_knows_is_quoted_and_no_more() {
    for pasted in [
        "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=something_new&error_description=a+text+nobody+has+seen",
        "{\"error\":\"something_new\",\"error_description\":\"a text nobody has seen\"}",
        "[{\"message\":\"a text nobody has seen\",\"errorCode\":\"SOMETHING_NEW\"}]",
        "{\"error\":\"invalid_client\",\"error_description\":\"a text nobody has seen\"}",
        "<Error><errorCode>SOMETHING_NEW</errorCode><message>a text nobody has seen</message></Error>",
        "https://acme.my.salesforce.com/setup/x?ErrorCode=Something_New&ErrorDescription=a+text+nobody+has+seen",
        "https://acme.my.salesforce.com/setup/x?ErrorDescription=a+text+nobody+has+seen&ErrorCode=Something_New",
    ] {
        let causes = explain(pasted, LONGEST).causes;
        assert_eq!(causes.len(), 1, "{pasted}: {causes:?}");
        let cause = &causes[0];
        assert!(!cause.known && cause.cause == "quoted", "{pasted}: {cause:?}");
        let quoted = cause.quoted.as_deref().unwrap_or_default();
        assert!(quoted.ends_with(": a text nobody has seen"), "{pasted}: {quoted}");
        assert!(
            cause.message.contains(quoted) && cause.message.contains("The pasted text says"),
            "{}",
            cause.message
        );
    }
    let long = format!("error=a_new_one&error_description=see+https://evil.example+{}", "word+".repeat(100));
    let causes = explain(&long, LONGEST).causes;
    let quoted = causes[0].quoted.clone().unwrap_or_default();
    assert!(
        quoted.chars().count() <= 200 && !quoted.contains("evil"),
        "one line, cut, without links: {quoted}"
    );
}

#[test]
fn what_was_pasted_is_never_said_to_be_salesforces_words() {
    for (text, _) in SHAPES {
        let told = serde_json::to_string(&explain(text, LONGEST)).unwrap_or_default();
        assert!(!told.contains("Salesforce says"), "{text}: {told}");
    }
}

#[test]
fn the_way_into_setup_has_the_orgs_own_host_only_where_one_is_named() {
    let link = |text: &str| explain(text, LONGEST).causes[0].setup.clone().and_then(|link| link.url);
    let page = "/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client_id&error_description=x";
    assert_eq!(
        link(&format!("https://acme--uat.sandbox.my.salesforce.com{page}")).as_deref(),
        Some(
            "https://acme--uat.sandbox.my.salesforce-setup.com/lightning/setup/ManageExternalClientApplication/home"
        ),
        "the org's Setup"
    );
    for other in [
        "https://acme.my.salesforce.com.evil.example",
        "https://evil.example",
        "https://login.salesforce.com",
        "",
    ] {
        assert_eq!(link(&format!("{other}{page}")), None, "{other}");
    }
    let two = format!("https://acme.my.salesforce.com and https://other.my.salesforce.com{page}");
    assert_eq!(link(&two), None, "which of two orgs is meant, nobody knows");
}

#[test]
fn several_errors_are_told_in_their_order_and_each_once() {
    let terminal = "error=invalid_client_id&error_description=client+identifier+invalid\n\nagain:\n\n\
        error=invalid_client_id&error_description=client+identifier+invalid\n\nand then ECONNREFUSED 127.0.0.1:443";
    assert_eq!(ids(terminal), ["key_unknown", "refused"]);
}

#[test]
fn no_more_than_a_bounded_beginning_is_read() {
    let late = format!("{}error=invalid_client_id&error_description=x", "é ".repeat(LONGEST / 3 + 1));
    let cut = explain(&late, LONGEST);
    assert!(cut.cut && cut.causes.is_empty(), "what comes later is not read, and that is said");
    assert!(!explain("error=invalid_client_id", LONGEST).cut, "a short text is read whole");
}

#[test]
fn a_page_with_another_name_for_its_error_is_read_as_any_other_and_guesses_no_more() {
    let at = |page: &str, fields: &str| ids(&format!("https://acme.my.salesforce.com{page}?{fields}"));
    let provider = "/_nc_external/identity/sso/ui/AuthorizationError";
    for (fields, elsewhere) in [
        ("ErrorCode=access_denied&ErrorDescription=end-user+denied+authorization", &["denied"][..]),
        ("ErrorDescription=client+identifier+invalid&ErrorCode=invalid_client_id", &["key_unknown"]),
        ("ErrorCode=invalid_grant&ErrorDescription=expired%20authorization%20code", &["code_spent"]),
        ("ErrorCode=server_error&ErrorDescription=", &["salesforce_down"]),
        ("ErrorCode=&ErrorDescription=", &[]),
    ] {
        assert_eq!(at("/setup/x", fields), elsewhere, "{fields}");
        assert_eq!(at(provider, fields), ["provider_failed"], "said by another system: {fields}");
    }
    let known = explain(&format!("{provider}?ErrorCode=Bad_Id"), LONGEST).causes;
    assert!(known[0].known && known[0].message.contains("an Auth. Provider of the org"), "{known:?}");
    let both = format!("https://acme.my.salesforce.com{provider}?ErrorCode=x_y\n\nlater: OAUTH_APP_BLOCKED");
    assert_eq!(ids(&both), ["provider_failed", "app_blocked"], "what is said elsewhere counts");
}
