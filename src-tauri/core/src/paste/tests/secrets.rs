//! What opens an org is named as what it is, and never shown.

use super::{composed::encoded, *};
use crate::paste::{masked, shown};

/// A text with a secret, the part of it that may never be seen, and its kind.
pub(super) const PLANTED: &[(&str, &str, SecretKind)] = &[
    ("00Dxx0000001gPL!AQ4AQFhush1hush2hush3hush4hush5", "AQ4AQFhush1", SecretKind::AccessToken),
    ("00Dxx0000001gPLEAY%21AQ4AQFhush1hush2hush3hush4", "AQ4AQFhush1", SecretKind::AccessToken),
    ("5Aep861hushhush1hushhush2hushhush3", "hushhush1", SecretKind::RefreshToken),
    ("\"refresh_token\":\"short-hush-1\"", "short-hush", SecretKind::RefreshToken),
    ("refresh_token=short%2Dhush%2D1", "short%2Dhush", SecretKind::RefreshToken),
    (
        "https://acme.my.salesforce.com/secur/frontdoor.jsp?sid=00Dxx0000001gPL!AQhush1hush2hush3&retURL=x",
        "AQhush1",
        SecretKind::SessionLink,
    ),
    (
        "https://acme.my.salesforce.com/secur/frontdoor.jsp?otp=hush1hush2hush3&cshc=x",
        "hush1hush2",
        SecretKind::SessionLink,
    ),
    ("force://PlatformCLI:hushsecret:5Aephush1hush2@acme.my.salesforce.com", "hush1", SecretKind::SignInUrl),
    ("client_secret=HUSH12345678HUSH", "HUSH12345678", SecretKind::ConsumerSecret),
    ("Consumer Secret: 1234567890123456789", "1234567890123", SecretKind::ConsumerSecret),
    ("Consumer Secret\n3AB12HUSH34CD56EF78AB12CD34EF56", "3AB12HUSH", SecretKind::ConsumerSecret),
    ("<clientSecret>HUSH12345678HUSH</clientSecret>", "HUSH12345678", SecretKind::ConsumerSecret),
    ("code=aPrxhush1hush2hush3hush4%3D%3D&state=x", "hush1hush2", SecretKind::AuthorizationCode),
    ("?code=a1b2c3d4e5f6g7h8i9j0k1l2", "a1b2c3d4e5", SecretKind::AuthorizationCode),
    ("Authorization: Bearer hush1hush2hush3hush4", "hush1hush2", SecretKind::AccessToken),
    ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJodXNoIn0.hush1hush2hush3", "hush1hush2", SecretKind::Jwt),
    ("SAMLResponse=PHNhbWxwOlJlc3BvbnNlHUSH1%2BHUSH2%3D%3D&RelayState=x", "HUSH1", SecretKind::Jwt),
    (
        "<input name=\"SAMLResponse\" value=\"PHNhbWwycDpSZXNwb25zZSBJRD0iX2FiYyIgVmVyc2lvbj0iMi4wIiB4bWxuczpzYW1sMnHUSH1aX/9d+HUSH2==\"/>",
        "HUSH1",
        SecretKind::Jwt,
    ),
    ("{\"id_token\": \"short-hush-1\"}", "short-hush", SecretKind::Jwt),
    (
        "-----BEGIN PRIVATE KEY-----\nMIIhush1hush2\nhush3\n-----END PRIVATE KEY-----",
        "MIIhush1",
        SecretKind::PrivateKey,
    ),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIhush1hush2\nhush3", "MIIhush1", SecretKind::PrivateKey),
    ("password=hush-1-hush", "hush-1-hush", SecretKind::Password),
    ("sid=\"hush1hush2hush3\"", "hush1hush2", SecretKind::AccessToken),
    (
        "https://acme.my.salesforce.com/secur/frontdoor.jsp?otp=aPrxhush1hush2hush3hush4",
        "hush1hush2",
        SecretKind::SessionLink,
    ),
    ("Kennwort: Hush1hush2hush", "Hush1hush2", SecretKind::Password),
    ("Mot de passe : Hush1hush2hush", "Hush1hush2", SecretKind::Password),
    ("hasło=Hush1hush2hush", "Hush1hush2", SecretKind::Password),
    ("パスワード：Hush1hush2hush", "Hush1hush2", SecretKind::Password),
    ("Пароль: Hush1hush2hush", "Hush1hush2", SecretKind::Password),
    ("My password is Hush1hush2hush", "Hush1hush2", SecretKind::Password),
    ("--password HuShHuShHuShHuSh", "HuShHuSh", SecretKind::Password),
    ("ｃｌｉｅｎｔ＿ｓｅｃｒｅｔ＝ＨＵＳＨ１２３４５６７８", "ＨＵＳＨ１２３", SecretKind::ConsumerSecret),
];

#[test]
fn every_kind_of_secret_is_named_and_masked() {
    for (text, hush, kind) in PLANTED {
        let found = explain(text, LONGEST).secrets;
        assert!(found.iter().any(|found| found.kind == *kind), "{text}: {found:?}");
        assert!(found.iter().all(|found| found.message.ends_with('.') && !found.fix.is_empty()), "{found:?}");
        assert!(!masked(text).contains(hush), "{text}: {}", masked(text));
    }
}

/// A secret of today, with a mark in it.
const SECRET: &str = "0F3HUSH10F3A7B9C0F3HUSH20F3A7B9C0F3HUSH30F3A7B9C0F3HUSH40F3A7B9C";

