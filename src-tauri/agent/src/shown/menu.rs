//! The tray's content, derived from the same snapshot as the window.

use std::collections::BTreeMap;

use connect_core::{
    contract::view::{ConnectionView, Needs, OrgKind, Phase, Snapshot, Status},
    explain::{Code, names::status},
    lifecycle::health::{minute, minute_after},
    vault,
};
use tokio::sync::mpsc;

use super::bounded::{without_end, without_middle};

/// The most connections with a menu of their own; the window shows all.
const MOST_SHOWN: usize = 20;
/// The longest line in columns. A menu is as wide as its widest line, and must not cover what it belongs to.
const LONGEST_NAME: usize = 36;
const LONGEST_LINE: usize = 64;

/// The state of the connections as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Fine,
    /// Something is under way.
    Working,
    /// Only a person can go on.
    NeedsYou,
    /// No org can be reached.
    Offline,
}

/// Everything the tray shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    pub icon: Icon,
    /// The state of the connections in words.
    pub summary: String,
    pub items: Vec<Item>,
}

impl Model {
    /// The same model without the items that need an installed window. Nobody can be asked before the end, so Quit says
    /// what it costs.
    #[must_use]
    pub fn without_window(mut self) -> Self {
        let opens_it =
            |item: &Item| matches!(item, Item::Click { action: Action::OpenWindow | Action::AddOrg, .. });
        self.items.retain(|item| !opens_it(item));
        for item in &mut self.items {
            if let Item::Click { label, action: Action::AskToQuit(ending) } = item {
                *label = if *ending == 1 {
                    "Quit, and end one sign-in".to_owned()
                } else {
                    format!("Quit, and end {ending} sign-ins")
                };
            }
        }
        self
    }

    /// The connection of each menu, from the top. A click means the same in two models for which this is equal.
    pub fn stands_for(&self) -> impl Iterator<Item = &str> {
        self.items
            .iter()
            .filter_map(|item| if let Item::Menu { of, .. } = item { Some(of.as_str()) } else { None })
    }
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Text without an action; hidden while it is empty.
    Words(String),
    Click {
        label: String,
        action: Action,
    },
    Tick {
        label: String,
        ticked: bool,
        action: Action,
    },
    Menu {
        /// The connection that the menu is about, distinct from an earlier one of the same name.
        of: String,
        label: String,
        items: Vec<Item>,
    },
    Line,
}

/// The effect of a click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Reconnect(String),
    Check(String),
    OpenOrg {
        name: String,
        instance_url: String,
    },
    CopyAddress {
        instance_url: String,
    },
    OpenWindow,
    AddOrg,
    PauseKeepAlive(bool),
    /// Has programs be given tokens, or none.
    HandOut(bool),
    Quit,
    /// Quits once a person has said yes, where one can be asked: so many sign-ins end with the agent.
    AskToQuit(usize),
}

/// What a menu shows besides the connections.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// The names of the connections that are being checked.
    pub checking: &'a [String],
    pub keep_alive_is_paused: bool,
    /// The number of sign-ins that end with the agent.
    pub ending: usize,
}

/// The model for this snapshot.
///
/// A menu may be open while things change, so only texts change. A line comes or goes with its connection alone.
pub fn model(snapshot: &Snapshot, beside: Beside<'_>) -> Model {
    let Beside { checking, keep_alive_is_paused, ending } = beside;
    let names = short_names(&snapshot.connections);
    let mut items = vec![Item::Words(summary(snapshot)), Item::Line];
    items.extend(shown(&snapshot.connections).map(|connection| {
        let state = if checking.contains(&connection.alias) {
            "Checking now".to_owned()
        } else {
            state(snapshot, connection)
        };
        connection_menu(connection, &names[connection.alias.as_str()], state)
    }));
    if snapshot.connections.len() > MOST_SHOWN {
        let more = snapshot.connections.len() - MOST_SHOWN;
        items.push(click(&format!("{more} more, in the window"), Action::OpenWindow));
    }
    if !snapshot.connections.is_empty() {
        items.push(Item::Line);
    }
    items.extend([
        click("Add an org", Action::AddOrg),
        click("Open Datatrax Connect", Action::OpenWindow),
        Item::Tick {
            label: "Keep connections alive".to_owned(),
            ticked: !keep_alive_is_paused,
            action: Action::PauseKeepAlive(!keep_alive_is_paused),
        },
        Item::Tick {
            label: "Give tokens to programs".to_owned(),
            ticked: snapshot.paused_since.is_none(),
            action: Action::HandOut(snapshot.paused_since.is_some()),
        },
        Item::Line,
        if ending == 0 { click("Quit", Action::Quit) } else { click("Quit …", Action::AskToQuit(ending)) },
    ]);
    Model { icon: icon(snapshot, !checking.is_empty()), summary: summary(snapshot), items }
}

