//! Setup over HTTP, without scripts: a browser's requests and their effects.

use std::time::Duration;

use reqwest::StatusCode;

use super::client::{CALLBACK, Page, Rehearsal, VERIFIER, parameter, text};
use crate::http::paths::{APP_LIST, HOME, INBOX, VERIFICATION};
use crate::{CallbackForm, Options, Org};

pub(super) const NEW: &str = "/lightning/setup/ManageExternalClientApplication/new";
const USAGE: &str = "/lightning/setup/ExternalClientAppsOAuthUsage/home";

/// The fields of a valid form.
pub(super) const GOOD: [(&str, &str); 9] = [
    ("lock", "1"),
    ("derive", "1"),
    ("label", "My <App>"),
    ("contactEmail", "admin@practice.example"),
    ("distributionState", "Local"),
    ("isOauthEnabled", "1"),
    ("callbackUrl", CALLBACK),
    ("scope", "api"),
    ("scope", "refresh_token"),
];

impl Rehearsal {
    /// A page of Setup, logged in as a user.
    pub(super) async fn setup(&self, path: &str, user: usize) -> Page {
        let login = self.browse("GET", path, &[]).await.unwrap_or_else(|at| panic!("{at}"));
        self.log_in(&login, user).await.unwrap_or_else(|at| panic!("{at}"))
    }

    pub(super) async fn open(&self, path: &str) -> Page {
        self.browse("GET", path, &[]).await.unwrap_or_else(|at| panic!("{at}"))
    }

    /// Sends a form of the page at `path`, with its token.
    pub(super) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = self.open(path).await.hidden("form");
        let fields = [&[("form", form.as_str())], fields].concat();
        self.browse("POST", path, &fields).await.unwrap_or_else(|at| panic!("{at}"))
    }

    /// Types the newest code from the inbox into the page that asks for it.
    async fn verify(&self, page: &Page, code: &str) -> Page {
        let (form, id) = (page.hidden("form"), page.hidden("id"));
        let fields = [("form", form.as_str()), ("id", id.as_str()), ("emc", code), ("save", "1")];
        let path = VERIFICATION;
        self.browse("POST", path, &fields).await.unwrap_or_else(|at| panic!("{at}"))
    }
}

/// The address of another page of the same app.
pub(super) fn beside(page: &Page, name: &str) -> String {
    let (before, _) = page.at.split_once("/detail").unwrap_or_else(|| panic!("{} is no app's page", page.at));
    let path = before.split_once("/lightning/").unwrap().1;
    format!("/lightning/{path}/{name}")
}

