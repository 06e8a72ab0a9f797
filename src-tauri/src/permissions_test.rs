//! The hand-kept lists of commands name the same set: the handler, the permissions, the capability of the window and
//! the page's host.

use std::{collections::BTreeSet, fs, path::Path};

use tauri::Url;

pub(crate) type Names = BTreeSet<String>;

/// The names that follow each `mark`.
fn names_after(text: &str, mark: &str) -> Names {
    let name = |rest: &str| {
        rest.chars()
            .take_while(|letter| letter.is_ascii_alphanumeric() || "_-".contains(*letter))
            .collect::<String>()
    };
    text.split(mark).skip(1).map(name).collect()
}

/// The texts between each `mark` and the next quotation mark.
fn names_after_quote(text: &str, mark: &str) -> Names {
    text.split(mark).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

pub(crate) fn part<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).expect("the part starts");
    rest.split_once(to).expect("the part ends").0
}

pub(crate) fn handled() -> Names {
    names_after(part(include_str!("window.rs"), "generate_handler![", "]"), "commands::")
}

/// The sources of the commands, one after the other.
pub(crate) fn sources() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/src/commands");
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    files.collect()
}

fn kebab(names: &Names) -> Names {
    names.iter().map(|name| name.replace('_', "-")).collect()
}

#[test]
fn every_command_is_handled() {
    let source = sources().replace("async fn", "fn");
    assert_eq!(
        names_after(&source, "#[tauri::command]\npub(crate) fn "),
        handled(),
        "the files of commands and generate_handler! name the same commands"
    );
}

#[test]
fn every_command_has_a_permission_of_its_own() {
    let permissions = include_str!("../permissions/commands.toml");
    assert_eq!(
        names_after(permissions, "commands.allow = [\""),
        handled(),
        "each command is permitted by name"
    );
    assert_eq!(
        names_after(permissions, "identifier = \"allow-"),
        kebab(&handled()),
        "each permission is named for its command"
    );
}

