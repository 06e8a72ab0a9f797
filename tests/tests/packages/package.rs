//! The packages: their content, and the `.deb`'s installation, use, upgrade and removal in a clean Debian.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::OnceLock,
};

use connect_core::org::address::{LINK_CALLBACK, LINK_SCHEME};
use connect_tests::{
    Desk, Display, Dtx, Ended, INTEGRATION, Internet, Packages, Person, Press, Root, Window, one_at_a_time,
    real_org, until_so,
};
use practice_org::{Options, Org, OrgKind};
use serde_json::{Value, json};

const HOST: &str = "acme--uat.sandbox.my.salesforce.com";
/// The fewest colours of a window with text, whose edges are smoothed; one without has one or two.
const COLOURS_OF_TEXT: usize = 16;
/// A link that belongs to no sign-in, with values that no real one can have.
const STRANGE_LINK: &str = "com.getdatatrax.connect://auth/salesforce/callback?code=x&state=y";

/// The command line of a window started with an argument, for `pgrep`.
const WINDOW: &str = "^(/usr/bin/)?datatrax-connect ";

/// Findings of Debian's checker that cannot be avoided.
const NOT_HEEDED: [&str; 3] = [
    // Datatrax has no address for mail yet, so the package names its site.
    "malformed-contact",
    "bogus-mail-host-in-debian-changelog",
    // Concerns only packages distributed by Debian.
    "initial-upload-closes-no-bugs",
];

/// A clean Debian with the package and its dependencies only. Never changed.
fn installed() -> &'static Root {
    static ROOT: OnceLock<Root> = OnceLock::new();
    ROOT.get_or_init(|| {
        let root = Root::clean();
        let deb = root.bring(&Packages::current().deb());
        root.run(&["apt-get", "update", "--quiet"]);
        root.install(&[&deb]);
        root
    })
}

/// The same with a person's desktop. Never changed.
fn furnished() -> &'static Root {
    static ROOT: OnceLock<Root> = OnceLock::new();
    ROOT.get_or_init(|| {
        let root = installed().copy("furnished");
        root.furnish();
        root
    })
}

/// The product's files in a root, and all others with its name.
fn files_of_ours(root: &Root) -> BTreeSet<String> {
    let found = root.run(&words(
        "find / ( -path /proc -o -path /mnt -o -path /var/cache/apt ) -prune \
         -o ( -iname *datatrax* -o -name dtx -o -name dtx[.-]* -o -name _dtx ) -print",
    ));
    found.lines().map(str::to_owned).collect()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn the_deb_and_the_rpm_hold_the_same_files() {
    let packages = Packages::current();
    let (mut deb, mut rpm) = (packages.files_of_deb(), packages.files_of_rpm());
    for of_debian in ["copyright", "changelog.Debian.gz"] {
        let name = format!("/usr/share/doc/datatrax-connect/{of_debian}");
        assert!(deb.remove(&name).is_some(), "{name} is where Debian looks for it");
    }
    for of_fedora in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let name = format!("/usr/share/licenses/datatrax-connect/{of_fedora}");
        assert!(rpm.remove(&name).is_some(), "{name} is where Fedora looks for it");
    }
    let zsh = deb.remove("/usr/share/zsh/vendor-completions/_dtx");
    assert!(zsh.is_some(), "zsh's completions are where Debian's zsh looks for them");
    assert_eq!(zsh, rpm.remove("/usr/share/zsh/site-functions/_dtx"), "and where the others' does");
    assert_eq!(deb, rpm, "all else is alike: name, mode, owner and content");
    let modes: BTreeSet<(&str, &str)> = deb
        .iter()
        .map(|(name, file)| (if name.starts_with("/usr/bin/") { "program" } else { "file" }, words(file)[0]))
        .collect();
    assert_eq!(
        modes,
        BTreeSet::from([("program", "755"), ("file", "644")]),
        "nothing with more rights than it needs"
    );
    for size in ["16x16", "24x24", "32x32", "48x48", "64x64", "128x128", "256x256", "512x512"] {
        let icon = format!("/usr/share/icons/hicolor/{size}/apps/datatrax-connect.png");
        assert!(deb.contains_key(&icon), "{icon} is there");
    }
}

