//! OAuth Scopes: two lists, with arrows between them. Without scripts an arrow sends the form and gets it back.

use std::fmt::Write;

use crate::world::apps::scopes::{SCOPES, in_order};

/// The field an arrow sends.
pub(super) const MOVE: &str = "moveScopes";

/// Both lists.
pub(super) fn html(selected: &[String]) -> String {
    let is_selected = |name: &str| selected.iter().any(|one| one == name);
    let hidden = selected.iter().fold(String::new(), |mut html, name| {
        let _ = write!(html, "<input type=\"hidden\" name=\"scope\" value=\"{name}\">");
        html
    });
    format!(
        "<fieldset class=\"scopes\" id=\"scopes\"><legend>OAuth Scopes</legend>\n<div class=\"lists\">\
         <div class=\"list\"><label for=\"available\">Available OAuth Scopes</label>{available}</div>\n\
         <div class=\"arrows\"><button name=\"{MOVE}\" value=\"add\" aria-label=\"Move to Selected OAuth Scopes\">\
         <span aria-hidden=\"true\">▶</span></button><button name=\"{MOVE}\" value=\"remove\" \
         aria-label=\"Move to Available OAuth Scopes\"><span aria-hidden=\"true\">◀</span></button></div>\n\
         <div class=\"list\"><label for=\"selected\">Selected OAuth Scopes</label>{chosen}</div></div>\
         <div id=\"scope-values\">{hidden}</div><p class=\"assistive\" role=\"status\" id=\"scope-said\"></p></fieldset>\n",
        available = list("available", |name| !is_selected(name)),
        chosen = list("selected", is_selected),
    )
}

/// The scopes after an arrow was pressed; `marked` gives the marked entries of a list.
pub(super) fn moved<'a, M: Iterator<Item = &'a str>>(
    selected: &[String],
    direction: &str,
    marked: impl Fn(&'static str) -> M,
) -> Vec<String> {
    let (added, removed): (Vec<&str>, Vec<&str>) = match direction {
        "add" => (marked("available").collect(), Vec::new()),
        _ => (Vec::new(), marked("selected").collect()),
    };
    let stays = |name: &str| selected.iter().any(|one| one == name) && !removed.contains(&name);
    in_order(|name| stays(name) || added.contains(&name))
}

fn list(id: &str, shows: impl Fn(&str) -> bool) -> String {
    let options =
        SCOPES.iter().filter(|(name, _)| shows(name)).fold(String::new(), |mut html, (name, label)| {
            let _ = write!(html, "<option value=\"{name}\">{label}</option>");
            html
        });
    format!("<select multiple id=\"{id}\" name=\"{id}\" size=\"6\">{options}</select>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_move_what_is_marked_and_keep_the_order_of_the_list() {
        let selected = ["refresh_token".to_owned()];
        let marked = |list: &'static str| {
            if list == "available" { vec!["api"] } else { vec!["refresh_token"] }.into_iter()
        };
        assert_eq!(moved(&selected, "add", marked), ["api", "refresh_token"], "to the right");
        assert_eq!(moved(&selected, "remove", marked), Vec::<String>::new(), "to the left");
    }

    #[test]
    fn every_scope_is_in_exactly_one_list() {
        let html = html(&["api".to_owned()]);
        for (name, _) in SCOPES {
            assert_eq!(html.matches(&format!("<option value=\"{name}\"")).count(), 1, "{name}");
        }
        assert!(html.contains("name=\"scope\" value=\"api\""), "the selected one is sent");
    }
}
