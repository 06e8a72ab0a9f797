//! The frame of every Setup page: the header with its gear menu, Quick Find, the navigation, and the PRACTICE mark.

use std::fmt::Write;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::visit::{APP_MANAGER, SETUP_HOME, USAGE, Visit};
use crate::http::pages::{self, MARK, escape};
use crate::http::paths::{self, APP_LIST, HOME};

/// The content policy: scripts, styles and forms of the org itself.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; \
                      frame-ancestors 'none'; form-action 'self'";

/// A branch of the navigation: its label, and its pages by label and path.
type Branch = (&'static str, &'static [(&'static str, &'static str)]);

const TREE: [Branch; 2] = [
    (
        "External Client Apps",
        &[("External Client App Manager", APP_LIST), ("External Client Apps OAuth Usage", USAGE)],
    ),
    ("App Manager", &[("App Manager", APP_MANAGER)]),
];

const GEAR: &str = "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M19.4 13a7.6 7.6 0 0 0 0-2l2-1.5-2-3.5-2.4 1a7.6 \
                    7.6 0 0 0-1.7-1L15 3.5h-4l-.4 2.5a7.6 7.6 0 0 0-1.7 1l-2.4-1-2 3.5 2 1.5a7.6 7.6 0 0 0 0 2l-2 1.5 2 3.5 \
                    2.4-1a7.6 7.6 0 0 0 1.7 1l.4 2.5h4l.4-2.5a7.6 7.6 0 0 0 1.7-1l2.4 1 2-3.5zM13 15.5a3.5 3.5 0 1 1 0-7 3.5 \
                    3.5 0 0 1 0 7z\"/></svg>";
const PERSON: &str = "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M12 12a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zm0 \
                      2c-4.4 0-8 2.4-8 5.4V21h16v-1.6c0-3-3.6-5.4-8-5.4z\"/></svg>";
const WAFFLE: &str = "<svg class=\"waffle\" viewBox=\"0 0 20 20\" aria-hidden=\"true\"><path d=\"M2 2h4v4H2zm6 0h4v4H8zm6 \
                      0h4v4h-4zM2 8h4v4H2zm6 0h4v4H8zm6 0h4v4h-4zM2 14h4v4H2zm6 0h4v4H8zm6 0h4v4h-4z\"/></svg>";
const TILE: &str = "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M4 4h7v7H4zm9 0h7v7h-7zM4 13h7v7H4zm12.5 \
                    0v3.500h3.500v1.500H16.500V21.500H15V18h-3.500v-1.500H15V13z\"/></svg>";

/// A page of Setup without its frame.
pub(super) struct Frame {
    title: String,
    body: String,
    /// Buttons beside the title.
    actions: String,
    status: StatusCode,
    in_setup: bool,
    /// The path the navigation marks as the current one.
    current: &'static str,
    success: Option<String>,
}

impl Frame {
    /// `body` is HTML; every value in it must have gone through [`escape`]. The title is text.
    pub(super) fn new(title: &str, body: String) -> Self {
        Self {
            title: title.to_owned(),
            body,
            actions: String::new(),
            status: StatusCode::OK,
            in_setup: true,
            current: APP_LIST,
            success: None,
        }
    }

    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Adds HTML beside the title.
    pub(super) fn with_actions(self, actions: String) -> Self {
        Self { actions, ..self }
    }

    /// Adds a message of success, as text.
    pub(super) fn saying(self, success: Option<String>) -> Self {
        Self { success, ..self }
    }

    pub(super) fn at(self, current: &'static str) -> Self {
        Self { current, ..self }
    }

    /// Removes Quick Find and navigation.
    pub(super) fn outside_setup(self) -> Self {
        Self { in_setup: false, ..self }
    }

    pub(super) fn show(self, visit: &Visit<'_>) -> Response {
        let html = self.html(visit);
        let mut response = (self.status, Html(html)).into_response();
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        response
    }

    fn html(&self, visit: &Visit<'_>) -> String {
        let title = escape(&self.title);
        let said = self.success.as_ref().map_or_else(String::new, |words| {
            format!(
                "<p class=\"toast\" role=\"status\"><span aria-hidden=\"true\">✓</span> {}</p>",
                escape(words)
            )
        });
        let (side, eyebrow) = if self.in_setup {
            (navigation(visit, self.current), "<p class=\"eyebrow\">Setup</p>")
        } else {
            (String::new(), "")
        };
        format!(
            "{head}<link rel=\"stylesheet\" href=\"/setup.css\">\n<script src=\"/setup.js\" defer></script>\n</head>\n\
             <body class=\"lightning\">\n<a class=\"skip\" href=\"#content\">Skip to main content</a>\n{header}\n\
             <div class=\"columns\">\n{side}\n<main id=\"content\" tabindex=\"-1\">\n{said}\
             <div class=\"title\"><span class=\"tile\">{TILE}</span><div class=\"words\">{eyebrow}<h1>{title}</h1></div>\
             <div class=\"actions\">{actions}</div></div>\n{body}\n</main>\n</div>\n</body>\n</html>\n",
            head = pages::head(&title),
            header = header_bar(visit, self.in_setup),
            actions = self.actions,
            body = self.body,
        )
    }
}