fn value_of(page: &Page, id: &str) -> String {
    let (_, rest) = page.answer.body.split_once(&format!("id=\"{id}\" value=\"")).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

fn newest(org: &Org) -> String {
    org.newest_code().expect("a mail with a code")
}

fn stop() -> Options {
    Options { activation: Duration::from_secs(600), ..Options::default() }
}

#[tokio::test]
async fn every_page_asks_for_the_admin_and_carries_the_mark() {
    let it = Rehearsal::ready().await;
    let refused = it.setup(APP_LIST, 1).await;
    assert_eq!(refused.answer.status, StatusCode::FORBIDDEN, "the integration user has no access to Setup");
    assert!(refused.answer.body.contains("You do not have the level of access"), "in Salesforce's words");
    let it = Rehearsal::ready().await;
    let home = it.setup(HOME, 0).await;
    assert!(home.at.ends_with(HOME), "the login leads to the page asked for");
    for path in [
        HOME,
        APP_LIST,
        NEW,
        USAGE,
        "/lightning/setup/SetupOneHome/home",
        "/lightning/setup/NavigationMenus/home",
        INBOX,
    ] {
        let page = it.open(path).await;
        assert_eq!(page.answer.status, StatusCode::OK, "{path}");
        assert!(page.answer.body.contains("<strong>PRACTICE</strong>"), "{path} carries the mark");
        let policy = page.answer.headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    }
    for nowhere in [
        "/lightning/setup/ExternalClientAppManager/home",
        "/lightning/setup/ManageExternalClientApplication/0xInone/detail",
    ] {
        assert_eq!(it.open(nowhere).await.answer.status, StatusCode::NOT_FOUND, "{nowhere} does not exist");
    }
}

#[tokio::test]
async fn an_app_is_created_its_key_revealed_and_an_application_connects_with_it() {
    let it = Rehearsal::start(stop()).await;
    it.setup(APP_LIST, 0).await;
    let app = it.send(NEW, &GOOD).await;
    for expected in
        ["My &lt;App&gt;", "was created", "Changes can take up to 10 minutes", "Refresh Token Policy"]
    {
        assert!(app.answer.body.contains(expected), "the app's page shows {expected}");
    }
    let settings = it.open(&beside(&app, "detail?tab=settings")).await;
    for expected in ["My &lt;App&gt;", "My_App", "Consumer Key and Secret", CALLBACK] {
        assert!(settings.answer.body.contains(expected), "the tab Settings shows {expected}");
    }
    assert!(!app.answer.body.contains("My <App>"), "nothing typed becomes markup");
    let consumer = beside(&app, "consumer");
    let asks = it.open(&consumer).await;
    assert!(asks.answer.body.contains("Verify Your Identity"), "a code is asked for");
    let wrong = it.verify(&asks, "000").await;
    assert!(wrong.answer.body.contains("invalid or expired"), "a wrong code is refused");
    let details = it.verify(&wrong, &newest(&it.org)).await;
    let (key, secret) = (value_of(&details, "consumer-key"), value_of(&details, "consumer-secret"));
    assert!(key.starts_with("3MVG9") && key.len() == 85 && secret.len() == 64, "they look like Salesforce's");
    assert_ne!(key, it.org.key(), "the new app has a key of its own");

    let authorize = it.authorize_path(&[("client_id", &key)]);
    let early = it.request("GET", &authorize, &[], Vec::new()).await;
    assert!(early.body.contains("invalid_client_id"), "not active yet: {}", early.body);
    it.org.advance(Duration::from_secs(600));
    let allow = it.open(&authorize).await;
    assert!(allow.answer.body.contains("My &lt;App&gt;"), "the page that asks names the app");
    let code = parameter(&it.decide(&allow, "allow").await, "code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", key.as_str()),
        ("client_secret", secret.as_str()),
    ];
    let tokens = it.post_form("/services/oauth2/token", &fields).await.json(StatusCode::OK);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
    it.call_as_app("/services/oauth2/token", &refresh).await.is_error(
        StatusCode::BAD_REQUEST,
        "invalid_grant",
        "expired access/refresh token",
    );

    assert!(it.open(&consumer).await.answer.body.contains("Verify Your Identity"), "the reveal was short");
}

