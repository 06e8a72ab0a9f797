//! The five metadata types of an External Client App, each with the elements that the guide's form decides on.

use std::collections::BTreeMap;

use super::{App, EMAIL_STAND_IN, File, form::Form, xml::Document};
use crate::org::salesforce;

/// A component of the package.
pub(super) struct Component {
    /// The metadata type.
    pub(super) of: &'static str,
    pub(super) full_name: String,
    folder: &'static str,
    ending: &'static str,
    /// Sorted by name, as Salesforce writes them.
    elements: BTreeMap<&'static str, String>,
}

/// The boxes of the form's Security section: label, element, and its value when the box is checked.
const BOXES: [(&str, &str, bool); 3] = [
    // Salesforce stores the opposite of what it asks.
    ("Require secret for Web Server Flow", "isConsumerSecretOptional", false),
    ("Require secret for Refresh Token Flow", "isSecretRequiredForRefreshToken", true),
    (
        "Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows",
        "isPkceRequired",
        true,
    ),
];
/// What the guide leaves empty or at its default: flows, other settings, and a rotation that nobody asked for.
const LEFT_EMPTY: [&str; 8] = [
    "isClientCredentialsFlowEnabled",
    "isCodeCredFlowEnabled",
    "isDeviceFlowEnabled",
    "isIntrospectAllTokens",
    "isNamedUserJwtEnabled",
    "isTokenExchangeEnabled",
    "shouldRotateConsumerKey",
    "shouldRotateConsumerSecret",
];
/// The same among the policies.
const LEFT_EMPTY_BY_POLICY: [&str; 3] =
    ["isClientCredentialsFlowEnabled", "isGuestCodeCredFlowEnabled", "isTokenExchangeFlowEnabled"];
/// The labels of the scopes, and what the metadata calls them.
pub(super) const SCOPES: [(&str, &str); 2] =
    [(salesforce::API_SCOPE_LABEL, "Api"), (salesforce::REFRESH_SCOPE_LABEL, "RefreshToken")];

const HOURS_OF_A_DAY: u64 = 24;
const SECONDS_OF_AN_HOUR: u64 = 60 * 60;

/// The app, its OAuth settings, those that are global to it, and its two policies.
pub(super) fn components(app: App<'_>) -> Vec<Component> {
    let (name, label) = (app.name.api(), app.name.label());
    let form = Form::of(app.org);
    let policy = format!("{name}_defaultPolicy");
    let (settings, policies) = (format!("{label} OAuth"), policy.clone());
    vec![
        Component::new("ExternalClientApplication", "externalClientApps", "eca", name, label)
            .with("contactEmail", app.email.unwrap_or(EMAIL_STAND_IN))
            .with("description", form.value("Description"))
            .with("distributionState", form.value("Distribution State"))
            .with("isProtected", "false"),
        Component::new(
            "ExtlClntAppConfigurablePolicies",
            "extlClntAppPolicies",
            "ecaPlcy",
            &policy,
            &policies,
        )
        .with("externalClientApplication", name)
        .with("isEnabled", "true")
        .with("isOauthPluginEnabled", "true"),
        global(&form, name, &settings),
        oauth_policies(name, &policy),
        Component::new("ExtlClntAppOauthSettings", "extlClntAppOauthSettings", "ecaOauth", name, &settings)
            .with("commaSeparatedOauthScopes", &scopes(&form))
            .with("externalClientApplication", name),
    ]
}

/// Callback URL, and the boxes.
fn global(form: &Form, name: &str, label: &str) -> Component {
    let mut global = Component::new(
        "ExtlClntAppGlobalOauthSettings",
        "extlClntAppGlobalOauthSets",
        "ecaGlblOauth",
        name,
        label,
    )
    .with("callbackUrl", form.value("Callback URL"))
    .with("externalClientApplication", name);
    for (label, element, checked) in BOXES {
        global = global.with(element, truth(form.is_checked(label) == checked));
    }
    LEFT_EMPTY.iter().fold(global, |global, element| global.with(element, "false"))
}

/// The policies that Salesforce gives a new app, which the guide leaves as they are.
fn oauth_policies(name: &str, policy: &str) -> Component {
    let days = salesforce::NEW_APP_LIFE.as_secs() / SECONDS_OF_AN_HOUR / HOURS_OF_A_DAY;
    let policies = Component::new(
        "ExtlClntAppOauthConfigurablePolicies",
        "extlClntAppOauthPolicies",
        "ecaOauthPlcy",
        policy,
        policy,
    )
    .with("externalClientApplication", name)
    .with("ipRelaxationPolicyType", "Enforce")
    .with("permittedUsersPolicyType", "AllSelfAuthorized")
    .with("refreshTokenPolicyType", "SpecificLifetime")
    .with("refreshTokenValidityPeriod", &days.to_string())
    .with("refreshTokenValidityUnit", "Days")
    .with("requiredSessionLevel", "STANDARD");
    LEFT_EMPTY_BY_POLICY.iter().fold(policies, |policies, element| policies.with(element, "false"))
}

fn scopes(form: &Form) -> String {
    let of = |label: &str| {
        let found = SCOPES.iter().find(|(known, _)| *known == form.value(label));
        found.map(|(_, metadata)| *metadata)
    };
    ["First scope", "Second scope"].into_iter().filter_map(of).collect::<Vec<_>>().join(", ")
}

fn truth(of: bool) -> &'static str {
    if of { "true" } else { "false" }
}

impl Component {
    fn new(
        of: &'static str,
        folder: &'static str,
        ending: &'static str,
        full_name: &str,
        label: &str,
    ) -> Self {
        let elements = BTreeMap::from([("label", label.to_owned())]);
        Self { of, full_name: full_name.to_owned(), folder, ending, elements }
    }

    fn with(mut self, element: &'static str, text: &str) -> Self {
        self.elements.insert(element, text.to_owned());
        self
    }

    pub(super) fn into_file(self) -> File {
        let mut document = Document::of(self.of);
        self.elements.iter().for_each(|(name, text)| document.element(name, text));
        let Self { folder, full_name, ending, .. } = self;
        let path = format!("force-app/main/default/{folder}/{full_name}.{ending}-meta.xml");
        File { path, text: document.end() }
    }
}

#[cfg(test)]
pub(super) fn boxes() -> impl Iterator<Item = &'static str> {
    BOXES.iter().map(|(label, ..)| *label)
}
