//! What the tray shows, derived from the same snapshot as the window.

use connect_core::contract::view::{ConnectionView, OrgKind, Phase, Snapshot, Status};
use tokio::sync::mpsc;

/// Connections with a menu of their own; the window shows them all.
const MOST_SHOWN: usize = 20;

/// How things are, in one picture.
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
    /// How things are, in words.
    pub summary: String,
    pub items: Vec<Item>,
}

impl Model {
    /// The same where no window is installed that could be opened.
    #[must_use]
    pub fn without_window(mut self) -> Self {
        let opens_it =
            |item: &Item| matches!(item, Item::Click { action: Action::OpenWindow | Action::AddOrg, .. });
        self.items.retain(|item| !opens_it(item));
        self
    }

    /// What each menu stands for, from the top. A click on a line means the same in two models for which this is equal.
    pub fn stands_for(&self) -> impl Iterator<Item = &str> {
        self.items
            .iter()
            .filter_map(|item| if let Item::Menu { of, .. } = item { Some(of.as_str()) } else { None })
    }
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A line that is only read; not seen while it is empty.
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
        /// The connection it is about, told apart from an earlier one of the same name.
        of: String,
        label: String,
        items: Vec<Item>,
    },
    Line,
}

/// What a click asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Reconnect(String),
    Check(String),
    OpenOrg { name: String, instance_url: String },
    CopyAddress { instance_url: String },
    OpenWindow,
    AddOrg,
    PauseKeepAlive(bool),
    Quit,
}

/// What to show for this snapshot, while the connections with these names are being checked.
///
/// A menu may be open while things change, so what changes is the words. A line comes or goes with a connection only.
pub fn model(snapshot: &Snapshot, checking: &[String], keep_alive_is_paused: bool) -> Model {
    let mut items = vec![Item::Words(summary(snapshot)), Item::Line];
    items.extend(shown(&snapshot.connections).map(|connection| {
        let state = if checking.contains(&connection.alias) {
            "Checking now".to_owned()
        } else {
            state(snapshot, connection)
        };
        connection_menu(connection, state)
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
        Item::Line,
        click("Quit", Action::Quit),
    ]);
    Model { icon: icon(snapshot, !checking.is_empty()), summary: summary(snapshot), items }
}

/// The connections with a menu, in their own order. Where there are too many, those that need somebody are among them.
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

fn connection_menu(connection: &ConnectionView, state: String) -> Item {
    let ConnectionView { alias, host, org_id, instance_url, .. } = connection;
    let reason = connection.reason.as_ref().map(|reason| reason.message.clone());
    // Reconnect stands below it.
    let ends = || connection.health.at_risk.then(|| connection.health.text.clone());
    let reason = reason.or_else(ends);
    let items = vec![
        Item::Words(state),
        Item::Words(reason.unwrap_or_default()),
        click("Reconnect", Action::Reconnect(alias.clone())),
        click("Check now", Action::Check(alias.clone())),
        click("Open org", Action::OpenOrg { name: alias.clone(), instance_url: instance_url.clone() }),
        click("Copy instance address", Action::CopyAddress { instance_url: instance_url.clone() }),
    ];
    let label = match (connection.status, kind_mark(connection.kind)) {
        (Status::NeedsYou, Some(kind)) => format!("{alias} ({kind}) needs you"),
        (Status::NeedsYou, None) => format!("{alias} needs you"),
        (_, Some(kind)) => format!("{alias} ({kind})"),
        (_, None) => alias.clone(),
    };
    Item::Menu { of: format!("{alias}\n{host}\n{org_id}"), label, items }
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
        return trouble.message.clone();
    }
    let needy: Vec<&str> = snapshot
        .connections
        .iter()
        .filter(|connection| connection.status == Status::NeedsYou)
        .map(|connection| connection.alias.as_str())
        .collect();
    match (needy.as_slice(), snapshot.connections.len()) {
        ([], 0) => "No org is connected yet".to_owned(),
        ([], _) if icon(snapshot, false) == Icon::Offline => "No org can be reached at the moment".to_owned(),
        ([], 1) => "One org, connected".to_owned(),
        ([], count) => format!("{count} orgs, none needs you"),
        ([alias], _) => format!("{alias} needs you"),
        (needy, _) => format!("{} orgs need you", needy.len()),
    }
}

