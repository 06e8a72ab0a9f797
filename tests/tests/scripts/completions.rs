//! Completions in the real shells: commands, options, and the names of connections.

use std::path::Path;

use connect_core::{
    platform::{home::Home, keychain},
    ports::{Clock, SystemClock},
    vault::Vault,
};
use connect_tests::{Desk, PASSPHRASE, Terminal, stand_in_for_agent, stored, token_of};
use serde_json::{Value, json};

const NAMES: [&str; 12] = [
    "acme",
    "globex",
    "my org & co",
    "näme",
    "it's \"here\"",
    "$(touch stolen)",
    "`touch stolen`",
    "back\\slash",
    "!bang",
    ":files",
    "col:on = x",
    "~root",
];

/// A desk with `dtx` on its search path.
fn desk() -> Desk {
    let mut desk = Desk::without_keyring();
    let programs = desk.program("dtx").parent().map(Path::to_owned).unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    desk.set("PATH", &path);
    desk.set("TERM", "xterm");
    desk
}

/// The same with an agent that knows these names, and hands out a token for each.
fn desk_with_names() -> Desk {
    let desk = desk();
    // Without a database there are no names.
    std::fs::File::create(desk.home().join("connections.db")).unwrap();
    stand_in_for_agent(&desk, |method, params| match method {
        "list" => Ok(NAMES.iter().map(|name| view(name)).collect()),
        "token" => Ok(token_of(&number_of(params["name"].as_str().unwrap()))),
        _ => Ok(Value::Null),
    });
    desk
}

fn view(name: &str) -> Value {
    json!({
        "redacted": true, "alias": name, "host": "acme.my.salesforce.com", "kind": "production", "org_id": "00D",
        "org_name": null, "username": "a@b.example", "instance_url": "https://acme.my.salesforce.com",
        "status": "connected", "reason": null, "safe_until": null, "checked_at": null,
    })
}

/// The number of a name, which its token has.
fn number_of(name: &str) -> String {
    let number = NAMES.iter().position(|known| *known == name);
    number.map_or_else(|| "none".to_owned(), |number| format!("n{number}."))
}

/// A person types the beginning of a name and presses Tab and Enter: `dtx` gets the whole name, and nothing in it is a command.
async fn completes(shell: &str, ready: &str, typed: &[(&str, &str)]) {
    let desk = desk_with_names();
    let mut terminal = Terminal::start(&desk, &format!("stty cols 100 rows 24; exec {shell}"));
    terminal.types(ready).await;
    terminal.sees("it is ready").await;
    for (typed, name) in typed {
        terminal.presses(&format!("dtx token {typed}\t\n")).await;
        let token = token_of(&number_of(name))["access_token"].as_str().unwrap().to_owned();
        terminal.sees(&token).await;
    }
    terminal.types("exit").await;
    terminal.ended().await;
    assert!(!desk.folder().join("stolen").exists(), "a name is no command");
}

/// What is typed without a quotation mark, in single ones and in double ones.
const TYPED: [(&str, &str); 16] = [
    ("glo", "globex"),
    ("my", "my org & co"),
    ("n", "näme"),
    ("it", "it's \"here\""),
    ("\\$", "$(touch stolen)"),
    ("\\`", "`touch stolen`"),
    ("ba", "back\\slash"),
    ("\\!", "!bang"),
    (":f", ":files"),
    ("co", "col:on = x"),
    ("\\~", "~root"),
    ("'my", "my org & co"),
    ("'$(", "$(touch stolen)"),
    ("'ba", "back\\slash"),
    ("\"my", "my org & co"),
    ("\"ba", "back\\slash"),
];

#[tokio::test]
async fn bash_completes_the_names_of_connections() {
    let more = [
        ("'it", "it's \"here\""),
        ("\"it", "it's \"here\""),
        ("\"\\$", "$(touch stolen)"),
        ("'!", "!bang"),
        ("\"col:o", "col:on = x"),
        ("col:o", "col:on = x"),
    ];
    let ready = r#"source <(dtx completions bash); echo "it is"' ready'"#;
    completes("bash --norc -i", ready, &[&TYPED[..], &more].concat()).await;
}

#[tokio::test]
async fn zsh_completes_the_names_of_connections() {
    let ready = r#"autoload -U compinit; compinit -D; source <(dtx completions zsh); echo "it is"' ready'"#;
    completes("zsh -f -i", ready, &TYPED).await;
}

#[tokio::test]
async fn fish_completes_the_names_of_connections() {
    let desk = desk_with_names();
    for (line, expected) in [
        ("dtx token glo", "globex\tacme.my.salesforce.com\n"),
        ("dtx token my", "my org & co\tacme.my.salesforce.com\n"),
        (
            "dtx disc",
            "disconnect\tRevokes a connection at Salesforce, proves it, and forgets its key, secret and tokens\n",
        ),
        ("dtx token acme --form", "--format\tThe form to print it in [default: token]\n"),
        ("dtx token acme --shell f", "fish\n"),
        (r"dtx token \$", "$(touch stolen)\tacme.my.salesforce.com\n"),
        (r"dtx token \~", "~root\tacme.my.salesforce.com\n"),
        ("dtx token \"my", "my org & co\tacme.my.salesforce.com\n"),
        ("dtx token ba", "back\\slash\tacme.my.salesforce.com\n"),
        ("dtx token :f", ":files\tacme.my.salesforce.com\n"),
    ] {
        let mut fish = desk.command("fish");
        fish.args(["--no-config", "-c", &format!("dtx completions fish | source; complete -C '{line}'")]);
        let told = fish.output().unwrap();
        assert_eq!(String::from_utf8_lossy(&told.stdout), expected, "{line}: {told:?}");
    }
}

/// Nobody is asked for a passphrase or by a keychain, and no agent runs.
#[tokio::test]
async fn names_are_told_without_unlocking_anything_and_without_an_agent() {
    let desk = desk();
    let nothing = desk.dtx(&["complete", "--", "token", ""]).await;
    assert_eq!((nothing.code, nothing.output.as_str(), nothing.error.as_str()), (0, "", ""), "{nothing:?}");
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    let home = Home::at(&desk.home()).unwrap();
    let keychain = keychain::system(keychain::WHILE_NOBODY_IS_THERE);
    let vault = Vault::open_with_passphrase(&home, keychain, Some(passphrase.into())).unwrap();
    for number in 0..3 {
        let (record, pair, tokens) = stored(number, SystemClock.now());
        vault.store_sign_in(&record, &pair, &tokens, "Connected.").unwrap();
    }
    drop(vault);
    let told = desk.dtx(&["complete", "--", "token", "acme--s"]).await;
    let names: Vec<&str> = told.output.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!((told.code, names), (0, vec!["acme--s0", "acme--s1", "acme--s2"]), "{told:?}");
    let (_, pair, tokens) = stored(1, SystemClock.now());
    for secret in [pair.key, pair.secret, tokens.access, tokens.refresh] {
        assert!(!told.output.contains(secret.expose()), "nothing secret: {told:?}");
    }
}

#[tokio::test]
async fn completing_makes_no_home_and_says_nothing_of_trouble() {
    let desk = desk();
    let nowhere = desk.folder().join("nowhere");
    for home in [nowhere.to_str().unwrap(), "not/whole", "/dev/null/x"] {
        let ended =
            desk.start_with(&["complete", "--", "token", ""], &[("DATATRAX_HOME", home)]).ended().await;
        assert_eq!(
            (ended.code, ended.output.as_str(), ended.error.as_str()),
            (0, "", ""),
            "{home}: {ended:?}"
        );
    }
    assert!(!nowhere.exists(), "nothing was made");
}
