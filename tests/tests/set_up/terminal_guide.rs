//! The guide on a terminal: printed, and walked through step by step with common mistakes.

use connect_tests::{Desk, Ended, INTEGRATION, Person, Press, Terminal, one_at_a_time, org};
use practice_org::Org;
use serde_json::Value;

/// A made-up secret of Salesforce's form.
pub(crate) const OTHER_SECRET: &str = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";
const STEPS: usize = 11;
/// The screens that show them, by whose numbers a person goes.
pub(crate) const SCREENS: usize = 8;
/// The first screen, whose question is what one has at hand: the org is named with the command.
pub(crate) const FIRST: usize = 1;
const OPEN: usize = 2;
const OAUTH: usize = 3;
const SECURITY: usize = 4;
/// Key and secret are revealed and pasted on one screen.
pub(crate) const COPY: usize = 5;
pub(crate) const PASTE: usize = 5;
const WAIT: usize = 6;
const SIGN_IN: usize = 7;

/// `dtx connect` as a person types it, for a connection `p`.
pub(crate) fn walk(desk: &Desk, org: &Org) -> Terminal {
    Terminal::start(desk, &format!("dtx connect {} --alias p --no-browser", org.address()))
}

/// Says of every screen from this one to `last` that it is done.
pub(crate) async fn do_steps(terminal: &mut Terminal, first: usize, last: usize) {
    for step in first..=last {
        at(terminal, step).await;
        terminal.sees("> ").await;
        terminal.types("").await;
    }
}

pub(crate) async fn at(terminal: &mut Terminal, step: usize) {
    terminal.sees(&format!("Step {step} of {SCREENS}.")).await;
}

pub(crate) async fn paste(terminal: &mut Terminal, key: &str, secret: &str) {
    terminal.sees("Consumer Key: ").await;
    terminal.types(key).await;
    terminal.sees("Consumer Secret (not shown").await;
    terminal.types(secret).await;
}

#[tokio::test]
async fn whoever_has_key_and_secret_already_goes_to_the_paste_by_one_key() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut terminal = walk(&desk, &org);
    at(&mut terminal, FIRST).await;
    terminal.sees("[k] I have key and secret already").await;
    terminal.types("k").await;
    at(&mut terminal, PASTE).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    sign_in(&mut terminal, &org).await;
}

/// Opens the address on the screen and answers there.
async fn answer(terminal: &mut Terminal, org: &Org, press: Press) {
    let address = terminal.sees("http://localhost:").await;
    let address = address.split_whitespace().find(|word| word.contains("/authorize?")).unwrap().to_owned();
    Person::of(org, INTEGRATION).sign_in(&address, press).await;
}

/// Signs in, from the question before it to the end of the guide.
pub(crate) async fn sign_in(terminal: &mut Terminal, org: &Org) {
    terminal.sees("[Enter] sign in").await;
    terminal.types("").await;
    terminal.sees("Open this address").await;
    answer(terminal, org, Press::Allow).await;
    finish(terminal).await;
}

