//! `dtx list`: a line for each connection. At a terminal it has a heading and fits; what another program reads is whole.

use std::{borrow::Cow, iter};

use connect_agent::{PartOf, Unread};
use connect_core::{
    contract::{
        intent,
        view::{
            ConnectionView, Failure, Group, LeavingView, OrgKind, Pause, RotationAt, SetAsideView, Status,
        },
    },
    explain::{self, Code},
};
use serde::{Deserialize, Serialize};

use super::{COPIED, kind_badge, tone_of_kind};
use crate::{
    handing_out, local, output, session, terminal,
    text::{Page, Tone},
};

/// The gap between two columns.
const GAP: usize = 2;
/// Name, kind, group, state, user and host. There is no column for groups where there is none.
const COLUMNS: usize = 6;
const GROUPS: usize = 2;
/// The narrowest column that still tells something.
const NARROWEST: usize = 12;
/// So many of those that can be brought back are named.
const MOST_BACK: usize = 5;

/// The output of `list --json`, unparsed.
#[derive(Serialize)]
struct Listed {
    connections: Unread<Vec<ConnectionView>>,
    leaving: Unread<Vec<LeavingView>>,
    set_aside: Vec<SetAsideView>,
}

/// The same of one group.
#[derive(Serialize)]
struct OfGroup {
    connections: Vec<ConnectionView>,
    leaving: Vec<LeavingView>,
}

/// The fields of a [`ConnectionView`] that `list` prints: the rest need not be parsed.
#[derive(Deserialize)]
struct Row {
    alias: String,
    host: String,
    kind: OrgKind,
    username: String,
    status: Status,
    #[serde(default)]
    pause: Option<Pause>,
    reason: Option<Reason>,
    #[serde(default)]
    group: Option<Group>,
    #[serde(default)]
    rotation: Option<RotationAt>,
}

/// The part of a reason that `list` looks at.
#[derive(Deserialize)]
struct Reason {
    code: Code,
}

impl PartOf<ConnectionView> for Row {
    fn of(whole: ConnectionView) -> Self {
        let ConnectionView { alias, host, kind, username, status, pause, reason, group, rotation, .. } =
            whole;
        let reason = reason.map(|reason| Reason { code: reason.code });
        Self { alias, host, kind, username, status, pause, reason, group, rotation }
    }
}

impl Row {
    fn cells(&self) -> [&str; COLUMNS] {
        let state = explain::names::status(self.status, self.pause.is_some());
        let group = self.group.as_ref().map_or("", |group| group.name.as_str());
        [&self.alias, kind_badge(self.kind), group, state, &self.username, &self.host]
    }

    fn tones(&self) -> [Option<Tone>; COLUMNS] {
        let state = match self.status {
            Status::Connected if self.pause.is_none() => Tone::Good,
            Status::Connected | Status::Unreachable => Tone::Careful,
            Status::NeedsYou | Status::NotConnected => Tone::Bad,
        };
        [None, tone_of_kind(self.kind), None, Some(state), None, None]
    }
}

pub(crate) async fn list(group: Option<String>, json: bool) -> Result<u8, Failure> {
    let client = session::open().await?;
    if let (Some(group), true) = (&group, json) {
        let connections = client.call(intent::List).await?;
        let connections = connections.into_iter().filter(|one| is_in(one.group.as_ref(), group)).collect();
        output::json(&OfGroup { connections, leaving: Vec::new() })?;
        return Ok(0);
    }
    if json {
        let connections = client.pass_on(intent::List).await?;
        let leaving = client.pass_on(intent::Leaving).await?;
        // An agent of an older version keeps nothing, here and below.
        let set_aside = client.call(intent::SetAside).await.unwrap_or_default();
        output::json(&Listed { connections, leaving, set_aside })?;
        return Ok(0);
    }
    let mut rows: Vec<Row> = client.pass_on(intent::List).await?.into_part()?;
    let leaving = client.call(intent::Leaving).await?;
    let set_aside = client.call(intent::SetAside).await.unwrap_or_default();
    // An agent of an older version knows of no pause.
    let handing_out = client.call(intent::HandOut::default()).await.unwrap_or_default();
    if let Some(group) = &group {
        rows.retain(|row| is_in(row.group.as_ref(), group));
    }
    rows.sort_by_cached_key(|row| as_people_count(&row.alias));
    if let (Some(group), true) = (&group, rows.is_empty()) {
        output::hint(&format!("No connection is in a group of the name {group}. dtx group puts one there."));
    } else if rows.is_empty() {
        output::hint("No org is connected yet. Connect one with: dtx connect ADDRESS");
    } else {
        output::line(&table(&rows, Page::of_results()));
    }
    remarks(&rows);
    if handing_out.paused_since.is_some() {
        output::hint(&handing_out::said(handing_out));
    }
    for LeavingView { alias, host, since } in &leaving {
        output::hint(&format!(
            "A sign-in of {alias} ({host}) has not been in use here since {}; its tokens are still to be revoked.",
            local::moment(*since)
        ));
    }
    if let (None, [_, ..]) = (&group, &*set_aside) {
        output::hint(&can_be_brought_back(&set_aside));
    }
    Ok(0)
}

