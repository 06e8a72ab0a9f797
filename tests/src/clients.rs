use std::{
    env, fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use practice_org::Org;
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use crate::{Ended, PATIENCE, Person, Press, person::visit};

/// Replaces the browser: keeps the address it is asked to open.
const BROWSER: &str =
    "#!/bin/sh\nprintf '%s' \"$1\" >\"$HOME/opening\" && mv \"$HOME/opening\" \"$HOME/opened\"\n";
/// The text of `sf` when it waits for the Consumer Secret.
const PROMPT: &str = "masked";

/// The folder with the npm packages of these clients; `npm ci` there installs them.
fn clients() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    assert!(folder.join("node_modules").exists(), "run npm ci in tests/clients, as ./dev test does");
    folder
}

/// Node 22, which Salesforce CLI needs: the computer's own, or the one from npm.
pub fn node() -> PathBuf {
    let from_npm = node_modules().join(".bin/node");
    if from_npm.exists() { from_npm } else { PathBuf::from("node") }
}

/// The npm packages of these clients.
pub fn node_modules() -> PathBuf {
    clients().join("node_modules")
}

/// An interpreter with the packages of `tests/requirements.txt`: `DATATRAX_TEST_PYTHON`, or what `./dev test` makes in
/// `target/venv`.
pub fn python() -> PathBuf {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/venv/bin/python");
    let python = env::var_os("DATATRAX_TEST_PYTHON").map_or_else(default, PathBuf::from);
    assert!(python.exists(), "there is no Python at {}: ./dev test makes one", python.display());
    python
}

/// Salesforce CLI with its own home, as a person uses it at a terminal. Needs port 1717 for its sign-in.
pub struct SalesforceCli {
    home: TempDir,
}

