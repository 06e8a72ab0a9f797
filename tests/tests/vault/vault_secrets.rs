//! Places without the vault's secrets: files, the memory of an idle agent, and everything that others may read.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use connect_tests::{Desk, PASSPHRASE, PATIENCE, Tap, one_at_a_time, org, program};
use practice_org::Options;

#[tokio::test]
async fn no_secret_stands_in_any_file_or_in_the_memory_of_an_idle_agent() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) =
        (Desk::new(), Tap::before(Options { rotation: true, ..Options::default() }).await);
    let agent = desk.agent(&[("DATATRAX_LOG", "trace")]).await;
    desk.connect(&org, "p").await;
    desk.token("p").await;
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a rotation");
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "and a check");
    let mut planted: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, values) in tap.secrets() {
        for value in values {
            // Ciphers work on blocks of 64 bytes, and may leave the last one.
            let rest = value.len() / 64 * 64;
            if value.len() - rest >= 24 {
                planted.insert((format!("the end of a {name}"), value.get(rest..).unwrap().to_owned()));
            }
            planted.insert((name.clone(), value));
        }
    }
    planted.insert(("the pasted secret".to_owned(), org.secret()));
    let names: BTreeSet<_> = planted.iter().map(|(name, _)| name.as_str()).collect();
    println!("{} secrets: {names:?}", planted.len());
    assert!(planted.len() >= 6, "pair, code, verifier and two tokens each: {names:?}");

    for path in files(&desk.home()) {
        let bytes = fs::read(&path).unwrap();
        for (name, secret) in &planted {
            assert!(!contains(&bytes, secret), "{name} stands in {}", path.display());
        }
    }
    // Soon the work is over, and its memory is freed.
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let left = match memory(agent.id()) {
            Ok(parts) => secrets_in(&parts, &planted, &org.org_id()),
            // Root can read everything. Any other user finds it closed, like another program of the same user.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => break,
            // A part of it was freed while it was read.
            Err(error) => vec![error.to_string()],
        };
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < give_up_at, "{left:#?}");
    }
    desk.stop(agent).await;
}

/// Which of the secrets stand where in these parts of a memory, in which the org's id has to be found.
fn secrets_in(
    parts: &[(String, Vec<u8>)],
    planted: &BTreeSet<(String, String)>,
    org_id: &str,
) -> Vec<String> {
    let size: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(size > 1_000_000, "the memory was read: {size} bytes");
    let all = parts.iter().filter(|(_, bytes)| contains(bytes, org_id)).count();
    assert!(all > 0, "what is not secret is found where it has to be");
    planted
        .iter()
        .flat_map(|(name, secret)| {
            parts
                .iter()
                .filter(|(_, bytes)| contains(bytes, secret))
                .map(move |(place, _)| format!("{name} in {place}"))
        })
        .collect()
}

#[tokio::test]
async fn everything_below_the_home_is_closed_to_others() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let mut folders = vec![desk.home()];
    while let Some(folder) = folders.pop() {
        assert_eq!(
            fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
            0o700,
            "{}",
            folder.display()
        );
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                assert_eq!(mode, 0o600, "{}", entry.path().display());
            }
        }
    }
}

#[tokio::test]
async fn a_file_with_a_secret_that_others_may_read_is_refused_and_a_pipe_is_not() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (address, key) = (org.address(), org.key());
    let secret = desk.closed_file("secret", &org.secret());
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    // A folder that keeps others out would protect the file.
    fs::set_permissions(desk.folder(), fs::Permissions::from_mode(0o755)).unwrap();
    let connect =
        ["connect", &address, "--alias", "p", "--key", &key, "--no-browser", "--secret-file", &secret];
    let refused = desk.dtx(&connect).await;
    assert!(refused.code == 2 && refused.error.contains("chmod 600"), "{refused:?}");
    let refused = desk.dtx_with_passphrase(&secret, &["vault", "passphrase"]).await;
    assert!(refused.code == 2 && refused.error.contains("chmod 600"), "{refused:?}");
    assert_eq!(org.counters().requests.get("token"), None, "nobody was asked anything");
    let script = format!(
        r#""$1" connect {address} --alias p --key {key} --no-browser --wait 0 --secret-file <(printf '%s\n' wrong)"#
    );
    let mut shell = desk.command("bash");
    shell.args(["-c", &script, "bash"]).arg(program("dtx"));
    let output = tokio::process::Command::from(shell).output().await.unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "what came by the pipe was asked about: {told}");
}

