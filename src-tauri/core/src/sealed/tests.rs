use base64::{Engine, engine::general_purpose::STANDARD};
use time::{Duration, OffsetDateTime};

use super::{text::written, *};
use crate::{
    contract::view::{AdminRequestView, RequestStanding},
    explain,
    guide::{self, StepId},
    org::address,
};

/// How many random texts are tried. `ANSWERS` in the environment tries another number.
const USUAL: usize = 2_000;

const REQUEST: &str = "00112233445566778899aabbccddeeff";
const HOST: &str = "acme--uat.sandbox.my.salesforce.com";
const PRIVATE: [u8; 32] = [
    0x31, 0x7f, 0x91, 0x5d, 0xb7, 0xbc, 0x62, 0x9c, 0x48, 0xfe, 0x76, 0x55, 0x87, 0x89, 0x7e, 0x01, 0xe2,
    0x82, 0xd3, 0xe8, 0x44, 0x5f, 0x79, 0xf2, 0x7f, 0x65, 0xd0, 0x31, 0xa8, 0x80, 0x82, 0xb2,
];
/// What the page's own script made of the two values below, for the request and the key above.
const ANSWER: &str = include_str!("answer.txt");
const VALUES: (&str, &str) = ("3MVG9.planted.key", "PLANTED0SECRET");

fn bound() -> Bound<'static> {
    Bound { request: REQUEST, host: HOST, expires_at: at(0) }
}

fn at(days: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_900_000_000).unwrap() + Duration::days(days)
}

/// The two values in an answer, if it opens.
fn values(bound: &Bound<'_>, answer: &Answer) -> Option<(String, String)> {
    let Values { key, secret } = open(&PRIVATE, bound, answer)?;
    Some((key.expose().to_owned(), secret.expose().to_owned()))
}

/// The bytes in an answer's text, without their sum.
fn bytes(answer: &Answer) -> Vec<u8> {
    let digits: Vec<char> = answer.request.chars().collect();
    let id = digits.chunks(2).map(|pair| u8::from_str_radix(&String::from_iter(pair), 16).unwrap());
    std::iter::once(1).chain(id).chain(answer.enc).chain(answer.sealed.iter().copied()).collect()
}

#[test]
fn an_answer_opens_for_its_own_request_org_and_time_alone() {
    let answer = read(ANSWER).unwrap();
    assert_eq!(answer.request, REQUEST);
    let (key, secret) = VALUES;
    assert_eq!(values(&bound(), &answer), Some((key.to_owned(), secret.to_owned())), "as the page sealed it");
    for other in [
        Bound { request: "00112233445566778899aabbccddeef0", ..bound() },
        Bound { host: "acme.my.salesforce.com", ..bound() },
        Bound { expires_at: at(1), ..bound() },
        Bound { host: "acme--uat.sandbox.my.salesforce.com\n1900000000", ..bound() },
    ] {
        assert_eq!(values(&other, &answer), None, "{other:?}");
    }
    let pair = KeyPair::random().unwrap();
    assert!(open(&pair.private, &bound(), &answer).is_none(), "nor with the key of another request");
}

#[test]
fn an_answer_altered_in_any_byte_is_refused() {
    let answer = read(ANSWER).unwrap();
    let whole = bytes(&answer);
    assert_eq!(read(&written(&whole)), Ok(answer), "written as the page does");
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        // With a sum that fits, as somebody would make it who alters it on purpose.
        match read(&written(&altered)) {
            Ok(answer) if answer.request == REQUEST => {
                assert_eq!(values(&bound(), &answer), None, "byte {at}");
            }
            Ok(answer) => assert_eq!(answer.request.len(), 32, "byte {at}: another request's"),
            Err(why) => assert_eq!((at, why), (0, NoAnswer::Damaged), "another form"),
        }
    }
    let body = ANSWER.split("DTXANSWER1").nth(1).unwrap().split("1END").next().unwrap();
    for (at, letter) in body.char_indices().filter(|(_, letter)| letter.is_ascii_alphanumeric()) {
        let other = if letter == 'A' { "B" } else { "A" };
        let mut altered = body.to_owned();
        altered.replace_range(at..=at, other);
        let text = format!("DTXANSWER1{altered}1END");
        assert_eq!(read(&text), Err(NoAnswer::Damaged), "letter {at} altered");
        altered.replace_range(at..=at, "");
        let text = format!("DTXANSWER1{altered}1END");
        assert_eq!(read(&text), Err(NoAnswer::Damaged), "letter {at} left out");
    }
}

