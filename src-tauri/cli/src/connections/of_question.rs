//! Which connections a question is about that may cost each of them its sign-in.

use connect_agent::Client;
use connect_core::contract::{
    intent,
    view::{ConnectionView, OrgKind},
};

use super::card;
use crate::{output, text::Page};

/// Up to so many have a line each, with host and user.
const MOST_LINES: usize = 3;
/// So many of a kind are named; the others are counted.
const MOST_NAMES: usize = 60;

/// Tells which connections these are. Where they cannot be read, the question stands without them.
pub(crate) async fn tell_all(client: &Client) {
    let all = client.call(intent::List).await.unwrap_or_default();
    let named: Vec<Named> = all.iter().map(Named::of).collect();
    for line in lines(&named, Page::stderr()) {
        output::hint(&line);
    }
}

struct Named {
    alias: String,
    kind: OrgKind,
    card: String,
}

impl Named {
    fn of(connection: &ConnectionView) -> Self {
        let ConnectionView { alias, kind, host, username, .. } = connection;
        Self { alias: alias.clone(), kind: *kind, card: card(*kind, host, username) }
    }
}

/// A line each for a few; for many their names, those of production first and apart.
fn lines(all: &[Named], page: Page) -> Vec<String> {
    if all.len() <= MOST_LINES {
        return all.iter().map(|Named { alias, card, .. }| format!("{alias}  {card}")).collect();
    }
    let (production, others): (Vec<&Named>, Vec<&Named>) =
        all.iter().partition(|one| one.kind == OrgKind::Production);
    let both = [("PRODUCTION: ", production), ("Others: ", others)];
    both.into_iter()
        .filter(|(_, named)| !named.is_empty())
        .map(|(mark, named)| page.wrapped(mark, &names(&named)))
        .collect()
}

fn names(named: &[&Named]) -> String {
    let shown: Vec<&str> = named.iter().take(MOST_NAMES).map(|one| one.alias.as_str()).collect();
    match named.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(count: usize) -> Vec<Named> {
        let kind = |at: usize| if at.is_multiple_of(3) { OrgKind::Production } else { OrgKind::Sandbox };
        let named = |at| Named { alias: format!("org-{at}"), kind: kind(at), card: format!("card {at}") };
        (0..count).map(named).collect()
    }

    #[test]
    fn a_few_are_told_with_org_and_user_and_many_by_name_with_production_first() {
        let page = Page::plain(80);
        assert_eq!(lines(&[], page), Vec::<String>::new(), "nothing is made up");
        assert_eq!(lines(&many(2), page), ["org-0  card 0", "org-1  card 1"]);
        assert_eq!(lines(&many(5), page), ["PRODUCTION: org-0, org-3", "Others: org-1, org-2, org-4"]);
        let all = lines(&many(200), page);
        assert!(all[0].starts_with("PRODUCTION: org-0, org-3,") && all[0].ends_with("and 7 more"), "{all:?}");
        assert!(all.iter().flat_map(|part| part.lines()).all(|line| line.chars().count() <= 80), "{all:?}");
    }
}
