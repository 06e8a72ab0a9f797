//! An External Client App, and the apps of a new org.

use super::consumer::{Consumer, Pair};
use super::policies::Policies;
use super::settings::{Basics, OauthSettings, Tick};
use crate::world::options::Options;
use crate::world::seeded::{Seeded, long_id};
use crate::world::switches::NewApps;

/// The index of the app that the org starts with, which [`Options`], the switches, `key()` and `secret()` are about.
pub(crate) const SEEDED: usize = 0;

/// An External Client App. Its index stays the same while the org runs, also after its deletion.
pub(crate) struct App {
    /// The id: 18 characters, prefix 0xI.
    pub(crate) id: String,
    pub(crate) basics: Basics,
    pub(crate) policies: Policies,
    /// `None` until "Enable OAuth" is first ticked.
    pub(crate) consumer: Option<Consumer>,
    pub(crate) created: Edited,
    pub(crate) modified: Edited,
    pub(crate) deleted: bool,
    /// Whether "Block" was pressed on the OAuth usage page.
    pub(crate) blocked: bool,
    /// Whether the app is in another org: its key is known, but a login here ends with "not installed in this org".
    pub(crate) elsewhere: bool,
    saved: OauthSettings,
    /// The settings in force until the saved ones are active.
    before: OauthSettings,
    saved_at: u64,
}

/// The time, in milliseconds since 1970, and the user.
#[derive(Clone, Copy)]
pub(crate) struct Edited {
    pub(crate) at: u64,
    pub(crate) by: usize,
}

impl App {
    pub(super) fn new(
        id: String,
        basics: Basics,
        settings: OauthSettings,
        policies: Policies,
        created: Edited,
    ) -> Self {
        Self {
            id,
            basics,
            policies,
            consumer: None,
            created,
            modified: created,
            deleted: false,
            blocked: false,
            elsewhere: false,
            before: settings.clone(),
            saved: settings,
            saved_at: created.at,
        }
    }

    /// The saved settings, which Setup shows.
    pub(crate) fn saved(&self) -> &OauthSettings {
        &self.saved
    }

    /// The settings for requests: the saved ones once they are active, until then the former ones.
    pub(crate) fn in_force(&self, now: u64, activation: u64) -> &OauthSettings {
        if now >= self.saved_at.saturating_add(activation) { &self.saved } else { &self.before }
    }

    /// Whether requests with the app's key find it.
    pub(crate) fn is_active(&self, now: u64, activation: u64) -> bool {
        let known = |consumer: &Consumer| now >= consumer.since.saturating_add(activation);
        !self.deleted && self.in_force(now, activation).enabled && self.consumer.as_ref().is_some_and(known)
    }

    /// Saves settings as Setup does: they take effect once they are active.
    pub(super) fn save(&mut self, settings: OauthSettings, now: u64, activation: u64) {
        if settings != self.saved {
            self.before = self.in_force(now, activation).clone();
            self.saved = settings;
            self.saved_at = now;
        }
    }

    /// Changes settings at once, as tests and rehearsals do.
    pub(super) fn set(&mut self, change: impl Fn(&mut OauthSettings)) {
        change(&mut self.saved);
        change(&mut self.before);
    }
}

/// The apps of a new org: the seeded one, and one of another org.
pub(crate) fn at_start(options: &Options, seeded: &Seeded, now: u64) -> Vec<App> {
    let created = Edited { at: now, by: 0 };
    let app = |name: &str, pair: Pair| {
        let basics = Basics {
            name: options.app_name.clone(),
            api_name: api_name(&options.app_name),
            contact_email: format!("admin@{}", seeded.domain()),
            ..Basics::default()
        };
        let mut settings = OauthSettings {
            enabled: true,
            callbacks: options.callbacks.clone(),
            scopes: options.scopes.clone(),
            ..OauthSettings::of_new(NewApps::November2026)
        };
        settings.set(Tick::Rotation, options.rotation);
        let id = long_id(&seeded.id("0xI", name));
        let policies = Policies::of_new(NewApps::November2026);
        App { consumer: Some(Consumer::new(pair, now)), ..App::new(id, basics, settings, policies, created) }
    };
    let elsewhere = App { elsewhere: true, ..app("app elsewhere", seeded.pair_elsewhere()) };
    vec![app("app", seeded.pair()), elsewhere]
}

/// The API name that Setup derives from an app's name: other characters than letters and digits become one underscore.
pub(crate) fn api_name(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    let joined = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    if joined.starts_with(|first: char| first.is_ascii_digit()) { format!("X{joined}") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_name_follows_the_documented_rule() {
        for (name, expected) in [
            ("Datatrax", "Datatrax"),
            ("Datatrax Connect", "Datatrax_Connect"),
            ("  My -- app! ", "My_app"),
            ("3 boxes", "X3_boxes"),
            ("—", ""),
        ] {
            assert_eq!(api_name(name), expected, "derived from {name:?}");
        }
    }
}