/// The connections with a menu, in their own order. If there are too many, those that need a person are kept.
fn shown(connections: &[ConnectionView]) -> impl Iterator<Item = &ConnectionView> {
    let needs_you = |connection: &ConnectionView| connection.status == Status::NeedsYou;
    let needy = connections.iter().filter(|connection| needs_you(connection)).count();
    let (mut needy, mut others) = (MOST_SHOWN, MOST_SHOWN.saturating_sub(needy));
    connections.iter().filter(move |connection| {
        let room = if needs_you(connection) { &mut needy } else { &mut others };
        let fits = *room > 0;
        *room = room.saturating_sub(1);
        fits
    })
}

/// The shown form of each name: cut in the middle if it is long, unless two would then look alike.
fn short_names(connections: &[ConnectionView]) -> BTreeMap<&str, String> {
    let short = |alias: &str| without_middle(alias, LONGEST_NAME);
    let mut times = BTreeMap::<String, usize>::new();
    for connection in connections {
        *times.entry(short(&connection.alias)).or_default() += 1;
    }
    let shown = |alias: &str| Some(short(alias)).filter(|short| times.get(short) == Some(&1));
    let names = connections.iter().map(|connection| connection.alias.as_str());
    names.map(|alias| (alias, shown(alias).unwrap_or_else(|| alias.to_owned()))).collect()
}

fn connection_menu(connection: &ConnectionView, name: &str, state: String) -> Item {
    let ConnectionView { alias, host, org_id, instance_url, .. } = connection;
    let items = vec![
        Item::Words(state),
        Item::Words(why(connection)),
        click("Reconnect", Action::Reconnect(alias.clone())),
        click("Check now", Action::Check(alias.clone())),
        click("Open org", Action::OpenOrg { name: alias.clone(), instance_url: instance_url.clone() }),
        click("Copy instance address", Action::CopyAddress { instance_url: instance_url.clone() }),
    ];
    let label = match (connection.status, kind_mark(connection.kind)) {
        (Status::NeedsYou, Some(kind)) => format!("{name} ({kind}) needs you"),
        (Status::NeedsYou, None) => format!("{name} needs you"),
        (_, Some(kind)) => format!("{name} ({kind})"),
        (_, None) => name.to_owned(),
    };
    Item::Menu { of: format!("{alias}\n{host}\n{org_id}"), label, items }
}

/// The reason for its state in few words; the window has the whole text.
fn why(connection: &ConnectionView) -> String {
    let at = |what, at: Option<_>| at.map(|at| format!("{what} {}", minute(at))).unwrap_or_default();
    let reason = connection.reason.as_ref().map(|reason| reason.code);
    match (connection.status, connection.health.needs) {
        // Its day comes first, and Reconnect follows.
        (Status::Connected | Status::Unreachable, _) if connection.health.at_risk => {
            without_end(&connection.health.text, LONGEST_LINE)
        }
        (Status::Connected | Status::Unreachable, _) if connection.pause.is_some() => {
            let until = connection.pause.and_then(|pause| pause.until);
            until.map(|until| format!("Until {}", minute_after(until))).unwrap_or_default()
        }
        _ if connection.rotation.is_some() && reason == Some(Code::SignInEnded) => {
            "Ended here for its rotation: go on in the window".to_owned()
        }
        (Status::Connected, _) => match &connection.rotation {
            Some(at) => without_end(&format!("Being rotated: {}", at.title), LONGEST_LINE),
            None => at("The org confirmed it at", connection.checked_at),
        },
        (Status::Unreachable, _) => at("Since", connection.health.since),
        _ if reason.is_some_and(vault::is_out_of_sight) => "The key of the vault is not there".to_owned(),
        (_, Some(Needs::SignIn)) => "Sign in once more: Reconnect".to_owned(),
        (_, Some(Needs::NewPair)) => "Needs a new Consumer Key and Consumer Secret".to_owned(),
        (_, Some(Needs::Setting)) => "A setting in Salesforce has to be changed".to_owned(),
        (_, None) => String::new(),
    }
}