#[test]
fn equal_programs_give_equal_packages() {
    let (first, second) = (Packages::current(), Packages::again());
    for (one, other) in [(first.deb(), second.deb()), (first.rpm(), second.rpm())] {
        assert_eq!(one.file_name(), other.file_name(), "of the same name");
        assert!(fs::read(&one).unwrap() == fs::read(&other).unwrap(), "{} to the byte", one.display());
    }
}

/// For programs that look for libraries with known faults.
#[test]
fn what_is_inside_is_listed_with_the_digest_that_was_locked() {
    let packages = Packages::current();
    let mut files = fs::read_dir(packages.folder()).unwrap().map(|file| file.unwrap().path());
    let list = files.find(|path| path.to_str().unwrap().ends_with("_linux.cdx.json")).expect("there is one");
    let list: Value = serde_json::from_str(&fs::read_to_string(list).unwrap()).unwrap();
    assert_eq!((&list["bomFormat"], &list["specVersion"]), (&json!("CycloneDX"), &json!("1.6")));
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let lock = fs::read_to_string(sources.join("Cargo.lock")).unwrap();
    let components = list["components"].as_array().unwrap();
    for component in components {
        let text = |pointer: &str| component.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let (name, version) = (text("/name"), text("/version"));
        let (_, locked) = lock.split_once(&format!("name = \"{name}\"\nversion = \"{version}\"\n")).unwrap();
        let locked = locked.split("\n[[").next().unwrap();
        assert!(locked.contains(&text("/hashes/0/content")), "{name} {version} is what was locked");
        assert_eq!(text("/purl"), format!("pkg:cargo/{name}@{}", version.replace('+', "%2B")));
        assert!(!text("/licenses/0/expression").contains('/'), "a licence as SPDX writes it: {component}");
    }
    let mut notices = Command::new("node");
    notices.arg("src-tauri/packaging/notices.mjs").current_dir(sources);
    let notices = String::from_utf8(notices.output().unwrap().stdout).unwrap();
    let libraries = format!("libraries below, {} in all", components.len());
    assert!(notices.contains(&libraries), "the notices name as many: {notices:.200}");
}

#[test]
fn nothing_of_ours_runs_when_it_is_installed() {
    let packages = Packages::current();
    assert_eq!(
        packages.control_files(),
        ["control", "md5sums"],
        "the .deb has no scripts, triggers or settings"
    );
    for kind in ["--scripts", "--triggers", "--filetriggers"] {
        assert_eq!(packages.rpm_tells(&[kind]), "", "the .rpm has none of {kind}");
    }
}

