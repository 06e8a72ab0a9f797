//! The page's types are generated from the commands and events in Rust. `UPDATE_BINDINGS=1 cargo test -p
//! datatrax-connect bindings` writes them anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use connect_core::{
    contract::{
        code::{Code, VaultQuestion},
        intent::{Connect, Pasted, Protect, Reconnect, RotateSignIn},
        view::{Browser, BrowserChoice, Change, Colour, Failure, Place, RotationMove, SetupPage},
    },
    explain::typed_fixes,
    guide::Step,
    sealed::BEGIN,
    secret::Secret,
};
use serde::Serialize;
use tauri::{State, WebviewWindow};
use ts_rs::{Config, TS, TypeVisitor};

use crate::{
    agent::{Agent, AgentState},
    closing::Closing,
    commands,
    events::{AGENT_STATE, CLOSING, Event, NOTICE, PLACE},
    help::{About, Help, Licences},
    known::KnownToCli,
    pasted::Explained,
    permissions_test::{handled, part, sources},
    practice::{Practice, PracticeOrg},
    remembered::{Appearance, Beginning, Remembered},
    watchdog::Watchdog,
};

/// Writes types into a folder, and notes which types each one names.
struct Writer<'a> {
    config: &'a Config,
    named: BTreeSet<String>,
}

impl TypeVisitor for Writer<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_some() {
            T::export_all(self.config).unwrap();
            self.named.insert(T::ident(self.config));
        } else {
            // The type may be a list of others.
            T::visit_generics(self);
        }
    }
}

impl Writer<'_> {
    fn name<T: TS + 'static>(&mut self) -> String {
        self.visit::<T>();
        T::name(self.config)
    }
}

