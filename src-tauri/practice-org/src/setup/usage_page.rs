//! External Client Apps OAuth Usage: apps with tokens, the users of an app, the tokens of a user; each can be revoked.

use std::fmt::Write;

use axum::response::Response;

use super::frame::{self, Frame};
use super::visit::{USAGE, Visit};
use crate::http::call::Fields;
use crate::http::clock_words::moment;
use crate::http::pages::escape;
use crate::world::grants::usage::LiveApproval;

/// GET: one of the three levels. POST: revokes, blocks, unblocks.
pub(super) fn answer(visit: &mut Visit<'_>) -> Response {
    if visit.is_post() {
        return act(visit);
    }
    let query = visit.call.query();
    let app = query.get("app").and_then(|id| visit.state.app_by_id(id));
    let user = user_named(visit, &query);
    let token = visit.form_token();
    let (title, body) = match (app, user) {
        (None, _) => ("External Client Apps OAuth Usage".to_owned(), apps(visit, &token)),
        (Some(app), None) => (format!("Users of {}", name_of(visit, app)), users(visit, app, &token)),
        (Some(app), Some(user)) => {
            (format!("Tokens of {}", username_of(visit, user)), tokens(visit, app, user, &token))
        }
    };
    let said = query.get("revoked").map(|_| "Access was revoked.".to_owned());
    Frame::new(&title, body).at(USAGE).saying(said).show(visit)
}

fn act(visit: &mut Visit<'_>) -> Response {
    if !visit.form_is_fresh() {
        return frame::stale(visit);
    }
    let form = visit.call.form();
    let Some(app) = form.get("app").and_then(|id| visit.state.app_by_id(id)) else {
        return frame::missing(visit);
    };
    let user = user_named(visit, &form);
    match form.get("action") {
        Some("revoke-app") => visit.state.revoke_app(app),
        Some("revoke-user") => visit.state.revoke_approvals(|one| one.app == app && Some(one.user) == user),
        Some("revoke-token") => {
            let number = form.get("token").and_then(|number| number.parse().ok());
            visit.state.revoke_approvals(|one| one.app == app && Some(one.approval) == number);
        }
        Some(action @ ("block" | "unblock")) => {
            if let Some(app) = visit.state.apps.get_mut(app) {
                app.blocked = action == "block";
            }
            return visit.go(USAGE);
        }
        _ => return frame::missing(visit),
    }
    visit.go(&format!("{USAGE}?revoked=1"))
}

/// The user whose id is in a form or an address.
fn user_named(visit: &Visit<'_>, fields: &Fields) -> Option<usize> {
    let id = fields.get("user")?;
    visit.state.users.iter().position(|user| user.id == id)
}

fn id_of(visit: &Visit<'_>, app: usize) -> String {
    visit.state.apps.get(app).map(|app| app.id.clone()).unwrap_or_default()
}

fn name_of(visit: &Visit<'_>, app: usize) -> String {
    visit.state.apps.get(app).map(|app| app.basics.name.clone()).unwrap_or_default()
}

fn username_of(visit: &Visit<'_>, user: usize) -> String {
    visit.state.users.get(user).map(|user| user.username.clone()).unwrap_or_default()
}

/// A button with a form of its own.
fn press(token: &str, label: &str, spoken: &str, fields: &[(&str, &str)]) -> String {
    let hidden = fields.iter().fold(String::new(), |mut html, (name, value)| {
        let _ = write!(html, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
        html
    });
    format!(
        "<form method=\"post\" action=\"{USAGE}\">{token}{hidden}<button class=\"plain\" aria-label=\"{}\">{label}</button></form>",
        escape(spoken)
    )
}

fn table(label: &str, heads: &[&str], rows: &str) -> String {
    let heads = heads.iter().fold(String::new(), |html, head| format!("{html}<th scope=\"col\">{head}</th>"));
    let rows = if rows.is_empty() { "<tr><td colspan=\"6\">No items to display.</td></tr>" } else { rows };
    format!(
        "<div class=\"card\"><div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\"><table><thead><tr>{heads}</tr></thead>\n\
         <tbody>{rows}</tbody></table></div></div>"
    )
}

fn apps(visit: &Visit<'_>, token: &str) -> String {
    let live = visit.state.live_approvals();
    let mut rows = String::new();
    for (index, app) in visit.state.listed_apps() {
        let own: Vec<&LiveApproval> = live.iter().filter(|one| one.app == index).collect();
        if own.is_empty() && !app.blocked {
            continue;
        }
        let mut users: Vec<usize> = own.iter().map(|one| one.user).collect();
        users.sort_unstable();
        users.dedup();
        let (name, id) = (escape(&app.basics.name), app.id.as_str());
        let (action, label) = if app.blocked { ("unblock", "Unblock") } else { ("block", "Block") };
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{name}</th><td><a href=\"{USAGE}?app={id}\" aria-label=\"{users} of {name}\">{users}</a></td>\
             <td>{tokens}</td><td class=\"presses\">{block}{revoke}</td></tr>",
            users = users.len(),
            tokens = own.len(),
            block = press(
                token,
                label,
                &format!("{label} {}", app.basics.name),
                &[("action", action), ("app", id)]
            ),
            revoke = press(
                token,
                "Revoke All",
                &format!("Revoke all tokens of {}", app.basics.name),
                &[("action", "revoke-app"), ("app", id)]
            ),
        );
    }
    table("External Client Apps", &["External Client App", "User Count", "Token Count", "Actions"], &rows)
}

fn users(visit: &Visit<'_>, app: usize, token: &str) -> String {
    let live = visit.state.live_approvals();
    let id = id_of(visit, app);
    let mut rows = String::new();
    for (index, user) in visit.state.users.iter().enumerate() {
        let own: Vec<&LiveApproval> = live.iter().filter(|one| one.app == app && one.user == index).collect();
        let Some(last) = own.iter().map(|one| one.last_used_at).max() else { continue };
        let username = escape(&user.username);
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\"><a href=\"{USAGE}?app={id}&amp;user={user_id}\">{username}</a></th><td>{count}</td><td>{last}</td>\
             <td class=\"presses\">{revoke}</td></tr>",
            user_id = user.id,
            count = own.len(),
            last = moment(last),
            revoke = press(
                token,
                "Revoke",
                &format!("Revoke all tokens of {}", user.username),
                &[("action", "revoke-user"), ("app", &id), ("user", &user.id)]
            ),
        );
    }
    format!("{}{}", crumb(), table("Users", &["User", "Token Count", "Last Used", "Actions"], &rows))
}

fn tokens(visit: &Visit<'_>, app: usize, user: usize, token: &str) -> String {
    let id = id_of(visit, app);
    let mut rows = String::new();
    for one in visit.state.live_approvals().iter().filter(|one| one.app == app && one.user == user) {
        let number = one.approval.to_string();
        let created = moment(one.approved_at);
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{created}</th><td>{last}</td><td>{scope}</td><td class=\"presses\">{revoke}</td></tr>",
            last = moment(one.last_used_at),
            scope = escape(&one.scope),
            revoke = press(
                token,
                "Revoke",
                &format!("Revoke the token created {created}"),
                &[("action", "revoke-token"), ("app", &id), ("token", &number)]
            ),
        );
    }
    format!("{}{}", crumb(), table("Tokens", &["Created", "Last Used", "OAuth Scopes", "Actions"], &rows))
}

fn crumb() -> String {
    format!("<p class=\"crumb\"><a href=\"{USAGE}\">External Client Apps OAuth Usage</a></p>\n")
}
