//! All apps of the org: looked up by key or id, created, saved and deleted, and set by switches.

use super::app::{App, Edited, SEEDED};
use super::consumer::{Consumer, Pair};
use super::policies::Policies;
use super::settings::{Basics, OauthSettings, Tick};
use crate::world::endpoint::Endpoint;
use crate::world::seeded::long_id;
use crate::world::state::State;
use crate::world::switches::Switches;

impl State {
    /// How long a new app or setting has no effect, in milliseconds.
    pub(crate) fn activation(&self) -> u64 {
        self.switches.activation_seconds.saturating_mul(1000)
    }

    /// The same for the request at hand.
    fn activation_met(&self) -> u64 {
        // ASSUMES: flapping
        let asked: u64 = [Endpoint::Authorize, Endpoint::Introspect, Endpoint::Token]
            .map(|endpoint| self.counters.asked(endpoint))
            .iter()
            .sum();
        if self.switches.activation_flaps && asked.is_multiple_of(2) { 0 } else { self.activation() }
    }

    /// The app of a key, once the org knows it. A key replaced by a rotation belongs to its app for 30 days.
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

    /// An app's own pair.
    pub(crate) fn pair(&self, app: usize) -> Option<&Pair> {
        Some(&self.apps.get(app)?.consumer.as_ref()?.pair)
    }

    /// The settings of an app that are in force.
    pub(crate) fn settings(&self, app: usize) -> Option<&OauthSettings> {
        Some(self.apps.get(app)?.in_force(self.clock.now(), self.activation_met()))
    }

    /// Whether a box of an app is ticked in the settings in force.
    pub(crate) fn ticked(&self, app: usize, tick: Tick) -> bool {
        self.settings(app).is_some_and(|settings| settings.has(tick))
    }

    /// The policies of an app. They take effect when saved.
    pub(crate) fn policies(&self, app: usize) -> Option<&Policies> {
        self.apps.get(app).map(|app| &app.policies)
    }

    /// The apps Setup lists, with their indexes.
    pub(crate) fn listed_apps(&self) -> impl Iterator<Item = (usize, &App)> {
        self.apps.iter().enumerate().filter(|(_, app)| !app.deleted && !app.elsewhere)
    }

    /// The listed app with this id.
    pub(crate) fn app_by_id(&self, id: &str) -> Option<usize> {
        self.listed_apps().find(|(_, app)| app.id == id).map(|(index, _)| index)
    }