/// What was disconnected and is kept for a while: the last ones, each with the end of it.
fn can_be_brought_back(set_aside: &[SetAsideView]) -> String {
    let told = |one: &SetAsideView| format!("{} (until {})", one.alias, local::moment(one.until));
    let last: Vec<_> = set_aside.iter().take(MOST_BACK).map(told).collect();
    let more = match set_aside.len() - last.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "Disconnected, and can be brought back with dtx disconnect NAME --undo: {}{more}.",
        last.join(", ")
    )
}

/// A group by its name, in whichever letters.
fn is_in(of: Option<&Group>, group: &str) -> bool {
    of.is_some_and(|of| of.name.to_lowercase() == group.trim().to_lowercase())
}

/// What is to be said beside the list.
fn remarks(rows: &[Row]) {
    for Row { alias, pause, .. } in rows {
        if let Some(until) = pause.and_then(|pause| pause.until) {
            output::hint(&format!(
                "Salesforce has asked for a pause for {alias} until {}. Nothing has to be done.",
                local::minute_after(until)
            ));
        }
    }
    for Row { alias, rotation, .. } in rows {
        if let Some(at) = rotation {
            output::hint(&format!("{alias}: {}", super::rotating(alias, at)));
        }
    }
    let is_copied = |row: &Row| row.reason.as_ref().is_some_and(|reason| reason.code.asks_whether_moved());
    if rows.iter().any(is_copied) {
        output::hint(COPIED);
    }
    if terminal::is_read() && rows.len() > 1 {
        let needing = rows.iter().filter(|row| matches!(row.status, Status::NeedsYou | Status::NotConnected));
        let needing = match needing.count() {
            0 => String::new(),
            1 => ", 1 needs you".to_owned(),
            several => format!(", {several} need you"),
        };
        output::hint(&format!("{} connections{needing}.", rows.len()));
    }
}

