//! The tab Policies: the admin's decisions about an app.

use axum::http::StatusCode;
use axum::response::Response;

use super::fields::{Errors, Text, section, select, shown as shown_field, summary, tick};
use super::frame::{self, Frame};
use super::visit::{Visit, app_path};
use crate::http::call::Fields;
use crate::http::paths::APPS;
use crate::world::apps::policies::{IpRelaxation, PermittedUsers, Policies};
use crate::world::people::users::PROFILES;
use crate::world::switches::RefreshPolicy;

const HOUR: u64 = 60 * 60;
const UNITS: [(&str, u64); 3] = [("Hours", HOUR), ("Days", 24 * HOUR), ("Months", 30 * 24 * HOUR)];
const REFRESH: [(&str, &str); 4] = [
    ("Infinite", "Refresh token is valid until revoked"),
    ("Zero", "Immediately expire refresh token"),
    ("SpecificInactivity", "Expire refresh token if not used for specific time"),
    ("SpecificLifetime", "Expire refresh token after specific time"),
];
const LABELS: [(&str, &str); 2] = [
    ("refreshTokenValidityPeriod", "Refresh Token Validity Period"),
    ("sessionTimeoutInMinutes", "Session Timeout in Minutes"),
];
const WHOLE_NUMBER: &str = "Enter a whole number of 1 or more.";

/// The policies, read-only.
pub(super) fn shown(policies: &Policies) -> String {
    let (policy, period, unit) = refresh_parts(policies.refresh);
    let label = REFRESH.iter().find(|(value, _)| *value == policy).map_or("", |(_, label)| label);
    let refresh = if period.is_empty() { label.to_owned() } else { format!("{label}: {period} {unit}") };
    let session = policies
        .session_minutes
        .map_or_else(|| "As in the org's Session Settings".to_owned(), |minutes| minutes.to_string());
    let app = [
        shown_field("Selected Profiles", &policies.profiles.join(", ")),
        shown_field("Start URL", &policies.start_url),
    ];
    let oauth = [
        shown_field("Permitted Users", policies.permitted_users.label()),
        shown_field("Refresh Token Policy", &refresh),
        shown_field("IP Relaxation", policies.ip_relaxation.label()),
        shown_field("Session Timeout in Minutes", &session),
    ];
    format!(
        "{}{}",
        section("app-policies", "App Policies", true, &format!("<dl class=\"two\">{}</dl>", app.concat())),
        section(
            "oauth-policies",
            "OAuth Policies",
            true,
            &format!("<dl class=\"two\">{}</dl>", oauth.concat())
        ),
    )
}

/// GET: the form. POST: the form that was filled in.
pub(super) fn answer(visit: &mut Visit<'_>, number: usize) -> Response {
    let Some(app) = visit.state.apps.get(number) else { return frame::missing(visit) };
    let (id, policies) = (app.id.clone(), app.policies.clone());
    if !visit.is_post() {
        return show(visit, &id, &Typed::of(&policies), &Errors::new());
    }
    if !visit.form_is_fresh() {
        return frame::stale(visit);
    }
    let typed = Typed::read(&visit.call.form());
    match typed.policies() {
        Ok(policies) => {
            if let Some(app) = visit.state.apps.get_mut(number) {
                app.policies = policies;
            }
            visit.go(&format!("{}?tab=policies&saved=1", app_path(&id)))
        }
        Err(errors) => show(visit, &id, &typed, &errors),
    }
}

/// The form's values as typed.
struct Typed {
    permitted: String,
    profiles: Vec<String>,
    policy: String,
    period: String,
    unit: String,
    ip: String,
    session: String,
    start_url: String,
}

impl Typed {
    fn of(policies: &Policies) -> Self {
        let (policy, period, unit) = refresh_parts(policies.refresh);
        Self {
            permitted: policies.permitted_users.value().to_owned(),
            profiles: policies.profiles.clone(),
            policy: policy.to_owned(),
            period,
            unit: unit.to_owned(),
            ip: policies.ip_relaxation.value().to_owned(),
            session: policies.session_minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
            start_url: policies.start_url.clone(),
        }
    }

    fn read(form: &Fields) -> Self {
        Self {
            permitted: form.trimmed("permittedUsersPolicyType"),
            profiles: PROFILES
                .iter()
                .filter(|name| form.all("profile").any(|one| one == **name))
                .map(ToString::to_string)
                .collect(),
            policy: form.trimmed("refreshTokenPolicyType"),
            period: form.trimmed("refreshTokenValidityPeriod"),
            unit: form.trimmed("refreshTokenValidityUnit"),
            ip: form.trimmed("ipRelaxationPolicyType"),
            session: form.trimmed("sessionTimeoutInMinutes"),
            start_url: form.trimmed("startUrl"),
        }
    }

