use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::*;
use crate::secret::Secret;

/// How many random pairs are tried. `ANSWERS` in the environment tries another number.
const USUAL: usize = 2_000;

fn values(key: &str, secret: &str) -> Values {
    Values { key: Secret::new(key), secret: Secret::new(secret) }
}

#[test]
fn each_end_of_a_request_has_words_of_its_own() {
    let org = address::parse("https://acme.my.salesforce.com").unwrap();
    let at = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
    let told = |standing| {
        let request = AdminRequest {
            id: "7f3a91c2".repeat(4),
            origin: org.view().origin,
            asked_by: "Ada".to_owned(),
            asked_at: at,
            expires_at: at + Duration::DAY,
            public_key: String::new(),
            standing,
            ended_at: Some(at),
        };
        why_ended(&request, &org)
    };
    let ends = [
        (RequestStanding::Answered, Code::AnswerUsed),
        (RequestStanding::Withdrawn, Code::AnswerWithdrawn),
        (RequestStanding::Expired, Code::AnswerExpired),
        (RequestStanding::Lost, Code::AnswerLost),
    ];
    let mut messages = BTreeSet::new();
    for (standing, code) in ends {
        let Failure { code: is, message, fix, .. } = told(standing);
        assert_eq!(is, code);
        for part in ["7f3a-91c2", "acme.my.salesforce.com", "2024-10-04"] {
            assert!(message.contains(part), "{part}: {message}");
        }
        assert!(fix.iter().any(|fix| fix.contains("new request")), "the way on: {fix:?}");
        messages.insert(message);
    }
    assert_eq!(messages.len(), ends.len(), "no two are told alike");
}

#[test]
fn what_cannot_be_a_pair_is_told_with_the_way_to_another_answer() {
    let (good, long) = ("0123456789ABCDEF".repeat(4), "k".repeat(2_000));
    for (key, secret, code) in [
        ("••••••••", &*good, Code::ValueMasked),
        ("3MVG9.a.key", "••••••••", Code::ValueMasked),
        ("", &*good, Code::ValueMissing),
        ("3MVG9.a.key", "", Code::ValueMissing),
        ("same-text", "same-text", Code::SameValue),
        (&*long, &*good, Code::ValueTooLong),
    ] {
        let Err(failure) = usable(&values(key, secret)) else { panic!("{code:?} is taken") };
        assert_eq!(failure.code, code);
        assert_eq!(failure.fix.last().map(String::as_str), Some(ANOTHER_ANSWER), "{failure:?}");
        assert!(!format!("{failure:?}").contains(&good), "nothing of it: {failure:?}");
    }
}

/// What an answer holds that somebody has sealed who means harm.
#[test]
fn no_random_pair_in_an_answer_does_any_harm() {
    let count = std::env::var("ANSWERS").ok().and_then(|count| count.parse().ok()).unwrap_or(USUAL);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let parts = [
        "3MVG9",
        "Consumer Key: ",
        "Consumer Secret",
        "•",
        "\u{202e}",
        "\0",
        "\r\n",
        "=",
        "<",
        "ÿ",
        "𝒳",
        "00D!",
        "\"",
        " ",
    ];
    let mut text = move || {
        let mut text = String::new();
        for _ in 0..random() % 12 {
            match random() % 3 {
                0 => text.push_str(parts[usize::try_from(random() % 14).unwrap()]),
                1 => text.extend(char::from_u32(u32::try_from(random() % 0x11_0000).unwrap())),
                _ => text
                    .push_str(&format!("{:016X}", random()).repeat(usize::try_from(random() % 5).unwrap())),
            }
        }
        text
    };
    let mut taken = 0;
    for _ in 0..count {
        let (key, secret) = (text(), text());
        let Ok(Usable { pair, .. }) = usable(&values(&key, &secret)) else { continue };
        // EXPOSE: a test.
        for value in [pair.key.expose(), pair.secret.expose()] {
            assert!(
                !value.is_empty() && !value.contains(['\0', '\n', '\r', ' ']),
                "{key:?} {secret:?}: {value:?}"
            );
        }
        taken += 1;
    }
    assert!(taken > 0, "some could be a pair");
}