#[test]
fn an_answer_survives_what_mails_and_chats_do_to_it() {
    let expected = read(ANSWER).unwrap();
    let one_line: String = ANSWER.lines().collect();
    let wrapped: String = one_line
        .chars()
        .collect::<Vec<_>>()
        .chunks(23)
        .map(|line| line.iter().collect::<String>() + " \r\n")
        .collect();
    let softly: String = ANSWER.chars().flat_map(|letter| [letter, '\u{ad}', '\u{200b}']).collect();
    let marked = format!("Hi,\n\n```\n{ANSWER}\n```\n-- \nBob | +1 (555) 0100\n");
    for text in [
        ANSWER.replace('\n', "\r\n"),
        ANSWER.lines().map(|line| format!("> {line}\n")).collect::<Vec<_>>().concat(),
        ANSWER.lines().map(|line| format!("Bob>> | {line}   \n")).collect::<Vec<_>>().concat(),
        ANSWER.to_lowercase(),
        one_line,
        wrapped,
        softly,
        marked,
    ] {
        assert_eq!(read(&text).as_ref(), Ok(&expected), "{text}");
        assert!(is_whole(&text), "seen to end: {text}");
    }
    // As a file that a mail program has kept: coded for its way, or in HTML.
    let coded = STANDARD.encode(format!("Grüße,\r\n\r\n{ANSWER}"));
    let coded: Vec<String> =
        coded.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let coded = format!("Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--x--\r\n", coded.join("\r\n"));
    let soft = |line: &str| {
        let (start, rest) = line.split_at(line.len() / 2);
        format!("{start}=\r\n{rest}=20\r\n")
    };
    let printable = format!("Gr=C3=BC=C3=9Fe\r\n{}", ANSWER.lines().map(soft).collect::<String>());
    let html: Vec<_> =
        ANSWER.lines().map(|line| format!("<div class=\"a1\">&gt;&nbsp;{line}<br></div>\n")).collect();
    let html = html.concat();
    // Somebody wrote of the marks, or has put the text between angle brackets, or answered a second time above the first.
    let told = format!("All from DTXANSWER1 to 1END, please:\n{ANSWER}");
    let bracketed = format!("<{}>", ANSWER.trim_start_matches(|letter| letter != 'D').trim());
    let torn = ANSWER.replacen("AEAB", "AAAA", 1);
    let twice = format!("{}\n> {}", torn, ANSWER.replace('\n', "\n> "));
    let newest = format!("> {}\n{ANSWER}", torn.replace('\n', "\n> "));
    let far_down = format!("{}{ANSWER}", "a\n".repeat(200_000));
    for text in [coded, printable, html, told, bracketed, twice, newest, far_down] {
        assert_eq!(read(&text).as_ref(), Ok(&expected), "{}", text.get(..2_000).unwrap_or(&text));
    }
    assert_eq!(read(&expected.alone()).as_ref(), Ok(&expected), "alone");
    for line in
        ["DTXANSWER1", "> dtxanswer1 ", "Sealed answer to request 7f3a-91c2, for acme.my.salesforce.com."]
    {
        assert!(begins(line), "seen to begin: {line}");
    }
    assert!(!begins("3MVG9planted") && !begins("AEABCIRTIRKWM54ITGVLXTG5537QI"), "and nothing else is");
}