async fn finish(terminal: &mut Terminal) {
    terminal.sees("Connected p").await;
    at(terminal, SCREENS).await;
    terminal.sees("[Enter] finish").await;
    terminal.types("").await;
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_guide_is_printed_as_text_and_as_json() {
    let desk = Desk::without_keyring();
    let printed = desk.dtx(&["guide"]).await;
    assert_eq!(printed.code, 0, "{printed:?}");
    assert!(printed.error.is_empty() && !printed.output.contains('\x1b'), "nothing but text: {printed:?}");
    let json = desk.json(&["guide"]).await;
    let steps = json["steps"].as_array().unwrap();
    assert_eq!((json["version"].as_u64(), steps.len()), (Some(1), STEPS), "{json}");
    for step in steps {
        for field in ["id", "title", "why"] {
            assert!(step[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {step}");
        }
        for field in ["do", "values", "variants", "pictures"] {
            assert!(step[field].is_array(), "{field} of {step}");
        }
        assert_eq!(step["picture"], step["pictures"][0]["name"], "the first picture, or null: {step}");
        assert!(step["proof"].is_object(), "{step}");
        let title = step["title"].as_str().unwrap();
        assert!(in_one_line(&printed.output).contains(title), "the heading {title} in {}", printed.output);
        for value in step["values"].as_array().unwrap() {
            let value = value["value"].as_str().unwrap();
            assert!(
                printed.output.contains(&format!("\n{value}\n")),
                "{value} stands alone in {}",
                printed.output
            );
        }
    }
    assert!(
        json.to_string().contains("https://www.getdatatrax.com/auth/salesforce/callback"),
        "the lines of a real org: {json}"
    );

    let one = desk.json(&["guide", "--step", "oauth"]).await;
    assert_eq!(
        one["steps"],
        Value::Array(steps.iter().filter(|step| step["id"] == "oauth").cloned().collect()),
        "one step alone"
    );
    let none = desk.dtx(&["guide", "--step", "nowhere"]).await;
    assert_eq!(none.code, 2, "{none:?}");
    for step in steps {
        assert!(none.error.contains(step["id"].as_str().unwrap()), "the steps there are: {}", none.error);
    }
}

#[tokio::test]
async fn the_guide_fits_the_terminal_and_is_bold_only_where_that_can_be_seen() {
    let desk = Desk::without_keyring();
    let shown = async |command: &str| Terminal::start(&desk, command).ended().await;
    let narrow = shown("stty cols 40; dtx guide --step oauth").await;
    for line in narrow.lines().filter(|line| !line.contains("://") && !line.starts_with("(exit")) {
        let is_value = line.starts_with("Perform requests");
        assert!(is_value || line.trim_end().chars().count() <= 40, "{line:?} in {narrow}");
    }
    assert!(!narrow.contains('\x1b'), "a terminal of unknown abilities: {narrow:?}");
    assert!(shown("TERM=xterm dtx guide").await.contains("\x1b[1m"), "headings in bold");
    let plain = shown("TERM=xterm NO_COLOR=1 dtx guide").await;
    assert!(!plain.contains('\x1b'), "NO_COLOR is heeded: {plain:?}");
}

#[tokio::test]
async fn every_step_waits_for_the_person_until_the_org_is_connected() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut terminal = walk(&desk, &org);
    terminal.sees("your place is kept").await;
    do_steps(&mut terminal, FIRST, FIRST).await;
    at(&mut terminal, OPEN).await;
    terminal.types("?").await;
    terminal.sees("If your screen looks different").await;
    terminal.types("x").await;
    terminal.sees("none of these").await;
    terminal.types("b").await;
    do_steps(&mut terminal, FIRST, COPY).await;
    at(&mut terminal, PASTE).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    terminal.sees("The org knows the Consumer Key.").await;
    terminal.sees("The Consumer Secret belongs to the Consumer Key.").await;
    terminal.sees("[Enter] sign in").await;
    terminal.types("").await;
    answer(&mut terminal, &org, Press::Allow).await;
    terminal.sees("Connected p").await;
    terminal.sees("A rehearsal ends here").await;
    terminal.sees("Checking the connection.").await;
    terminal.sees("The Bulk API answers").await;
    terminal.sees("[c] check the connection").await;
    terminal.types("c").await;
    terminal.sees("The Bulk API answers").await;
    terminal.types("").await;
    let all = terminal.ended().await;
    assert!(all.contains("(exit status: 0)"), "{all}");
    assert!(!all.contains("open the portal") && !all.contains("getdatatrax"), "the portal is for real orgs");
    assert!(!all.contains(&org.secret()), "the secret was not shown while it was typed");
    assert!(!all.contains('\x1b'), "plain text, from top to bottom");
    assert!(desk.token("p").await.starts_with("00D"), "it works");
}

#[tokio::test]
async fn whoever_leaves_goes_on_at_the_same_step() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, OPEN).await;
    at(&mut terminal, OAUTH).await;
    terminal.types("q").await;
    terminal.sees(&format!("dtx connect {} --alias p", org.address())).await;
    let left = terminal.ended().await;
    assert!(left.contains("(exit status: 3)"), "not connected: {left}");

    let mut terminal = walk(&desk, &org);
    terminal.sees("Going on where you were, at step 3").await;
    do_steps(&mut terminal, OAUTH, SECURITY).await;
    at(&mut terminal, COPY).await;
    terminal.sees("> ").await;
    terminal.interrupts().await;
    terminal.sees("Your place is kept").await;
    let left = terminal.ended().await;
    assert!(left.contains("(exit status: 130)"), "Ctrl+C: {left}");

    // While the secret is typed, the terminal shows nothing; after Ctrl+C it does again.
    let mut terminal = Terminal::start(
        &desk,
        &format!("stty echo; trap : INT; dtx connect {} --no-browser; stty -a", org.address()),
    );
    do_steps(&mut terminal, COPY, COPY).await;
    terminal.sees("Consumer Key: ").await;
    terminal.types(&org.key()).await;
    terminal.sees("Consumer Secret (not shown").await;
    terminal.interrupts().await;
    let left = terminal.ended().await;
    let echo = left.split_whitespace().find(|word| word.trim_start_matches('-') == "echo");
    assert_eq!(echo, Some("echo"), "what is typed is shown again: {left}");

    // Without an org in the command, the begun set-up is offered. The values are no longer at hand.
    let mut terminal = Terminal::start(&desk, "dtx connect --alias p --no-browser");
    terminal.sees("Begun and not connected yet").await;
    terminal.sees("copied from the browser: ").await;
    terminal.types("nowhere at all").await;
    terminal.sees("copied from the browser: ").await;
    terminal.types("1").await;
    at(&mut terminal, PASTE).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    sign_in(&mut terminal, &org).await;
    terminal.ended().await;

    // A connected app needs no guide.
    let mut terminal = walk(&desk, &org);
    terminal.sees("Open this address").await;
    terminal.interrupts().await;
    let again = terminal.ended().await;
    assert!(!again.contains("Step "), "no guide: {again}");
}

