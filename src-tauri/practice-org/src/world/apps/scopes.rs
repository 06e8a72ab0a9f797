//! Salesforce's OAuth scopes: their names, their labels in Setup, and the one with two names.

/// The scope that allows a refresh token.
const REFRESH: &str = "refresh_token";

/// All selectable OAuth scopes: technical name and label.
// ASSUMES: scope-labels
pub(crate) const SCOPES: [(&str, &str); 11] = [
    ("id", "Access the identity URL service (id, profile, email, address, phone)"),
    ("api", "Manage user data via APIs (api)"),
    ("web", "Manage user data via Web browsers (web)"),
    ("full", "Full access (full)"),
    (REFRESH, "Perform requests at any time (refresh_token, offline_access)"),
    ("visualforce", "Access Visualforce applications (visualforce)"),
    ("openid", "Access unique user identifiers (openid)"),
    ("custom_permissions", "Access custom permissions (custom_permissions)"),
    ("chatter_api", "Access Connect REST API resources (chatter_api)"),
    ("lightning", "Access Lightning applications (lightning)"),
    ("content", "Access content resources (content)"),
];

/// The name under which Setup lists a scope. Two names share one entry there.
pub(crate) fn canonical(scope: &str) -> &str {
    if scope == "offline_access" { REFRESH } else { scope }
}

/// A scope's label in Setup; its name if Setup does not list it.
pub(crate) fn label(scope: &str) -> &str {
    let scope = canonical(scope);
    SCOPES.iter().find(|(name, _)| *name == scope).map_or(scope, |(_, label)| label)
}

/// Whether a scope list allows a refresh token.
pub(crate) fn allows_refresh(scope: &str) -> bool {
    scope.split_whitespace().any(|one| canonical(one) == REFRESH)
}

/// The wanted scopes, each once, in the order of Setup's list.
pub(crate) fn in_order(is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    SCOPES.iter().map(|(name, _)| *name).filter(|name| is_wanted(name)).map(str::to_owned).collect()
}
