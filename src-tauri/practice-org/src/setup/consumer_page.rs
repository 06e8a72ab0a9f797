//! Consumer Details: an app's key and secret, once the admin has verified their identity, and their rotation.

use axum::response::Response;

use super::frame::{self, Frame};
use super::visit::{Visit, app_path};
use crate::http::clock_words::moment;
use crate::http::pages::escape;
use crate::http::paths::{self, APP_LIST};
use crate::world::apps::consumer::{Consumer, Dated, Pair};
use crate::world::people::checks::Purpose;

/// GET: shows them, or asks for the code first. POST: stages, rotates, deletes.
pub(super) fn answer(visit: &mut Visit<'_>, number: usize) -> Response {
    let Some((id, has_key)) =
        visit.state.apps.get(number).map(|app| (app.id.clone(), app.consumer.is_some()))
    else {
        return frame::missing(visit);
    };
    if !has_key {
        return visit.go(&format!("{}?tab=settings", app_path(&id)));
    }
    let Some(until) = visit.state.revealed_until(&visit.session, number) else {
        let purpose = Purpose::Consumer { user: visit.user, app: number };
        let session = visit.session.clone();
        let id = visit.state.begin_verification(&session, purpose);
        return visit.go(&paths::verification(&id));
    };
    if visit.is_post() {
        if visit.form_is_fresh() {
            let action = visit.call.form().owned("action").unwrap_or_default();
            act(visit, number, &action);
        }
        return visit.go(&paths::consumer(&id));
    }
    show(visit, number, until)
}

fn act(visit: &mut Visit<'_>, number: usize, action: &str) {
    match action {
        "stage" => visit.state.stage_pair(number),
        "rotate" => visit.state.rotate_pair(number),
        "delete-staged" => visit.state.delete_staged_pair(number),
        "delete-rotated" => visit.state.delete_former_pair(number),
        _ => {}
    }
}

fn show(visit: &mut Visit<'_>, number: usize, until: u64) -> Response {
    let now = visit.state.clock.now();
    let token = visit.form_token();
    let Some(app) = visit.state.apps.get(number) else { return frame::missing(visit) };
    let Some(consumer) = &app.consumer else { return frame::missing(visit) };
    let body = format!(
        "<p class=\"crumb\"><a href=\"{APP_LIST}\">External Client App Manager</a> <span aria-hidden=\"true\">›</span> \
         <a href=\"{app_path}?tab=settings\">{name}</a></p>\n\
         <p class=\"notice\" role=\"note\">You can see these values until {until}. Afterwards Setup asks for another verification \
         code. Treat the Consumer Secret like a password.</p>\n\
         <div class=\"card pad\"><h2>Consumer Details</h2>{pair}</div>\n{rotation}",
        app_path = app_path(&app.id),
        name = escape(&app.basics.name),
        until = moment(until),
        pair = pair("consumer", "", &consumer.pair),
        rotation = rotation(consumer, &paths::consumer(&app.id), &token, now),
    );
    Frame::new("Consumer Key and Secret", body).show(visit)
}

fn pair(id: &str, before: &str, pair: &Pair) -> String {
    format!(
        "{}{}",
        value(&format!("{id}-key"), before, "Consumer Key", &pair.key),
        value(&format!("{id}-secret"), before, "Consumer Secret", &pair.secret)
    )
}

fn value(id: &str, before: &str, label: &str, value: &str) -> String {
    format!(
        "<div class=\"secret\"><label for=\"{id}\">{before}{label}</label><input id=\"{id}\" value=\"{}\" readonly \
         spellcheck=\"false\" autocomplete=\"off\"><button type=\"button\" class=\"copy\" data-copies=\"{id}\" \
         aria-label=\"Copy {before}{label}\" hidden>Copy</button></div>\n",
        escape(value)
    )
}

/// The rotation of both values: a staged pair is kept ready, put in force, and the former one works on for a time.
fn rotation(consumer: &Consumer, action: &str, token: &str, now: u64) -> String {
    let button = |name: &str, label: &str, class: &str| {
        format!("<button class=\"{class}\" id=\"{name}\" name=\"action\" value=\"{name}\">{label}</button>")
    };
    let ends = |dated: &Dated| moment(dated.ends());
    let staged = match consumer.staged(now) {
        Some(staged) => format!(
            "<p>A new key and a new secret are staged. They do not work yet, and are kept until {}.</p>{}<p>{}{}</p>",
            ends(staged),
            pair("staged", "Staged ", &staged.pair),
            button("rotate", "Rotate", "brand"),
            button("delete-staged", "Delete Staged", "plain"),
        ),
        None => format!(
            "<p>Rotation renews the Consumer Key and the Consumer Secret together. Stage new ones first.</p><p>{}</p>",
            button("stage", "Stage New Key and Secret", "plain")
        ),
    };
    let rotated = consumer.rotated(now).map_or_else(String::new, |rotated| {
        format!(
            "<p>The former key and secret keep working until {}, beside the new ones.</p><p>{}</p>",
            ends(rotated),
            button("delete-rotated", "Delete Former Key and Secret", "plain")
        )
    });
    format!(
        "<form class=\"card pad\" method=\"post\" action=\"{action}\"><h2>Rotate Consumer Key and Secret</h2>{token}{staged}{rotated}</form>"
    )
}
