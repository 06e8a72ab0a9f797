//! The commands about existing connections.

mod check_all;
mod disconnect;
mod list;
mod of_question;

use connect_core::{
    contract::{
        intent,
        view::{CheckState, Colour, ConnectionView, Failure, Finding, Findings, OrgKind, RotationAt, Status},
    },
    explain::{self, Code},
};

pub(crate) use self::{check_all::check_all, disconnect::disconnect, list::list, of_question::tell_all};
use crate::{
    browser, end, local, output, programs, session,
    text::{Page, Tone},
};

/// What is to be done about files that seem to be a copy.
pub(crate) const COPIED: &str = "The files of Datatrax Connect here seem to be a copy. If they were moved here and the original is used no more: dtx vault --moved. If both are to be used, sign in here as well: dtx reconnect NAME.";

/// Said where an org could not be reached.
const NOTHING_ELSE: &str = "So nothing else could be asked about. The connection is kept.";

pub(crate) async fn show(name: String, json: bool) -> Result<u8, Failure> {
    let client = session::open().await?;
    if json {
        output::json(&client.pass_on(intent::Show { name }).await?)?;
        return Ok(0);
    }
    let detail = client.call(intent::Show { name }).await?;
    let (connection, seen) = (&detail.connection, &detail.seen);
    let rows = [
        ("Name", connection.alias.clone()),
        ("Kind", kind_badge(connection.kind).to_owned()),
        ("Group", group_of(connection)),
        ("Browser", connection.browser.as_ref().map(browser::words).unwrap_or_default()),
        ("Org", format!("{} ({})", connection.org_name.as_deref().unwrap_or("no name"), connection.org_id)),
        ("Host", connection.host.clone()),
        ("Instance address", connection.instance_url.clone()),
        ("User", connection.username.clone()),
        ("State", explain::names::status(connection.status, connection.pause.is_some()).to_owned()),
        ("Health", connection.health.text.clone()),
        (
            "Rotation",
            connection.rotation.as_ref().map(|at| rotating(&connection.alias, at)).unwrap_or_default(),
        ),
        ("Last checked", connection.checked_at.map_or_else(|| "never".to_owned(), local::moment)),
        ("Last used", programs::last_use(connection.last_use.as_ref())),
        ("Scopes", seen.scopes.join(" ")),
        ("Refresh tokens", rotation(seen.rotates).to_owned()),
        ("Policy", seen.policy.clone()),
    ];
    let page = Page::of_results();
    let is_told = |(label, value): &(&str, String)| {
        !matches!(*label, "Browser" | "Group" | "Rotation") || !value.is_empty()
    };
    for (label, value) in rows.into_iter().filter(is_told) {
        let line = page.wrapped(&format!("{label:16} "), &value);
        let tone = match label {
            "Kind" => tone_of_kind(connection.kind),
            "State" if connection.status == Status::Connected => Some(Tone::Good),
            "State" => Some(Tone::Bad),
            _ => None,
        };
        let painted = tone.map(|tone| line.replacen(&value, &page.painted(tone, &value), 1));
        output::line(&painted.unwrap_or(line));
    }
    if let Some(reason) = &connection.reason {
        output::line(&page.wrapped(&format!("{:16} ", "Because"), &reason.message));
        reason.fix.iter().for_each(|fix| output::line(&page.in_lines(&format!("{:16} - ", ""), fix)));
        if let Some(link) = &reason.setup {
            output::line(&page.in_lines(&format!("{:17}", ""), &output::way_into_setup(link)));
        }
    }
    for (number, cause) in connection.health.causes.iter().enumerate() {
        let label = if number == 0 { "Most likely" } else { "Or" };
        output::line(&page.wrapped(&format!("{label:16} "), cause));
    }
    for (number, used) in detail.uses.iter().enumerate() {
        let label = if number == 0 { "Tokens went to" } else { "" };
        output::line(&page.wrapped(&format!("{label:16} "), &programs::used(used)));
    }
    for consent in &detail.consents {
        output::line(&page.wrapped(&format!("{:16} ", "Programs"), &programs::consented(consent)));
    }
    output::line("");
    for entry in &detail.history {
        output::line(&page.wrapped(&format!("{:>12}  ", local::moment(entry.at)), &entry.text));
    }
    Ok(0)
}