    fn policies(&self) -> Result<Policies, Errors> {
        let mut errors = Errors::new();
        let period = count(&self.period);
        let session_minutes = count(&self.session);
        let unit = UNITS.iter().find(|(name, _)| *name == self.unit).map_or(HOUR, |(_, seconds)| *seconds);
        let seconds = period.unwrap_or(1).saturating_mul(unit);
        let refresh = match self.policy.as_str() {
            "Zero" => RefreshPolicy::Immediately,
            "SpecificInactivity" => RefreshPolicy::IfNotUsed { seconds },
            "SpecificLifetime" => RefreshPolicy::After { seconds },
            _ => RefreshPolicy::UntilRevoked,
        };
        let needs_period = matches!(refresh, RefreshPolicy::IfNotUsed { .. } | RefreshPolicy::After { .. });
        if needs_period && period.is_none() {
            errors.insert("refreshTokenValidityPeriod", WHOLE_NUMBER.to_owned());
        }
        if !self.session.is_empty() && session_minutes.is_none() {
            errors.insert("sessionTimeoutInMinutes", WHOLE_NUMBER.to_owned());
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let permitted = PermittedUsers::ALL.into_iter().find(|one| one.value() == self.permitted);
        let ip = IpRelaxation::ALL.into_iter().find(|one| one.value() == self.ip);
        Ok(Policies {
            permitted_users: permitted.unwrap_or(PermittedUsers::AllSelfAuthorized),
            profiles: self.profiles.clone(),
            refresh,
            ip_relaxation: ip.unwrap_or(IpRelaxation::Enforce),
            session_minutes,
            start_url: self.start_url.clone(),
        })
    }
}

fn show(visit: &mut Visit<'_>, id: &str, typed: &Typed, errors: &Errors) -> Response {
    let app = format!(
        "<fieldset class=\"choices\"><legend>Select Profiles</legend>{}</fieldset>{}",
        PROFILES.map(|name| profile(name, typed.profiles.iter().any(|one| one == name))).concat(),
        Text::new("startUrl", "Start URL", &typed.start_url).with("type=\"url\"").html(errors),
    );
    let oauth = [
        select(
            "permittedUsersPolicyType",
            "Permitted Users",
            &PermittedUsers::ALL.map(|one| (one.value(), one.label())),
            &typed.permitted,
            true,
        ),
        select("refreshTokenPolicyType", "Refresh Token Policy", &REFRESH, &typed.policy, true),
        Text::new("refreshTokenValidityPeriod", "Refresh Token Validity Period", &typed.period)
            .with("inputmode=\"numeric\"")
            .help("Only for a policy with a specific time.")
            .html(errors),
        select(
            "refreshTokenValidityUnit",
            "Refresh Token Validity Unit",
            &UNITS.map(|(name, _)| (name, name)),
            &typed.unit,
            false,
        ),
        select(
            "ipRelaxationPolicyType",
            "IP Relaxation",
            &IpRelaxation::ALL.map(|one| (one.value(), one.label())),
            &typed.ip,
            true,
        ),
        Text::new("sessionTimeoutInMinutes", "Session Timeout in Minutes", &typed.session)
            .with("inputmode=\"numeric\"")
            .help("Empty: as in the org's Session Settings.")
            .html(errors),
    ];
    let body = format!(
        "{summary}<form class=\"editor\" method=\"post\" action=\"{APPS}/{id}/policies\" novalidate>{token}<div class=\"card\">{app}{oauth}</div>\n\
         <div class=\"foot\"><a class=\"button\" href=\"{back}?tab=policies\">Cancel</a><button class=\"brand\" id=\"save\">Save</button></div></form>",
        summary = summary(errors, &LABELS),
        token = visit.form_token(),
        app = section("app-policies", "App Policies", true, &app),
        oauth = section(
            "oauth-policies",
            "OAuth Policies",
            true,
            &format!("<div class=\"two\">{}</div>", oauth.concat())
        ),
        back = app_path(id),
    );
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Frame::new("Edit Policies", body).with_status(status).show(visit)
}

/// A checkbox for a profile. All have the same name and different values.
fn profile(name: &str, on: bool) -> String {
    let id = name.replace(' ', "-").to_lowercase();
    tick(&id, name, on)
        .replace(&format!("name=\"{id}\" value=\"1\""), &format!("name=\"profile\" value=\"{name}\""))
}

fn count(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number| *number > 0)
}

/// The form's values for a policy: its kind, its period and the unit.
fn refresh_parts(policy: RefreshPolicy) -> (&'static str, String, &'static str) {
    let (value, seconds) = match policy {
        RefreshPolicy::UntilRevoked => return ("Infinite", String::new(), "Days"),
        RefreshPolicy::Immediately => return ("Zero", String::new(), "Days"),
        RefreshPolicy::IfNotUsed { seconds } => ("SpecificInactivity", seconds),
        RefreshPolicy::After { seconds } => ("SpecificLifetime", seconds),
    };
    let whole = UNITS.iter().rev().find(|(_, unit)| seconds % unit == 0);
    let (name, unit) = whole.copied().unwrap_or(("Hours", HOUR));
    (value, (seconds / unit).max(1).to_string(), name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewApps;

    #[test]
    fn policies_are_read_as_they_were_written() {
        for refresh in [
            RefreshPolicy::UntilRevoked,
            RefreshPolicy::Immediately,
            RefreshPolicy::IfNotUsed { seconds: 30 * 24 * HOUR },
            RefreshPolicy::After { seconds: 5 * HOUR },
        ] {
            let new = Policies::of_new(NewApps::November2026);
            let policies = Policies { refresh, session_minutes: Some(15), ..new };
            assert_eq!(Typed::of(&policies).policies(), Ok(policies.clone()), "{refresh:?}");
        }
    }

    #[test]
    fn a_specific_time_needs_a_number() {
        let mut typed = Typed::of(&Policies::of_new(NewApps::Before));
        "SpecificLifetime".clone_into(&mut typed.policy);
        "soon".clone_into(&mut typed.session);
        let errors = typed.policies().unwrap_err();
        let named: Vec<&str> = errors.keys().copied().collect();
        assert_eq!(named, ["refreshTokenValidityPeriod", "sessionTimeoutInMinutes"], "both are asked for");
    }
}