    /// Creates an app, and its key when OAuth is enabled.
    pub(crate) fn create_app(&mut self, basics: Basics, settings: OauthSettings, by: usize) -> usize {
        let created = Edited { at: self.clock.now(), by };
        let number = self.apps.len();
        let id = long_id(&self.seeded.id("0xI", &format!("app {number}")));
        let policies = Policies::of_new(self.switches.new_apps);
        self.apps.push(App::new(id, basics, settings, policies, created));
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

    /// Puts an app's staged pair in force. Whether the former pair works on, and what becomes of the tokens, the switches say.
    // ASSUMES: rotation-overlap
    pub(crate) fn rotate_pair(&mut self, app: usize) {
        let (now, overlaps) = (self.clock.now(), self.switches.rotation_overlap);
        let Some(consumer) = self.apps.get_mut(app).and_then(|app| app.consumer.as_mut()) else { return };
        if !consumer.rotate(now) {
            return;
        }
        if !overlaps {
            consumer.delete_rotated();
        }
        if !self.switches.rotation_keeps_tokens {
            self.revoke_app(app);
        }
    }

    /// Stages a new pair for an app, where none is staged.
    pub(crate) fn stage_pair(&mut self, app: usize) {
        let now = self.clock.now();
        let renewed = self.seeded.next_pair();
        let consumer = self.apps.get_mut(app).and_then(|app| app.consumer.as_mut());
        if let Some(consumer) = consumer.filter(|consumer| consumer.staged(now).is_none()) {
            consumer.stage(renewed, now);
        }
    }

    /// Throws an app's staged pair away.
    pub(crate) fn delete_staged_pair(&mut self, app: usize) {
        if let Some(consumer) = self.apps.get_mut(app).and_then(|app| app.consumer.as_mut()) {
            consumer.delete_staged();
        }
    }

    /// Ends an app's former pair.
    pub(crate) fn delete_former_pair(&mut self, app: usize) {
        if let Some(consumer) = self.apps.get_mut(app).and_then(|app| app.consumer.as_mut()) {
            consumer.delete_rotated();
        }
    }

    /// Deletes an app: its key is then unknown, and its tokens are dead.
    pub(crate) fn delete_app(&mut self, app: usize) {
        if let Some(app) = self.apps.get_mut(app) {
            app.deleted = true;
        }
        self.revoke_app(app);
    }

    fn give_key_when_enabled(&mut self, number: usize) {
        let now = self.clock.now();
        let Some(app) = self.apps.get_mut(number).filter(|app| app.saved().enabled && app.consumer.is_none())
        else {
            return;
        };
        app.consumer = Some(Consumer::new(self.seeded.next_pair(), now));
    }

    /// The switches, with the actual settings of the seeded app.
    pub(crate) fn switches_now(&self) -> Switches {
        let mut switches = self.switches.clone();
        if let (Some(settings), Some(policies)) = (self.settings(SEEDED), self.policies(SEEDED)) {
            switches.callbacks.clone_from(&settings.callbacks);
            switches.scopes.clone_from(&settings.scopes);
            switches.pkce_required = settings.has(Tick::Pkce);
            switches.secret_at_refresh = settings.has(Tick::SecretForRefresh);
            switches.rotation = settings.has(Tick::Rotation);
            switches.refresh_policy = policies.refresh;
        }
        switches
    }

    /// Sets the switches; the seeded app's take effect as its settings at once.
    pub(crate) fn set_switches(&mut self, mut switches: Switches) {
        // ASSUMES: pkce-locked
        switches.pkce_required |= switches.new_apps.locks_pkce();
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
            if unchanged.secret_at_refresh != switches.secret_at_refresh {
                app.set(|settings| settings.set(Tick::SecretForRefresh, switches.secret_at_refresh));
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
    use crate::{NewApps, Options, RefreshPolicy};

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
        switches.rotation = false;
        state.set_switches(switches);
        assert!(!state.ticked(SEEDED, Tick::Rotation), "a switch does not wait");
        assert!(!state.switches_now().rotation, "and reads as it was set");
    }

    #[test]
    fn pkce_is_locked_and_an_app_is_made_as_the_switch_says() {
        let mut state = State::new(&Options::default()).unwrap();
        let unticked = |state: &mut State, new_apps| {
            state.set_switches(Switches { pkce_required: false, new_apps, ..state.switches_now() });
            state.switches_now().pkce_required
        };
        assert!(unticked(&mut state, NewApps::November2026), "it reads back true");
        assert!(state.ticked(SEEDED, Tick::Pkce), "and is");
        let made = |state: &mut State| {
            let new_apps = state.switches.new_apps;
            let number = state.create_app(Basics::default(), OauthSettings::of_new(new_apps), 0);
            let app = &state.apps[number];
            (app.saved().has(Tick::Rotation), app.policies.refresh)
        };
        let year = RefreshPolicy::After { seconds: 365 * 24 * 60 * 60 };
        assert_eq!(made(&mut state), (true, year), "as in November 2026");
        assert!(!unticked(&mut state, NewApps::Before), "it could be unticked before");
        assert!(!state.ticked(SEEDED, Tick::Pkce), "and was not required then");
        assert_eq!(made(&mut state), (false, RefreshPolicy::UntilRevoked), "as before");
    }

    #[test]
    fn a_new_app_has_a_key_of_its_own_and_a_deleted_one_has_none() {
        let mut state = State::new(&Options::default()).unwrap();
        let basics = Basics { name: "New".to_owned(), api_name: "New".to_owned(), ..Basics::default() };
        let settings = OauthSettings::of_new(NewApps::November2026);
        let without = state.create_app(basics.clone(), settings.clone(), 0);
        assert!(state.pair(without).is_none(), "no OAuth, no key");
        let enabled = OauthSettings { enabled: true, ..settings };
        state.save_app(without, basics, enabled, 0);
        let key = state.pair(without).expect("a key since OAuth was enabled").key.clone();
        assert_eq!(state.app_by_key(&key), Some(without), "its own key");
        assert_eq!(state.listed_apps().count(), 2, "the seeded app and the new one");
        state.delete_app(without);
        assert_eq!(state.app_by_key(&key), None, "gone");
        assert_eq!(state.listed_apps().count(), 1, "and listed no more");
    }
}
