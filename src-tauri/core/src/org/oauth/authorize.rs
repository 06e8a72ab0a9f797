//! The sign-in address for the browser.

use oauth2::{CsrfToken, PkceCodeChallenge};
use url::Url;

use crate::{
    org::{address::Address, salesforce},
    secret::Secret,
};

/// The beginning of every `state`, by which a page that hands callbacks over recognises ours.
pub(crate) const FIRST_OF_STATE: &str = "dtxc1.";

/// A prepared sign-in: the address to open, and what must be remembered until the browser comes back.
#[derive(Clone, Debug)]
pub struct SignInRequest {
    pub url: Url,
    /// Proves that a callback belongs to this sign-in (RFC 6749, section 10.12).
    pub state: Secret,
    /// Proves to the org that the sender of the code started the sign-in (RFC 7636).
    pub verifier: Secret,
    pub redirect_uri: String,
}

/// Prepares a sign-in with a new `state` and verifier.
///
/// It asks for a login even when the browser has a session, which may be that of whoever was in Setup a moment ago.
/// `username` fills in the sign-in page where the org allows it.
pub fn authorize(
    address: &Address,
    key: &Secret,
    redirect_uri: &str,
    username: Option<&str>,
) -> SignInRequest {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    // 256 random bits.
    let state = Secret::new(format!("{FIRST_OF_STATE}{}", CsrfToken::new_random_len(32).into_secret()));
    let mut extra = vec![salesforce::PROMPT];
    extra.extend(username.map(|username| ("login_hint", username)));
    // EXPOSE: the state goes to the browser and the org, and comes back from there.
    let url = authorize_url(address, key, redirect_uri, state.expose(), &challenge, &extra);
    SignInRequest {
        url,
        state,
        verifier: Secret::new(verifier.into_secret()),
        redirect_uri: redirect_uri.to_owned(),
    }
}

/// The address, for sign-ins and probes alike.
pub(crate) fn authorize_url(
    address: &Address,
    key: &Secret,
    redirect_uri: &str,
    state: &str,
    challenge: &PkceCodeChallenge,
    extra: &[(&str, &str)],
) -> Url {
    let mut url = address.endpoint(salesforce::AUTHORIZE_PATH);
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        // EXPOSE: the Consumer Key is the public name of the app and belongs in this address.
        .append_pair("client_id", key.expose())
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", salesforce::SCOPES)
        .append_pair("state", state)
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", challenge.method().as_str())
        .extend_pairs(extra);
    // Only in a form body does a plus sign certainly mean a space.
    let spaces_spelt_out = url.query().unwrap_or_default().replace('+', "%20");
    url.set_query(Some(&spaces_spelt_out));
    url
}

/// Where the browser comes back to from such an address.
pub fn redirect_uri_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    url.query_pairs().find(|(name, _)| name == "redirect_uri").map(|(_, line)| line.into_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::org::address;

    const CALLBACK: &str = "http://localhost:17177/auth/salesforce/callback";

    fn request(username: Option<&str>) -> (SignInRequest, BTreeMap<String, String>) {
        let address = address::parse("acme--uat.sandbox.my.salesforce.com").expect("an address");
        let request = authorize(&address, &Secret::new("3MVG9.a_b+c/d="), CALLBACK, username);
        let pairs = request.url.query_pairs().into_owned().collect();
        (request, pairs)
    }

    #[test]
    fn the_authorize_address_asks_for_a_code_with_exactly_the_scopes_needed() {
        let (request, pairs) = request(None);
        assert!(
            request.url.as_str().starts_with(
                "https://acme--uat.sandbox.my.salesforce.com/services/oauth2/authorize?response_type=code&"
            ),
            "the My Domain host and the authorize path"
        );
        let query = request.url.query().expect("a query");
        assert!(query.contains("scope=api%20refresh_token&"), "the space is spelt out");
        assert!(query.contains("client_id=3MVG9.a_b%2Bc%2Fd%3D&"), "the key is encoded");
        assert_eq!(pairs["redirect_uri"], CALLBACK, "the callback line, letter for letter");
        assert_eq!(redirect_uri_of(request.url.as_str()).as_deref(), Some(CALLBACK), "and read again");
        assert!(!pairs.contains_key("login_hint"), "nobody was named");
    }

    #[test]
    fn challenge_is_the_unpadded_hash_of_the_verifier() {
        let (request, pairs) = request(None);
        let expected = URL_SAFE_NO_PAD.encode(Sha256::digest(request.verifier.expose()));
        assert_eq!(pairs["code_challenge"], expected, "RFC 7636, section 4.2");
        assert_eq!(pairs["code_challenge_method"], "S256", "the method is always named");
        assert!((43..=128).contains(&request.verifier.expose().len()), "RFC 7636, section 4.1");
        assert!(!request.url.as_str().contains(request.verifier.expose()), "the verifier stays here");
    }

    #[test]
    fn states_are_ours_and_never_the_same() {
        let (one, pairs) = request(None);
        let (other, _) = request(None);
        assert_eq!(pairs["state"], one.state.expose(), "the state in the address is the one remembered");
        assert!(one.state.expose().starts_with("dtxc1."), "a hand-over page knows it is ours");
        assert!(one.state.expose().len() >= 6 + 22, "128 bits at least");
        assert_ne!(one.state, other.state, "random");
        assert_ne!(one.verifier, other.verifier, "random");
    }

    #[test]
    fn a_login_is_asked_for_whoever_is_named() {
        let (_, pairs) = request(Some("integration+dtx@acme.example"));
        assert_eq!(pairs["login_hint"], "integration+dtx@acme.example", "survives the encoding");
        assert_eq!(pairs["prompt"], "login", "another session in the browser must not answer");
        assert_eq!(request(None).1["prompt"], "login", "least of all where nobody was named");
    }
}