#[test]
fn the_checkers_of_the_distributions_find_nothing() {
    let packages = Packages::current();
    let run = |command: &mut Command| {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (_, found) =
        run(Command::new("lintian").args(["--allow-root", "--tag-display-limit=0"]).arg(packages.deb()));
    let heeded: Vec<&str> =
        found.lines().filter(|line| !NOT_HEEDED.iter().any(|tag| words(line).contains(tag))).collect();
    assert!(heeded.is_empty(), "lintian: {heeded:#?}");

    let unpacked = tempfile::tempdir().unwrap();
    let (is_unpacked, _) =
        run(Command::new("dpkg-deb").arg("--extract").arg(packages.deb()).arg(unpacked.path()));
    assert!(is_unpacked, "the .deb can be unpacked");
    let entry = unpacked.path().join("usr/share/applications/com.getdatatrax.connect.desktop");
    assert_eq!(
        run(Command::new("desktop-file-validate").arg(entry)),
        (true, String::new()),
        "the desktop entry"
    );
    let (is_valid, found) = run(Command::new("appstreamcli")
        .args(["validate-tree", "--no-net", "--pedantic"])
        .arg(unpacked.path()));
    // The checker also prints lines about what is in order; its findings begin with a letter and a colon.
    let findings =
        found.lines().filter(|line| matches!(line.trim_start().get(..2), Some("E:" | "W:" | "I:" | "P:")));
    let findings: Vec<&str> = findings.collect();
    assert!(is_valid && found.contains("Validation was successful"), "the metainfo: {found}");
    assert!(findings.is_empty(), "the metainfo: {findings:#?}");
    let (is_right, found) =
        run(Command::new("sha256sum").args(["--check", "SHA256SUMS"]).current_dir(packages.folder()));
    let [deb, rpm] = [packages.deb(), packages.rpm()].map(|path| path.file_name().unwrap().to_owned());
    for listed in [deb.to_str().unwrap(), rpm.to_str().unwrap(), "_linux.cdx.json"] {
        assert!(is_right && found.contains(&format!("{listed}: OK")), "the checksum of {listed}: {found}");
    }
}

#[test]
fn a_clean_debian_installs_it_with_all_it_needs() {
    let root = installed().copy("needs");
    let version = root.run_as_person(&["dtx", "--version"]);
    assert_eq!(version.trim(), format!("dtx {}", Packages::current().version), "it runs");
    for program in ["/usr/bin/dtx", "/usr/bin/datatrax-connect"] {
        let libraries = root.run(&["ldd", program]);
        assert!(!libraries.contains("not found"), "{program} has its libraries: {libraries}");
    }
    let handler =
        root.run_as_person(&["xdg-mime", "query", "default", &format!("x-scheme-handler/{LINK_SCHEME}")]);
    assert_eq!(handler.trim(), "com.getdatatrax.connect.desktop", "links of our scheme are registered");

    // For readers of manuals and users of completion; the package itself needs neither.
    root.install(&["man-db", "bash-completion", "zsh", "fish"]);
    for page in ["dtx", "dtx-connect", "dtx-agent-status", "datatrax-connect"] {
        let shown = root.run_as_person(&["man", "--warnings", page]);
        assert!(shown.contains("Salesforce") || shown.contains("agent"), "man {page}: {shown}");
    }
    let bash = "source /usr/share/bash-completion/bash_completion; COMP_WORDS=(dtx re); COMP_CWORD=1; COMP_LINE='dtx re'; \
        COMP_POINT=6; _completion_loader dtx; _dtx dtx re dtx; echo \"${COMPREPLY[@]}\"";
    let zsh =
        "autoload -U compinit && compinit -D && echo $_comps[dtx] && autoload +X _dtx && whence -w _dtx";
    let completed = root.run_as_person(&["bash", "-c", bash]);
    let commands = BTreeSet::from(["reconnect", "rename", "request", "resume"]);
    assert_eq!(words(&completed).into_iter().collect::<BTreeSet<_>>(), commands, "bash completes commands");
    assert_eq!(
        words(&root.run_as_person(&["zsh", "-c", zsh])),
        ["_dtx", "_dtx:", "function"],
        "zsh finds the completion"
    );
    let completed = root.run_as_person(&["fish", "-c", "complete --do-complete 'dtx re'"]);
    let completed: BTreeSet<&str> = completed.lines().map(|line| words(line)[0]).collect();
    assert_eq!(completed, commands, "fish completes commands");
}

#[tokio::test]
async fn a_clean_debian_connects_an_org_in_the_window() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::installed(furnished().copy("window")), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let mut window = Window::open(&desk, &display).await;
    window.start_sign_in(&org).await;
    let address = window.next_sign_in().await;
    Person::of(&org, INTEGRATION).sign_in(&address, Press::Allow).await;
    until_so("the connection is there", async || desk.aliases().await == ["p"]).await;
    desk.token("p").await;
}

#[tokio::test]
async fn a_clean_debian_draws_the_window_whether_of_this_version_or_the_newest() {
    let _turn = one_at_a_time();
    let newest = Root::debian_13();
    let deb = newest.bring(&Packages::current().deb());
    newest.run(&["apt-get", "update", "--quiet"]);
    newest.install(&[&deb]);
    newest.seat();
    for root in [furnished().copy("drawn"), newest] {
        let web_view = root.run(&["dpkg-query", "--show", "libwebkit2gtk-4.1-0"]);
        let (desk, display) = (Desk::installed_without_keyring(root), Display::start());
        let window = desk.start_window(&display, &["--add"], &[]);
        let is_drawn = async || display.colours("Datatrax Connect") >= COLOURS_OF_TEXT;
        until_so(&format!("the page is to be seen with {web_view}"), is_drawn).await;
        // The started process is the one that entered the root.
        let id = window.id().unwrap();
        let inside = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let environment = fs::read(format!("/proc/{}/environ", inside.trim())).unwrap();
        let tried_again = String::from_utf8_lossy(&environment).contains("WEBKIT_DISABLE_COMPOSITING_MODE");
        assert!(!tried_again, "in the usual way, and with no second try: {web_view}");
    }
}

