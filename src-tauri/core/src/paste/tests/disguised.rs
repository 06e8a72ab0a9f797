//! Secrets under names of other languages, or written as no program writes them.

use super::*;
use crate::contract::view::Cause;

/// What is told of an unknown error with this description.
fn told(description: &str) -> String {
    let pasted = serde_json::json!({ "error": "UNHEARD_OF_X", "error_description": description }).to_string();
    let told = explain(&pasted, LONGEST);
    let is_quoted =
        |cause: &Cause| cause.quoted.as_ref().is_some_and(|words| words.starts_with("UNHEARD_OF_X: "));
    assert!(told.causes.len() == 1 && told.causes.iter().all(is_quoted), "{pasted}: {told:?}");
    serde_json::to_string(&told).unwrap_or_default()
}

/// What is told of it, and what is seen of it.
fn quoted(description: &str) -> String {
    format!("{} {}", told(description), masked(description))
}

#[test]
fn a_password_is_masked_under_its_name_in_any_language_of_salesforces_pages() {
    for name in [
        "Kennwort: ",
        "Passwort:",
        "KENNWORT = ",
        "Mot de passe : ",
        "mot de passe=",
        "Contraseña: ",
        "Senha: ",
        "palavra-passe: ",
        "Wachtwoord: ",
        "パスワード: ",
        "パスワード：",
        "비밀번호: ",
        "密码：",
        "密碼 ＝ ",
        "Пароль: ",
        "ПАРОЛЬ : ",
        "Hasło: ",
        "HASŁO: ",
        "Heslo: ",
        "Lösenord: ",
        "Adgangskode: ",
        "Passord: ",
        "Salasana: ",
        "Parola: ",
        "Şifre: ",
        "My password is ",
        "the Kennwort is: ",
    ] {
        let seen = quoted(&format!("{name}Sommerregen rejected"));
        assert!(!seen.contains("Sommerregen") && seen.contains("[hidden]"), "{name}: {seen}");
        assert!(seen.contains("\"password\"") && seen.contains("rejected"), "{name}: {seen}");
    }
    for text in [
        "The user's password is required",
        "your password is expired.",
        "Mot de passe oublié ?",
        "Kennwort vergessen",
        "パスワードを忘れた場合",
        "the password issue PASSWORD1 is open",
    ] {
        assert_eq!(masked(text), text);
        assert_eq!(explain(text, LONGEST).secrets, [], "{text}");
    }
}

#[test]
fn a_value_without_digits_is_masked_behind_a_name_alone() {
    for name in ["Consumer Secret ", "--password ", "Security Token (case-sensitive): ", "with password "] {
        let seen = quoted(&format!("login failed {name}QwErTyUiOpAsDfGhJkLzXcVb end"));
        assert!(!seen.contains("QwErTy") && seen.contains("[hidden]"), "{name}: {seen}");
    }
    let seen = told("refused QwErTyUiOpAsDfGhJkLzXcVb");
    assert!(!seen.contains("QwErTy"), "nor is it quoted without one: {seen}");
    for text in ["the refresh token OAuthTokenEndpointException", "client secret ExternalClientApplication"] {
        assert_eq!(masked(text), text, "words that are joined");
    }
}

const REFRESH: &str = "5Aep861Zq7LmXnPwRk3TgVbYhJdUcIfOaSe9EiQ1Wr5Ty2Uo8Pp4Az6Sx0Dc7Fv3Gb";
const SESSION: &str = "00D5g000004XyZa!AQcAQHqWmN8pLkRtVxYzBcDfGhJkMnPqRsTuVwXyZ1a2b3c4d5e6f7g8h9";
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMDV4eCIsImF1ZCI6In0.SflKxwRJSMeKKF2QT4fwpM";
const KEY: &str = "3MVG9kBt168mda_.wJcyEqLXqZpWm1Yb0RtGvPqNsH4uXa7oDf2KjVzC5TiMeL8rQgSyBnU3hEwAxOkF6d";
const SECRET: &str = "9F3C1B7A5E2D8064C1A9B3E7F5D20486ACE13579BDF024681357986420FEDCBA";

/// Whether ten characters of it in a row are seen, each as it is, wide, or with a space behind it.
fn is_seen(secret: &str, text: &str) -> bool {
    let text: String = text.chars().filter(|letter| *letter != ' ').map(crate::explain::narrow).collect();
    secret.as_bytes().windows(10).any(|part| text.contains(&String::from_utf8_lossy(part).into_owned()))
}

