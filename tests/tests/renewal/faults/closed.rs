//! The names of all faults of a practice org. A new one does not compile until it is listed here, and the table is not
//! complete until it has a row.

use practice_org::{Endpoint, Event, RefreshPolicy, RestRefusal, Switches, What};

macro_rules! closed_set {
    ($name:ident, $all:ident, $type:ty, $($pattern:pat => $word:literal),+ $(,)?) => {
        pub(crate) const $all: &[&str] = &[$($word),+];

        pub(crate) fn $name(value: &$type) -> &'static str {
            match value { $($pattern => $word),+ }
        }
    };
}

closed_set!(
    what, WHATS, What,
    What::Maintenance => "maintenance",
    What::ProxySignIn => "proxy sign-in",
    What::Answer { .. } => "answer",
    What::Cut => "cut",
    What::Undelivered => "undelivered",
    What::CutAfter { .. } => "cut after",
    What::Truncated { .. } => "truncated",
    What::Huge { .. } => "huge",
    What::Slow { .. } => "slow",
    What::Late { .. } => "late",
    What::ContentType { .. } => "content type",
    What::ClockSkew { .. } => "clock skew",
);

closed_set!(
    event, EVENTS, Event,
    Event::RevokeAll => "revoke all",
    Event::SandboxRefresh => "sandbox refresh",
    Event::RotateCredentials { keep_former: true } => "rotate, keep the former",
    Event::RotateCredentials { keep_former: false } => "rotate",
    Event::BlockApp { .. } => "block app",
    Event::PermitUsers { .. } => "permit users",
    Event::DeleteApp => "delete app",
);

closed_set!(
    policy, POLICIES, RefreshPolicy,
    RefreshPolicy::UntilRevoked => "until revoked",
    RefreshPolicy::Immediately => "immediately",
    RefreshPolicy::IfNotUsed { .. } => "if not used",
    RefreshPolicy::After { .. } => "after",
);

closed_set!(
    refusal, REFUSALS, RestRefusal,
    RestRefusal::SessionExpired => "session expired",
    RestRefusal::SessionNotValid => "session not valid",
    RestRefusal::NotAttachedToAgent => "not attached to agent",
    RestRefusal::ApiDisabled => "api disabled",
    RestRefusal::RequestLimit => "request limit",
    RestRefusal::PasswordExpired => "password expired",
    RestRefusal::ApiCurrentlyDisabled => "api currently disabled",
    RestRefusal::ServerUnavailable => "server unavailable",
    RestRefusal::UrlNotReset => "url not reset",
);

closed_set!(
    endpoint, ENDPOINTS, Endpoint,
    Endpoint::Authorize => "authorize",
    Endpoint::Token => "token",
    Endpoint::Introspect => "introspect",
    Endpoint::Revoke => "revoke",
    Endpoint::Userinfo => "userinfo",
    Endpoint::Identity => "identity",
    Endpoint::WellKnown => "well_known",
    Endpoint::Rest => "rest",
    Endpoint::Setup => "setup",
    Endpoint::Pages => "pages",
);

/// Endpoints that our programs never ask. A person's browser asks the first two, other programs the third.
pub(crate) const NOT_ASKED: [&str; 3] = ["setup", "pages", "well_known"];

/// The meaning of a switch for a stored connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// A fault, which has a row.
    Fault,
    /// No fault, for this reason.
    Not(&'static str),
}

macro_rules! switches {
    ($($name:ident => $what:expr),+ $(,)?) => {
        pub(crate) const SWITCHES: &[(&str, Switch)] = &[$((stringify!($name), $what)),+];

        /// Does not compile while a switch is missing.
        pub(crate) fn names_every_switch(switches: &Switches) {
            let Switches { $($name: _),+ } = switches;
        }
    };
}

switches!(
    callbacks => Switch::Fault,
    scopes => Switch::Fault,
    activation_seconds => Switch::Fault,
    activation_flaps => Switch::Not("only an app that is not active yet flaps; tests/tests/set_up/new_apps.rs meets it"),
    new_apps => Switch::Not("how apps are made; what follows from it has switches of its own here"),
    pkce_required => Switch::Not("every sign-in of ours has PKCE"),
    secret_at_refresh => Switch::Not("every refresh of ours has the secret, but one that is asked for; tests/tests/renewal/app_audit.rs meets it"),
    rotation => Switch::Not("the whole table is run with it and without"),
    rotation_overlap => Switch::Not("of a rotation in Setup; tests/tests/sign_in/rotating.rs meets it"),
    rotation_keeps_tokens => Switch::Not("of a rotation in Setup; tests/tests/sign_in/rotating.rs meets it"),
    credentials_by_rest => Switch::Not("of a rotation by REST; tests/tests/sign_in/rotating_by_rest.rs meets it"),
    client_secret_hidden_from => Switch::Not("of a rotation by REST; tests/tests/sign_in/rotating_by_rest.rs meets it"),
    session_seconds => Switch::Fault,
    refresh_policy => Switch::Fault,
    approvals_per_user => Switch::Not("its fault is the approval that is one too many, which has a row of its own"),
    kind => Switch::Not("asked about in a sign-in; tests/tests/network/real_hosts.rs meets it"),
    frozen => Switch::Fault,
    refuse_callback_form => Switch::Not("said by Setup to a person who saves the app"),
    admin_passkey => Switch::Not("asked of a person on the login page"),
    identity_code => Switch::Not("asked of a person on the login page"),
    approval_error => Switch::Fault,
    refusals_stay_on_page => Switch::Not("shown to a person; tests/tests/sign_in/pasted.rs meets it"),
    authorize_redirect => Switch::Fault,
    maintenance => Switch::Fault,
    next_token_error => Switch::Fault,
    next_instance_url => Switch::Fault,
    next_identity_url => Switch::Fault,
    omit_refresh_token => Switch::Fault,
    granted_scope => Switch::Fault,
    token_delay_milliseconds => Switch::Fault,
    introspect_unknown_is_bad_request => Switch::Fault,
    introspect_names_no_end => Switch::Not("nothing fails of it; tests/tests/keeping/policies.rs meets it"),
    userinfo_refuses_api_scope => Switch::Fault,
    session_not_valid_for_rest => Switch::Fault,
    rest_refusal => Switch::Fault,
    hidden_objects => Switch::Fault,
    daily_api_requests => Switch::Fault,
);
