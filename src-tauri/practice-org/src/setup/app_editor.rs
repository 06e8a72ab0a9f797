//! The form of an External Client App, new or existing.

use axum::http::StatusCode;
use axum::response::Response;

use super::app_draft::Draft;
use super::fields::{Errors, Text, locked_tick, section, select, summary, tick};
use super::frame::{self, Frame};
use super::scope_picker;
use super::visit::{NEW, Visit, app_path};
use crate::http::paths::{APP_LIST, APPS};
use crate::world::apps::settings::{Distribution, OauthSettings, Tick};
use crate::world::switches::NewApps;

const LABELS: [(&str, &str); 7] = [
    ("label", "External Client App Name"),
    ("apiName", "API Name"),
    ("contactEmail", "Contact Email"),
    ("infoUrl", "Info URL"),
    ("logoUrl", "Logo Image URL"),
    ("iconUrl", "Icon URL"),
    ("callbackUrl", "Callback URL"),
];

/// The field with which the lock of PKCE is confirmed.
const LOCK: &str = "lock";
/// The question before an app that requires PKCE is created.
// ASSUMES: lock-dialog
const CONFIRM_AND_LOCK: &str = "<div class=\"notice\" role=\"alertdialog\" id=\"lock\" aria-labelledby=\"lock-title\" aria-describedby=\"lock-words\">\
     <h2 id=\"lock-title\">Confirm and Lock Security Controls</h2>\
     <p id=\"lock-words\">This app requires PKCE, and that is locked: its box cannot be unticked later.</p>\
     <button class=\"brand\" id=\"confirm-lock\" name=\"lock\" value=\"1\" autofocus>Confirm</button></div>\n";

/// New External Client App.
pub(super) fn create(visit: &mut Visit<'_>) -> Response {
    let form = Form {
        title: "New External Client App",
        action: NEW.to_owned(),
        back: APP_LIST.to_owned(),
        save: "Create",
    };
    match form.taken(visit, None) {
        Taken::Shown(response) => response,
        Taken::Good(draft) => {
            let app = visit.state.create_app(draft.basics, draft.oauth, visit.user);
            let id = visit.state.apps.get(app).map(|app| app.id.clone()).unwrap_or_default();
            visit.go(&format!("{}?created=1", app_path(&id)))
        }
    }
}

/// The settings of an app.
pub(super) fn edit(visit: &mut Visit<'_>, app: usize) -> Response {
    let Some(id) = visit.state.apps.get(app).map(|app| app.id.clone()) else { return frame::missing(visit) };
    let form = Form {
        title: "Edit External Client App",
        action: format!("{APPS}/{id}/edit"),
        back: app_path(&id),
        save: "Save",
    };
    match form.taken(visit, Some(app)) {
        Taken::Shown(response) => response,
        Taken::Good(draft) => {
            visit.state.save_app(app, draft.basics, draft.oauth, visit.user);
            visit.go(&format!("{}?tab=settings&saved=1", app_path(&id)))
        }
    }
}

enum Taken {
    /// The form has to be shown, for the first time or again.
    Shown(Response),
    /// The form was sent without errors.
    Good(Box<Draft>),
}

/// The top of a form, and the status it is sent with.
struct Asked {
    first: String,
    status: StatusCode,
}

/// One of the two forms.
struct Form {
    title: &'static str,
    action: String,
    back: String,
    save: &'static str,
}

impl Form {
    fn taken(&self, visit: &mut Visit<'_>, app: Option<usize>) -> Taken {
        let new_apps = visit.state.switches.new_apps;
        if !visit.is_post() {
            let app = app.and_then(|app| visit.state.apps.get(app));
            let draft = app.map_or_else(|| Draft::blank(new_apps), Draft::of);
            return Taken::Shown(self.show(visit, &draft, &Errors::new()));
        }
        if !visit.form_is_fresh() {
            return Taken::Shown(frame::stale(visit));
        }
        let fields = visit.call.form();
        let mut draft = Draft::read(&fields, new_apps);
        if let Some(direction) = fields.get(scope_picker::MOVE) {
            draft.oauth.scopes = scope_picker::moved(&draft.oauth.scopes, direction, |list| fields.all(list));
            return Taken::Shown(self.show(visit, &draft, &Errors::new()));
        }
        let errors = draft.errors(visit.state, app);
        if !errors.is_empty() {
            return Taken::Shown(self.show(visit, &draft, &errors));
        }
        let locks = app.is_none() && draft.oauth.enabled && new_apps.locks_pkce();
        if locks && fields.get(LOCK).is_none() {
            let ask = Asked { first: CONFIRM_AND_LOCK.to_owned(), status: StatusCode::OK };
            return Taken::Shown(self.show_asking(visit, &draft, &errors, ask));
        }
        Taken::Good(Box::new(draft))
    }