/// A command's parameter: sent by the page, or supplied by the window.
trait Taken {
    fn from_the_page(writer: &mut Writer<'_>) -> Option<String>;
}

macro_rules! from_the_page {
    ($($taken:ty),*) => { $(
        impl Taken for $taken {
            fn from_the_page(writer: &mut Writer<'_>) -> Option<String> {
                Some(writer.name::<Self>())
            }
        }
    )* };
}

macro_rules! from_the_window {
    ($($taken:ty),*) => { $(
        impl Taken for $taken {
            fn from_the_page(_: &mut Writer<'_>) -> Option<String> {
                None
            }
        }
    )* };
}

from_the_page!(
    String,
    bool,
    u16,
    Secret,
    Pasted,
    Connect,
    Reconnect,
    RotateSignIn,
    RotationMove,
    Protect,
    Change,
    Place,
    Appearance,
    Option<SetupPage>,
    Option<String>,
    Option<bool>,
    Option<Colour>,
    BrowserChoice,
    Option<BrowserChoice>
);
from_the_window!(
    State<'_, Agent>,
    State<'_, Help>,
    State<'_, Closing>,
    State<'_, PracticeOrg>,
    State<'_, Remembered>,
    State<'_, Watchdog>,
    WebviewWindow
);

/// A command's result where nothing fails.
trait Answered {
    fn reply(writer: &mut Writer<'_>) -> String;
}

macro_rules! answered {
    ($($answered:ty),*) => { $(
        impl Answered for $answered {
            fn reply(writer: &mut Writer<'_>) -> String {
                writer.name::<Self>()
            }
        }
    )* };
}

answered!(
    (),
    About,
    AgentState,
    Beginning,
    Explained,
    Licences,
    Option<Practice>,
    Vec<Browser>,
    Vec<KnownToCli>,
    Vec<Step>
);

impl<T: TS + 'static> Answered for Result<T, Failure> {
    fn reply(writer: &mut Writer<'_>) -> String {
        writer.name::<T>()
    }
}

/// Whether a command answers at once or later.
struct Now;
struct Later;

/// A command, by the declaration of its function.
trait Command<When, Takes> {
    fn takes(writer: &mut Writer<'_>) -> Vec<Option<String>>;
    fn reply(writer: &mut Writer<'_>) -> String;
}

macro_rules! commands_that_take {
    ($($taken:ident)*) => {
        impl<F: Fn($($taken),*) -> Made, Made: Answered, $($taken: Taken),*> Command<Now, ($($taken,)*)> for F {
            fn takes(_writer: &mut Writer<'_>) -> Vec<Option<String>> {
                vec![$($taken::from_the_page(_writer)),*]
            }

            fn reply(writer: &mut Writer<'_>) -> String {
                Made::reply(writer)
            }
        }

        impl<F: Fn($($taken),*) -> Made, Made: Future<Output: Answered>, $($taken: Taken),*>
            Command<Later, ($($taken,)*)> for F
        {
            fn takes(_writer: &mut Writer<'_>) -> Vec<Option<String>> {
                vec![$($taken::from_the_page(_writer)),*]
            }

            fn reply(writer: &mut Writer<'_>) -> String {
                Made::Output::reply(writer)
            }
        }
    };
}

commands_that_take!();
commands_that_take!(A);
commands_that_take!(A B);
commands_that_take!(A B C);
commands_that_take!(A B C D);

/// The names of a command's parameters, read from its declaration.
fn parameters(command: &str) -> Vec<String> {
    let sources = sources();
    let declared = part(&sources, &format!("fn {command}("), "{");
    let (declared, _) = declared.rsplit_once(')').unwrap();
    let before = declared.split(": ").filter_map(|piece| piece.rsplit([' ', '(']).next());
    before.take(declared.matches(": ").count()).map(str::to_owned).collect()
}

/// One line of the page's type of all commands.
fn line<When, Takes, C: Command<When, Takes>>(writer: &mut Writer<'_>, name: &str, _: C) -> String {
    let takes = C::takes(writer);
    let names = parameters(name);
    assert_eq!(names.len(), takes.len(), "{name}: each parameter is found in {names:?}");
    let args: Vec<String> = names
        .iter()
        .zip(takes)
        .filter_map(|(name, kind)| Some((name, kind?)))
        .map(|(name, kind)| {
            assert!(!name.contains('_'), "{name}: Tauri would call it otherwise");
            format!("{name}: {kind}")
        })
        .collect();
    format!("  {name}: {{ args: {{ {} }}, reply: {} }},\n", args.join(", "), C::reply(writer))
}

macro_rules! lines {
    ($writer:ident $when:ty: $($name:ident)*) => {
        [$((stringify!($name), line::<$when, _, _>($writer, stringify!($name), commands::$name))),*]
    };
}

fn event<T: TS + 'static>(writer: &mut Writer<'_>, event: &Event<T>) -> String {
    format!("  {}: {},\n", event.name, writer.name::<T>())
}

/// All commands by name.
fn all_commands(writer: &mut Writer<'_>) -> BTreeMap<&'static str, String> {
    let now = lines!(writer Now: about agent_state beginning close_window closing_told guide keep_on_top licences open_exported open_logs
        open_portal practice ready remember remember_appearance start_again stop_practice);
    let later = lines!(writer Later: admin_requests answer ask_admin audit_callbacks bring_back browsers cancel check check_app connect consent copy_key copy_secret disconnect end_former_key examine explain
        export_diagnostics forget_set_aside go_to group hand_out known_orgs open_answer open_org open_setup open_sign_in paste_back protect quit reach reconnect remove_setup rename restore_setup rotate rotate_on rotate_paste rotate_sign_in save_request set set_browser set_up
        settings settle_here show snapshot start_over start_practice step_done understand unlock validate vault withdraw_request write_app_files);
    now.into_iter().chain(later).collect()
}

/// Writes every type that the page reads or sends.
#[expect(clippy::disallowed_methods, reason = "a file of the sources, which all may read")]
fn write_all(folder: &Path) {
    let config = Config::new().with_out_dir(folder);
    let mut writer = Writer { config: &config, named: BTreeSet::new() };
    let commands: String = all_commands(&mut writer).into_values().collect();
    let events = [
        event(&mut writer, &NOTICE),
        event(&mut writer, &PLACE),
        event(&mut writer, &CLOSING),
        event(&mut writer, &AGENT_STATE),
    ]
    .concat();
    let mut text =
        "// This file was generated from src-tauri/src/commands and events.rs. Do not edit this file manually.\n"
            .to_owned();
    for name in &writer.named {
        writeln!(text, "import type {{ {name} }} from \"./{name}\";").unwrap();
    }
    let asks = "What the page may ask the window for, by the name of the command.";
    let hears = "What the window tells its page, by the name of the event.";
    write!(text, "\n/** {asks} */\nexport type Commands = {{\n{commands}}};\n").unwrap();
    write!(text, "\n/** {hears} */\nexport type Events = {{\n{events}}};\n").unwrap();
    fs::write(folder.join("Window.ts"), text).unwrap();
}

type IsOfCode = fn(Code) -> bool;

/// The lists of codes that the page has: the name of each, what a code on it means, and which are on it.
const LISTS: [(&str, &str, IsOfCode); 8] = [
    (
        "noAnswer",
        "A text that is pasted back and refused with one of these is no answer to the sign-in, and explains no refusal.",
        Code::is_no_answer,
    ),
    (
        "asksWhetherMoved",
        "A connection with one of these stands still until somebody says that the files were moved here.",
        Code::asks_whether_moved,
    ),
    (
        "outOfSight",
        "A connection with one of these needs the key of the vault, which is missing and may be found again.",
        connect_core::vault::is_out_of_sight,
    ),
    (
        "withholdsKey",
        "A keychain does not hand out the key that everything stored needs.",
        Code::withholds_key,
    ),
    ("ofName", "The name that a connection is to have is refused.", Code::is_of_name),
    (
        "ofUser",
        "The question is about who has signed in: a sign-in of another user is the safe answer.",
        Code::is_of_user,
    ),
    (
        "doubtsKey",
        "A key with one of these remarks was most likely cut off or altered: a wait for it is in vain.",
        Code::doubts_key,
    ),
    (
        "opensSession",
        "A text with one of these remarks lets its reader into the org, and is kept nowhere.",
        Code::opens_session,
    ),
];

/// The names that the core gives all faces, and what it decides by a code, for the page to look up.
fn names() -> String {
    let names = serde_json::to_string_pretty(connect_core::explain::names::names()).unwrap();
    let mut text = format!(
        "/**\n \
         * This file was generated from src-tauri/core/src: words/names.toml and contract/code. Do not edit this file manually.\n \
         * @import {{ Code }} from '../../../src-tauri/bindings/Code'\n \
         */\n\n\
         export const names = {names};\n"
    );
    let mut add = |name: &str, of: &str, means: &str, value: String| {
        write!(text, "\n/** {means}{of} */\nexport const {name} = {value};\n").unwrap();
    };
    add("answerBegins", "", "How the text of a sealed answer begins.", word(&BEGIN));
    for (name, means, is) in LISTS {
        let codes: Vec<Code> = Code::ALL.iter().copied().filter(|code| is(*code)).collect();
        add(name, "", means, serde_json::to_string_pretty(&codes).unwrap());
    }
    let questions: Vec<String> = VaultQuestion::ALL.iter().map(word).collect();
    add(
        "vaultQuestions",
        &format!(" @type {{Partial<Record<Code, {}>>}}", questions.join(" | ")),
        "What a person is asked while the vault stays closed. `new_key` only before a sign-in.",
        by_code(|code| code.vault_question().map(|question| word(&question))),
    );
    add(
        "typedFixes",
        " @type {Partial<Record<Code, number[]>>}",
        "The fixes that only a command carries out, each by its index from 0.",
        by_code(|code| Some(format!("{:?}", typed_fixes(code))).filter(|fixes| fixes != "[]")),
    );
    text
}

/// A word of the contract, in quotation marks.
fn word(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// An object with a value for each code that has one.
fn by_code(value: impl Fn(Code) -> Option<String>) -> String {
    let lines = Code::ALL.iter().filter_map(|code| Some(format!("  {}: {},\n", word(code), value(*code)?)));
    format!("{{\n{}}}", lines.collect::<String>())
}

fn read_all(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path());
    files
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a file of the sources, which all may read")]
fn the_pages_types_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (committed, page) = (root.join("src-tauri/bindings"), root.join("ui/js/words/names.js"));
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        let _ = fs::remove_dir_all(&committed);
        write_all(&committed);
        fs::write(&page, names()).unwrap();
    }
    let fresh = tempfile::tempdir().unwrap();
    write_all(fresh.path());
    assert!(
        read_all(fresh.path()) == read_all(&committed)
            && names() == fs::read_to_string(&page).unwrap_or_default(),
        "src-tauri/bindings or ui/js/words/names.js is stale: UPDATE_BINDINGS=1 cargo test -p datatrax-connect bindings"
    );
}

#[test]
fn every_command_and_event_has_its_types() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new().with_out_dir(folder.path());
    let typed = all_commands(&mut Writer { config: &config, named: BTreeSet::new() });
    let names = typed.into_keys().map(str::to_owned).collect();
    assert_eq!(handled(), names, "each command that is handled is typed for the page");
    let events = include_str!("events.rs");
    assert_eq!(events.matches("= Event::of(").count(), 4, "so is each event: they are named in write_all");
}
