//! The contract with scripts: the exact JSON of `dtx`, and the defaults of its options.

use std::{fmt, fs, io::Write, net::TcpListener, process::Stdio, sync::mpsc, time::Duration};

use connect_tests::{
    Desk, Dtx, INTEGRATION, Person, Press, Terminal, one_at_a_time, org, stand_in_for_agent, token_of,
};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};

/// The names of an object's fields as written, with repetitions.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Names;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, _)) = map.next_entry::<String, IgnoredAny>()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// Asserts that every line is an object with `version` 1 and without repeated fields.
fn says_its_version_once(command: &str, output: &str) {
    assert!(!output.is_empty(), "{command} says something");
    for line in output.lines() {
        let Names(names) =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("{command}: an object: {line}"));
        for name in &names {
            assert_eq!(
                names.iter().filter(|other| *other == name).count(),
                1,
                "{command}: {name} once in {line}"
            );
        }
        let object: Value = serde_json::from_str(line).unwrap();
        assert_eq!(object["version"], 1, "{command}: {line}");
    }
}

#[tokio::test]
async fn every_line_of_json_says_its_version_once() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut connecting = desk.connecting(&org, "p", &[]).await;
    let mut person = Person::of(&org, INTEGRATION);
    connecting.sign_in(&mut person, Press::Allow).await;
    let ended = connecting.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    says_its_version_once("connect", &ended.output);
    for command in [
        &["connect", "nonsense with spaces"][..],
        &["reconnect", "nobody"],
        &["list"],
        &["show", "p"],
        &["check", "p"],
        &["token", "p"],
        &["guide"],
        &["app", "files", desk.folder().join("app").to_str().unwrap(), "--org", "acme"],
        &["vault"],
        &["agent", "status"],
        &["disconnect", "p"],
    ] {
        let ended = desk.dtx(&[command, &["--json"]].concat()).await;
        says_its_version_once(&command.join(" "), &ended.output);
    }
    let mut agent = desk.start_with(&["agent", "--no-tray"], &[("DATATRAX_LOG", "info")]);
    agent.hint("the agent is ready").await;
    says_its_version_once("agent status", &desk.dtx(&["agent", "status", "--json"]).await.output);
    let (mut practice, _) = practice(&desk, &[]).await;
    practice.interrupt().await;
    says_its_version_once("practice", &practice.ended().await.output);
}

#[tokio::test]
async fn a_connection_says_that_its_secrets_are_left_out() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for alias in ["p", "q"] {
        desk.connect(&org, alias).await;
    }
    let listed = desk.json(&["list"]).await;
    for connection in listed["connections"].as_array().unwrap() {
        assert_eq!(connection["redacted"], true, "{connection}");
    }
    assert_eq!(desk.json(&["show", "p"]).await["redacted"], true, "shown too");
    assert_eq!(
        desk.json(&["token", "p"]).await["redacted"],
        Value::Null,
        "a token is the secret that was asked for"
    );
}

/// A practice org with these options, and its announcement.
async fn practice(desk: &Desk, options: &[&str]) -> (Dtx, Value) {
    let mut dtx = desk.start(&[&["practice", "--json"], options].concat());
    let announced = dtx.line().await.expect("an announcement");
    (dtx, serde_json::from_str(&announced).unwrap())
}

#[tokio::test]
async fn the_options_of_a_practice_org_do_what_they_say() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (dtx, there) = practice(&desk, &["--port", &free]).await;
    assert_eq!(there["address"], format!("http://localhost:{free}"), "at that port");
    let setup = page(there["setup_url"].as_str().unwrap()).await;
    assert!(
        setup.contains("<form") && setup.contains("password"),
        "Setup asks for the admin's login: {setup}"
    );
    let taken = desk.dtx(&["practice", "--port", &free]).await;
    assert_eq!(taken.code, 4, "a port that is taken is said: {taken:?}");
    drop(dtx);

    let key = |announced: &Value| announced["key"].as_str().unwrap().to_owned();
    let mut keys = Vec::new();
    for seed in [&[][..], &["--seed", "1"], &["--seed", "7"], &["--seed", "7"]] {
        keys.push(key(&practice(&desk, seed).await.1));
    }
    assert_eq!(
        (&keys[0], &keys[2]),
        (&keys[1], &keys[3]),
        "the same seed makes the same org, and 1 is the seed"
    );
    assert_ne!(keys[0], keys[2], "another seed makes another");

    for (activation, code) in [(&["--activation", "3600"][..], "key_unknown"), (&[], "none")] {
        let (_dtx, announced) = practice(&desk, activation).await;
        let mut connect = desk.start(&[
            "connect",
            announced["address"].as_str().unwrap(),
            "--key",
            &key(&announced),
            "--secret-stdin",
            "--no-browser",
            "--json",
            "--wait",
            "0",
        ]);
        connect.say(announced["secret"].as_str().unwrap()).await;
        if code == "key_unknown" {
            let ended = connect.ended().await;
            assert_eq!((ended.code, &ended.last()["code"]), (4, &json!(code)), "not active yet: {ended:?}");
        } else {
            connect.event("authorize").await;
            connect.interrupt().await;
            connect.ended().await;
        }
    }
}