fn click(label: &str, action: Action) -> Item {
    Item::Click { label: label.to_owned(), action }
}

fn icon(snapshot: &Snapshot, is_checking: bool) -> Icon {
    let with = |status| snapshot.connections.iter().filter(|connection| connection.status == status).count();
    if snapshot.vault_trouble.is_some() || with(Status::NeedsYou) > 0 {
        Icon::NeedsYou
    } else if is_checking || !snapshot.attempts.is_empty() {
        Icon::Working
    } else if with(Status::Unreachable) > 0 && with(Status::Connected) == 0 {
        Icon::Offline
    } else {
        Icon::Fine
    }
}

fn summary(snapshot: &Snapshot) -> String {
    if let Some(trouble) = &snapshot.vault_trouble {
        return without_end(&trouble.message, LONGEST_LINE);
    }
    let needy: Vec<&str> = snapshot
        .connections
        .iter()
        .filter(|connection| connection.status == Status::NeedsYou)
        .map(|connection| connection.alias.as_str())
        .collect();
    match (needy.as_slice(), snapshot.connections.len()) {
        ([], 0) => "No org is connected yet".to_owned(),
        ([], _) if icon(snapshot, false) == Icon::Offline && all_in_pause(snapshot) => {
            "Salesforce asks for a pause".to_owned()
        }
        ([], _) if icon(snapshot, false) == Icon::Offline => "No org can be reached at the moment".to_owned(),
        ([], 1) => "One org, connected".to_owned(),
        ([], count) => format!("{count} orgs, none needs you"),
        ([alias], _) => format!("{} needs you", without_middle(alias, LONGEST_NAME)),
        (needy, _) => format!("{} orgs need you", needy.len()),
    }
}

/// Whether every org has answered, and asked to be left alone for a while.
fn all_in_pause(snapshot: &Snapshot) -> bool {
    snapshot.connections.iter().all(|connection| connection.pause.is_some())
}

fn state(snapshot: &Snapshot, connection: &ConnectionView) -> String {
    if let Some(attempt) = snapshot.attempts.iter().find(|attempt| attempt.alias == connection.alias) {
        return attempt_state(attempt.phase).to_owned();
    }
    let name = capital(status(connection.status, false));
    match connection.status {
        Status::Connected | Status::Unreachable if connection.pause.is_some() => {
            "Salesforce asks for a pause, still connected".to_owned()
        }
        Status::Connected => format!("{name} as {}", without_middle(&connection.username, LONGEST_NAME)),
        Status::NeedsYou | Status::NotConnected => name,
        Status::Unreachable => format!("{name} at the moment, still connected"),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn attempt_state(phase: Phase) -> &'static str {
    match phase {
        Phase::Checking => "Checking before the sign-in",
        Phase::Waiting => "Waiting until Salesforce knows the app",
        Phase::Browser => "Waiting for the sign-in in the browser",
        Phase::Finishing => "Finishing the sign-in",
        Phase::Confirming => "Asks in the window who may stay signed in",
    }
}

/// A mark for kinds of orgs that must not be overlooked.
fn kind_mark(kind: OrgKind) -> Option<&'static str> {
    match kind {
        OrgKind::Production => Some("PRODUCTION"),
        OrgKind::Sandbox => Some("Sandbox"),
        OrgKind::Practice => Some("PRACTICE"),
        OrgKind::Developer | OrgKind::Scratch | OrgKind::Other => None,
    }
}

/// A click, and the desktop's activation token, where it gave one.
pub(crate) struct Click {
    pub(crate) action: Action,
    pub(crate) activation_token: Option<String>,
}

/// Hands a click over without waiting: it is dropped if the queue is full, as on a busy desktop.
pub(crate) fn tell(clicked: &mpsc::Sender<Click>, click: Click) {
    if clicked.try_send(click).is_err() {
        tracing::debug!("a click found the tray busy");
    }
}

#[cfg(test)]
mod tests;
