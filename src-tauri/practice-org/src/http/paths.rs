//! The addresses of the org, as Salesforce names them, and how one leads to another.

use url::form_urlencoded::byte_serialize;

use crate::world::endpoint::Endpoint;
use crate::world::state::State;

pub(crate) const WELL_KNOWN: &str = "/.well-known/openid-configuration";
pub(crate) const AUTHORIZE: &str = "/services/oauth2/authorize";
pub(crate) const TOKEN: &str = "/services/oauth2/token";
pub(crate) const INTROSPECT: &str = "/services/oauth2/introspect";
pub(crate) const REVOKE: &str = "/services/oauth2/revoke";
pub(crate) const USERINFO: &str = "/services/oauth2/userinfo";
pub(crate) const REST: &str = "/services/data";
pub(crate) const LOG_OUT: &str = "/secur/logout.jsp";
/// The page that asks "Allow Access?".
pub(crate) const APPROVAL: &str = "/setup/secur/RemoteAccessAuthorizationPage.apexp";
/// The page with an error that leads the browser back nowhere.
pub(crate) const ERROR_PAGE: &str = "/setup/secur/RemoteAccessErrorPage.apexp";
/// The page in place of the question for a passkey.
pub(crate) const PASSKEY: &str = "/practice/passkey";
/// The page Verify Your Identity.
pub(crate) const VERIFICATION: &str = "/_ui/identity/verification/method/EmailVerificationFinishUi/e";
/// The practice inbox, which Salesforce does not have.
pub(crate) const INBOX: &str = "/practice/inbox";
/// Where a login without a destination leads.
pub(crate) const HOME: &str = "/lightning/page/home";
/// The parent path of an app's pages in Setup.
pub(crate) const APPS: &str = "/lightning/setup/ManageExternalClientApplication";
/// The External Client App Manager.
pub(crate) const APP_LIST: &str = "/lightning/setup/ManageExternalClientApplication/home";

/// The endpoint that answers at a path.
pub(crate) fn endpoint_of(path: &str) -> Endpoint {
    match path {
        AUTHORIZE => Endpoint::Authorize,
        TOKEN => Endpoint::Token,
        INTROSPECT => Endpoint::Introspect,
        REVOKE => Endpoint::Revoke,
        USERINFO => Endpoint::Userinfo,
        WELL_KNOWN => Endpoint::WellKnown,
        path if path.starts_with("/id/") => Endpoint::Identity,
        path if path.starts_with(REST) => Endpoint::Rest,
        path if path.starts_with("/lightning/") => Endpoint::Setup,
        _ => Endpoint::Pages,
    }
}

/// `BASE/id/ORG/USER`, both ids with 18 characters.
pub(crate) fn identity(state: &State, base: &str, user: usize) -> String {
    let user_id = state.users.get(user).map_or("", |user| user.id.as_str());
    format!("{base}/id/{}/{user_id}", state.org.id)
}

/// The login page, with the page to go to afterwards.
pub(crate) fn login(base: &str, next: &str) -> String {
    format!("{base}/?ec=302&startURL={}", byte_serialize(next.as_bytes()).collect::<String>())
}

/// The page that asks for the approval of one request for authorization.
pub(crate) fn approval(source: &str) -> String {
    format!("{APPROVAL}?source={source}")
}

/// The request for authorization in a path of the approval page.
pub(crate) fn source_of(path: &str) -> Option<String> {
    Some(path.strip_prefix(APPROVAL)?.strip_prefix("?source=")?.to_owned())
}

/// The page that asks for the code of one check.
pub(crate) fn verification(id: &str) -> String {
    format!("{VERIFICATION}?id={id}")
}

/// The page that asks for the passkey of one check.
pub(crate) fn passkey(id: &str) -> String {
    format!("{PASSKEY}?id={id}")
}

/// The page with an app's Consumer Key and Secret.
pub(crate) fn consumer(id: &str) -> String {
    format!("{APPS}/{id}/consumer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_read_from_the_page_it_was_put_into() {
        assert_eq!(source_of(&approval("abc")).as_deref(), Some("abc"), "there and back");
        assert_eq!(source_of("/lightning/setup/home"), None, "another page has none");
    }
}
