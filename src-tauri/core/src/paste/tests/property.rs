//! Random texts with secrets in them: nothing panics, and no secret is ever seen again.

use super::{
    super::{masked, shown},
    secrets::PLANTED,
    *,
};

/// How many texts are tried. `PASTES` in the environment tries another number.
const USUAL: usize = 2_000;

/// Pieces of which texts are made: what parsers stumble over, and what they look for.
pub(super) const PIECES: &[&str] = &[
    " ",
    "\n",
    "\r\n",
    "&",
    "=",
    "%",
    "%2",
    "%25",
    "%C3",
    "\\",
    "\\u00",
    "\\u12",
    "\"",
    "'",
    "<",
    ">",
    "\n> ",
    "\u{1b}[",
    "\u{1b}]8;;",
    "^[[",
    "é",
    "日本",
    "\u{202e}",
    "\u{200b}",
    "\u{fffd}",
    "=\r\n",
    "=3D",
    "=E2=80",
    "&amp;",
    "&#x3D;",
    "&#99999999;",
    "&quot;",
    "{",
    "}",
    "[",
    "]",
    ":",
    "!",
    "!!",
    "00D",
    "5Aep",
    "aPrx",
    "eyJ",
    "force://",
    "frontdoor.jsp?",
    "-----BEGIN ",
    "PRIVATE KEY-----",
    "-----END ",
    "error",
    "error=",
    "\"error\":\"",
    "errorCode",
    "error_description",
    "message",
    "invalid_client",
    "invalid_",
    "_id",
    "OAUTH_APP_",
    "invalid_grant",
    "expired",
    "access/refresh",
    "token",
    "INVALID_SESSION_ID",
    "https://acme.my.salesforce.com/",
    "salesforce",
    "client identifier invalid",
    "localhost",
    "client_secret=",
    "code=",
    "sid=",
    "password:",
    "Consumer Secret",
    "state",
    "0",
    "aZ9._~-",
];

/// A small generator of numbers, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most).unwrap_or(1)).unwrap_or(0)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

#[test]
fn no_secret_in_any_text_is_ever_seen_again() {
    let count = std::env::var("PASTES").ok().and_then(|count| count.parse().ok()).unwrap_or(USUAL);
    for seed in 1..=count {
        let mut random = Random(
            0x9e37_79b9_7f4a_7c15 ^ u64::try_from(seed).unwrap_or(1).wrapping_mul(0x2545_f491_4f6c_dd1d),
        );
        let mut text = String::new();
        let mut hidden = Vec::new();
        for _ in 0..random.below(60) {
            if random.below(12) == 0 {
                let (planted, hush, _) = random.of(PLANTED);
                text.push_str(random.of(&[" ", "\n", "&", "\""]));
                text.push_str(planted);
                text.push_str(random.of(&[" ", "\n", "&", "\""]));
                hidden.push(hush);
            } else {
                text.push_str(random.of(PIECES));
            }
        }
        let told = serde_json::to_string(&explain(&text, LONGEST)).unwrap_or_default();
        let shown = format!("{} {}", masked(&text), shown(&text, LONGEST));
        for hush in hidden {
            assert!(!told.contains(hush), "seed {seed}: {hush} is told of {text:?}: {told}");
            assert!(!shown.contains(hush), "seed {seed}: {hush} is shown of {text:?}: {shown}");
        }
    }
}

#[test]
fn any_bytes_are_read() {
    let mut random = Random(77);
    for _ in 0..USUAL {
        let bytes: Vec<u8> =
            (0..random.below(200)).map(|_| u8::try_from(random.below(256)).unwrap_or(0)).collect();
        let text = String::from_utf8_lossy(&bytes);
        let _ = explain(&text, random.below(200));
        let _ = shown(&text, random.below(200));
    }
}

/// The work done for a text grows with its length alone: these would take hours otherwise.
#[test]
fn long_texts_of_one_kind_are_read_in_one_pass() {
    for piece in [
        "error=",
        "\"error\":\"x_y\" ",
        "invalid_client ",
        "%25",
        "&amp;",
        "00D!",
        "-----BEGIN PRIVATE KEY-----",
        "sid=a1 ",
        "\n> ",
        "a",
        "=\r\n",
        "=3D",
        "\u{1b}[",
        "https://acme.my.salesforce.com/ invalid_client_id ",
        "error=invalid_grant&error_description=x ",
    ] {
        let text = piece.repeat(LONGEST / piece.len() / 4);
        let explanation = explain(&text, LONGEST);
        assert!(explanation.causes.len() <= 4, "{piece:?}");
    }
}