#[test]
fn a_request_is_called_by_its_number_however_that_is_written() {
    for named in ["0011-2233", "00112233", " 0011-2233\n", REQUEST, &REQUEST.to_uppercase()] {
        assert!(is_called(REQUEST, named), "{named}");
    }
    for named in ["", "0011", "0011-2234", "0011-22334", "-"] {
        assert!(!is_called(REQUEST, named), "{named}");
    }
}

#[test]
fn what_is_no_answer_is_not_taken_for_one() {
    for text in [
        "",
        "3MVG9planted 0123456789ABCDEF",
        "DTXANSWER",
        "1END",
        "Sealed answer to request 7f3a-91c2, for acme.",
    ] {
        assert_eq!(read(text), Err(NoAnswer::Nothing), "{text}");
    }
    for text in ["DTXANSWER1", "DTXANSWER11END", "DTXANSWER1 AAAA 1END", "DTXANSWER1 8 1END", "DTXANSWER1 AA"]
    {
        assert_eq!(read(text), Err(NoAnswer::Damaged), "{text}");
    }
    let (first, _) = ANSWER.split_once("1END").unwrap();
    assert_eq!(read(first), Err(NoAnswer::Damaged), "cut off");
    assert!(!is_whole(first), "and it is still waited for its end");
    let long = format!("{}{ANSWER}", "a\n".repeat(LONGEST_TEXT / 2));
    assert_eq!(read(&long), Err(NoAnswer::Nothing), "no more is looked through than a mail has");
}

#[test]
fn no_random_answer_does_any_harm() {
    let count = std::env::var("ANSWERS").ok().and_then(|count| count.parse().ok()).unwrap_or(USUAL);
    let answer = read(ANSWER).unwrap();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut reached = 0;
    for number in 0..count {
        let length = usize::try_from(random() % 400).unwrap();
        let noise: Vec<u8> = (0..length).map(|_| u8::try_from(random() >> 56).unwrap()).collect();
        let text = match number % 4 {
            0 => String::from_utf8_lossy(&noise).into_owned(),
            1 => format!("DTXANSWER1{}1END", String::from_utf8_lossy(&noise)),
            2 => written(&noise),
            // In a good form, with noise in place of what is sealed.
            _ => written(&[&bytes(&Answer { sealed: Vec::new(), ..answer.clone() })[..], &noise].concat()),
        };
        if let Ok(answer) = read(&text) {
            assert!(values(&bound(), &answer).is_none(), "{text}");
            reached += 1;
        }
    }
    assert!(reached >= count / 4, "the seal itself was tried: {reached} of {count}");
}

fn asked(asked_by: &str, origin: &str) -> (AdminRequestView, address::Address) {
    let org = address::parse_stored(origin).unwrap();
    let request = AdminRequestView {
        id: REQUEST.to_owned(),
        number: number(REQUEST),
        host: org.host().to_owned(),
        address: org.view(),
        asked_by: asked_by.to_owned(),
        asked_at: at(-7),
        expires_at: at(0),
        public_key: "BAAA".to_owned(),
        standing: RequestStanding::Open,
        ended_at: None,
        opened_until: None,
    };
    (request, org)
}

const ORIGIN: &str = "https://acme--uat.sandbox.my.salesforce.com";

