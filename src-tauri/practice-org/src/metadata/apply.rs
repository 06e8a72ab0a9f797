//! From the components of a package to apps of the org: what does not fit together, and what an app is then like.

use std::collections::BTreeSet;

use super::kind::Of;
use super::package::{Component, about_manifest};
use crate::world::apps::app::App;
use crate::world::apps::policies::{IpRelaxation, PermittedUsers, Policies};
use crate::world::apps::rules;
use crate::world::apps::scopes;
use crate::world::apps::settings::{Basics, Distribution, OauthSettings, Tick};
use crate::world::deploys::Message;
use crate::world::people::users::PROFILES;
use crate::world::state::State;
use crate::world::switches::RefreshPolicy;

const HOUR: u64 = 60 * 60;
/// Tells that a global file has no OAuth settings to belong to.
const NO_OAUTH_SETTINGS: &str = "The external client app configured in your global OAuth Settings doesn't have a valid OAuth settings configuration.";
/// The scopes of metadata and their technical names, as far as this org has them.
const SCOPES: [(&str, &str); 15] = [
    ("Address", "id"),
    ("Api", "api"),
    ("Basic", "id"),
    ("Chatter", "chatter_api"),
    ("Content", "content"),
    ("CustomPermissions", "custom_permissions"),
    ("Email", "id"),
    ("Full", "full"),
    ("Lightning", "lightning"),
    ("OfflineAccess", "refresh_token"),
    ("OpenID", "openid"),
    ("Phone", "id"),
    ("Profile", "id"),
    ("RefreshToken", "refresh_token"),
    ("Web", "web"),
];

/// Deploys the components, all or none, and tells what became of each.
// ASSUMES: deploy-all-or-none
pub(super) fn deploy(
    state: &mut State,
    mut components: Vec<Component>,
    by: usize,
    check_only: bool,
) -> Vec<Message> {
    refuse_what_does_not_fit(state, &mut components);
    let apps: BTreeSet<String> = components.iter().map(|component| component.app().to_owned()).collect();
    let there: Vec<&String> = apps.iter().filter(|name| app_named(state, name).is_some()).collect();
    let mut messages: Vec<Message> = components
        .iter()
        .map(|component| Message {
            of: component.kind.name.to_owned(),
            full_name: component.full_name.clone(),
            file: component.kind.file(&component.full_name),
            id: None,
            created: !there.iter().any(|name| *name == component.app()),
            problem: component.problem.clone(),
        })
        .collect();
    if !check_only && components.iter().all(|component| component.problem.is_none()) {
        for name in &apps {
            put(state, name, &components, by);
        }
        for message in messages.iter_mut().filter(|message| message.of == "ExternalClientApplication") {
            let app = app_named(state, &message.full_name).and_then(|app| state.apps.get(app));
            message.id = app.map(|app| app.id.clone());
        }
    }
    messages.push(about_manifest());
    messages
}

/// The listed app with this API name, letter for letter.
fn app_named(state: &State, name: &str) -> Option<usize> {
    state.listed_apps().find(|(_, app)| app.basics.api_name == name).map(|(index, _)| index)
}

fn refuse_what_does_not_fit(state: &State, components: &mut [Component]) {
    let names = |of: Of, components: &[Component]| -> BTreeSet<String> {
        components.iter().filter(|one| one.kind.of == of).map(|one| one.app().to_owned()).collect()
    };
    let (apps, with_oauth) = (names(Of::App, components), names(Of::Oauth, components));
    for component in components {
        let name = component.app().to_owned();
        let there = app_named(state, &name).and_then(|app| state.apps.get(app));
        let is_known = there.is_some() || apps.contains(&name);
        let has_oauth = with_oauth.contains(&name) || there.is_some_and(|app| app.saved().enabled);
        // ASSUMES: deploy-cross-references
        if component.kind.of == Of::GlobalOauth && !has_oauth && (is_known || apps.is_empty()) {
            component.refuse(NO_OAUTH_SETTINGS.to_owned());
        } else if !is_known {
            component.refuse(format!(
                "INVALID_CROSS_REFERENCE_KEY: PRACTICE: no External Client App has the API Name {name}"
            ));
        } else if let Err(problem) = fits(state, component) {
            component.refuse(problem);
        }
    }
}

/// Whether the values of one component can be taken.
fn fits(state: &State, component: &Component) -> Result<(), String> {
    match component.kind.of {
        Of::App => app_fits(component),
        Of::Policies => match component.truth("isEnabled") {
            Some(false) => Err("PRACTICE: this org has no app that is not enabled".to_owned()),
            Some(true) | None => Ok(()),
        },
        Of::GlobalOauth => {
            let text = component.text("callbackUrl");
            rules::callbacks_are_good(&text, &rules::lines_of(&text), state.switches.refuse_callback_form)
        }
        Of::OauthPolicies => policies_fit(component),
        Of::Oauth => scopes_of(&component.text("commaSeparatedOauthScopes")).map(drop),
    }
}

fn app_fits(component: &Component) -> Result<(), String> {
    // ASSUMES: deploy-texts
    if !rules::is_api_name(&component.full_name) {
        return Err("PRACTICE: the name of the file is no API Name".to_owned());
    }
    if !rules::is_email(&component.text("contactEmail")) {
        return Err("INVALID_EMAIL_ADDRESS: PRACTICE: contactEmail is no e-mail address".to_owned());
    }
    for element in ["infoUrl", "logoUrl", "iconUrl"] {
        if component.get(element).is_some_and(|url| !url.is_empty() && !rules::is_web_address(url)) {
            return Err(format!("PRACTICE: {element} is no web address"));
        }
    }
    Ok(())
}