fn group_of(connection: &ConnectionView) -> String {
    connection
        .group
        .as_ref()
        .map(|group| format!("{} ({})", group.name, group.colour.word()))
        .unwrap_or_default()
}

pub(crate) async fn group(
    name: String,
    group: Option<String>,
    colour: Option<&str>,
    json: bool,
) -> Result<u8, Failure> {
    let colour = Colour::ALL.into_iter().find(|one| Some(one.word()) == colour);
    let client = session::open().await?;
    let connection = client.call(intent::Group { name, group, colour }).await?;
    if json {
        output::json(&connection)?;
        return Ok(0);
    }
    output::hint(&match group_of(&connection) {
        none if none.is_empty() => format!("{} is in no group.", connection.alias),
        group => format!("{} is in the group {group}.", connection.alias),
    });
    Ok(0)
}

pub(crate) async fn rename(old: String, new: String) -> Result<u8, Failure> {
    let renamed = session::open().await?.call(intent::Rename { old, new }).await?;
    output::hint(&format!("The connection is now called {}.", renamed.alias));
    Ok(0)
}

pub(crate) async fn check(wanted: intent::Check, json: bool) -> Result<u8, Failure> {
    if wanted.without_secret && !json {
        output::hint("One refresh is sent without the Consumer Secret. Whatever it brings is stored.");
    }
    let client = session::open().await?;
    let asked = session::to_its_end(session::call(&client, wanted)).await?;
    let Some(mut findings) = asked else { return Ok(end::ASKED) };
    if json {
        // The printed JSON is a contract without `exact`, whose lines the fixes hold already, and without `away`.
        findings.checks.iter_mut().for_each(|finding| finding.exact.clear());
        findings.away = None;
        output::json(&findings)?;
    } else {
        print_findings(&findings);
    }
    Ok(exit_code(&findings.checks))
}

/// The exit codes in the order in which they count where several things failed: whoever has to act comes first.
const FIRST: [u8; 6] = [3, 5, 6, 2, 1, 4];

/// The exit code of the first failed check. If none failed and a check could not be made for a passing reason, 4.
fn exit_code(checks: &[Finding]) -> u8 {
    let exits = |state| {
        let of_state = checks.iter().filter(move |finding| finding.state == state);
        of_state.map(|finding| finding.code.map_or(6, Code::exit)).collect::<Vec<_>>()
    };
    let (failed, unknown) = (exits(CheckState::Fail), exits(CheckState::Unknown));
    let first = FIRST.into_iter().find(|exit| failed.contains(exit));
    first.unwrap_or(if unknown.contains(&4) { 4 } else { 0 })
}

/// The exit code of a command about several connections: 0 where all are well, else the first of these that occurs.
pub(crate) fn exit_of_all(exits: &[u8]) -> u8 {
    const FIRST: [u8; 6] = [6, 3, 5, 4, 2, 1];
    FIRST.into_iter().find(|exit| exits.contains(exit)).unwrap_or(0)
}

/// Prints what was checked. What kept every answer away is said once.
pub(crate) fn print_findings(Findings { checks, away, .. }: &Findings) {
    let is_answered = |state| !matches!(state, CheckState::Unknown | CheckState::Skip);
    let is_told = |it: &&Finding| away.is_none() || *away == Some(it.id) || is_answered(it.state);
    checks.iter().filter(is_told).for_each(print_finding);
    if away.is_some() {
        output::line(&Page::of_results().wrapped(&" ".repeat(9), NOTHING_ELSE));
    }
}

fn print_finding(finding: &Finding) {
    let page = Page::of_results();
    let line = page.wrapped(&finding_head(finding), &finding.message);
    let tone = tone_of(finding.state);
    let word = state_word(finding.state).trim_end();
    let painted = tone.map(|tone| line.replacen(word, &page.painted(tone, word), 1));
    output::line(&painted.unwrap_or(line));
    finding.fix.iter().for_each(|fix| output::line(&page.in_lines("         - ", fix)));
    if let Some(link) = &finding.setup {
        output::line(&page.in_lines("         ", &output::way_into_setup(link)));
    }
}

