//! The External Client Apps of the org.

use crate::world::apps::consumer::{Consumer, Pair};
use crate::world::apps::policies::Policies;
use crate::world::apps::settings::{Basics, OauthSettings, Tick};
use crate::world::options::Options;
use crate::world::seeded::{Seeded, long_id};
use crate::world::state::State;
use crate::world::switches::Switches;

/// The app the org starts with. [`Options`], [`Switches`], `key()` and `secret()` speak of it.
pub(crate) const SEEDED: usize = 0;

/// An External Client App. It keeps its index for as long as the org runs, also when it was deleted.
pub(crate) struct App {
    /// 18 characters, prefix 0xI.
    pub(crate) id: String,
    pub(crate) basics: Basics,
    pub(crate) policies: Policies,
    /// `None` until "Enable OAuth" was ticked for the first time.
    pub(crate) consumer: Option<Consumer>,
    pub(crate) created: Edited,
    pub(crate) modified: Edited,
    pub(crate) deleted: bool,
    /// "Block" on the OAuth usage page.
    pub(crate) blocked: bool,
    /// The app stands in another org: its key is known, but a login here ends with "not installed in this org".
    pub(crate) elsewhere: bool,
    saved: OauthSettings,
    /// The settings that stay in force until those saved are active.
    before: OauthSettings,
    saved_at: u64,
}

/// When, in milliseconds since 1970, and by which user.
#[derive(Clone, Copy)]
pub(crate) struct Edited {
    pub(crate) at: u64,
    pub(crate) by: usize,
}

