//! What the tray shows, derived from the same snapshot as the window.

use connect_core::view::{ConnectionView, OrgKind, Phase, Snapshot, Status};

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

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A line that is only read.
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
    OpenOrg { instance_url: String },
    CopyAddress { instance_url: String },
    OpenWindow,
    AddOrg,
    PauseKeepAlive(bool),
    Quit,
}

/// What to show for this snapshot.
pub fn model(snapshot: &Snapshot, keep_alive_is_paused: bool) -> Model {
    let mut items = vec![Item::Words(summary(snapshot)), Item::Line];
    let mut connections: Vec<&ConnectionView> = snapshot.connections.iter().collect();
    // A stable order, those that need somebody first.
    connections.sort_by_key(|connection| connection.status != Status::NeedsYou);
    items.extend(connections.iter().take(MOST_SHOWN).map(|connection| connection_menu(snapshot, connection)));
    if connections.len() > MOST_SHOWN {
        let more = connections.len() - MOST_SHOWN;
        items.push(click(&format!("{more} more, in the window"), Action::OpenWindow));
    }
    if !connections.is_empty() {
        items.push(Item::Line);
    }
    items.extend([
        click("Add an org", Action::AddOrg),
        click("Open Datatrax Connect", Action::OpenWindow),
        Item::Tick {
            label: "Pause keep-alive".to_owned(),
            ticked: keep_alive_is_paused,
            action: Action::PauseKeepAlive(!keep_alive_is_paused),
        },
        Item::Line,
        click("Quit", Action::Quit),
    ]);
    Model { icon: icon(snapshot), summary: summary(snapshot), items }
}

fn connection_menu(snapshot: &Snapshot, connection: &ConnectionView) -> Item {
    let ConnectionView { alias, instance_url, .. } = connection;
    let under_way = snapshot.attempts.iter().find(|attempt| attempt.alias == *alias);
    let state =
        under_way.map_or_else(|| state(connection), |attempt| attempt_state(attempt.phase).to_owned());
    let mut items = vec![Item::Words(state)];
    if let Some(reason) = &connection.reason {
        items.push(Item::Words(reason.message.clone()));
    }
    items.extend([
        click("Reconnect", Action::Reconnect(alias.clone())),
        click("Check now", Action::Check(alias.clone())),
        click("Open org", Action::OpenOrg { instance_url: instance_url.clone() }),
        click("Copy instance address", Action::CopyAddress { instance_url: instance_url.clone() }),
    ]);
    let label = match (connection.status, kind_mark(connection.kind)) {
        (Status::NeedsYou, Some(kind)) => format!("{alias} ({kind}) needs you"),
        (Status::NeedsYou, None) => format!("{alias} needs you"),
        (_, Some(kind)) => format!("{alias} ({kind})"),
        (_, None) => alias.clone(),
    };
    Item::Menu { label, items }
}

fn click(label: &str, action: Action) -> Item {
    Item::Click { label: label.to_owned(), action }
}

fn icon(snapshot: &Snapshot) -> Icon {
    let with = |status| snapshot.connections.iter().filter(|connection| connection.status == status).count();
    if snapshot.vault_trouble.is_some() || with(Status::NeedsYou) > 0 {
        Icon::NeedsYou
    } else if !snapshot.attempts.is_empty() {
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
        ([], _) if icon(snapshot) == Icon::Offline => "No org can be reached at the moment".to_owned(),
        ([], 1) => "One org, connected".to_owned(),
        ([], count) => format!("{count} orgs, none needs you"),
        ([alias], _) => format!("{alias} needs you"),
        (needy, _) => format!("{} orgs need you", needy.len()),
    }
}

fn state(connection: &ConnectionView) -> String {
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

#[cfg(test)]
mod tests {
    use connect_core::{
        explain::{Code, failure},
        view::{AttemptView, Health},
    };

    use super::*;

    fn connection(alias: &str, status: Status) -> ConnectionView {
        ConnectionView {
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
            assert_eq!(model(&snapshot(connections), false).icon, expected, "{statuses:?}");
        }
        let working = Snapshot { attempts: vec![attempt("a")], ..snapshot(vec![connection("a", Connected)]) };
        assert_eq!(model(&working, false).icon, Icon::Working, "a sign-in is under way");
    }

    #[test]
    fn a_connection_has_its_state_in_words_and_its_four_actions() {
        let shown = model(&snapshot(vec![connection("acme", Status::NeedsYou)]), false);
        let Some(Item::Menu { label, items }) = shown.items.get(2) else { panic!("{:?}", shown.items) };
        assert_eq!(label, "acme (PRODUCTION) needs you", "unmistakable");
        assert_eq!(items.first(), Some(&Item::Words("Needs you".to_owned())), "the state");
        let labels: Vec<&str> = items
            .iter()
            .filter_map(|item| if let Item::Click { label, .. } = item { Some(label.as_str()) } else { None })
            .collect();
        assert_eq!(labels, ["Reconnect", "Check now", "Open org", "Copy instance address"], "the actions");
    }

    #[test]
    fn a_thousand_connections_do_not_make_a_thousand_menus_and_the_needy_come_first() {
        let mut connections: Vec<_> =
            (0..1000).map(|number| connection(&number.to_string(), Status::Connected)).collect();
        connections.push(connection("needy", Status::NeedsYou));
        let shown = model(&snapshot(connections), false);
        assert!(shown.items.len() < 32, "a menu that fits: {}", shown.items.len());
        assert!(
            matches!(&shown.items[2], Item::Menu { label, .. } if label.starts_with("needy")),
            "first of all"
        );
    }

    #[test]
    fn pausing_is_a_tick_that_clicks_back() {
        for paused in [false, true] {
            let shown = model(&snapshot(Vec::new()), paused);
            let tick = shown.items.iter().find(|item| matches!(item, Item::Tick { .. }));
            let expected = Item::Tick {
                label: "Pause keep-alive".to_owned(),
                ticked: paused,
                action: Action::PauseKeepAlive(!paused),
            };
            assert_eq!(tick, Some(&expected), "paused: {paused}");
        }
    }
}