async fn page(address: &str) -> String {
    // Fails only if a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(address).send().await.unwrap().text().await.unwrap()
}

/// Stands in for the agent, and passes on the parameters of every sign-in requested; none of them begins.
fn asked_to_connect(desk: &Desk) -> mpsc::Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    stand_in_for_agent(desk, move |method, params| match method {
        "list" => Ok(json!([])),
        "understand" => Ok(json!({ "address": null, "notes": [], "key_length": 0, "secret_length": 0 })),
        "connect" => {
            sender.send(params.clone()).unwrap();
            Err(json!({ "code": "name_unknown", "message": "No.", "fix": ["None."], "retryable": false }))
        }
        _ => Ok(Value::Null),
    });
    receiver
}

#[tokio::test]
async fn an_app_that_is_not_active_yet_is_waited_for_as_long_as_it_is_said() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let asked = asked_to_connect(&desk);
    let waits = || asked.recv_timeout(Duration::from_secs(300)).expect("a sign-in")["wait_seconds"].clone();
    let secret = desk.folder().join("secret");
    let mut file = {
        use std::os::unix::fs::OpenOptionsExt;
        std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&secret).unwrap()
    };
    file.write_all(b"0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF\n").unwrap();
    let secret = secret.to_str().unwrap();
    let key = format!("3MVG9{}", "a".repeat(80));
    let connect = ["connect", "http://localhost:8371", "--key", &key, "--secret-file", secret];
    desk.dtx(&connect).await;
    assert_eq!(waits(), 45, "a script waits for a moment");
    desk.dtx(&[&connect[..], &["--wait", "7"]].concat()).await;
    assert_eq!(waits(), 7, "or as long as it says");
    let terminal = Terminal::start(&desk, &format!("dtx {}", connect.join(" ")));
    terminal.ended().await;
    assert_eq!(waits(), 1800, "a person waits for half an hour");
}

#[tokio::test]
async fn a_result_that_cannot_be_written_is_a_failure_of_every_command() {
    let desk = Desk::without_keyring();
    stand_in_for_agent(&desk, |method, _| match method {
        "token" => Ok(token_of("p")),
        "status" => Ok(json!({ "pid": 1, "version": "0", "connections": 0, "tray": "shown" })),
        _ => Ok(json!([])),
    });
    let commands: [&[&str]; 14] = [
        &["--help"],
        &["--version"],
        &["token", "--help"],
        &["guide"],
        &["guide", "--json"],
        &["list", "--json"],
        &["agent", "status"],
        &["agent", "status", "--json"],
        &["token", "p"],
        &["token", "p", "--json"],
        &["token", "p", "--format", "env"],
        &["token", "p", "--format", "env", "--shell", "cmd"],
        &["token", "p", "--format", "header"],
        &["token", "p", "--format", "exec-credential"],
    ];
    for command in commands {
        let run = |output: Stdio| {
            let mut dtx = desk.command(desk.program("dtx"));
            dtx.args(command).stdin(Stdio::null()).stdout(output).stderr(Stdio::piped());
            dtx.spawn().unwrap()
        };
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let for_reading = fs::File::open("/dev/null").unwrap();
        for (output, which) in [(full, "on a full disk"), (for_reading, "into what is open for reading")] {
            let ended = run(output.into()).wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(1), "{command:?} {which}: {ended:?}");
            assert!(said.contains("The result could not be written"), "{command:?} {which}: {said}");
        }

        let mut closed = run(Stdio::piped());
        drop(closed.stdout.take());
        let ended = closed.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{command:?} into a closed pipe: {ended:?}");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(!said.contains("could not be written"), "{command:?} stays quiet: {said}");
    }
}

#[tokio::test]
async fn what_a_vault_says_is_a_result_too() {
    let desk = Desk::new();
    for command in [&["vault"][..], &["vault", "--json"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut dtx = desk.command(desk.program("dtx"));
        dtx.args(command).stdin(Stdio::null()).stdout(full).stderr(Stdio::piped());
        let ended = dtx.spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1), "{command:?} on a full disk: {ended:?}");
    }
}

#[tokio::test]
async fn what_is_no_name_is_not_repeated_where_it_may_be_a_secret() {
    let secrets = [
        "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
        "00D5g00000AbCdE!AQcAQH0dMHZfz972Szmpkb58urFRkgeBGsxL",
    ];
    let desk = Desk::without_keyring();
    for secret in secrets {
        for command in [&["token", secret, "--json"][..], &["show", secret, "--json"]] {
            let ended = desk.dtx(command).await;
            ended.failed(2, "name_unknown");
            assert!(!format!("{ended:?}").contains(secret.split_at(12).0), "{ended:?}");
        }
    }
    assert!(desk.dtx(&["token", "nobody"]).await.error.contains("named nobody"), "a name is");
    let desk = Desk::without_keyring();
    stand_in_for_agent(&desk, |_, _| Ok(token_of("p")));
    for secret in secrets {
        let ended = desk.dtx(&["run", "p", "--", secret]).await;
        assert_eq!(ended.code, 127, "{ended:?}");
        assert!(!format!("{ended:?}").contains(secret.split_at(12).0), "{ended:?}");
    }
}
