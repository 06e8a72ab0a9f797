//! Stored connections by name: how they are shown, found and renamed.

use time::OffsetDateTime;

use super::{Controller, hand_over, nearest::nearest, rotation, uses};
use crate::{
    contract::{
        intent,
        view::{
            BrowserChoice, ConnectionDetail, ConnectionView, Failure, Group, LastUse, OrgKind, Status, Use,
        },
    },
    explain::{self, Code},
    guide::rotation::Plan,
    lifecycle::{health, renewal},
    org::{
        address::{self, Address},
        credentials,
    },
    vault::{HealthRecord, Pair, Record, Tokens, Vault},
};

/// The longest alias, in characters.
const LONGEST_ALIAS: usize = 64;

/// The longest word for a browser or one of its profiles, in bytes.
const LONGEST_PROFILE: usize = 256;

impl Controller {
    pub(super) async fn show(&self, name: &str) -> Result<ConnectionDetail, Failure> {
        let record = self.named(name).await?;
        let (id, noted) = (record.id.clone(), self.noted());
        let known = move |vault: &Vault| {
            let uses = uses::of(vault, &id, &noted())?;
            let beside = (vault.groups()?.remove(&id), vault.plans()?.remove(&id), vault.browser(&id)?);
            Ok((vault.history(&id)?, vault.health_record(&id)?, uses, vault.consents(&id)?, beside))
        };
        let (history, health_record, uses, consents, (group, rotation, browser)) = self.vault(known).await?;
        let seen = health::seen(&record, &health_record);
        let beside = Beside { last_use: uses.first().map(Use::last), group, rotation, browser };
        let connection = view(&health_record, record, beside, self.now());
        Ok(ConnectionDetail { connection, seen, uses, consents, history })
    }

    pub(super) async fn rename(&self, old: &str, new: &str) -> Result<ConnectionView, Failure> {
        let new = valid_alias(new)?;
        let record = self.named(old).await?;
        let (id, now, alias) = (record.id.clone(), self.now(), new.clone());
        let line = format!("Renamed from {} to {new}.", record.alias);
        let renamed = self
            .vault(move |vault| {
                vault.rename(&id, &alias)?;
                vault.note(&id, now, &line)
            })
            .await;
        renamed.map_err(|failure| about_alias(failure, &new))?;
        self.tell_snapshot().await;
        Ok(self.show(&new).await?.connection)
    }

    /// Puts a connection into a group, which is named as a connection may be.
    pub(super) async fn group(&self, asked: intent::Group) -> Result<ConnectionView, Failure> {
        let intent::Group { name, group, colour } = asked;
        let group = group.as_deref().map(valid_alias).transpose()?;
        let id = self.named(&name).await?.id;
        self.vault(move |vault| vault.set_group(&id, group.as_deref(), colour)).await?;
        self.tell_snapshot().await;
        Ok(self.show(&name).await?.connection)
    }

    /// Has the pages of a connection's org opened in this browser from now on. Whether it is there is seen when one is opened.
    pub(super) async fn choose_browser(
        &self,
        name: &str,
        choice: BrowserChoice,
    ) -> Result<ConnectionView, Failure> {
        let choice = bounded_choice(choice)?;
        let id = self.named(name).await?.id;
        self.vault(move |vault| vault.set_browser(&id, &choice)).await?;
        self.tell_snapshot().await;
        Ok(self.show(name).await?.connection)
    }

    /// The connection of this name. A space around it is none of it, as where the name was given.
    pub(super) async fn named(&self, name: &str) -> Result<Record, Failure> {
        let wanted = name.trim().to_owned();
        let found = self.vault(move |vault| vault.find(&wanted)).await?;
        match found {
            Some(record) => Ok(record),
            None => Err(self.unknown(name).await),
        }
    }

    /// The failure for a name that no connection has, with the one that was probably meant.
    pub(super) async fn unknown(&self, name: &str) -> Failure {
        let mut failure = explain::failure(Code::NameUnknown, &repeated(name));
        let records = self.vault(Vault::list).await.unwrap_or_default();
        if let Some(meant) = nearest(name, records.iter().map(|record| record.alias.as_str())) {
            failure.fix.insert(0, format!("Did you mean {meant}?"));
        }
        failure
    }

    /// The connection of this id, which may have been forgotten meanwhile.
    pub(super) async fn by_id_if_any(&self, id: &str) -> Result<Option<Record>, Failure> {
        let wanted = id.to_owned();
        self.vault(move |vault| vault.by_id(&wanted)).await
    }