fn policies_fit(component: &Component) -> Result<(), String> {
    if component.get("requiredSessionLevel").is_some_and(|level| level != "STANDARD") {
        return Err("PRACTICE: this org knows no session level but STANDARD".to_owned());
    }
    let is_specific =
        component.get("refreshTokenPolicyType").is_some_and(|policy| policy.starts_with("Specific"));
    let has_period = component.text("refreshTokenValidityPeriod").parse().is_ok_and(|period: u64| period > 0);
    if is_specific && !(has_period && component.get("refreshTokenValidityUnit").is_some()) {
        return Err(
            "PRACTICE: a specific time needs refreshTokenValidityPeriod and refreshTokenValidityUnit"
                .to_owned(),
        );
    }
    let profiles = component.text("commaSeparatedProfile");
    let unknown = listed(&profiles).find(|profile| !PROFILES.contains(profile));
    unknown.map_or(Ok(()), |profile| Err(format!("no Profile named {profile} found")))
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// The technical names of the scopes.
// ASSUMES: deploy-texts
fn scopes_of(text: &str) -> Result<Vec<String>, String> {
    let mut wanted = Vec::new();
    for scope in listed(text) {
        let known = SCOPES.iter().find(|(metadata, _)| *metadata == scope);
        let Some((_, name)) = known else {
            let all = SCOPES.map(|(metadata, _)| metadata).join(", ");
            return Err(format!("PRACTICE: {scope} is no scope of this org, which has {all}"));
        };
        wanted.push(*name);
    }
    Ok(scopes::in_order(|name| wanted.contains(&name)))
}

/// Makes an app of the components that are about it, or changes the one that is there.
// ASSUMES: deploy-left-out
fn put(state: &mut State, name: &str, components: &[Component], by: usize) {
    let new_apps = state.switches.new_apps;
    let there = app_named(state, name);
    let former = there.and_then(|app| state.apps.get(app));
    let mut basics = former.map_or_else(Basics::default, |app| app.basics.clone());
    let mut settings = former.map_or_else(|| OauthSettings::of_new(new_apps), |app| app.saved().clone());
    let mut policies = former.map_or_else(|| Policies::of_new(new_apps), |app| app.policies.clone());
    let had_both = former.is_some_and(|app: &App| app.saved().enabled);
    let (mut has_oauth, mut has_global, mut plugin) = (had_both, had_both, true);
    for component in components.iter().filter(|component| component.app() == name) {
        match component.kind.of {
            Of::App => basics = basics_of(component),
            Of::Policies => plugin = component.truth("isOauthPluginEnabled").unwrap_or(true),
            Of::GlobalOauth => {
                has_global = true;
                set_global(&mut settings, component);
            }
            Of::OauthPolicies => set_policies(&mut policies, component),
            Of::Oauth => {
                has_oauth = true;
                settings.scopes = scopes_of(&component.text("commaSeparatedOauthScopes")).unwrap_or_default();
            }
        }
    }
    settings.enabled = has_oauth && has_global && plugin;
    // ASSUMES: pkce-locked
    if new_apps.locks_pkce() {
        settings.set(Tick::Pkce, true);
    }
    let app = match there {
        Some(app) => {
            state.save_app(app, basics, settings, by);
            app
        }
        None => state.create_app(basics, settings, by),
    };
    if let Some(app) = state.apps.get_mut(app) {
        app.policies = policies;
    }
}

fn basics_of(component: &Component) -> Basics {
    let state = component.text("distributionState");
    let distribution = Distribution::ALL.into_iter().find(|one| one.label() == state);
    Basics {
        name: component.text("label"),
        api_name: component.full_name.clone(),
        contact_email: component.text("contactEmail"),
        distribution: distribution.unwrap_or_default(),
        contact_phone: component.text("contactPhone"),
        info_url: component.text("infoUrl"),
        logo_url: component.text("logoUrl"),
        icon_url: component.text("iconUrl"),
        description: component.text("description"),
    }
}

fn set_global(settings: &mut OauthSettings, component: &Component) {
    settings.callbacks = rules::lines_of(&component.text("callbackUrl"));
    for tick in Tick::all() {
        if let Some(on) = component.truth(tick.field()) {
            settings.set(tick, on);
        }
    }
    // Salesforce keeps the opposite of what the box says.
    if let Some(optional) = component.truth("isConsumerSecretOptional") {
        settings.set(Tick::SecretForWebServer, !optional);
    }
}

fn set_policies(policies: &mut Policies, component: &Component) {
    let value = |element: &str| component.get(element).unwrap_or_default();
    if let Some(users) =
        PermittedUsers::ALL.into_iter().find(|one| one.value() == value("permittedUsersPolicyType"))
    {
        policies.permitted_users = users;
    }
    if let Some(ip) = IpRelaxation::ALL.into_iter().find(|one| one.value() == value("ipRelaxationPolicyType"))
    {
        policies.ip_relaxation = ip;
    }
    let unit = match value("refreshTokenValidityUnit") {
        "Hours" => HOUR,
        "Months" => 30 * 24 * HOUR,
        _ => 24 * HOUR,
    };
    let seconds = value("refreshTokenValidityPeriod").parse().unwrap_or(0_u64).saturating_mul(unit);
    match value("refreshTokenPolicyType") {
        "Infinite" => policies.refresh = RefreshPolicy::UntilRevoked,
        "Zero" => policies.refresh = RefreshPolicy::Immediately,
        "SpecificInactivity" => policies.refresh = RefreshPolicy::IfNotUsed { seconds },
        "SpecificLifetime" => policies.refresh = RefreshPolicy::After { seconds },
        _ => {}
    }
    policies.profiles = listed(value("commaSeparatedProfile")).map(str::to_owned).collect();
    policies.session_minutes = value("sessionTimeoutInMinutes").parse().ok();
    value("startUrl").clone_into(&mut policies.start_url);
}
