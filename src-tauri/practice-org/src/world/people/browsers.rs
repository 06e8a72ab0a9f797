//! The browsers that visited the org's pages: their logged-in users, and the forms they were given.

/// How many browsers, and forms in each, are remembered.
const KEPT: usize = 256;

/// The sessions of all browsers. A session is named by the value of an `HttpOnly` cookie.
#[derive(Default)]
pub(crate) struct Browsers {
    known: Vec<Browser>,
}

struct Browser {
    session: String,
    /// The index of the user.
    user: Option<usize>,
    /// One-time tokens of the forms that were shown and not yet sent.
    forms: Vec<String>,
}

impl Browsers {
    /// Opens a session, with a logged-in user or `None`.
    pub(crate) fn open(&mut self, session: String, user: Option<usize>) {
        if self.known.len() >= KEPT {
            self.known.remove(0);
        }
        self.known.push(Browser { session, user, forms: Vec::new() });
    }

    pub(crate) fn knows(&self, session: &str) -> bool {
        self.known.iter().any(|browser| browser.session == session)
    }

    pub(crate) fn user(&self, session: &str) -> Option<usize> {
        self.known.iter().find(|browser| browser.session == session)?.user
    }

    pub(crate) fn close(&mut self, session: &str) {
        self.known.retain(|browser| browser.session != session);
    }

    /// Remembers the token of a form about to be shown to this browser.
    pub(crate) fn show_form(&mut self, session: &str, token: String) {
        if let Some(browser) = self.known.iter_mut().find(|browser| browser.session == session) {
            if browser.forms.len() >= KEPT {
                browser.forms.remove(0);
            }
            browser.forms.push(token);
        }
    }

    /// Whether this browser was shown the form with this token; true only once.
    pub(crate) fn take_form(&mut self, session: &str, token: &str) -> bool {
        let Some(browser) = self.known.iter_mut().find(|browser| browser.session == session) else {
            return false;
        };
        let before = browser.forms.len();
        browser.forms.retain(|shown| shown != token);
        browser.forms.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_can_be_sent_once_and_only_by_the_browser_it_was_shown_to() {
        let mut browsers = Browsers::default();
        browsers.open("one".to_owned(), None);
        browsers.open("two".to_owned(), None);
        browsers.show_form("one", "token".to_owned());
        assert!(!browsers.take_form("two", "token"), "another browser's form");
        assert!(browsers.take_form("one", "token"), "its own form");
        assert!(!browsers.take_form("one", "token"), "a second time");
    }
}