#[tokio::test]
async fn a_clean_debian_leads_links_to_the_window() {
    let _turn = one_at_a_time();
    let root = furnished().copy("links");
    let (internet, org) = (Internet::new().await, real_org(HOST, OrgKind::Sandbox).await);
    internet.serve(HOST, &org);
    org.change(|switches| switches.callbacks = vec![LINK_CALLBACK.to_owned()]);
    let mut desk = Desk::installed(root.clone());
    let authority = root.bring(&internet.authority_file());
    desk.set("HTTPS_PROXY", &internet.proxy());
    desk.set("DATATRAX_CA_FILE", &authority);
    let _agent = desk.start(&["agent", "--no-tray"]);
    desk.until_agent_runs().await;

    for launcher in [&["gio", "open"][..], &["xdg-open"]] {
        let display = Display::start();
        desk.set("DISPLAY", display.name());
        // With no window open, and no sign-in that waits.
        open(&desk, launcher, STRANGE_LINK);
        until_so(&format!("{launcher:?} opens the window"), async || {
            display.titles().contains(&"Datatrax Connect".to_owned())
        })
        .await;
        let started = root.run(&["pgrep", "--list-full", "--full", WINDOW]);
        assert_eq!(
            words(&started)[2..],
            [STRANGE_LINK],
            "{launcher:?} passes the link on, as it is: {started}"
        );
        // With the window open, and a sign-in that waits.
        let (waiting, link) = signing_in(&desk, &internet, &org).await;
        open(&desk, launcher, &link);
        let ended = waiting.ended().await;
        assert_eq!((ended.code, &ended.last()["event"]), (0, &"connected".into()), "{launcher:?}: {ended:?}");
        root.run(&["pkill", "--full", WINDOW]);
    }
}

/// Starts a sign-in that returns by a link. Returns both.
async fn signing_in(desk: &Desk, internet: &Internet, org: &Org) -> (Dtx, String) {
    let key = org.key();
    let mut dtx = desk.start(&["connect", HOST, "--key", &key, "--secret-stdin", "--no-browser", "--json"]);
    dtx.say(&org.secret()).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(authorize["redirect_uri"], LINK_CALLBACK, "links are said to lead to the window: {authorize}");
    let link =
        internet.person(org, INTEGRATION).answer(authorize["url"].as_str().unwrap(), Press::Allow).await;
    (dtx, link.into())
}

/// Opens an address with a launcher, which may run until the window closes, so this does not wait for it.
fn open(desk: &Desk, launcher: &[&str], address: &str) {
    let mut command = desk.command(launcher[0]);
    command.args(&launcher[1..]).arg(address);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    tokio::process::Command::from(command).spawn().unwrap();
}

#[tokio::test]
async fn a_clean_debian_upgrades_it_while_it_runs_and_keeps_everything() {
    let _turn = one_at_a_time();
    let root = furnished().copy("upgrade");
    let (older, newer) = (Packages::older(), Packages::current());
    root.run(&["apt-get", "purge", "--yes", "datatrax-connect"]);
    root.install(&[&root.bring(&older.deb())]);
    let desk = Desk::installed(root.clone());
    let org = Org::start(Options::default()).await.unwrap();
    // Started as by the login's entry.
    let _agent = desk.start(&["agent", "--restart", "--no-tray"]);
    until_so("the older agent runs", async || version(&desk).await == older.version).await;
    desk.connect(&org, "p").await;
    let before = desk.json(&["show", "p"]).await;

    root.install(&[&root.bring(&newer.deb())]);
    assert_eq!(
        desk.dtx(&["--version"]).await.output,
        format!("dtx {}\n", newer.version),
        "the program is the newer"
    );
    assert_eq!(version(&desk).await, older.version, "the agent goes on");
    assert_eq!(desk.json(&["show", "p"]).await, before, "nothing is lost");
    desk.token("p").await;

    // After a crash the newer one is started.
    let id = desk.json(&["agent", "status"]).await["pid"].to_string();
    root.run(&["kill", "-KILL", &id]);
    until_so("the newer agent runs", async || version(&desk).await == newer.version).await;
    assert_eq!(desk.json(&["show", "p"]).await, before, "nothing is lost");
    desk.token("p").await;
}