/// The rows in columns: at a terminal below a heading, and within its width.
fn table(rows: &[Row], page: Page) -> String {
    const HEADING: [&str; COLUMNS] = ["NAME", "KIND", "GROUP", "STATE", "USER", "HOST"];
    let heading = page.columns().map(|_| HEADING);
    let mut widths = [0; COLUMNS];
    for cells in heading.into_iter().chain(rows.iter().map(Row::cells)) {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    if rows.iter().all(|row| row.group.is_none()) {
        widths[GROUPS] = 0;
    }
    if let Some(columns) = page.columns() {
        fit(&mut widths, columns);
    }
    let mut table = String::new();
    if let Some(cells) = heading {
        let mut heading = String::new();
        put_line(&mut heading, cells, [None; COLUMNS], widths, page);
        table.push_str(&page.heading_of_table(&heading));
    }
    for row in rows {
        if !table.is_empty() {
            table.push('\n');
        }
        put_line(&mut table, row.cells(), row.tones(), widths, page);
    }
    table
}

/// Makes the columns fit: first the host goes, which `show` tells; then the user and the name are cut.
fn fit(widths: &mut [usize; COLUMNS], columns: usize) {
    let all = |widths: &[usize; COLUMNS]| -> usize {
        let shown = widths.iter().filter(|width| **width > 0);
        shown.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
    };
    if all(widths) > columns {
        widths[5] = 0;
    }
    for column in [4, GROUPS, 0] {
        let over = all(widths).saturating_sub(columns);
        let least = NARROWEST.min(widths[column]);
        widths[column] = widths[column].saturating_sub(over).max(least);
    }
    for column in [4, GROUPS] {
        if all(widths) > columns {
            widths[column] = 0;
        }
    }
}

/// Adds the cells to the text, without spaces at the end.
fn put_line(
    text: &mut String,
    cells: [&str; COLUMNS],
    tones: [Option<Tone>; COLUMNS],
    widths: [usize; COLUMNS],
    page: Page,
) {
    let mut gap = 0;
    for ((cell, tone), width) in cells.into_iter().zip(tones).zip(widths).filter(|(_, width)| *width > 0) {
        let (cut, length) = cut(cell, width);
        if length > 0 {
            text.extend(iter::repeat_n(' ', gap));
            match tone {
                Some(tone) => text.push_str(&page.painted(tone, &cut)),
                None => text.push_str(&cut),
            }
            gap = 0;
        }
        gap += width - length + GAP;
    }
}

/// The text in this width, and its own.
fn cut(text: &str, width: usize) -> (Cow<'_, str>, usize) {
    let length = text.chars().count();
    if length <= width {
        return (text.into(), length);
    }
    (text.chars().take(width - 1).chain(['…']).collect(), width)
}

/// What sorts a name as a person expects: by letter, and by number where there is one, so that s2 comes before s11.
fn as_people_count(name: &str) -> (Vec<(usize, String)>, String) {
    (parts(name), name.to_owned())
}

/// The text in pieces: numbers, without zeros before them, by their length and digits; and everything else.
fn parts(text: &str) -> Vec<(usize, String)> {
    let mut parts: Vec<(bool, String)> = Vec::new();
    for character in text.to_lowercase().chars() {
        let is_digit = character.is_ascii_digit();
        match parts.last_mut() {
            Some((is_number, part)) if *is_number == is_digit => part.push(character),
            _ => parts.push((is_digit, character.to_string())),
        }
    }
    let ordered = |(is_number, part): (bool, String)| {
        let number = part.trim_start_matches('0');
        if is_number { (number.len(), number.to_owned()) } else { (usize::MAX, part) }
    };
    parts.into_iter().map(ordered).collect()
}

#[cfg(test)]
mod tests {
    use connect_core::contract::view::Colour;

    use super::*;

    fn row(alias: &str, kind: OrgKind, status: Status) -> Row {
        let (host, username) =
            (format!("{alias}.sandbox.my.salesforce.com"), format!("integration@{alias}.example"));
        let alias = alias.to_owned();
        Row { alias, host, kind, username, status, pause: None, reason: None, group: None, rotation: None }
    }

    fn rows() -> Vec<Row> {
        let long = "a-very-long-name-of-a-client-and-its-sandbox-number-12";
        vec![
            row("acme", OrgKind::Production, Status::Connected),
            row("acme--s2", OrgKind::Sandbox, Status::NeedsYou),
            row(long, OrgKind::Sandbox, Status::Unreachable),
        ]
    }

    #[test]
    fn names_are_in_the_order_in_which_people_count() {
        let mut names = ["s11", "b", "s2", "S1", "acme--s10x", "acme--s9", "acme", "s02", "10", "9", "s"];
        names.sort_by_cached_key(|name| as_people_count(name));
        assert_eq!(names, ["9", "10", "acme", "acme--s9", "acme--s10x", "b", "s", "S1", "s02", "s2", "s11"]);
    }

    #[test]
    fn a_table_fits_its_terminal_whatever_its_names() {
        for columns in [40, 60, 80, 96, 132, 300] {
            let table = table(&rows(), Page::terminal(columns));
            for line in table.lines() {
                assert!(line.chars().count() <= columns, "{columns}: {line:?}");
            }
            assert!(table.starts_with("NAME"), "with a heading: {table}");
            let states = ["connected", "PRODUCTION", "Sandbox"];
            assert!(states.iter().all(|word| table.contains(word)), "{columns}: {table}");
        }
        let wide = table(&rows(), Page::terminal(300));
        assert!(
            wide.contains("integration@acme.example") && wide.contains("acme.sandbox.my"),
            "all of it: {wide}"
        );
    }

    #[test]
    fn groups_have_a_column_where_there_are_any() {
        let mut rows = rows();
        assert!(!table(&rows, Page::terminal(300)).contains("GROUP"), "there is none");
        rows[0].group = Some(Group { name: "Acme, Inc.".to_owned(), colour: Colour::Violet });
        let table_of = |columns| table(&rows, Page::terminal(columns));
        assert!(table_of(300).contains("GROUP") && table_of(300).contains("Acme, Inc."), "{}", table_of(300));
        for columns in [40, 60, 80, 96] {
            assert!(
                table_of(columns).lines().all(|line| line.chars().count() <= columns),
                "{}",
                table_of(columns)
            );
        }
        assert!(
            is_in(rows[0].group.as_ref(), " acme, INC. ") && !is_in(None, "acme"),
            "in whichever letters"
        );
    }

    #[test]
    fn what_another_program_reads_is_whole_and_has_no_heading() {
        let piped = table(&rows(), Page::piped());
        assert_eq!(piped.lines().count(), 3, "a line each: {piped}");
        assert!(!piped.contains('…') && !piped.contains("NAME") && !piped.contains('\x1b'), "{piped}");
        assert!(
            rows().iter().all(|row| piped.contains(&row.host) && piped.contains(&row.username)),
            "{piped}"
        );
    }
}
