//! Places without the vault's secrets: files, the memory of an idle agent, and everything that others may read.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use connect_tests::{Desk, Tap, one_at_a_time, org, program};
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
    // By then the work is over, and its memory is freed.
    tokio::time::sleep(Duration::from_secs(4)).await;
    match memory(agent.id()) {
        Ok(parts) => {
            let size: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
            assert!(size > 1_000_000, "the memory was read: {size} bytes");
            let all: Vec<_> = parts.iter().filter(|(_, bytes)| contains(bytes, &org.org_id())).collect();
            println!("{size} bytes of memory, {} parts with the org's id", all.len());
            assert!(!all.is_empty(), "what is not secret is found where it has to be");
            let found: Vec<_> = planted
                .iter()
                .flat_map(|(name, secret)| {
                    parts
                        .iter()
                        .filter(|(_, bytes)| contains(bytes, secret))
                        .map(move |(place, _)| format!("{name} in {place}"))
                })
                .collect();
            assert!(found.is_empty(), "{found:#?}");
        }
        // Root can read everything. Any other user finds it closed, like another program of the same user.
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}"),
    }
    desk.stop(agent).await;
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