#[tokio::test]
async fn a_clean_debian_opens_a_newer_window_that_replaces_the_agent() {
    let _turn = one_at_a_time();
    let root = furnished().copy("replace");
    let (older, newer) = (Packages::older(), Packages::current());
    root.install(&[&root.bring(&older.deb())]);
    let (desk, display) = (Desk::installed(root.clone()), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let _agent = desk.start(&["agent", "--no-tray"]);
    until_so("the older agent runs", async || version(&desk).await == older.version).await;
    desk.connect(&org, "p").await;
    root.install(&[&root.bring(&newer.deb())]);
    let _window = desk.start_window(&display, &[], &[]);
    until_so("the newer agent runs", async || version(&desk).await == newer.version).await;
    assert_eq!(desk.aliases().await, ["p"], "nothing is lost");
}

#[tokio::test]
async fn a_clean_debian_is_left_with_what_people_have_made() {
    let _turn = one_at_a_time();
    let root = furnished().copy("removal");
    let (desk, display) = (Desk::installed(root.clone()), Display::start());
    let all = || -> BTreeSet<String> {
        root.run(&["find", "/home/person", "-type", "f"]).lines().map(str::to_owned).collect()
    };
    let before = all();
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    let window = Window::open(&desk, &display).await;
    window.page.shows("h1", "Connections").await;
    drop(window);
    // The folders named in docs/packages.md, and the keyring's file for its entry.
    let named = [".local/share/datatrax-connect/", ".local/share/keyrings/", ".cache/mesa_shader_cache/"];
    let named = named.map(|name| format!("/home/person/{name}"));
    let more: Vec<String> = all()
        .difference(&before)
        .filter(|file| !named.iter().any(|name| file.starts_with(name)))
        .cloned()
        .collect();
    assert!(more.is_empty(), "the window, too, leaves nothing else behind: {more:#?}");
    // Files in /run disappear with the login.
    let is_of_person = |file: &String| file.starts_with("/home/person/") || file.starts_with("/run/user/");
    let of_person =
        || -> BTreeSet<String> { files_of_ours(&root).into_iter().filter(is_of_person).collect() };
    let kept = of_person();
    assert!(
        kept.contains("/home/person/.local/share/datatrax-connect"),
        "what is kept has a place: {kept:?}"
    );

    root.run(&["apt-get", "remove", "--yes", "datatrax-connect"]);
    assert_eq!(files_of_ours(&root), kept, "removed: what people have made is left, and nothing else");
    let handler =
        root.run_as_person(&["xdg-mime", "query", "default", &format!("x-scheme-handler/{LINK_SCHEME}")]);
    assert_eq!(handler.trim(), "", "links of our scheme lead nowhere");

    root.install(&[&root.bring(&Packages::current().deb())]);
    assert_eq!(desk.aliases().await, ["p"], "installed again, it goes on where it was");
    desk.token("p").await;
    root.run(&["apt-get", "purge", "--yes", "datatrax-connect"]);
    assert_eq!(
        files_of_ours(&root),
        kept,
        "purged: the same, for the package has no settings of the system's"
    );
}

#[test]
fn a_clean_debian_takes_the_rpm_too() {
    let root = Root::clean();
    root.run(&["apt-get", "update", "--quiet"]);
    root.install(&["rpm"]);
    let rpm = root.bring(&Packages::current().rpm());
    // Its dependencies have other names in Debian.
    root.run(&["rpm", "--install", "--nodeps", &rpm]);
    let version = root.run(&["dtx", "--version"]);
    assert_eq!(version.trim(), format!("dtx {}", Packages::current().version), "it runs");
    root.run(&["rpm", "--verify", "--nodeps", "datatrax-connect"]);
    root.run(&["rpm", "--erase", "--nodeps", "datatrax-connect"]);
    assert_eq!(files_of_ours(&root), BTreeSet::new(), "and nothing of it is left");
}

/// The version of the running agent; empty if none runs.
async fn version(desk: &Desk) -> String {
    let Ended { code, output, .. } = desk.dtx(&["agent", "status", "--json"]).await;
    // While one takes the place of the other, neither may answer.
    let status: Value = if code == 0 { serde_json::from_str(&output).unwrap() } else { Value::Null };
    status["program_version"].as_str().unwrap_or_default().to_owned()
}