#[tokio::test]
async fn a_callback_with_a_slip_is_shown_beside_what_it_should_be_and_can_be_mended() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let right = org.switches().callbacks;
    org.change(|switches| switches.callbacks.iter_mut().for_each(|line| line.push('/')));
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, COPY).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    // Create was pressed a moment ago, so the lines may not be active yet. One key checks more closely.
    terminal.sees(&format!("Step {OAUTH} of {SCREENS} (Callback URL and scopes) should be looked at")).await;
    terminal.sees("go on, and wait").await;
    terminal.sees("[c] check every line").await;
    terminal.types("c").await;
    terminal.sees(&format!("Step {OAUTH} of {SCREENS} (Callback URL and scopes) is not right yet")).await;
    terminal.sees("/practice/callback/ where").await;
    terminal.sees("/practice/callback is needed").await;
    // The same is shown once more at the step itself.
    terminal.sees("> ").await;
    terminal.types("b").await;
    at(&mut terminal, OAUTH).await;
    terminal.sees("This is not right yet.").await;
    terminal.sees("> ").await;
    org.change(|switches| switches.callbacks = right);
    terminal.types("").await;
    terminal.sees("ok       Callback URL").await;
    sign_in(&mut terminal, &org).await;
    assert!(terminal.ended().await.contains("(exit status: 0)"), "with the same values");
}

#[tokio::test]
async fn missing_callback_lines_of_a_new_app_are_waited_for_and_the_sign_in_goes_on_by_itself() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let right = org.switches().callbacks;
    org.change(|switches| switches.callbacks.clear());
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, COPY).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    terminal.sees("should be looked at").await;
    terminal.sees("http://localhost:17177/practice/callback").await;
    terminal.sees("go on, and wait").await;
    terminal.types("").await;
    terminal.sees("[Enter] sign in").await;
    terminal.types("").await;
    terminal.sees("is known in the app's Callback URL yet. Asking again at").await;
    terminal.interrupts().await;
    let left = terminal.ended().await;
    assert!(left.contains("(exit status: 130)"), "{left}");

    // Once they are registered, the sign-in goes on.
    org.change(|switches| switches.callbacks = right);
    let mut terminal = walk(&desk, &org);
    paste(&mut terminal, &org.key(), &org.secret()).await;
    terminal.sees("ok       Callback URL").await;
    sign_in(&mut terminal, &org).await;
    assert!(terminal.ended().await.contains("(exit status: 0)"), "with the same values");
}

#[tokio::test]
async fn values_in_each_others_place_are_noticed_and_exchanged() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, COPY).await;
    terminal.sees("Consumer Key: ").await;
    terminal.types(&org.secret()).await;
    terminal.sees("Press Enter to use it all the same").await;
    terminal.types("").await;
    terminal.sees("Consumer Secret (not shown").await;
    terminal.types(&org.key()).await;
    terminal.sees("[Enter] exchange the two").await;
    assert!(org.counters().requests.is_empty(), "nothing was sent: {:?}", org.counters());
    terminal.types("").await;
    terminal.sees("The Consumer Secret belongs to the Consumer Key.").await;
    sign_in(&mut terminal, &org).await;
    terminal.ended().await;
    assert_eq!(org.counters().secrets_in_query, 0, "no secret was in an address");
}

#[tokio::test]
async fn a_wrong_secret_leads_back_to_the_paste() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, COPY).await;
    paste(&mut terminal, &org.key(), OTHER_SECRET).await;
    terminal.sees(&format!("Step {PASTE} of {SCREENS} (Paste and check) is not right yet")).await;
    terminal.sees("[b] show where both are").await;
    terminal.sees("Consumer Secret (not shown").await;
    terminal.types("b").await;
    do_steps(&mut terminal, COPY, COPY).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    sign_in(&mut terminal, &org).await;
    assert!(terminal.ended().await.contains("(exit status: 0)"), "once it is right");
}