#[tokio::test]
async fn a_form_with_errors_comes_back_as_it_was_with_every_error_at_its_field() {
    let it = Rehearsal::ready().await;
    it.org.change(|switches| switches.refuse_callback_form = Some(CallbackForm::Localhost));
    it.setup(APP_LIST, 0).await;
    let fields = [
        ("label", "Datatrax Connect"),
        ("apiName", "Datatrax_Connect"),
        ("contactEmail", "nobody"),
        ("isOauthEnabled", "1"),
        ("callbackUrl", CALLBACK),
        ("isDeviceFlowEnabled", "1"),
    ];
    let page = it.send(NEW, &fields).await;
    assert_eq!(page.answer.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing was created");
    for expected in [
        "We hit a snag.",
        "id=\"apiName-error\">The API Name can only contain",
        "id=\"contactEmail-error\">You have entered an invalid format.",
        "id=\"callbackUrl-error\">http://localhost:17177/practice/callback: The URL must use secure HTTPS",
        "value=\"nobody\" required aria-invalid=\"true\"",
        "name=\"isDeviceFlowEnabled\" value=\"1\" checked",
    ] {
        assert!(page.answer.body.contains(expected), "the form says {expected}");
    }
    assert!(
        !page.answer.body.contains("name=\"isSecretRequiredForWebServer\" value=\"1\" checked"),
        "an unticked box stays so"
    );
}

#[tokio::test]
async fn without_scripts_the_arrows_move_scopes_and_keep_what_was_typed() {
    let it = Rehearsal::ready().await;
    it.setup(APP_LIST, 0).await;
    let fields = [
        ("label", "Half"),
        ("isOauthEnabled", "1"),
        ("scope", "web"),
        ("available", "api"),
        ("moveScopes", "add"),
    ];
    let page = it.send(NEW, &fields).await;
    assert_eq!(page.answer.status, StatusCode::OK, "no error yet");
    for expected in ["value=\"Half\"", "name=\"scope\" value=\"api\"", "name=\"scope\" value=\"web\""] {
        assert!(page.answer.body.contains(expected), "the form has {expected}");
    }
}

#[tokio::test]
async fn an_edit_is_saved_and_waits_and_policies_are_in_force_at_once() {
    let it = Rehearsal::before().await;
    let list = it.setup(APP_LIST, 0).await;
    let path = list.answer.body.split("href=\"").find(|rest| rest.contains("/detail\"")).unwrap();
    let app = it.open(path.split_once('"').unwrap().0).await;
    it.org.change(|switches| switches.activation_seconds = 600);
    it.org.advance(Duration::from_secs(600));
    let saved = it.send(&beside(&app, "edit"), &GOOD).await;
    assert!(saved.answer.body.contains("was saved"), "back at the app's page: {}", saved.at);
    let asked = it.request("GET", &it.authorize_path(&[("code_challenge", "")]), &[], Vec::new()).await;
    assert!(asked.location().unwrap().contains("missing+required+code+challenge"), "PKCE is still required");
    it.org.advance(Duration::from_secs(600));
    let asked = it.request("GET", &it.authorize_path(&[("code_challenge", "")]), &[], Vec::new()).await;
    assert!(asked.location().unwrap().contains("RemoteAccessAuthorizationPage"), "the edit is active");

    let policies = [
        ("permittedUsersPolicyType", "AdminApprovedPreAuthorized"),
        ("profile", "Datatrax Integration"),
        ("refreshTokenPolicyType", "SpecificLifetime"),
        ("refreshTokenValidityPeriod", "2"),
        ("refreshTokenValidityUnit", "Days"),
        ("ipRelaxationPolicyType", "Bypass"),
        ("sessionTimeoutInMinutes", "15"),
    ];
    let shown = it.send(&beside(&app, "policies"), &policies).await;
    for expected in
        ["Admin approved users are pre-authorized", "specific time: 2 Days", "Relax IP restrictions", ">15<"]
    {
        assert!(shown.answer.body.contains(expected), "the tab shows {expected}");
    }
    let denied = it.browse("GET", &it.authorize_path(&[]), &[]).await.err().expect("at the callback");
    assert!(denied.contains("OAUTH_APP_ACCESS_DENIED"), "the admin has no profile that may: {denied}");
    it.browse("GET", "/secur/logout.jsp", &[]).await.ok();
    let login = it.open(&it.authorize_path(&[])).await;
    let back = it.log_in(&login, 1).await.err().expect("no question for who is approved beforehand");
    assert!(back.contains("code="), "the code came at once: {back}");
}

#[tokio::test]
async fn the_usage_page_lists_tokens_and_revokes_them() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let page = it.setup_again(USAGE).await;
    assert!(page.answer.body.contains("1 of Datatrax Connect"), "one user of the app: {}", page.answer.body);
    let path = page.answer.body.split("href=\"").find(|rest| rest.contains("?app=")).unwrap();
    let users = it.open(path.split_once('"').unwrap().0).await;
    let path = users.answer.body.split("href=\"").find(|rest| rest.contains("user=")).unwrap();
    let path = path.split_once('"').unwrap().0.replace("&amp;", "&");
    let one = it.open(&path).await;
    assert!(one.answer.body.contains("api refresh_token"), "the token's scopes");
    let (app, number) = (one.hidden("app"), one.hidden("token"));
    it.send(USAGE, &[("action", "block"), ("app", &app)]).await;
    let blocked = it.browse("GET", &it.authorize_path(&[]), &[]).await.err().expect("at the callback");
    assert!(blocked.contains("OAUTH_APP_BLOCKED"), "a blocked app: {blocked}");
    let unblocked = it.send(USAGE, &[("action", "unblock"), ("app", &app)]).await;
    assert!(unblocked.answer.body.contains(">Block<"), "it can be blocked again");

    let fields = [("action", "revoke-token"), ("app", app.as_str()), ("token", number.as_str())];
    let after = it.send(USAGE, &fields).await;
    assert!(after.answer.body.contains("Access was revoked."), "said so");
    assert!(!it.org.token_status(text(&tokens, "access_token")).alive, "the access token is dead");
    assert!(!it.org.token_status(text(&tokens, "refresh_token")).alive, "and the refresh token");
}

