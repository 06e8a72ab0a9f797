//! The changeable properties of a running practice org.

use serde::{Deserialize, Serialize};

use super::options::{Options, OrgKind};
use super::refusals::{OauthError, RestRefusal};

/// The settings and faults of an org. The control API reads and changes them by these names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a checkbox of its own, in Setup or on the control API"
)]
pub struct Switches {
    /// The app's Callback URL lines, matched literally.
    pub callbacks: Vec<String>,
    /// The app's selected OAuth scopes.
    pub scopes: Vec<String>,
    /// Seconds after the org's start during which the Consumer Key is unknown.
    pub activation_seconds: u64,
    /// During activation, every other answer is as if it were complete.
    pub activation_flaps: bool,
    /// The form of new apps: of November 2026, or from before.
    pub new_apps: NewApps,
    /// "Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows". While apps are made as in
    /// November 2026 it reads back true, whatever it is set to.
    pub pkce_required: bool,
    /// "Require secret for Refresh Token Flow".
    pub secret_at_refresh: bool,
    /// "Enable Refresh Token Rotation".
    pub rotation: bool,
    /// After a rotation of key and secret, the former pair authenticates for 30 days more.
    pub rotation_overlap: bool,
    /// A rotation of key and secret revokes no token.
    pub rotation_keeps_tokens: bool,
    /// "Allow access to External Client App consumer secrets via REST API".
    pub credentials_by_rest: bool,
    /// The usernames of users who lack the permission "View Client Secret".
    pub client_secret_hidden_from: Vec<String>,
    /// How long an access token lives after its last use, in seconds.
    pub session_seconds: u64,
    /// The "Refresh Token Policy".
    pub refresh_policy: RefreshPolicy,
    /// The approvals kept for one user; one more revokes the oldest.
    pub approvals_per_user: usize,
    /// The kind that the `Organization` record reports.
    pub kind: OrgKind,
    /// The usernames of frozen users: no login, no tokens, no calls.
    pub frozen: Vec<String>,
    /// Refuse Callback URL lines of this form when an app is saved in Setup.
    pub refuse_callback_form: Option<CallbackForm>,
    /// Ask admins for a passkey after the password.
    pub admin_passkey: bool,
    /// Ask for an e-mailed verification code after the password.
    pub identity_code: bool,
    /// After the login, answer at the callback with this error instead of asking for approval.
    pub approval_error: Option<OauthError>,
    /// Show errors after the login on the org's own page, which leads back nowhere.
    pub refusals_stay_on_page: bool,
    /// Redirect requests for authorization to this origin, as an org does that has moved.
    pub authorize_redirect: Option<String>,
    /// Answer everything with a maintenance page (HTML, 503), the control API excepted.
    pub maintenance: bool,
    /// Answer the next token request of a known client with this (HTTP 400), once.
    pub next_token_error: Option<OauthError>,
    /// Put this into the next token answer as `instance_url`, once.
    pub next_instance_url: Option<String>,
    /// Put this into the next token answer as `id`, once.
    pub next_identity_url: Option<String>,
    /// Leave `refresh_token` out of token answers, and issue none.
    pub omit_refresh_token: bool,
    /// Grant these scopes (separated by spaces), whatever was asked for.
    pub granted_scope: Option<String>,
    /// The duration of a token request, in milliseconds. A second refresh with the same token meanwhile is refused.
    pub token_delay_milliseconds: u64,
    /// Answer introspection of an unknown token with 400 in place of `{"active":false}`.
    pub introspect_unknown_is_bad_request: bool,
    /// Leave `exp` out of introspection answers about refresh tokens.
    pub introspect_names_no_end: bool,
    /// Refuse userinfo to tokens whose only data scope is `api`.
    pub userinfo_refuses_api_scope: bool,
    /// Answer REST calls "This session is not valid for use with the REST API", as an IP restriction does.
    pub session_not_valid_for_rest: bool,
    /// Refuse REST calls with a valid token with this error.
    pub rest_refusal: Option<RestRefusal>,
    /// Objects that no user may read, such as `Organization` or `User`; `jobs` stands for the Bulk API.
    pub hidden_objects: Vec<String>,
    /// The limit of REST calls.
    pub daily_api_requests: u64,
}

/// The form of new External Client Apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewApps {
    /// PKCE cannot be unticked and is confirmed when the app is created, refresh tokens rotate, and the Refresh Token
    /// Policy ends a sign-in after 365 days.
    November2026,
    /// PKCE can be unticked, refresh tokens stay as they are, and are valid until revoked.
    Before,
}