fn state(snapshot: &Snapshot, connection: &ConnectionView) -> String {
    if let Some(attempt) = snapshot.attempts.iter().find(|attempt| attempt.alias == connection.alias) {
        return attempt_state(attempt.phase).to_owned();
    }
    match connection.status {
        Status::Connected => format!("Connected as {}", connection.username),
        Status::NeedsYou => "Needs you".to_owned(),
        Status::NotConnected => "Not connected".to_owned(),
        Status::Unreachable => "Not reachable at the moment, still connected".to_owned(),
    }
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

/// What must not be overlooked about an org.
fn kind_mark(kind: OrgKind) -> Option<&'static str> {
    match kind {
        OrgKind::Production => Some("PRODUCTION"),
        OrgKind::Sandbox => Some("Sandbox"),
        OrgKind::Practice => Some("PRACTICE"),
        OrgKind::Developer | OrgKind::Scratch | OrgKind::Other => None,
    }
}

/// What was clicked, and the desktop's leave to bring a window to the front, where it gave one.
pub(crate) struct Click {
    pub(crate) action: Action,
    pub(crate) activation_token: Option<String>,
}

/// Hands a click over without waiting: one that finds the queue full is dropped, as on a busy desktop.
pub(crate) fn tell(clicked: &mpsc::Sender<Click>, click: Click) {
    if clicked.try_send(click).is_err() {
        tracing::debug!("a click found the tray busy");
    }
}

#[cfg(test)]
mod tests {
    use connect_core::{
        contract::view::{AttemptView, Health},
        explain::{Code, failure},
    };

    use super::*;

    fn connection(alias: &str, status: Status) -> ConnectionView {
        ConnectionView {
            redacted: (),
            alias: alias.to_owned(),
            host: "acme.my.salesforce.com".to_owned(),
            kind: OrgKind::Production,
            org_id: "00D000000000001AAA".to_owned(),
            org_name: None,
            username: "datatrax@acme.example".to_owned(),
            instance_url: "https://acme.my.salesforce.com".to_owned(),
            status,
            reason: (status == Status::NeedsYou).then(|| failure(Code::RefreshTokenDead, &[])),
            safe_until: None,
            checked_at: None,
            health: Health::default(),
            secret_until: None,
        }
    }

    fn snapshot(connections: Vec<ConnectionView>) -> Snapshot {
        Snapshot {
            connections,
            attempts: Vec::new(),
            setups: Vec::new(),
            leaving: Vec::new(),
            vault_trouble: None,
        }
    }

    fn attempt(alias: &str) -> AttemptView {
        AttemptView {
            id: "1".to_owned(),
            alias: alias.to_owned(),
            host: "acme.my.salesforce.com".to_owned(),
            kind: OrgKind::Production,
            phase: Phase::Browser,
            authorize_url: None,
            next_check_at: None,
            waits_for: None,
            noticed: None,
            lacks: None,
            found: None,
            question: None,
        }
    }

    #[test]
    fn the_icon_tells_the_worst_that_a_person_can_do_something_about() {
        use Status::{Connected, NeedsYou, Unreachable};
        let table: [(&[Status], Icon); 6] = [
            (&[], Icon::Fine),
            (&[Connected], Icon::Fine),
            (&[Connected, Unreachable], Icon::Fine),
            (&[Unreachable, Unreachable], Icon::Offline),
            (&[Connected, NeedsYou], Icon::NeedsYou),
            (&[Unreachable, NeedsYou], Icon::NeedsYou),
        ];
        for (statuses, expected) in table {
            let connections = statuses.iter().map(|status| connection("a", *status)).collect();
            assert_eq!(model(&snapshot(connections), &[], false).icon, expected, "{statuses:?}");
        }
        let working = Snapshot { attempts: vec![attempt("a")], ..snapshot(vec![connection("a", Connected)]) };
        assert_eq!(model(&working, &[], false).icon, Icon::Working, "a sign-in is under way");
        let (well, checked) = (snapshot(vec![connection("a", Connected)]), ["a".to_owned()]);
        let checking = model(&well, &checked, false);
        assert_eq!(checking.icon, Icon::Working, "a check is under way");
        assert_eq!(words_of(&checking, 2)[0], "Checking now", "and at which connection");
    }

    #[test]
    fn a_connection_has_its_state_in_words_and_its_four_actions() {
        let shown = model(&snapshot(vec![connection("acme", Status::NeedsYou)]), &[], false);
        let Some(Item::Menu { label, items, .. }) = shown.items.get(2) else { panic!("{:?}", shown.items) };
        assert_eq!(label, "acme (PRODUCTION) needs you", "unmistakable");
        assert_eq!(items.first(), Some(&Item::Words("Needs you".to_owned())), "the state");
        let labels: Vec<&str> = items
            .iter()
            .filter_map(|item| if let Item::Click { label, .. } = item { Some(label.as_str()) } else { None })
            .collect();
        assert_eq!(labels, ["Reconnect", "Check now", "Open org", "Copy instance address"], "the actions");
    }