/// What is wrong with a file that holds a secret or an authority is told with its path and the reason, never with what is in it.
#[tokio::test]
async fn a_file_that_cannot_be_used_is_named_with_the_reason_and_without_its_content() {
    const CONTENT: &str = "planted in a file";
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    assert_eq!(desk.connect_with_passphrase(&org, &passphrase).await.code, 0, "connected");
    let path = |name: &str| desk.folder().join(name).to_str().unwrap().to_owned();
    let long = CONTENT.repeat(200_000);
    let [folder, missing] = ["folder", "missing"].map(path);
    fs::create_dir(&folder).unwrap();
    let not_text = desk.closed_file("not-text", "");
    File::create(&not_text).unwrap().write_all(&[b"\xff".as_slice(), CONTENT.as_bytes()].concat()).unwrap();
    let [empty, long, other] = [("empty", "\n"), ("long", long.as_str()), ("other", CONTENT)]
        .map(|(name, text)| desk.closed_file(name, text));
    let below = format!("{other}/below");
    let (address, key) = (org.address(), org.key());
    let connect = |file: &str| {
        ["connect", &address, "--alias", "q", "--key", &key, "--no-browser", "--secret-file", file]
            .map(str::to_owned)
    };
    for (file, secret, authority) in [
        (&missing, "no such file", "no such file"),
        (&below, "no such file", "no such file"),
        (&folder, "is a folder", "is a folder"),
        (&empty, "first line is empty", "it is empty"),
        (&long, "first line is far too long", "larger than 1024 KiB"),
        (&not_text, "not text", "no certificate"),
        (&other, "", "no certificate"),
    ] {
        let secret_file: Vec<String> = connect(file).into();
        let secret_file: Vec<&str> = secret_file.iter().map(String::as_str).collect();
        for (variable, arguments, code, reason) in [
            (Some("DATATRAX_PASSPHRASE_FILE"), &["token", "p"][..], 5, secret),
            (None, &secret_file, 2, secret),
            (Some("DATATRAX_CA_FILE"), &["list"], 2, authority),
        ] {
            if reason.is_empty() {
                continue;
            }
            let environment: Vec<_> =
                variable.map(|variable| (variable, file.as_str())).into_iter().collect();
            let said = desk.start_with(arguments, &environment).ended().await;
            assert_eq!(said.code, code, "{variable:?} {file}: {said:?}");
            for part in [file.as_str(), reason] {
                assert!(said.error.contains(part), "{variable:?} {file}: {part}: {}", said.error);
            }
            let all = format!("{}{}", said.output, said.error);
            assert!(!all.contains(CONTENT), "{variable:?} {file}: never what is in it: {all}");
        }
    }
    fs::set_permissions(&other, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(desk.folder(), fs::Permissions::from_mode(0o755)).unwrap();
    let open = desk.dtx_with_passphrase(&other, &["token", "p"]).await;
    assert!(open.code == 2 && open.error.contains(&other), "one that is open to others: {open:?}");
}

/// The readable parts of a process's memory, each with its address range.
fn memory(process: u32) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut memory = File::open(format!("/proc/{process}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let mut parts = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        let place = words.nth(3).unwrap_or("anonymous");
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|end| u64::from_str_radix(end, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        memory.seek(SeekFrom::Start(from))?;
        memory.read_exact(&mut bytes)?;
        parts.push((format!("{place} {range}"), bytes));
    }
    Ok(parts)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else if entry.is_file() {
            found.push(entry);
        }
    }
    found
}