/// The forms a Callback URL line can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackForm {
    /// `https://…`
    Https,
    /// `http://localhost…`
    Localhost,
    /// `com.example.app://…`
    CustomScheme,
}

/// How long a refresh token lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum RefreshPolicy {
    /// "Refresh token is valid until revoked".
    UntilRevoked,
    /// "Immediately expire refresh token".
    Immediately,
    /// "Expire refresh token if not used for specific time".
    IfNotUsed {
        /// The time in seconds.
        seconds: u64,
    },
    /// "Expire refresh token after specific time".
    After {
        /// The time in seconds.
        seconds: u64,
    },
}

impl NewApps {
    pub(crate) const fn locks_pkce(self) -> bool {
        matches!(self, Self::November2026)
    }

    /// The Refresh Token Policy of a new app.
    pub(crate) const fn refresh_policy(self) -> RefreshPolicy {
        match self {
            // ASSUMES: new-app-policy
            Self::November2026 => RefreshPolicy::After { seconds: 365 * 24 * 60 * 60 },
            Self::Before => RefreshPolicy::UntilRevoked,
        }
    }
}

impl Switches {
    pub(crate) fn from_options(options: &Options) -> Self {
        Self {
            callbacks: options.callbacks.clone(),
            scopes: options.scopes.clone(),
            activation_seconds: options.activation.as_secs(),
            activation_flaps: false,
            new_apps: NewApps::November2026,
            pkce_required: true,
            secret_at_refresh: true,
            rotation: options.rotation,
            rotation_overlap: true,
            rotation_keeps_tokens: true,
            credentials_by_rest: true,
            client_secret_hidden_from: Vec::new(),
            session_seconds: options.session.as_secs(),
            refresh_policy: NewApps::November2026.refresh_policy(),
            approvals_per_user: 5,
            kind: options.kind,
            frozen: Vec::new(),
            refuse_callback_form: None,
            admin_passkey: true,
            identity_code: false,
            approval_error: None,
            refusals_stay_on_page: false,
            authorize_redirect: None,
            maintenance: false,
            next_token_error: None,
            next_instance_url: None,
            next_identity_url: None,
            omit_refresh_token: false,
            granted_scope: None,
            token_delay_milliseconds: 0,
            introspect_unknown_is_bad_request: false,
            introspect_names_no_end: false,
            userinfo_refuses_api_scope: false,
            session_not_valid_for_rest: false,
            rest_refusal: None,
            hidden_objects: Vec::new(),
            daily_api_requests: 15_000,
        }
    }

    /// These switches, changed by the members of a JSON object.
    ///
    /// # Errors
    /// The reason in words when the change is no object, or names a switch or value that does not exist.
    pub fn with(&self, change: &serde_json::Value) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let (Some(all_members), Some(changes)) = (all.as_object_mut(), change.as_object()) else {
            return Err("a JSON object of switches was expected".to_owned());
        };
        for (name, value) in changes {
            all_members.insert(name.clone(), value.clone());
        }
        serde_json::from_value(all).map_err(|error| error.to_string())
    }

    pub(crate) fn is_frozen(&self, username: &str) -> bool {
        self.frozen.iter().any(|frozen| frozen == username)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_touches_only_what_it_names() {
        let before = Switches::from_options(&Options::default());
        let after = before
            .with(&json!({"rotation": false, "new_apps": "before", "kind": "sandbox", "refresh_policy": {"type": "if_not_used", "seconds": 9}}))
            .unwrap();
        let mut expected = before.clone();
        expected.rotation = false;
        expected.new_apps = NewApps::Before;
        expected.kind = OrgKind::Sandbox;
        expected.refresh_policy = RefreshPolicy::IfNotUsed { seconds: 9 };
        assert_eq!(after, expected, "four switches changed, the others kept");
    }

    #[test]
    fn a_switch_that_does_not_exist_is_refused() {
        let switches = Switches::from_options(&Options::default());
        let reason = switches.with(&json!({"rotatoin": true})).unwrap_err();
        assert!(reason.contains("rotatoin"), "the reason names the unknown switch: {reason}");
        assert!(switches.with(&json!([1])).is_err(), "a list is no change");
        assert!(switches.with(&json!({"session_seconds": -1})).is_err(), "a negative time is no time");
    }
}
