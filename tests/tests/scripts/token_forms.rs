//! The forms of a token: letter for letter, and whatever a server put into the values, in the real shells.

use std::{
    io::Write,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use connect_tests::{Desk, stand_in_for_agent, token_of};
use serde_json::{Value, json};

/// The variables and the fields of the token that they hold.
const VARIABLES: [(&str, &str); 5] = [
    ("SF_ACCESS_TOKEN", "access_token"),
    ("SF_INSTANCE_URL", "instance_url"),
    ("SF_ORG_ID", "org_id"),
    ("SF_USERNAME", "username"),
    ("SF_API_VERSION", "api_version"),
];

/// Texts that mean something to a shell, a server's or a terminal's worst.
const HOSTILE: [&str; 26] = [
    "'",
    "''",
    "o'brien@acme.example",
    "';touch$IFS$1stolen;'",
    "$(touch stolen)",
    "`touch stolen`",
    "${HOME}",
    "$HOME",
    "(touch stolen)",
    "a b  c",
    " leads and trails ",
    "\\",
    "\\'",
    "'\\''",
    "\\\\n",
    "!!",
    "-n",
    "*",
    "~root",
    "#comment",
    "a;b|c&d<e>f",
    "\"%PATH%\"^",
    "größe@acme.example",
    "日本語",
    "{a,b}",
    "[[:alpha:]]",
];

/// Texts that no shell is given.
const REFUSED: [&str; 9] =
    ["a\nb", "a\r\nb", "\n", "a\u{0}b", "\u{1b}[2J", "a\tb", "\u{7f}", "a\u{2028}b", "a\u{202e}b"];

/// A desk whose agent hands out what the test says.
fn desk_with_token() -> (Desk, Arc<Mutex<Value>>) {
    let desk = Desk::without_keyring();
    let token = Arc::new(Mutex::new(token_of("p")));
    let told = token.clone();
    stand_in_for_agent(&desk, move |_, _| Ok(told.lock().unwrap_or_else(PoisonError::into_inner).clone()));
    (desk, token)
}

fn set(token: &Mutex<Value>, field: &str, value: impl Into<Value>) {
    token.lock().unwrap()[field] = value.into();
}

#[tokio::test]
async fn every_form_of_a_token_is_what_its_readers_expect_letter_for_letter() {
    let (desk, token) = desk_with_token();
    let variables = |before: &str, between: &str, after: &str| {
        let token = token.lock().unwrap();
        let line = |(name, field): &(&str, &str)| {
            format!("{before}{name}{between}{}{after}\n", token[*field].as_str().unwrap())
        };
        VARIABLES.iter().map(line).collect::<String>()
    };
    let access_token = "00DWR00000p!AQEAQ.x_7";
    let whole = r#"{"version":1,"access_token":"00DWR00000p!AQEAQ.x_7","api_version":"67.0","expires_at":"2126-11-30T06:00:00.5Z","instance_url":"https://acme--uat.sandbox.my.salesforce.com","issued_at":"2026-11-30T04:00:00Z","org_id":"00DWR0000001abcEAA","username":"p@acme.example"}"#;
    let credential = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"expirationTimestamp":"2126-11-30T06:00:00Z","token":"00DWR00000p!AQEAQ.x_7"}}"#;
    let forms: [(&[&str], String); 12] = [
        (&[], format!("{access_token}\n")),
        (&["--format", "token"], format!("{access_token}\n")),
        (&["--json"], format!("{whole}\n")),
        (&["--format", "json"], format!("{whole}\n")),
        (&["--json", "--format=json"], format!("{whole}\n")),
        (&["--format", "env"], variables("export ", "='", "'")),
        (&["--format", "env", "--shell", "sh"], variables("export ", "='", "'")),
        (&["--format", "env", "--shell", "fish"], variables("set -gx ", " '", "'")),
        (&["--format", "env", "--shell", "powershell"], variables("$env:", " = '", "'")),
        (&["--format", "env", "--shell", "cmd"], variables("set \"", "=", "\"")),
        (&["--format", "header"], format!("Authorization: Bearer {access_token}\n")),
        (&["--format", "exec-credential"], format!("{credential}\n")),
    ];
    for (options, expected) in forms {
        let ended = desk.dtx(&[&["token", "p"], options].concat()).await;
        assert_eq!((ended.code, ended.output.as_str()), (0, expected.as_str()), "{options:?}: {ended:?}");
    }
    set(&token, "expires_at", Value::Null);
    let endless = desk.dtx(&["token", "p", "--format", "exec-credential"]).await.last();
    assert_eq!(endless["status"], json!({ "token": access_token }), "an end that is not known is left out");
}

#[tokio::test]
async fn forms_that_exclude_each_other_are_a_mistake_in_the_command() {
    let (desk, _) = desk_with_token();
    for options in [
        &["--json", "--format", "env"][..],
        &["--json", "--format", "token"],
        &["--json", "--format", "header"],
        &["--shell", "fish"],
        &["--shell", "sh", "--format", "json"],
        &["--format", "yaml"],
        &["--format", "env", "--shell", "csh"],
        &["--min-ttl", "soon"],
        &["--min-ttl", "-1"],
    ] {
        let ended = desk.dtx(&[&["token", "p"], options].concat()).await;
        assert_eq!(ended.code, 2, "{options:?}: {ended:?}");
        let is_json = options.contains(&"--json") || options.contains(&"json");
        assert_eq!(!ended.output.is_empty(), is_json, "{options:?}: JSON where it is asked for: {ended:?}");
        assert!(!ended.output.contains("access_token"), "{options:?}: no token: {ended:?}");
    }
}