    fn show(&self, visit: &mut Visit<'_>, draft: &Draft, errors: &Errors) -> Response {
        // Enter presses the first button, so Save comes before the arrows of the scopes.
        let first = format!(
            "<button class=\"default\" tabindex=\"-1\" aria-hidden=\"true\">{}</button>\n",
            self.save
        );
        let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        self.show_asking(visit, draft, errors, Asked { first, status })
    }

    fn show_asking(&self, visit: &mut Visit<'_>, draft: &Draft, errors: &Errors, asked: Asked) -> Response {
        let Asked { first, status } = asked;
        let new_apps = visit.state.switches.new_apps;
        let body = format!(
            "{summary}<form class=\"editor\" id=\"app-form\" method=\"post\" action=\"{action}\" novalidate>\n{token}\
             <input type=\"hidden\" name=\"derive\" value=\"1\">{first}\
             <div class=\"card\">{basics}{api}</div>\n\
             <div class=\"foot\"><a class=\"button\" href=\"{back}\">Cancel</a>\
             <button class=\"brand\" id=\"save\">{save}</button></div>\n</form>",
            summary = summary(errors, &LABELS),
            action = self.action,
            token = visit.form_token(),
            basics = section("basic-information", "Basic Information", true, &basics(draft, errors)),
            api = section(
                "api",
                "API (Enable OAuth Settings)",
                draft.oauth.enabled,
                &api(&draft.oauth, &draft.callback_text, errors, new_apps)
            ),
            back = self.back,
            save = self.save,
        );
        Frame::new(self.title, body).with_status(status).show(visit)
    }
}

fn basics(draft: &Draft, errors: &Errors) -> String {
    let basics = &draft.basics;
    let states = Distribution::ALL.map(|one| (one.label(), one.label()));
    let fields = [
        Text::new("label", "External Client App Name", &basics.name)
            .required()
            .with("autocomplete=\"off\"")
            .html(errors),
        Text::new("apiName", "API Name", &basics.api_name)
            .required()
            .with("autocomplete=\"off\" spellcheck=\"false\"")
            .html(errors),
        Text::new("contactEmail", "Contact Email", &basics.contact_email)
            .required()
            .with("type=\"email\" autocomplete=\"off\"")
            .html(errors),
        select("distributionState", "Distribution State", &states, basics.distribution.label(), true),
        Text::new("contactPhone", "Contact Phone", &basics.contact_phone)
            .with("type=\"tel\" autocomplete=\"off\"")
            .html(errors),
        Text::new("infoUrl", "Info URL", &basics.info_url).with("type=\"url\"").html(errors),
        Text::new("logoUrl", "Logo Image URL", &basics.logo_url).with("type=\"url\"").html(errors),
        Text::new("iconUrl", "Icon URL", &basics.icon_url).with("type=\"url\"").html(errors),
        Text::new("description", "Description", &basics.description).lines(3).html(errors),
    ];
    format!(
        "<p class=\"legend\"><abbr aria-hidden=\"true\" title=\"required\">*</abbr> = Required Information</p>\
             <div class=\"two\">{}</div>",
        fields.concat()
    )
}

fn api(oauth: &OauthSettings, callback_text: &str, errors: &Errors, new_apps: NewApps) -> String {
    let box_of = |one: &Tick| {
        if *one == Tick::Pkce && new_apps.locks_pkce() {
            locked_tick(one.field(), one.label())
        } else {
            tick(one.field(), one.label(), oauth.has(*one))
        }
    };
    let ticks = |all: &[Tick]| all.iter().map(box_of).collect::<String>();
    let callback = Text::new("callbackUrl", "Callback URL", callback_text)
        .required()
        .lines(6)
        .help("Enter one URL per line. The URLs together can have up to 2000 characters.")
        .html(errors);
    format!(
        "{enable}<div class=\"oauth\">{app}{flows}{security}</div>",
        enable = tick("isOauthEnabled", "Enable OAuth", oauth.enabled),
        app = group(
            "App Settings",
            &format!("{callback}{}{}", scope_picker::html(&oauth.scopes), ticks(&Tick::APP_SETTINGS))
        ),
        flows = group("Flow Enablement", &ticks(&Tick::FLOWS)),
        security = group("Security", &ticks(&Tick::SECURITY)),
    )
}

fn group(title: &str, body: &str) -> String {
    format!("<section class=\"group\"><h3>{title}</h3>\n<div class=\"inside\">{body}</div></section>\n")
}