impl App {
    fn new(id: String, basics: Basics, settings: OauthSettings, created: Edited) -> Self {
        Self {
            id,
            basics,
            policies: Policies::default(),
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

    /// The settings as saved, which is what Setup shows.
    pub(crate) fn saved(&self) -> &OauthSettings {
        &self.saved
    }

    /// The settings a request meets: those saved once they are active, until then the ones before.
    pub(crate) fn in_force(&self, now: u64, activation: u64) -> &OauthSettings {
        if now >= self.saved_at.saturating_add(activation) { &self.saved } else { &self.before }
    }

    /// Whether requests with the app's key find it.
    pub(crate) fn is_active(&self, now: u64, activation: u64) -> bool {
        let known = |consumer: &Consumer| now >= consumer.since.saturating_add(activation);
        !self.deleted && self.in_force(now, activation).enabled && self.consumer.as_ref().is_some_and(known)
    }

    /// Saves settings as Setup does: they come into force once they are active.
    fn save(&mut self, settings: OauthSettings, now: u64, activation: u64) {
        if settings != self.saved {
            self.before = self.in_force(now, activation).clone();
            self.saved = settings;
            self.saved_at = now;
        }
    }

    /// Changes settings at once, as tests and rehearsals do.
    fn set(&mut self, change: impl Fn(&mut OauthSettings)) {
        change(&mut self.saved);
        change(&mut self.before);
    }
}

/// The org's apps at its start: the seeded one, and one that stands in another org.
pub(crate) fn at_start(options: &Options, seeded: &Seeded, now: u64) -> Vec<App> {
    let created = Edited { at: now, by: 0 };
    let app = |name: &str, pair: Pair| {
        let basics = Basics {
            name: options.app_name.clone(),
            api_name: api_name(&options.app_name),
            contact_email: "admin@practice.example".to_owned(),
            ..Basics::default()
        };
        let mut settings = OauthSettings {
            enabled: true,
            callbacks: options.callbacks.clone(),
            scopes: options.scopes.clone(),
            ..OauthSettings::default()
        };
        settings.set(Tick::Rotation, options.rotation);
        let id = long_id(&seeded.id("0xI", name));
        App { consumer: Some(Consumer::new(pair, now)), ..App::new(id, basics, settings, created) }
    };
    let own = Pair { key: seeded.consumer_key(), secret: seeded.consumer_secret() };
    let (key, secret) = seeded.pair_elsewhere();
    vec![app("app", own), App { elsewhere: true, ..app("app elsewhere", Pair { key, secret }) }]
}

/// The API name Setup derives from an app's name: what is neither letter nor digit becomes one underscore.
pub(crate) fn api_name(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    let joined = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    if joined.starts_with(|first: char| first.is_ascii_digit()) { format!("X{joined}") } else { joined }
}

impl State {
    /// How long something new stays without effect, in milliseconds.
    pub(crate) fn activation(&self) -> u64 {
        self.switches.activation_seconds.saturating_mul(1000)
    }

    /// How long something new stays without effect, as the request at hand meets it.
    fn activation_met(&self) -> u64 {
        // ASSUMES: flapping
        let asked: u64 = ["authorize", "introspect", "token"]
            .iter()
            .filter_map(|endpoint| self.counters.requests.get(*endpoint))
            .sum();
        if self.switches.activation_flaps && asked.is_multiple_of(2) { 0 } else { self.activation() }
    }

    /// The app a key belongs to, once the org knows it. The key a rotation replaced belongs to its app for 30 days.
    pub(crate) fn app_by_key(&self, key: &str) -> Option<usize> {
        let (now, activation) = (self.clock.now(), self.activation_met());
        let has_key = |app: &App| app.consumer.as_ref().is_some_and(|own| own.pair_of(key, now).is_some());
        self.apps.iter().position(|app| has_key(app) && app.is_active(now, activation))
    }

    /// The secret that belongs to a key of an app.
    pub(crate) fn secret_of(&self, app: usize, key: &str) -> Option<&str> {
        let pair = self.apps.get(app)?.consumer.as_ref()?.pair_of(key, self.clock.now())?;
        Some(&pair.secret)
    }

    /// The pair that is an app's own now.
    pub(crate) fn pair(&self, app: usize) -> Option<&Pair> {
        Some(&self.apps.get(app)?.consumer.as_ref()?.pair)
    }

    /// The settings of an app that are in force.
    pub(crate) fn settings(&self, app: usize) -> Option<&OauthSettings> {
        Some(self.apps.get(app)?.in_force(self.clock.now(), self.activation_met()))
    }

    /// Whether a box of an app is ticked, and that is in force.
    pub(crate) fn ticked(&self, app: usize, tick: Tick) -> bool {
        self.settings(app).is_some_and(|settings| settings.has(tick))
    }

    /// The policies of an app. They are in force as soon as they are saved.
    pub(crate) fn policies(&self, app: usize) -> Option<&Policies> {
        self.apps.get(app).map(|app| &app.policies)
    }

    /// The apps Setup lists, with their indexes.
    pub(crate) fn listed_apps(&self) -> impl Iterator<Item = (usize, &App)> {
        self.apps.iter().enumerate().filter(|(_, app)| !app.deleted && !app.elsewhere)
    }

    /// The listed app with an id.
    pub(crate) fn app_by_id(&self, id: &str) -> Option<usize> {
        self.listed_apps().find(|(_, app)| app.id == id).map(|(index, _)| index)
    }

    /// Creates an app, and its key when OAuth is enabled.
    pub(crate) fn create_app(&mut self, basics: Basics, settings: OauthSettings, by: usize) -> usize {
        let created = Edited { at: self.clock.now(), by };
        let number = self.apps.len();
        let id = long_id(&self.seeded.id("0xI", &format!("app {number}")));
        self.apps.push(App::new(id, basics, settings, created));
        self.give_key_when_enabled(number);
        number
    }

    /// Saves an app's fields.
    pub(crate) fn save_app(&mut self, app: usize, basics: Basics, settings: OauthSettings, by: usize) {
        let (now, activation) = (self.clock.now(), self.activation());
        if let Some(app) = self.apps.get_mut(app) {
            app.basics = basics;
            app.save(settings, now, activation);
            app.modified = Edited { at: now, by };
        }
        self.give_key_when_enabled(app);
    }

    /// Deletes an app: its key is unknown from now on, and its tokens are dead.
    pub(crate) fn delete_app(&mut self, app: usize) {
        if let Some(app) = self.apps.get_mut(app) {
            app.deleted = true;
        }
        self.revoke_app(app);
    }

    fn give_key_when_enabled(&mut self, number: usize) {
        let now = self.clock.now();
        let Some(app) = self.apps.get_mut(number).filter(|app| app.saved.enabled && app.consumer.is_none())
        else {
            return;
        };
        let (key, secret) = self.seeded.next_pair();
        app.consumer = Some(Consumer::new(Pair { key, secret }, now));
    }

    /// The switches, those of the seeded app with its true settings.
    pub(crate) fn switches_now(&self) -> Switches {
        let mut switches = self.switches.clone();
        if let (Some(settings), Some(policies)) = (self.settings(SEEDED), self.policies(SEEDED)) {
            switches.callbacks.clone_from(&settings.callbacks);
            switches.scopes.clone_from(&settings.scopes);
            switches.pkce_required = settings.has(Tick::Pkce);
            switches.rotation = settings.has(Tick::Rotation);
            switches.refresh_policy = policies.refresh;
        }
        switches
    }

    /// Sets the switches; those of the seeded app become its settings, and are in force at once.
    pub(crate) fn set_switches(&mut self, switches: Switches) {
        let unchanged = self.switches_now();
        if let Some(app) = self.apps.get_mut(SEEDED) {
            app.policies.refresh = switches.refresh_policy;
            if unchanged.callbacks != switches.callbacks {
                app.set(|settings| settings.callbacks.clone_from(&switches.callbacks));
            }
            if unchanged.scopes != switches.scopes {
                app.set(|settings| settings.scopes.clone_from(&switches.scopes));
            }
            if unchanged.pkce_required != switches.pkce_required {
                app.set(|settings| settings.set(Tick::Pkce, switches.pkce_required));
            }
            if unchanged.rotation != switches.rotation {
                app.set(|settings| settings.set(Tick::Rotation, switches.rotation));
            }
        }
        self.switches = switches;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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

    #[test]
    fn a_key_is_known_only_once_its_activation_time_has_passed() {
        let options = Options { activation: Duration::from_secs(90), ..Options::default() };
        let mut state = State::new(&options).unwrap();
        let key = state.pair(SEEDED).unwrap().key.clone();
        assert_eq!(state.app_by_key(&key), None, "not at the start");
        state.clock.advance(Duration::from_secs(89));
        assert_eq!(state.app_by_key(&key), None, "not a second early");
        state.clock.advance(Duration::from_secs(1));
        assert_eq!(state.app_by_key(&key), Some(SEEDED), "known when the time is over");
        assert_eq!(state.app_by_key("3MVG9other"), None, "another key never is");
    }

    #[test]
    fn an_edit_is_without_effect_until_it_is_active_and_switches_are_in_force_at_once() {
        let mut state = State::new(&Options::default()).unwrap();
        let key = state.pair(SEEDED).unwrap().key.clone();
        state.clock.advance(Duration::from_secs(60));
        state.switches.activation_seconds = 60;
        let (basics, mut settings) = (state.apps[SEEDED].basics.clone(), state.apps[SEEDED].saved().clone());
        settings.callbacks = vec!["https://new.example/".to_owned()];
        state.save_app(SEEDED, basics, settings.clone(), 0);
        assert_eq!(state.app_by_key(&key), Some(SEEDED), "the key stays known");
        assert_ne!(state.settings(SEEDED), Some(&settings), "the old lines are in force");
        state.clock.advance(Duration::from_secs(60));
        assert_eq!(state.settings(SEEDED), Some(&settings), "now the new ones are");
        let mut switches = state.switches_now();
        assert_eq!(switches.callbacks, settings.callbacks, "the switches tell what is in force");
        switches.rotation = true;
        state.set_switches(switches);
        assert!(state.ticked(SEEDED, Tick::Rotation), "a switch does not wait");
        assert!(state.switches_now().rotation, "and reads as it was set");
    }

    #[test]
    fn a_new_app_has_a_key_of_its_own_and_a_deleted_one_has_none() {
        let mut state = State::new(&Options::default()).unwrap();
        let basics = Basics { name: "New".to_owned(), api_name: "New".to_owned(), ..Basics::default() };
        let without = state.create_app(basics.clone(), OauthSettings::default(), 0);
        assert!(state.pair(without).is_none(), "no OAuth, no key");
        let enabled = OauthSettings { enabled: true, ..OauthSettings::default() };
        state.save_app(without, basics, enabled, 0);
        let key = state.pair(without).expect("a key since OAuth was enabled").key.clone();
        assert_eq!(state.app_by_key(&key), Some(without), "its own key");
        assert_eq!(state.listed_apps().count(), 2, "the seeded app and the new one");
        state.delete_app(without);
        assert_eq!(state.app_by_key(&key), None, "gone");
        assert_eq!(state.listed_apps().count(), 1, "and listed no more");
    }
}