#[test]
fn a_secret_in_wide_letters_is_read_as_in_plain_ones() {
    for (secret, kind) in [
        (REFRESH, Some(SecretKind::RefreshToken)),
        (SESSION, Some(SecretKind::AccessToken)),
        (JWT, Some(SecretKind::Jwt)),
        (KEY, None),
        (SECRET, None),
    ] {
        let wide = |letter: char| char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter);
        let text = format!("日本 refused {} 日本", secret.chars().map(wide).collect::<String>());
        let told = explain(&format!("error=UNHEARD_OF_X&error_description={text}"), LONGEST);
        let kinds: Vec<_> = told.secrets.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, Vec::from_iter(kind));
        assert!(!is_seen(secret, &serde_json::to_string(&told).unwrap_or_default()), "{told:?}");
        if kind.is_some() {
            assert_eq!(masked(&text), "日本 refused [hidden] 日本", "the rest stays as it was");
        }
    }
}

#[test]
fn a_secret_with_a_space_behind_each_character_is_masked_as_a_whole() {
    for (secret, is_known) in [
        (REFRESH, true),
        (SESSION, true),
        (JWT, true),
        (SECRET, true),
        ("7712940385561029384", true),
        (KEY, false),
        ("Tr0ub4dor&3-Zebra!", false),
    ] {
        let spaced: Vec<String> = secret.chars().map(String::from).collect();
        // Wherever it stands, it is met.
        for before in 0..40 {
            let text = format!("{}refused {} end", ".".repeat(before), spaced.join(" "));
            assert_eq!(masked(&text).contains("refused [hidden] end"), is_known, "{text}");
        }
        let seen = told(&format!("refused a {} b", spaced.join(" ")));
        assert!(!is_seen(secret, &seen), "{seen}");
    }
    for text in ["E r r o r : a b c", "1 2 3 4 5 6 7 8 9", "- - - - - - - - - - - - - - - - - - -"] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_code_that_was_wrapped_and_indented_leaves_no_tail() {
    let text = "refused aPrxKq7ZbW5mNvLcRtYx9UjHgFdS\n      aQ1w2E3r4T5y6U7i8O9pAsDfGhJk\n      LzXcVbNm==";
    for (text, tail) in [
        (text.to_owned(), ""),
        (format!("{text} refused"), " refused"),
        (text.replace('\n', "\\n"), ""),
        (text.replace("\n      ", "\r\n > "), ""),
        (text.replace("\n      ", " > "), ""),
    ] {
        assert_eq!(masked(&text), format!("refused [hidden]{tail}"), "{text}");
        let seen = quoted(&text);
        assert!(!seen.contains("LzXcVbNm"), "{seen}");
    }
    for after in ["\nerror=invalid_grant", "\n  and so on", "\n<p class=\"x\">"] {
        let text = format!("aPrxKq7ZbW5mNvLcRtYx9UjHgFdS{after}");
        assert_eq!(masked(&text), format!("[hidden]{after}"), "no more than it");
    }
}

#[test]
fn the_parameter_of_a_link_that_signs_in_decides_what_it_is() {
    let link = "https://acme.my.salesforce.com/secur/frontdoor.jsp";
    for (value, kind) in [
        ("?otp=aPrxKq7ZbW5mNvLcRtYx9UjHgFdSaQ1w2E3r4T5y", SecretKind::SessionLink),
        ("?sid=aPrxKq7ZbW5mNvLcRtYx9UjHgFdSaQ1w2E3r4T5y", SecretKind::SessionLink),
        ("?otp=5Aep861Zq7LmXnPwRk3TgVbYhJdUcIfOaSe9EiQ1Wr5", SecretKind::SessionLink),
        ("?code=aPrxKq7ZbW5mNvLcRtYx9UjHgFdSaQ1w2E3r4T5y", SecretKind::AuthorizationCode),
    ] {
        let kinds: Vec<_> =
            explain(&format!("{link}{value}"), LONGEST).secrets.into_iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [kind], "{value}");
    }
}

#[test]
fn nobody_is_told_to_search_for_words_that_are_not_shown() {
    use crate::explain::{Code, failure};

    let is_led = |fix: &[String]| fix.iter().any(|fix| fix.contains("search for these words"));
    assert!(!is_led(&failure(Code::SalesforceRefused, &[]).fix), "none are known");
    assert!(!is_led(&failure(Code::SalesforceRefused, &[("said", "… …")]).fix), "none are left");
    assert!(is_led(&failure(Code::SalesforceRefused, &[("said", "UNHEARD: …")]).fix), "a code is one");
    let pasted = format!(
        "salesforce {{\"error\":\"UNHEARD\",\"error_description\":\"https://evil.example {REFRESH}\"}}"
    );
    let told = explain(&pasted, LONGEST);
    let [cause] = told.causes.as_slice() else { panic!("one cause: {told:?}") };
    assert!(cause.message.contains("UNHEARD: …") && is_led(&cause.fix), "{cause:?}");
}