/// The stand-in answers as an agent of a former version does.
#[tokio::test]
async fn a_token_that_does_not_last_is_not_handed_out_whatever_the_agent_knows() {
    let (desk, token) = desk_with_token();
    assert_eq!(desk.dtx(&["token", "p", "--min-ttl", "3600"]).await.code, 0, "a century is left");
    desk.dtx(&["token", "p", "--min-ttl", "99999999999", "--json"]).await.failed(4, "token_too_short");
    set(&token, "expires_at", Value::Null);
    let unknown = desk.dtx(&["token", "p", "--min-ttl", "1"]).await;
    assert_eq!((unknown.code, unknown.output.as_str()), (4, ""), "nobody knows how long: {unknown:?}");
}

/// What `dtx` says for this shell, or nothing where it refuses.
async fn statements(desk: &Desk, shell: &str) -> Option<String> {
    let ended = desk.dtx(&["token", "p", "--format", "env", "--shell", shell]).await;
    if ended.code == 0 {
        return Some(ended.output);
    }
    assert_eq!((ended.code, ended.output.as_str()), (1, ""), "refused as a whole: {ended:?}");
    assert!(ended.error.contains("cannot hold safely"), "and why: {ended:?}");
    None
}

/// The variables as a program sees them that the shell starts after it has read the statements.
fn read_by(desk: &Desk, shell: &str, statements: &str) -> Vec<String> {
    let script = if shell == "fish" { "source; env -0" } else { "eval \"$(cat)\"; env -0" };
    let mut command = desk.command(shell);
    command.args(["-c", script]).current_dir(desk.folder());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|_| panic!("{shell} is installed"));
    child.stdin.take().unwrap().write_all(statements.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{shell} finds nothing wrong with {statements}");
    let environment = String::from_utf8(ended.stdout).unwrap();
    let of = |name: &str| {
        let mut found = environment.split('\0').filter_map(|line| line.strip_prefix(&format!("{name}=")));
        found.next().unwrap_or_else(|| panic!("{shell} knows no {name}: {statements}")).to_owned()
    };
    VARIABLES.iter().map(|(name, _)| of(name)).collect()
}

#[tokio::test]
async fn whatever_a_server_says_arrives_whole_in_real_shells_or_is_refused() {
    let (desk, token) = desk_with_token();
    let plain: Vec<String> =
        VARIABLES.map(|(_, field)| token_of("p")[field].as_str().unwrap().to_owned()).into();
    // Each hostile text in one field; and all printable ASCII in another.
    let printable: String = (' '..='~').collect();
    let texts = HOSTILE.into_iter().chain([printable.as_str()]);
    for (text, place) in texts.zip((0..VARIABLES.len()).cycle()) {
        let mut expected = plain.clone();
        text.clone_into(&mut expected[place]);
        let (_, field) = VARIABLES[place];
        set(&token, field, text);
        let sh = statements(&desk, "sh").await.unwrap_or_else(|| panic!("sh can hold {text:?}"));
        for shell in ["dash", "bash", "zsh"] {
            assert_eq!(read_by(&desk, shell, &sh), expected, "{text:?} in {shell}");
        }
        let fish = statements(&desk, "fish").await.unwrap_or_else(|| panic!("fish can hold {text:?}"));
        assert_eq!(read_by(&desk, "fish", &fish), expected, "{text:?} in fish");
        assert!(!desk.folder().join("stolen").exists(), "{text:?} became a command");
        set(&token, field, plain[place].clone());
    }
    for (text, (_, field)) in REFUSED.into_iter().zip(VARIABLES.into_iter().cycle()) {
        let before = token.lock().unwrap()[field].clone();
        set(&token, field, text);
        for shell in ["sh", "fish", "powershell", "cmd"] {
            assert_eq!(statements(&desk, shell).await, None, "{text:?} in {shell}");
        }
        set(&token, field, before);
    }
}

#[tokio::test]
async fn a_bare_token_and_a_header_are_one_line_whatever_the_token() {
    let (desk, token) = desk_with_token();
    for hostile in ["a\nHost: elsewhere.example", "a\r\nX: y", "a b", "", "ö", "a\u{0}"] {
        set(&token, "access_token", hostile);
        for form in ["header", "token"] {
            let ended = desk.dtx(&["token", "p", "--format", form]).await;
            assert_eq!((ended.code, ended.output.as_str()), (1, ""), "{hostile:?} as {form}: {ended:?}");
        }
        let whole = desk.dtx(&["token", "p", "--format", "json"]).await.last();
        assert_eq!(whole["access_token"], *hostile, "JSON holds all of it");
        let credential = desk.dtx(&["token", "p", "--format", "exec-credential"]).await.last();
        assert_eq!(credential["status"]["token"], *hostile, "here too");
    }
}

#[test]
fn the_shells_of_these_tests_are_the_real_ones() {
    for (shell, version) in [("bash", "GNU bash"), ("zsh", "zsh 5"), ("fish", "fish, version")] {
        let told =
            Command::new(shell).arg("--version").output().unwrap_or_else(|_| panic!("{shell} is installed"));
        assert!(String::from_utf8_lossy(&told.stdout).contains(version), "{shell}: {told:?}");
    }
}