/// The answer to an unknown address.
pub(super) fn missing(visit: &Visit<'_>) -> Response {
    let body = "<div class=\"card pad\"><p>This practice org has no page at this address.</p></div>";
    Frame::new("URL No Longer Exists", body.to_owned()).with_status(StatusCode::NOT_FOUND).show(visit)
}

/// The answer to a form that was sent twice, or was open too long: a link back to its page.
pub(super) fn stale(visit: &Visit<'_>) -> Response {
    visit.go(visit.call.path())
}

fn header_bar(visit: &Visit<'_>, in_setup: bool) -> String {
    let user = visit.state.users.get(visit.user);
    let (name, username) = user.map(|user| (user.full_name(), escape(&user.username))).unwrap_or_default();
    let place = if in_setup { "Setup" } else { "Practice Org" };
    format!(
        "<header class=\"top\">\n<p class=\"mark\">{MARK} \
         <a href=\"{inbox}\" target=\"_blank\" rel=\"noopener\">Practice inbox</a></p>\n\
         <div class=\"global\"><span class=\"orgname\">{org}</span><div class=\"menus\">\n\
         <details class=\"menu\" id=\"gear\"><summary aria-label=\"Setup menu\">{GEAR}</summary>\n\
         <ul><li><a href=\"{SETUP_HOME}\" id=\"setup-link\">Setup</a></li></ul></details>\n\
         <details class=\"menu\" id=\"profile\"><summary aria-label=\"View profile\">{PERSON}</summary>\n\
         <ul><li class=\"who\"><strong>{name}</strong><br>{username}</li><li><a href=\"/secur/logout.jsp\">Log Out</a></li></ul>\
         </details>\n</div></div>\n\
         <div class=\"context\">{WAFFLE}<span class=\"place\">{place}</span><nav aria-label=\"Tabs\"><a href=\"{home}\" \
         {current}>Home</a></nav></div>\n</header>",
        inbox = paths::INBOX,
        org = escape(visit.state.org.name),
        name = escape(&name),
        home = if in_setup { SETUP_HOME } else { HOME },
        current = if in_setup && visit.call.path() != SETUP_HOME { "" } else { "aria-current=\"page\"" },
    )
}

fn navigation(visit: &Visit<'_>, current: &str) -> String {
    let query = visit.call.query();
    let sought = query.get("quickFind").unwrap_or_default().to_owned();
    format!(
        "<nav class=\"side\" aria-label=\"Setup\">\n<form role=\"search\" method=\"get\" action=\"{SETUP_HOME}\">\
         <label class=\"assistive\" for=\"quick-find\">Quick Find</label>\
         <input type=\"search\" id=\"quick-find\" name=\"quickFind\" placeholder=\"Quick Find\" value=\"{value}\" \
         autocomplete=\"off\"></form>\n\
         <a class=\"node home\" href=\"{SETUP_HOME}\"{home}>Setup Home</a>\n<ul id=\"tree\">{tree}</ul>\n\
         <p id=\"nothing-found\" role=\"status\">{nothing}</p>\n</nav>",
        value = escape(&sought),
        home = if current == SETUP_HOME { " aria-current=\"page\"" } else { "" },
        tree = tree(&sought, current),
        nothing = if tree(&sought, current).is_empty() { NOTHING_FOUND } else { "" },
    )
}

/// Setup's sentence, without its last words about the administrator.
const NOTHING_FOUND: &str = "Didn't find what you're looking for? Try another word.";

/// The branches with entries that match the search; without a search, all of them.
fn tree(sought: &str, current: &str) -> String {
    let sought = sought.trim().to_lowercase();
    let mut html = String::new();
    for (branch, pages) in TREE {
        let matches = |label: &str| label.to_lowercase().contains(&sought);
        let mut leaves = String::new();
        for (label, path) in pages.iter().filter(|(label, _)| matches(branch) || matches(label)) {
            let mark = if *path == current { " aria-current=\"page\"" } else { "" };
            let _ = write!(leaves, "<li><a class=\"node\" href=\"{path}\"{mark}>{label}</a></li>");
        }
        if leaves.is_empty() {
            continue;
        }
        if pages.len() == 1 {
            html.push_str(&leaves);
        } else {
            let _ = write!(html, "<li class=\"branch\"><span>{branch}</span><ul>{leaves}</ul></li>");
        }
    }
    if html.is_empty() {
        html
    } else {
        format!(
            "<li class=\"branch top\"><span>Platform Tools</span><ul><li class=\"branch\"><span>Apps</span><ul>{html}</ul></li></ul></li>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_find_keeps_what_matches_and_the_branch_it_stands_in() {
        let all = tree("", APP_LIST);
        assert!(all.contains("App Manager") && all.contains("OAuth Usage"), "everything: {all}");
        let found = tree("external client APPS", APP_LIST);
        assert!(found.contains("External Client App Manager"), "by the name of its branch: {found}");
        assert!(!found.contains(">App Manager<"), "nothing else: {found}");
        assert!(tree("app manager", "").contains(">App Manager<"), "by its own name");
        assert_eq!(tree("no such page", APP_LIST), "", "nothing");
        assert!(
            found.contains(&format!("href=\"{APP_LIST}\" aria-current=\"page\"")),
            "the current page is marked"
        );
    }
}