impl SalesforceCli {
    #[expect(clippy::new_without_default, reason = "making one creates a folder")]
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let browser = home.path().join("xdg-open");
        fs::File::create(&browser).unwrap().write_all(BROWSER.as_bytes()).unwrap();
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
        Self { home }
    }

    /// The folder of the person who uses it.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// `sf org login web` with the key and secret of the org's app: the secret is typed at its prompt, and the person
    /// signs in where it sends the browser.
    pub async fn sign_in(&self, org: &Org, alias: &str, person: &mut Person) -> Ended {
        self.sign_in_with(org, &org.secret(), alias, person).await
    }

    /// The same with another secret.
    pub async fn sign_in_with(&self, org: &Org, secret: &str, alias: &str, person: &mut Person) -> Ended {
        let mut command = self.command("script");
        let line = r#"exec "$NODE" "$SF" org login web --instance-url "$ADDRESS" --client-id "$KEY" --alias "$ALIAS""#;
        command.args(["--quiet", "--return", "--command", line, "/dev/null"]);
        command.envs([("ADDRESS", org.address()), ("KEY", org.key()), ("ALIAS", alias.to_owned())]);
        command.stdin(Stdio::piped());
        let mut child = command.spawn().expect("script, of the package bsdutils, is installed");
        let mut shown = String::new();
        let mut output = child.stdout.take().unwrap();
        let mut input = child.stdin.take().unwrap();
        while !shown.contains(PROMPT) {
            shown.push_str(&piece(&mut output).await.unwrap_or_else(|| panic!("no prompt: {shown}")));
        }
        input.write_all(format!("{secret}\r").as_bytes()).await.unwrap();
        let ended = async move {
            while let Some(more) = piece(&mut output).await {
                shown.push_str(&more);
            }
            shown
        };
        let signed_in = async {
            let address = self.opened().await;
            let back = person.answer(&address, Press::Allow).await;
            // Once it has the code, the CLI may end its server before the page has left it.
            if let Err(error) = visit(back).await {
                assert!(!error.is_connect(), "the CLI listens: {error}");
            }
        };
        tokio::pin!(ended);
        let shown = tokio::select! {
            shown = &mut ended => shown,
            () = signed_in => ended.await,
        };
        let status = timeout(PATIENCE, child.wait()).await.expect("sf ends").unwrap();
        Ended { code: status.code().unwrap_or(-1), output: shown, error: String::new() }
    }

    /// `sf org login access-token`, as somebody does with what `dtx token` prints.
    pub async fn sign_in_with_token(&self, org: &Org, token: &str, alias: &str) -> Ended {
        let address = org.address();
        let login =
            ["org", "login", "access-token", "--instance-url", &address, "--no-prompt", "--alias", alias];
        self.run_with(&login, &[("SF_ACCESS_TOKEN", token)]).await
    }

    /// Runs `sf` to its end, away from a terminal.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[]).await
    }

    async fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
        let mut command = self.command(node());
        command.arg(sf()).args(arguments).envs(environment.iter().copied());
        ended(command).await
    }

    /// `sf project deploy start` in this folder, as its README says. Returns its exit code and its JSON.
    pub async fn deploy(&self, folder: &Path, alias: &str) -> (i32, Value) {
        let mut command = self.command(node());
        let words =
            ["project", "deploy", "start", "--manifest", "manifest/package.xml", "--target-org", alias];
        command.arg(sf()).args(words).arg("--json").current_dir(folder);
        let ended = ended(command).await;
        let answer = serde_json::from_str(&ended.output);
        (ended.code, answer.unwrap_or_else(|_| panic!("no JSON: {ended:?}")))
    }

    /// A Salesforce DX folder as source-deploy-retrieve reads it.
    pub async fn components(&self, folder: &Path) -> Value {
        let mut command = self.command(node());
        command.arg(clients().join("components.mjs")).arg(folder);
        let ended = ended(command).await;
        assert_eq!((ended.code, ended.error.as_str()), (0, ""), "{ended:?}");
        serde_json::from_str(&ended.output).unwrap_or_else(|_| panic!("no JSON: {ended:?}"))
    }

    /// The JSON of a command of `sf`, which must succeed.
    pub async fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.run(&[arguments, &["--json"]].concat()).await;
        assert_eq!(ended.code, 0, "sf {arguments:?}: {ended:?}");
        let answer: Value =
            serde_json::from_str(&ended.output).unwrap_or_else(|_| panic!("no JSON: {ended:?}"));
        answer["result"].clone()
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let home = self.home.path();
        let mut command = Command::new(program);
        command.env_clear().envs([
            ("PATH", env::var_os("PATH").unwrap()),
            ("HOME", home.into()),
            ("BROWSER", home.join("xdg-open").into()),
            ("NODE", node().into()),
            ("SF", sf().into()),
        ]);
        command.envs([
            ("NO_COLOR", "1"),
            ("TERM", "dumb"),
            ("SF_AUTOUPDATE_DISABLE", "true"),
            ("SF_DISABLE_LOG_FILE", "true"),
            ("SF_DISABLE_TELEMETRY", "true"),
            ("SF_SKIP_NEW_VERSION_CHECK", "true"),
            // Its keys go into a file of its home, not into the tester's keyring.
            ("SF_USE_GENERIC_UNIX_KEYCHAIN", "true"),
        ]);
        command.current_dir(home).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// The address that `sf` opens.
    async fn opened(&self) -> String {
        let path = self.home.path().join("opened");
        loop {
            if let Ok(address) = fs::read_to_string(&path) {
                fs::remove_file(&path).unwrap();
                return address;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Runs a command to its end, away from a terminal.
async fn ended(mut command: Command) -> Ended {
    let ended = timeout(PATIENCE, command.stdin(Stdio::null()).output()).await.expect("it ends").unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: ended.status.code().unwrap_or(-1), output: text(&ended.stdout), error: text(&ended.stderr) }
}

/// The program of Salesforce CLI, which [`node`] runs.
pub fn sf() -> PathBuf {
    node_modules().join("@salesforce/cli/bin/run.js")
}

async fn piece(output: &mut ChildStdout) -> Option<String> {
    let mut bytes = [0; 4096];
    let count = timeout(PATIENCE, output.read(&mut bytes)).await.expect("the program goes on").unwrap_or(0);
    (count > 0).then(|| String::from_utf8_lossy(&bytes[..count]).into_owned())
}

/// A program around a client library. It reads and answers one line of JSON at a time.
pub struct Library {
    _child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Library {
    /// jsforce with a token that it got from somebody, at this address.
    pub async fn jsforce_with_token(address: &str, token: &str) -> Self {
        let mut jsforce = Self::new_jsforce();
        jsforce.ask("token", serde_json::json!({ "instanceUrl": address, "accessToken": token })).await;
        jsforce
    }

    fn new_jsforce() -> Self {
        let mut command = Command::new(node());
        command.arg(clients().join("jsforce.mjs"));
        Self::start(command)
    }

    /// jsforce, signing in as the org's app.
    pub async fn jsforce(org: &Org, redirect_uri: &str) -> Self {
        let mut jsforce = Self::new_jsforce();
        let app = serde_json::json!({
            "loginUrl": org.address(), "clientId": org.key(), "clientSecret": org.secret(), "redirectUri": redirect_uri,
        });
        jsforce.ask("app", app).await;
        jsforce
    }

    /// simple-salesforce, with this interpreter and these variables.
    pub fn simple_salesforce(python: &Path, environment: &[(&str, String)]) -> Self {
        let mut command = Command::new(python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/simple_salesforce_lines.py"));
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { _child: child, input, output }
    }

    /// Sends the program a command. An `error` in the answer was raised by the library.
    pub async fn ask(&mut self, what: &str, with: Value) -> Value {
        let line = serde_json::json!({"do": what, "with": with});
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        let answer = timeout(PATIENCE, self.output.next_line()).await.expect("the library answers").unwrap();
        let answer = answer.unwrap_or_else(|| panic!("the program around the library ended at {what}"));
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("no JSON: {answer}"))
    }
}