#[tokio::test]
async fn a_key_that_is_not_active_yet_is_waited_for_and_the_sign_in_goes_on_by_itself() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.activation_seconds = 3600);
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, COPY).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    at(&mut terminal, WAIT).await;
    terminal.sees("You pressed Create less than a minute ago").await;
    terminal.sees("Asking again at").await;
    org.change(|switches| switches.activation_seconds = 0);
    at(&mut terminal, SIGN_IN).await;
    answer(&mut terminal, &org, Press::Allow).await;
    finish(&mut terminal).await;
    assert!(terminal.ended().await.contains("(exit status: 0)"), "by itself");
}

#[tokio::test]
async fn a_sign_in_that_another_face_began_is_joined() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut agent = desk.start(&["agent", "--no-tray"]);
    desk.until_agent_runs().await;
    org.change(|switches| switches.activation_seconds = 3600);
    let mut other = desk.connecting(&org, "p", &[]).await;
    other.event("waiting").await;

    let mut leaving = walk(&desk, &org);
    do_steps(&mut leaving, FIRST, COPY).await;
    paste(&mut leaving, &org.key(), &org.secret()).await;
    leaving.sees("under way already").await;
    leaving.sees("Asking again at").await;
    leaving.interrupts().await;
    assert!(leaving.ended().await.contains("(exit status: 130)"), "the other one goes on without it");

    let mut terminal = walk(&desk, &org);
    terminal.sees("under way already").await;
    terminal.sees("Asking again at").await;
    org.change(|switches| switches.activation_seconds = 0);
    other.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    terminal.sees("under way in a browser").await;
    finish(&mut terminal).await;
    assert!(terminal.ended().await.contains("(exit status: 0)"), "connected for both");
    assert_eq!(other.ended().await.code, 0, "once");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "it ends");
    agent.end_input();
    assert_eq!(agent.ended().await.code, 0, "when asked");
}

#[tokio::test]
async fn who_presses_deny_is_asked_again() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, COPY).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    terminal.sees("[Enter] sign in").await;
    terminal.types("").await;
    terminal.sees("Open this address").await;
    answer(&mut terminal, &org, Press::Deny).await;
    terminal.sees("Deny").await;
    sign_in(&mut terminal, &org).await;
    assert!(terminal.ended().await.contains("(exit status: 0)"), "with the same values");
}

#[tokio::test]
async fn the_values_of_the_last_try_serve_for_another_while_the_agent_runs() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut agent = desk.start(&["agent", "--no-tray"]);
    desk.until_agent_runs().await;
    let deny_and_leave = async |mut terminal: Terminal| {
        terminal.sees("[Enter] sign in").await;
        terminal.types("").await;
        terminal.sees("Open this address").await;
        answer(&mut terminal, &org, Press::Deny).await;
        terminal.sees("[Enter] sign in").await;
        terminal.types("q").await;
        terminal.ended().await;
    };
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, COPY).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    deny_and_leave(terminal).await;

    let mut terminal = walk(&desk, &org);
    terminal.sees("of the last try are still at hand").await;
    deny_and_leave(terminal).await;
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "it ends");
    agent.end_input();
    agent.ended().await;

    let mut terminal = walk(&desk, &org);
    terminal.sees("no longer at hand").await;
    at(&mut terminal, PASTE).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    sign_in(&mut terminal, &org).await;
    assert!(terminal.ended().await.contains("(exit status: 0)"), "with the values pasted again");
}

#[tokio::test]
async fn without_a_terminal_or_with_a_key_nothing_is_walked_through() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for arguments in [vec!["connect"], vec!["connect", &org.address()], vec!["connect", "--json"]] {
        let Ended { code, output, error } = desk.dtx(&arguments).await;
        assert_eq!(code, 2, "{arguments:?}: {error}");
        assert!(!format!("{output}{error}").contains("Step "), "{arguments:?}: {error}");
    }
    let begun = format!("dtx connect {} --key {} --no-browser", org.address(), org.key());
    let mut terminal = Terminal::start(&desk, &begun);
    terminal.sees("Consumer Secret (not shown").await;
    terminal.types(&org.secret()).await;
    answer(&mut terminal, &org, Press::Allow).await;
    let all = terminal.ended().await;
    assert!(all.contains("(exit status: 0)") && !all.contains("Step "), "straight to the checks: {all}");
    assert!(org.counters().requests.contains_key("token"), "connected: {:?}", org.counters());
}
