//! Reads the authorize endpoint's answer from a page or an address: an error, or the way to the Allow button.

use url::Url;

use crate::org::{oauth::wire::ErrorBody, salesforce};

/// How much of a page is read, in bytes: an error page is small, and a sign-in page has its redirect near the top.
const LOOKED_AT: usize = 256 * 1024;
/// The longest address within a page, in bytes.
const LONGEST_ADDRESS: usize = 4 * 1024;

/// The error of a bare page: `error=CODE&error_description=TEXT`, alone or in a `<pre>`.
pub(super) fn error_on_page(page: &str) -> Option<ErrorBody> {
    let text = beginning(page);
    // In an address or a script, other letters precede these.
    let at = text.match_indices("error=").map(|(at, _)| at).find(|at| stands_alone(text, *at))?;
    let error = text.get(at..)?.split(|character: char| ends_value(character)).next()?;
    // A page may escape the ampersand.
    ErrorBody::read(error.replace("&amp;", "&").as_bytes()).filter(|error| !error.error.is_empty())
}

/// The approval page's address in a page's script.
pub(super) fn way_on_page(page: &str) -> Option<String> {
    let text = beginning(page);
    let at = text.find(salesforce::APPROVAL_PAGE)?;
    let (before, after) = text.split_at_checked(at)?;
    let start = before.rsplit(ends_value).next()?;
    let end = after.split(ends_value).next()?;
    if start.len() + end.len() > LONGEST_ADDRESS {
        return None;
    }
    // A script may escape slashes and ampersands.
    let address = format!("{start}{end}").replace("\\/", "/").replace("\\u0026", "&").replace("&amp;", "&");
    // In a script an address stands in quotes; without them its beginning is unknown.
    before.strip_suffix(start).is_some_and(|rest| rest.ends_with(['"', '\''])).then_some(address)
}

/// Whether this is the approval page's address, or that of the sign-in page before it.
pub(super) fn leads_to_approval(target: &Url) -> bool {
    target.path().contains(salesforce::APPROVAL_PAGE)
        || target
            .query_pairs()
            .any(|(name, value)| name == "startURL" && value.contains(salesforce::APPROVAL_PAGE))
}

fn beginning(page: &str) -> &str {
    page.split_at_checked(LOOKED_AT).map_or(page, |(beginning, _)| beginning)
}

fn stands_alone(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    before.is_none_or(|character| character == '>' || character.is_whitespace())
}

fn ends_value(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '\'' | '<' | '>' | '`')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_error_is_found_in_the_pages_that_salesforce_shows() {
        for page in [
            "error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration",
            "\n<pre>error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration</pre>\n",
            "<html><body>error=redirect_uri_mismatch&amp;error_description=redirect_uri%20must%20match</body></html>",
        ] {
            let error = error_on_page(page).expect(page);
            assert_eq!(error.error, "redirect_uri_mismatch", "{page}");
            assert!(error.error_description.starts_with("redirect_uri must match"), "{page}");
        }
        for page in [
            "",
            "<html>",
            "<a href=\"/x?error=invalid_client_id\">",
            "var error='error=x'",
            "error=",
            "terror=x",
        ] {
            assert!(error_on_page(page).is_none(), "{page}");
        }
    }

    #[test]
    fn the_way_on_is_found_in_a_script() {
        let page = r#"<script>window.location.replace("https:\/\/acme.my.salesforce.com\/?ec=302&startURL=%2Fsetup%2Fsecur%2FRemoteAccessAuthorizationPage.apexp%3Fsource%3Dx");</script>"#;
        let way = way_on_page(page).expect("a way on");
        let way = Url::parse(&way).expect("an address");
        assert_eq!(way.host_str(), Some("acme.my.salesforce.com"), "the host");
        assert!(leads_to_approval(&way), "the approval page");
        let relative =
            way_on_page("location.href = '/setup/secur/RemoteAccessAuthorizationPage.apexp?source=x';");
        assert_eq!(
            relative.as_deref(),
            Some("/setup/secur/RemoteAccessAuthorizationPage.apexp?source=x"),
            "relative"
        );
        for page in ["", "RemoteAccessAuthorizationPage", "<p>about RemoteAccessAuthorizationPage.apexp</p>"]
        {
            assert_eq!(way_on_page(page), None, "{page}");
        }
    }

    proptest! {
        #[test]
        fn no_page_causes_a_panic(page in "(\\PC|error=|RemoteAccessAuthorizationPage|[\"'<>&%\\\\]){0,30}") {
            let _ = error_on_page(&page);
            let _ = way_on_page(&page);
        }
    }
}