#[test]
fn the_window_may_do_that_and_listen_and_nothing_else() {
    let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    let capabilities = config["app"]["security"]["capabilities"].as_array().unwrap();
    assert_eq!(capabilities.len(), 1, "one capability");
    assert_eq!(capabilities[0]["windows"], serde_json::json!(["main"]), "for the one window");
    let granted: Names = capabilities[0]["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    let mut wanted: Names = kebab(&handled()).iter().map(|name| format!("allow-{name}")).collect();
    wanted.extend(["core:event:allow-listen".to_owned(), "core:event:allow-unlisten".to_owned()]);
    assert_eq!(granted, wanted, "the capability grants the commands and listening");
}

/// Tauri's plugin for links would read the arguments itself, and send each link to the page, for the schemes it has there.
#[test]
fn links_are_for_the_strict_parser_alone_and_not_for_the_page() {
    let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    assert_eq!(config.get("plugins"), None, "no plugin has a scheme, or anything else, to go by");
    assert!(!config.to_string().contains("deep-link"), "and nothing of it is granted");
    for (path, text) in scripts() {
        assert!(!text.contains("deep-link"), "{path} listens to no link");
    }
}

#[test]
fn the_page_asks_for_these_commands_only() {
    let host = include_str!("../../ui/js/host.js");
    assert_eq!(names_after(host, "invoke('"), handled(), "ui/js/host.js uses each command");
}

#[test]
fn no_command_hands_out_a_secret() {
    // Carried out by the agent: its answer says for how long the value is on the clipboard, or how the vault's key is
    // protected, and nothing of the value.
    let without_it: Names = ["copy_key", "copy_secret", "end_former_key"].map(str::to_owned).into();
    let handled: Names = handled().difference(&without_it).cloned().collect();
    for secret in ["token", "secret", "key"] {
        assert!(!handled.iter().any(|name| name.contains(secret)), "no command may be about a {secret}");
    }
}

/// The page's own scripts by path, each with its text.
fn scripts() -> Vec<(String, String)> {
    fn below(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/js"), &mut found);
    assert!(found.len() > 5, "the page's scripts were found");
    found
}

/// A script found only through another's imports would load a round later and delay the first picture.
#[test]
fn the_page_names_every_script_ahead() {
    let named = names_after_quote(include_str!("../../ui/index.html"), "rel=\"modulepreload\" href=\"");
    let begun = names_after_quote(include_str!("../../ui/index.html"), " src=\"");
    let needed: Names = needed_by(begun.clone()).difference(&begun).cloned().collect();
    assert_eq!(named, needed, "index.html names each script that the first picture needs");
    let later = needed_by(asked_for());
    assert!(!later.is_subset(&needed), "the other screens come later");
    let all: Names = [begun, needed, later].into_iter().flatten().collect();
    let own = all.iter().filter(|name| name.starts_with("js/"));
    assert_eq!(own.count(), scripts().len(), "no script is left over");
}

/// The scripts that are loaded when something asks for them, after the first picture.
fn asked_for() -> Names {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut found = Names::new();
    for (path, text) in scripts() {
        let path = Path::new(&path).strip_prefix(&root).unwrap().display().to_string().replace('\\', "/");
        let here = Url::parse(&format!("page:/{path}")).unwrap();
        // A comment names a type so.
        let code = text.lines().filter(|line| !line.contains('@') && !line.trim_start().starts_with('*'));
        for import in code.flat_map(|line| line.split("import('").skip(1)) {
            let import = here.join(import.split('\'').next().unwrap()).unwrap();
            found.insert(import.path().trim_start_matches('/').to_owned());
        }
    }
    assert!(found.contains("js/screens.js"), "the other screens are: {found:?}");
    found
}

/// These scripts, and all that they import statically.
fn needed_by(mut found: Names) -> Names {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut left: Vec<_> = found.iter().cloned().collect();
    while let Some(name) = left.pop() {
        let text = fs::read_to_string(root.join(&name)).unwrap().replace("\nexport *", "\nimport *");
        let here = Url::parse(&format!("page:/{name}")).unwrap();
        for import in text.split("\nimport ").skip(1) {
            let import = here.join(import.split('\'').nth(1).unwrap()).unwrap();
            let import = import.path().trim_start_matches('/').to_owned();
            if found.insert(import.clone()) {
                left.push(import);
            }
        }
    }
    found
}

#[test]
fn only_the_host_speaks_to_the_window() {
    for (path, text) in scripts() {
        let is_host = path.ends_with("host.tauri.js");
        assert_eq!(
            text.contains("__TAURI"),
            is_host,
            "{path}: only host.tauri.js touches the window's bridge"
        );
        for forbidden in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "localStorage", "sessionStorage", "eval("]
        {
            assert!(!text.contains(forbidden), "{path} must not use {forbidden}");
        }
    }
}

#[test]
fn the_build_has_taken_the_permissions() {
    // A permissions folder that is not found is ignored silently, and then every command is refused.
    let written = Path::new(env!("CARGO_MANIFEST_DIR")).join("gen/schemas/acl-manifests.json");
    let manifests: serde_json::Value = serde_json::from_str(&fs::read_to_string(written).unwrap()).unwrap();
    let taken =
        manifests["__app-acl__"]["permissions"].as_object().expect("the app has permissions of its own");
    let wanted: Names = kebab(&handled()).iter().map(|name| format!("allow-{name}")).collect();
    assert_eq!(taken.keys().cloned().collect::<Names>(), wanted, "the build has read commands.toml");
}

#[test]
fn the_policy_lets_nothing_in_from_elsewhere() {
    let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    let security = &config["app"]["security"];
    let policy = security["csp"].as_str().unwrap();
    for needed in
        ["default-src 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "base-uri 'none'"]
    {
        assert!(policy.contains(needed), "the policy says {needed}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "no exception and no wildcard");
    assert_eq!(security["freezePrototype"], true, "prototypes are frozen");
    assert_eq!(config["app"]["withGlobalTauri"], false, "no global object");
}