fn tone_of(state: CheckState) -> Option<Tone> {
    match state {
        CheckState::Pass => Some(Tone::Good),
        CheckState::Warn => Some(Tone::Careful),
        CheckState::Fail => Some(Tone::Bad),
        CheckState::Unknown | CheckState::Skip => None,
    }
}

/// The beginning of a finding's line: its state, and what it is about.
pub(crate) fn finding_head(finding: &Finding) -> String {
    format!("{}  {:17}  ", state_word(finding.state), finding.title)
}

/// The state as a word of constant width.
pub(crate) fn state_word(state: CheckState) -> &'static str {
    match state {
        CheckState::Pass => "ok     ",
        CheckState::Warn => "look   ",
        CheckState::Fail => "FAILED ",
        CheckState::Unknown => "unknown",
        CheckState::Skip => "skipped",
    }
}

/// Which org, and who, in one line: beside every question that ends or replaces something.
pub(crate) fn card(kind: OrgKind, host: &str, username: &str) -> String {
    format!("{}  {host}  {username}", kind_badge(kind))
}

pub(crate) fn kind_badge(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::Production => "PRODUCTION",
        OrgKind::Sandbox => "Sandbox",
        OrgKind::Developer => "Developer",
        OrgKind::Scratch => "Scratch",
        OrgKind::Other => "Other",
        OrgKind::Practice => "PRACTICE",
    }
}

/// What is not to be overlooked about a kind of org.
fn tone_of_kind(kind: OrgKind) -> Option<Tone> {
    match kind {
        OrgKind::Production => Some(Tone::Bad),
        OrgKind::Practice => Some(Tone::Aside),
        OrgKind::Sandbox | OrgKind::Developer | OrgKind::Scratch | OrgKind::Other => None,
    }
}

/// Where a rotation is, and how to go on with it.
pub(crate) fn rotating(alias: &str, at: &RotationAt) -> String {
    let exposed = if at.exposed { " of the exposed pair" } else { "" };
    let title = &at.title;
    format!(
        "Key and secret{exposed} are being rotated: {title}. Go on with dtx rotate {}.",
        explain::typed(alias)
    )
}

fn rotation(rotates: bool) -> &'static str {
    if rotates { "a refresh replaces them" } else { "no refresh has replaced one so far" }
}

#[cfg(test)]
mod tests {
    use connect_core::{contract::view::CheckId, explain::finding};

    use super::*;

    type Found = (CheckState, Option<Code>);

    #[test]
    fn of_several_connections_the_exit_codes_count_in_the_order_of_the_contract() {
        for (exits, exit) in [
            (&[][..], 0),
            (&[0, 0], 0),
            (&[4, 0, 3], 3),
            (&[3, 6, 5], 6),
            (&[4, 5], 5),
            (&[0, 1], 1),
            (&[2, 4], 4),
        ] {
            assert_eq!(exit_of_all(exits), exit, "{exits:?}");
        }
    }

    #[test]
    fn a_check_ends_with_the_code_of_what_it_found() {
        use CheckState::{Fail, Pass, Skip, Unknown, Warn};
        let table: [(&[Found], u8); 10] = [
            (&[(Pass, None), (Skip, None), (Unknown, None)], 0),
            (&[(Pass, None), (Warn, Some(Code::KeyOdd))], 0),
            (&[(Pass, None), (Unknown, Some(Code::NetworkDns))], 4),
            (&[(Unknown, Some(Code::KeyLooksSecret))], 0),
            (&[(Fail, Some(Code::NetworkTls)), (Unknown, Some(Code::NetworkTls))], 4),
            (&[(Fail, Some(Code::KeyUnknown)), (Skip, None)], 4),
            (&[(Fail, Some(Code::SecretWrong)), (Unknown, Some(Code::NetworkDns))], 6),
            (&[(Fail, Some(Code::AddressMoved))], 2),
            (&[(Fail, None)], 6),
            (&[(Fail, Some(Code::KeyUnknown)), (Fail, Some(Code::RefreshTokenDead))], 3),
        ];
        for (found, exit) in table {
            let checks: Vec<_> =
                found.iter().map(|(state, code)| finding(CheckId::Key, *state, *code, &[])).collect();
            assert_eq!(exit_code(&checks), exit, "{found:?}");
        }
    }
}