    pub(super) async fn by_id(&self, id: &str, name: &str) -> Result<Record, Failure> {
        self.by_id_if_any(id).await?.ok_or_else(|| explain::failure(Code::NameUnknown, &[("alias", name)]))
    }

    pub(super) async fn tokens(&self, record: &Record) -> Result<Tokens, Failure> {
        let id = record.id.clone();
        self.vault(move |vault| vault.tokens(&id)).await
    }

    pub(super) async fn pair(&self, record: &Record) -> Result<Pair, Failure> {
        let id = record.id.clone();
        self.vault(move |vault| vault.pair(&id)).await
    }
}

/// What is known of a connection besides its record and its health.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) last_use: Option<LastUse>,
    pub(super) group: Option<Group>,
    pub(super) rotation: Option<Plan>,
    pub(super) browser: Option<BrowserChoice>,
}

/// The view of a record, without secrets.
pub(super) fn view(
    health_record: &HealthRecord,
    record: Record,
    beside: Beside,
    now: OffsetDateTime,
) -> ConnectionView {
    let record = health::as_seen(record, health_record);
    let health = health::describe(&record, health_record, now);
    let rotation = beside.rotation.as_ref().and_then(|plan| rotation::at(&record, plan));
    let helps = rotation.as_ref().is_some_and(|at| at.helps);
    let health = if helps { health::while_rotating(health, record.reason) } else { health };
    let safe_until = health::safe_until(&record, health_record, now);
    // For display only; the strict parser, used before every request, would take longer than all the rest.
    let host = record.origin.split_once("://").map_or("", |(_, host)| host.trim_end_matches('/')).to_owned();
    let facts =
        [("alias", record.alias.as_str()), ("host", host.as_str()), ("user", record.username.as_str())];
    let asked_for = health::pause(&record, health_record, now);
    // A connection that works has no reason left but a pause that is not over yet.
    let reason = record.reason.filter(|_| record.status != Status::Connected || asked_for.is_some());
    let reason = reason.map(|code| match pause(health_record, code, now) {
        Some(at) => explain::failure_until(code, &facts, at, now),
        None => explain::failure(code, &facts),
    });
    let reason = reason.map(address::in_setup);
    ConnectionView {
        redacted: (),
        alias: record.alias,
        host,
        kind: record.kind,
        org_id: record.org_id,
        org_name: record.org_name,
        username: record.username,
        instance_url: record.instance_url,
        status: record.status,
        reason,
        pause: asked_for,
        safe_until,
        checked_at: record.checked_at,
        health,
        secret_until: hand_over::secret_until(health_record, now),
        last_use: beside.last_use,
        group: beside.group,
        rotation,
        browser: beside.browser,
    }
}

/// Until when the org asked to be left alone, where that is what it said last.
fn pause(health_record: &HealthRecord, reason: Code, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let until = health_record.not_before.filter(|_| renewal::is_of_pauses(reason))?;
    let is_of_before = health_record.since.is_some_and(|since| until < since);
    let is_ahead = until > now && renewal::paused_until(Some(until), now).is_none();
    (!is_of_before && !is_ahead).then_some(until)
}

/// The address for a connection's requests.
///
/// # Errors
/// The stored address names no org, or one of another kind than stored.
pub(super) fn address_of(record: &Record) -> Result<Address, Failure> {
    let is_practice = record.kind == OrgKind::Practice;
    let address = address::parse_stored(&record.origin).ok();
    address
        .filter(|address| address.is_practice() == is_practice)
        .ok_or_else(|| explain::failure(Code::VaultUnreadable, &[]))
}

/// A failure of the vault about an alias, which its words then name.
pub(super) fn about_alias(failure: Failure, alias: &str) -> Failure {
    if failure.code == Code::NameTaken {
        explain::failure(Code::NameTaken, &[("alias", alias)])
    } else {
        failure
    }
}

/// Accepts an alias that can be typed again and looks like no other: no characters that control, turn or hide text, not
/// empty, not an option. A secret in its place would stand in every list.
pub(super) fn valid_alias(alias: &str) -> Result<String, Failure> {
    let alias = alias.trim();
    let fits = !alias.is_empty() && alias.chars().count() <= LONGEST_ALIAS;
    let misleads = |character: char| character.is_control() || explain::is_bidi_or_invisible(character);
    if fits && !alias.starts_with('-') && !alias.chars().any(misleads) && !credentials::is_secret(alias) {
        return Ok(alias.to_owned());
    }
    Err(explain::failure(Code::NameInvalid, &repeated(alias)))
}