#[test]
fn the_page_has_the_guide_for_that_very_org_with_its_pictures() {
    let (request, org) = asked("Ada", ORIGIN);
    let page = html(&request, &org);
    assert_eq!(page, html(&request, &org), "the same, byte for byte");
    let steps = guide::steps(Some(&org));
    let mut pictures = 0;
    for id in [StepId::Open, StepId::Details, StepId::Oauth, StepId::Security, StepId::Copy] {
        let step = steps.iter().find(|step| step.id == id.word()).unwrap();
        let shown = |text: &str| {
            page.contains(
                &text
                    .replace('&', "&amp;")
                    .replace('"', "&quot;")
                    .replace('\'', "&#39;")
                    .replace('>', "&gt;"),
            )
        };
        assert!(step.actions.iter().all(|action| shown(action)), "every sentence of {}", step.id);
        assert!(step.values.iter().all(|value| shown(&value.value)), "every value of {}", step.id);
        assert!(
            step.notes.iter().all(|note| shown(&page::for_admin(&note.text))),
            "every note of {}",
            step.id
        );
        let said = |variant: &guide::Variant| shown(&page::for_admin(&variant.action));
        assert!(step.variants.iter().all(said), "every variant of {}", step.id);
        pictures += step.pictures.len();
    }
    for (of_us, _) in page::OF_THIS_PROGRAM {
        let notes = steps.iter().flat_map(|step| step.notes.iter().map(|note| &note.text));
        let mut said =
            notes.chain(steps.iter().flat_map(|step| step.variants.iter().map(|other| &other.action)));
        assert!(said.any(|words| words.contains(of_us)), "the guide says it no more: {of_us}");
    }
    for label in
        ["Confirm and Lock Security Controls", "(PKCE)", "(api)", "(refresh_token, offline_access)", "Local"]
    {
        assert!(page.contains(label), "{label}");
    }
    for of_us in ["dtx ", "Check again", "this window"] {
        let (guide, _) = page.split_once("id=\"answer\"").unwrap();
        assert!(!guide.contains(of_us), "the admin has a browser and nothing else: {of_us}");
    }
    assert_eq!(page.matches("<img alt=").count(), pictures, "and every picture");
    assert!(page.contains(org.setup_url().as_str()), "the way into its Setup");
    for callback in org.callbacks() {
        assert!(page.contains(&callback), "{callback}");
    }
    for host in page.split("href=\"https://").skip(1) {
        assert!(host.starts_with("acme--uat.sandbox."), "no other link: {:?}", host.get(..60));
    }
    assert!(!page.contains("[script-sum]") && !page.contains("[asked-by]"), "all of it is filled in");
    assert_eq!(file_name(&request), "datatrax-request-0011-2233.html");
}

#[test]
fn nothing_that_somebody_typed_becomes_a_part_of_the_page() {
    let name = "</script><script>alert(1)</script>\"'&[script]<b>";
    let (request, org) = asked(name, ORIGIN);
    let page = html(&request, &org);
    assert_eq!(page.matches("<script>").count(), 1, "one script, which the policy names");
    assert!(!page.contains("alert(1)</script>") && !page.contains("<b>"), "it is text");
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"), "as it was typed");
    let data = page.split("id=\"request\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!((data["askedBy"].as_str(), data["expires"].as_i64()), (Some(name), Some(1_900_000_000)));
}

#[test]
fn the_policy_of_the_page_allows_its_own_script_and_style_and_nothing_else() {
    let (request, org) = asked("Ada", "http://localhost:8601");
    let page = html(&request, &org);
    let policy =
        page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    for (kind, begin, end) in [("script", "<script>", "</script>"), ("style", "<style>", "</style>")] {
        let source = page.split(begin).nth(1).unwrap().split(end).next().unwrap();
        let sum = STANDARD.encode(<sha2::Sha256 as sha2::Digest>::digest(source));
        assert!(policy.contains(&format!("{kind}-src 'sha256-{sum}'")), "{kind}: {policy}");
    }
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    assert!(page.contains("PRACTICE"), "a rehearsal is called one");
    assert!(page.contains("<a href=\"http://localhost:8601/"), "and leads to its own Setup");
}

#[test]
fn the_page_takes_the_same_characters_for_invisible_as_the_core() {
    let code = |character: char| format!("\\u{{{:x}}}", u32::from(character));
    let mut ranges: Vec<(char, char)> = Vec::new();
    for character in ('\0'..=char::MAX).filter(|character| explain::is_bidi_or_invisible(*character)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(character) => *last = character,
            _ => ranges.push((character, character)),
        }
    }
    let class: String = ranges
        .iter()
        .map(
            |(first, last)| {
                if first == last { code(*first) } else { format!("{}-{}", code(*first), code(*last)) }
            },
        )
        .collect();
    let script = include_str!("page/form.js");
    assert!(script.contains(&format!("replace(/[\\s{class}]+/gu, '')")), "page/form.js takes away {class}");
}
