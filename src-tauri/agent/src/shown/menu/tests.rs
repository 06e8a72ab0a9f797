use connect_core::{
    contract::view::{AttemptView, Health, Pause, RotationAt, RotationStep},
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
        pause: None,
        safe_until: None,
        checked_at: None,
        health: Health::default(),
        secret_until: None,
        last_use: None,
        group: None,
        rotation: None,
        browser: None,
    }
}

fn snapshot(connections: Vec<ConnectionView>) -> Snapshot {
    Snapshot {
        connections,
        attempts: Vec::new(),
        setups: Vec::new(),
        leaving: Vec::new(),
        set_aside: Vec::new(),
        rotations: Vec::new(),
        vault_trouble: None,
        paused_since: None,
        asking: Vec::new(),
        ended: Vec::new(),
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
        ends_at: None,
        key: None,
        waits_for: None,
        noticed: None,
        lacks: None,
        found: None,
        question: None,
        browser: None,
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
        assert_eq!(model(&snapshot(connections), Beside::default()).icon, expected, "{statuses:?}");
    }
    let working = Snapshot { attempts: vec![attempt("a")], ..snapshot(vec![connection("a", Connected)]) };
    assert_eq!(model(&working, Beside::default()).icon, Icon::Working, "a sign-in is under way");
    let (well, checked) = (snapshot(vec![connection("a", Connected)]), ["a".to_owned()]);
    let checking = model(&well, Beside { checking: &checked, ..Beside::default() });
    assert_eq!(checking.icon, Icon::Working, "a check is under way");
    assert_eq!(words_of(&checking, 2)[0], "Checking now", "and at which connection");
}

#[test]
fn a_connection_has_its_state_in_words_and_its_four_actions() {
    let shown = model(&snapshot(vec![connection("acme", Status::NeedsYou)]), Beside::default());
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
        let connection = ConnectionView { health: health.clone(), ..connection("acme", Status::Connected) };
        words_of(&model(&snapshot(vec![connection]), Beside::default()), 2)[1].to_owned()
    };
    assert_eq!(words(&near), text, "when, and how that is known");
    assert_eq!(words(&Health { at_risk: false, ..near }), "", "nothing while it is far");
}

#[test]
fn a_rotation_is_told_in_place_of_the_last_check_and_of_a_sign_in_that_it_ended() {
    let rotation = |exposed| {
        Some(RotationAt {
            step: RotationStep::Rotate,
            title: "Rotate in Setup".to_owned(),
            exposed,
            helps: exposed,
        })
    };
    let why = |connection: ConnectionView| {
        words_of(&model(&snapshot(vec![connection]), Beside::default()), 2)[1].to_owned()
    };
    let rotating = ConnectionView { rotation: rotation(false), ..connection("acme", Status::Connected) };
    assert_eq!(why(rotating), "Being rotated: Rotate in Setup");
    let reason = Some(failure(Code::SignInEnded, &[]));
    let health = Health { needs: Some(Needs::SignIn), ..Health::default() };
    let needs = connection("acme", Status::NeedsYou);
    let ended = ConnectionView { rotation: rotation(true), reason, health: health.clone(), ..needs.clone() };
    assert!(why(ended).contains("go on in the window"), "not signed in to with the exposed pair");
    let other = ConnectionView { rotation: rotation(true), health, ..needs };
    assert!(why(other).contains("Reconnect"), "an end of another cause is told as ever");
}

#[test]
fn a_pause_that_the_org_asked_for_is_said_with_its_end_and_nothing_is_called_out_of_reach() {
    let until = Some(time::OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(61));
    for status in [Status::Connected, Status::Unreachable] {
        let paused = ConnectionView { pause: Some(Pause { until }), ..connection("acme", status) };
        let shown = model(&snapshot(vec![paused.clone()]), Beside::default());
        let words = words_of(&shown, 2);
        assert_eq!(words[0], "Salesforce asks for a pause, still connected", "{status:?}");
        assert_eq!(
            words[1], "Until 1970-01-01 00:02 UTC",
            "{status:?}: whoever comes then comes late enough"
        );
        assert!(!shown.summary.contains("reached"), "{status:?}: {}", shown.summary);
        let away =
            model(&snapshot(vec![paused, connection("b", Status::Unreachable)]), Beside::default()).summary;
        let is_offline = status == Status::Unreachable;
        assert_eq!(away == "No org can be reached at the moment", is_offline, "{status:?}: {away}");
    }
}

/// Every text of a menu.
fn labels(items: &[Item]) -> Vec<&str> {
    fn of(item: &Item) -> Vec<&str> {
        match item {
            Item::Words(words) => vec![words],
            Item::Click { label, .. } | Item::Tick { label, .. } => vec![label],
            Item::Menu { label, items, .. } => [vec![label.as_str()], labels(items)].concat(),
            Item::Line => Vec::new(),
        }
    }
    items.iter().flat_map(of).collect()
}