/// A choice whose words are as short as those of browsers are, and no more than words.
pub(super) fn bounded_choice(choice: BrowserChoice) -> Result<BrowserChoice, Failure> {
    if let BrowserChoice::In { browser, profile, .. } = &choice {
        let fits = |word: &str| word.len() <= LONGEST_PROFILE && !word.chars().any(char::is_control);
        if !fits(browser) || !profile.as_deref().is_none_or(fits) {
            return Err(explain::failure(Code::BrowserUnknown, &[]));
        }
    }
    Ok(choice)
}

/// What was given as a name, to be said again: nothing where it may be a secret.
fn repeated(name: &str) -> Vec<(&'static str, &str)> {
    if credentials::is_not_to_be_seen(name) { Vec::new() } else { vec![("alias", name)] }
}

/// Whether only a sign-in helps. Where a setting is in the way, asking the org shows whether it was changed.
pub(super) fn needs_sign_in(record: &Record) -> Option<Failure> {
    let code = record.reason.unwrap_or(Code::RefreshTokenDead);
    if !matches!(record.status, Status::NeedsYou | Status::NotConnected) || code.waits_for_a_setting() {
        return None;
    }
    let address = address_of(record).ok();
    let host = address.as_ref().map(Address::host).unwrap_or_default();
    Some(explain::failure(code, &[("alias", &record.alias), ("host", host)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_shown_with_its_end_where_it_belongs_to_what_was_said_last() {
        let second = time::Duration::seconds(1);
        let record = |reason| Record {
            reason: Some(reason),
            ..health::tests::record("a", Status::Unreachable, std::time::Duration::ZERO)
        };
        let now = health::tests::now();
        let shown = |reason, until: OffsetDateTime| {
            let health_record = HealthRecord {
                not_before: Some(until),
                since: Some(now - 60 * second),
                ..HealthRecord::default()
            };
            let reason = view(&health_record, record(reason), Beside::default(), now).reason.unwrap();
            (reason.retry_at, reason.fix[0].clone())
        };
        let (until, over) = (now + 30 * second, now - 30 * second);
        for reason in [Code::RateLimited, Code::SalesforceUnavailable] {
            let words = format!("Try again {}.", explain::until(until, now));
            assert_eq!(shown(reason, until), (Some(until), words), "ahead");
            assert_eq!(shown(reason, over), (Some(over), "Try again now.".to_owned()), "over");
            assert_eq!(shown(reason, now - 90 * second).0, None, "of an earlier time");
            assert_eq!(shown(reason, now + time::Duration::days(9)).0, None, "of a clock that was ahead");
        }
        assert_eq!(shown(Code::NetworkCut, until).0, None, "of something else");
    }

    #[test]
    fn a_sign_in_that_is_over_leads_into_the_setup_of_its_org() {
        let record = Record {
            reason: Some(Code::RefreshTokenDead),
            ..health::tests::record("a", Status::NeedsYou, std::time::Duration::ZERO)
        };
        let host = address_of(&record).unwrap().host().to_owned();
        let failure = address::in_setup(needs_sign_in(&record).unwrap());
        let link = *failure.setup.unwrap();
        assert_eq!((link.host.as_deref(), link.url.is_some()), (Some(host.as_str()), true), "{link:?}");
    }

    #[test]
    fn a_name_that_hides_or_turns_text_is_none() {
        for alias in ["acme", "Acme uat", "日本"] {
            assert_eq!(valid_alias(alias).unwrap(), alias, "a name");
        }
        for alias in
            ["ac\u{200b}me", "ac\u{202e}me", "acme\u{3164}", "\u{feff}acme", "a\u{2028}b", "-acme", " "]
        {
            assert_eq!(valid_alias(alias).unwrap_err().code, Code::NameInvalid, "{alias:?}");
        }
    }

    #[test]
    fn a_secret_in_place_of_a_name_is_refused_and_not_repeated() {
        for secret in [
            "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
            "5Aep861TSESvWeug_xvFHRBTTbf_YrTWgEyjBJrdXvyVNoUBwRC",
            "00D5g00000AbCdE!AQcAQH0dMHZfz972Szmpkb58urFRkgeBGsxL",
        ] {
            let refused = valid_alias(secret).unwrap_err();
            assert_eq!(refused.code, Code::NameInvalid, "{refused:?}");
            assert!(!format!("{refused:?}").contains(secret.split_at(8).0), "{refused:?}");
        }
        for name in ["acme--uat", "acme--integration-sandbox-2026-copy-1", "integration@acme.example"] {
            assert_eq!(valid_alias(name).as_deref(), Ok(name));
        }
    }
}