#[test]
fn a_secret_that_stands_alone_is_named_and_masked_by_its_form() {
    let key = format!("3MVG9{}", "a1B2_c3.D4".repeat(8));
    let (first, rest) = SECRET.split_at(40);
    for (text, kind) in [
        (SECRET.to_owned(), SecretKind::ConsumerSecret),
        (format!("  \"{SECRET}\"\r\n"), SecretKind::ConsumerSecret),
        (format!("{key}\n\n{SECRET}"), SecretKind::ConsumerSecret),
        (format!("{first}\n{rest}"), SecretKind::ConsumerSecret),
        (format!("> {SECRET}\n"), SecretKind::ConsumerSecret),
        ("\u{200b}1234567890123456789".to_owned(), SecretKind::ConsumerSecret),
        ("5Aep861hushHUSH9x".to_owned(), SecretKind::RefreshToken),
        (format!("5Aep861{}", "hushHUSH9_".repeat(8)), SecretKind::RefreshToken),
        ("aPrxHUSH1hush2hush3".to_owned(), SecretKind::AuthorizationCode),
    ] {
        let explained = explain(&text, LONGEST);
        let kinds: Vec<_> = explained.secrets.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [kind], "{text}");
        let seen = shown(&text, LONGEST);
        assert!(seen.contains("[hidden]") && !seen.to_lowercase().contains("hush"), "{seen}");
        assert!(!seen.contains("1234567890"), "{seen}");
        assert_eq!(
            is_told(&explained, &text, LONGEST),
            !text.contains("3MVG9"),
            "a key is not a secret: {seen}"
        );
    }
}

#[test]
fn what_only_has_the_form_of_a_secret_among_words_is_left_alone() {
    let sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    for text in [
        format!("sha256 {sum}"),
        format!("file.zip\n{sum}  file.zip"),
        "Deployment 1234567890123456789 failed".to_owned(),
        "a".repeat(64),
        "INSUFFICIENT_ACCESS".to_owned(),
    ] {
        assert_eq!(masked(&text), text);
    }
    let one = explain("error=invalid_client_id", LONGEST);
    assert!(is_told(&one, "error=invalid_client_id", LONGEST), "a cause is told");
    let nothing = explain("The printer is on fire", LONGEST);
    assert!(!is_told(&nothing, "The printer is on fire", LONGEST), "nothing is");
    let named = "Consumer Secret: HUSH12345678HUSH";
    assert!(is_told(&explain(named, LONGEST), named, LONGEST), "a secret with its name");
    let beside = "client_secret=HUSH12345678HUSH, and the printer is on fire";
    assert!(!is_told(&explain(beside, LONGEST), beside, LONGEST), "what else it says is not known");
}

#[test]
fn a_secret_that_comes_to_light_only_without_the_noise_is_masked_as_well() {
    let encoded = encoded(&encoded("client_secret=HUSH12345678HUSH"));
    for (text, hush) in [
        ("client=\r\n_secret=3DHUSH1234=\r\n5678HUSH", "5678HUSH"),
        ("client\u{200b}_secret=HUSH12345678HUSH", "HUSH12345678"),
        ("&#99;lient_secret&#61;HUSH12345678HUSH", "HUSH12345678"),
        (encoded.as_str(), "HUSH12345678"),
    ] {
        let seen = shown(text, LONGEST);
        assert!(!seen.contains(hush) && seen.contains("[hidden]"), "{text:?}: {seen:?}");
    }
    let plain = "error=invalid_client_id&amp;error_description=%20x";
    assert_eq!(shown(plain, LONGEST), plain, "what hides nothing stays as it was pasted");
    assert_eq!(
        shown("client_secret=[hidden]", LONGEST),
        "client_secret=[hidden]",
        "also when it is read again"
    );
    assert_eq!(shown("ééé", 3), "é", "cut in whole characters");
}

#[test]
fn a_secret_that_a_line_breaks_in_two_is_masked_whole() {
    for text in [
        "> 00Dxx0000001gPL!AQ4AQFhush1hush2\n> hush3hush4more\n> tail",
        "token 5Aep861hushhush1hushhush2\r\nhushhush3\r\nand so on, error=invalid_grant",
    ] {
        let shown = masked(text);
        assert!(!shown.contains("hush"), "{shown}");
    }
    assert!(
        masked("5Aep861hushhush1hushhush2\nerror=invalid_grant").contains("error=invalid_grant"),
        "no more than it"
    );
}

#[test]
fn what_opens_nothing_is_left_alone() {
    for text in [
        "Require secret for Web Server Flow",
        "error=invalid_grant&error_description=expired access/refresh token",
        "the refresh token expired",
        "Consumer Key and Secret",
        "code=",
        "password: ********",
        "sid",
        "https://acme.my.salesforce.com/lightning/setup/OrgDomain/home",
        "{\"code\":\"key_unknown\"}",
        "access_token=null",
        "Authorization: Bearer ",
        "client_secret=[hidden]",
        "exit code 1",
    ] {
        assert_eq!(masked(text), text);
        assert_eq!(explain(text, LONGEST).secrets, [], "{text}");
    }
}

#[test]
fn an_unknown_error_is_quoted_without_the_secrets_in_it() {
    let pasted = "error=something_new&error_description=for+client_secret=hush12345+and+00Dxx0000001gPL!AQhush1hush2hush3";
    let told = serde_json::to_string(&explain(pasted, LONGEST)).unwrap_or_default();
    assert!(told.contains("something_new") && !told.contains("hush1"), "{told}");
}