#[test]
fn no_line_is_wider_than_a_menu_may_be_whatever_has_happened() {
    let at = time::OffsetDateTime::UNIX_EPOCH;
    for name in ["acme", &format!("{}uat-123", "acme-international-".repeat(3)), &"組".repeat(64)] {
        for code in Code::ALL {
            for status in [Status::Connected, Status::NeedsYou, Status::NotConnected, Status::Unreachable] {
                let mut one = connection(name, status);
                one.reason = Some(failure(*code, &[("alias", name), ("host", &"long.".repeat(40))]));
                one.username = format!("{}@example.com", "u".repeat(80));
                (one.checked_at, one.health.since) = (Some(at), Some(at));
                one.health.text = "Connected until 2026-12-01 10:00 UTC. ".repeat(4);
                one.health.at_risk = *code == Code::RateLimited;
                for needs in [None, Some(Needs::SignIn), Some(Needs::NewPair), Some(Needs::Setting)] {
                    one.health.needs = needs;
                    let mut snapshot = snapshot(vec![one.clone()]);
                    for trouble in [None, Some(failure(*code, &[]))] {
                        snapshot.vault_trouble = trouble;
                        let shown = model(&snapshot, Beside::default());
                        let too_wide = |text: &&str| crate::shown::bounded::width(text) > LONGEST_LINE;
                        let labels = labels(&shown.items);
                        assert_eq!(labels.into_iter().find(too_wide), None, "{code:?}, {status:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn two_long_names_never_look_alike() {
    let names = ["a", "b"].map(|middle| format!("{}{middle}{}", "x".repeat(30), "y".repeat(30)));
    let shown = model(
        &snapshot(names.clone().map(|name| connection(&name, Status::Connected)).into()),
        Beside::default(),
    );
    let labels = labels(&shown.items);
    for name in names {
        assert!(labels.contains(&format!("{name} (PRODUCTION)").as_str()), "{name}: {labels:?}");
    }
}

#[test]
fn a_thousand_connections_do_not_make_a_thousand_menus_and_the_needy_are_among_them() {
    let mut connections: Vec<_> =
        (0..1000).map(|number| connection(&number.to_string(), Status::Connected)).collect();
    connections.push(connection("needy", Status::NeedsYou));
    let shown = model(&snapshot(connections.clone()), Beside::default());
    assert!(shown.items.len() < 32, "a menu that fits: {}", shown.items.len());
    assert_eq!(shown.stands_for().count(), MOST_SHOWN, "no more menus than fit");
    assert!(shown.stands_for().last().is_some_and(|of| of.starts_with("needy\n")), "in its place");
    for connection in &mut connections {
        connection.status = Status::NeedsYou;
    }
    let needy = model(&snapshot(connections), Beside::default());
    assert_eq!(needy.stands_for().count(), MOST_SHOWN, "nor when all of them need somebody");
}

#[test]
fn what_changes_at_a_connection_moves_no_line() {
    let of = |statuses: [Status; 3]| {
        let connections = ["a", "b", "c"].into_iter().zip(statuses);
        model(
            &snapshot(connections.map(|(alias, status)| connection(alias, status)).collect()),
            Beside::default(),
        )
    };
    let well = of([Status::Connected; 3]);
    for changed in [Status::NeedsYou, Status::NotConnected, Status::Unreachable] {
        let other = of([Status::Connected, Status::Connected, changed]);
        assert!(other.stands_for().eq(well.stands_for()), "each menu in its place");
        assert_eq!(form(&other.items), form(&well.items), "and each line of it");
    }
    let mut others = vec![connection("a", Status::Connected), connection("b", Status::Connected)];
    let before = model(&snapshot(others.clone()), Beside::default());
    others[1].org_id = "00D000000000002AAA".to_owned();
    let after = model(&snapshot(others), Beside::default());
    assert!(!after.stands_for().eq(before.stands_for()), "the same name for another org is another");
}

/// The kinds of the lines, without their texts.
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
        let shown =
            model(&snapshot(Vec::new()), Beside { keep_alive_is_paused: paused, ..Beside::default() });
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
fn whether_programs_are_given_tokens_is_a_tick_that_clicks_back() {
    let since = time::OffsetDateTime::UNIX_EPOCH;
    for paused_since in [None, Some(since)] {
        let snapshot = Snapshot { paused_since, ..snapshot(vec![connection("a", Status::Connected)]) };
        let shown = model(&snapshot, Beside::default()).without_window();
        let tick = shown.items.iter().rfind(|item| matches!(item, Item::Tick { .. }));
        let expected = Item::Tick {
            label: "Give tokens to programs".to_owned(),
            ticked: paused_since.is_none(),
            action: Action::HandOut(paused_since.is_some()),
        };
        assert_eq!(tick, Some(&expected), "{paused_since:?}");
    }
}

#[test]
fn without_a_window_nothing_offers_it() {
    let words = |model: &Model| {
        let label =
            |item: &Item| if let Item::Click { label, .. } = item { Some(label.clone()) } else { None };
        model.items.iter().filter_map(label).collect::<Vec<_>>()
    };
    let shown = model(&snapshot(Vec::new()), Beside::default());
    assert_eq!(words(&shown), ["Add an org", "Open Datatrax Connect", "Quit"], "with a window");
    assert_eq!(words(&shown.without_window()), ["Quit"], "without one");
}