    #[test]
    fn an_end_that_is_near_is_said_above_reconnect() {
        let text = "Connected, and by default until 2026-12-01.".to_owned();
        let near = Health { at_risk: true, text: text.clone(), ..Health::default() };
        let words = |health: &Health| {
            let connection =
                ConnectionView { health: health.clone(), ..connection("acme", Status::Connected) };
            words_of(&model(&snapshot(vec![connection]), &[], false), 2)[1].to_owned()
        };
        assert_eq!(words(&near), text, "when, and how that is known");
        assert_eq!(words(&Health { at_risk: false, ..near }), "", "nothing while it is far");
    }

    #[test]
    fn a_thousand_connections_do_not_make_a_thousand_menus_and_the_needy_are_among_them() {
        let mut connections: Vec<_> =
            (0..1000).map(|number| connection(&number.to_string(), Status::Connected)).collect();
        connections.push(connection("needy", Status::NeedsYou));
        let shown = model(&snapshot(connections.clone()), &[], false);
        assert!(shown.items.len() < 32, "a menu that fits: {}", shown.items.len());
        assert_eq!(shown.stands_for().count(), MOST_SHOWN, "no more menus than fit");
        assert!(shown.stands_for().last().is_some_and(|of| of.starts_with("needy\n")), "in its place");
        for connection in &mut connections {
            connection.status = Status::NeedsYou;
        }
        let needy = model(&snapshot(connections), &[], false);
        assert_eq!(needy.stands_for().count(), MOST_SHOWN, "nor when all of them need somebody");
    }

    #[test]
    fn what_changes_at_a_connection_moves_no_line() {
        let of = |statuses: [Status; 3]| {
            let connections = ["a", "b", "c"].into_iter().zip(statuses);
            model(
                &snapshot(connections.map(|(alias, status)| connection(alias, status)).collect()),
                &[],
                false,
            )
        };
        let well = of([Status::Connected; 3]);
        for changed in [Status::NeedsYou, Status::NotConnected, Status::Unreachable] {
            let other = of([Status::Connected, Status::Connected, changed]);
            assert!(other.stands_for().eq(well.stands_for()), "each menu in its place");
            assert_eq!(form(&other.items), form(&well.items), "and each line of it");
        }
        let mut others = vec![connection("a", Status::Connected), connection("b", Status::Connected)];
        let before = model(&snapshot(others.clone()), &[], false);
        others[1].org_id = "00D000000000002AAA".to_owned();
        let after = model(&snapshot(others), &[], false);
        assert!(!after.stands_for().eq(before.stands_for()), "the same name for another org is another");
    }

    /// What the lines are, without what stands in them.
    fn form(items: &[Item]) -> String {
        let one = |item: &Item| match item {
            Item::Words(_) => "words".to_owned(),
            Item::Click { action, .. } | Item::Tick { action, .. } => format!("{action:?}"),
            Item::Menu { items, .. } => format!("({})", form(items)),
            Item::Line => "line".to_owned(),
        };
        items.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn words_of(model: &Model, at: usize) -> Vec<&str> {
        let Some(Item::Menu { items, .. }) = model.items.get(at) else { panic!("{:?}", model.items) };
        items
            .iter()
            .filter_map(|item| if let Item::Words(words) = item { Some(words.as_str()) } else { None })
            .collect()
    }

    #[test]
    fn pausing_is_a_tick_that_clicks_back() {
        for paused in [false, true] {
            let shown = model(&snapshot(Vec::new()), &[], paused);
            let tick = shown.items.iter().find(|item| matches!(item, Item::Tick { .. }));
            let expected = Item::Tick {
                label: "Keep connections alive".to_owned(),
                ticked: !paused,
                action: Action::PauseKeepAlive(!paused),
            };
            assert_eq!(tick, Some(&expected), "paused: {paused}");
        }
    }

    #[test]
    fn without_a_window_nothing_offers_it() {
        let words = |model: &Model| {
            let label =
                |item: &Item| if let Item::Click { label, .. } = item { Some(label.clone()) } else { None };
            model.items.iter().filter_map(label).collect::<Vec<_>>()
        };
        let shown = model(&snapshot(Vec::new()), &[], false);
        assert_eq!(words(&shown), ["Add an org", "Open Datatrax Connect", "Quit"], "with a window");
        assert_eq!(words(&shown.without_window()), ["Quit"], "without one");
    }
}