#[tokio::test]
async fn a_deleted_app_is_gone_with_its_key_and_tokens() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let list = it.setup_again(APP_LIST).await;
    let path = list.answer.body.split("href=\"").find(|rest| rest.contains("/delete\"")).unwrap();
    let path = path.split_once('"').unwrap().0;
    let asks = it.open(path).await;
    assert!(asks.answer.body.contains("This cannot be undone."), "it asks first");
    assert!(it.org.token_status(text(&tokens, "access_token")).alive, "and nothing has happened yet");
    let after = it.send(path, &[]).await;
    assert!(after.answer.body.contains("No items to display."), "the list is empty");
    assert!(!it.org.token_status(text(&tokens, "access_token")).alive, "its tokens are dead");
    let asked = it.request("GET", &it.authorize_path(&[]), &[], Vec::new()).await;
    assert!(asked.body.contains("invalid_client_id"), "its key is unknown");
}

#[tokio::test]
async fn users_and_keys_of_another_org_are_refused_after_the_login() {
    let it = Rehearsal::ready().await;
    let login = it.open(&it.authorize_path(&[])).await;
    let back = it.log_in(&login, 4).await.err().expect("at the callback");
    assert!(back.contains("error=OAUTH_AUTHORIZATION_BLOCKED"), "the user of another org: {back}");
    assert!(back.contains("error_description=Cross-org+OAuth+flows+are+not+supported"), "in words: {back}");
    let (key, secret) = it.org.pair_of_another_org();
    let it_again = it.authorize_path(&[("client_id", &key), ("prompt", "login")]);
    let login = it.open(&it_again).await;
    let back = it.log_in(&login, 0).await.err().expect("at the callback");
    assert!(back.contains("error=OAUTH_EC_APP_NOT_FOUND"), "the key of another org: {back}");
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", key.as_str()),
        ("client_secret", secret.as_str()),
    ];
    it.post_form("/services/oauth2/token", &fields).await.is_error(
        StatusCode::BAD_REQUEST,
        "app_not_found",
        "External client app is not installed in this org",
    );
}

#[tokio::test]
async fn a_login_can_ask_for_a_code_and_a_frozen_user_gets_no_further() {
    let it = Rehearsal::ready().await;
    it.org.change(|switches| switches.identity_code = true);
    let login = it.open(&it.authorize_path(&[])).await;
    let asks = it.log_in(&login, 1).await.unwrap_or_else(|at| panic!("{at}"));
    assert!(asks.answer.body.contains("i***@practice.example"), "the mail went to the user");
    let allow = it.verify(&asks, &newest(&it.org)).await;
    assert!(allow.answer.body.contains("Allow Access?"), "then the login leads on");
    let it = Rehearsal::ready().await;
    let login = it.open("/").await;
    let refused = it.log_in(&login, 3).await.unwrap_or_else(|at| panic!("{at}"));
    assert!(refused.answer.body.contains("frozen"), "a frozen user cannot log in");
}

impl Rehearsal {
    /// Opens a page of Setup as the admin, in a browser where another user was logged in.
    async fn setup_again(&self, path: &str) -> Page {
        self.browse("GET", "/secur/logout.jsp", &[]).await.unwrap_or_else(|at| panic!("{at}"));
        self.setup(path, 0).await
    }
}
