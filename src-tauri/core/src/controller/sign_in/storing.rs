//! The end of a sign-in: its tokens are stored or revoked.

use time::OffsetDateTime;
use url::Url;

use super::{random_id, running::Running};
use crate::{
    contract::view::{Failure, Status},
    controller::{hand_over, stored::about_alias, work_locks::LONGEST_WORK},
    explain::{self, Code},
    lifecycle::health,
    org::{
        identity::Known,
        oauth::{self, Granted},
        rest::Api,
    },
    secret::Secret,
    vault::{Along, Record, Replaced, Tokens},
};

impl Running {
    /// Revokes tokens that will not be used. If the org cannot be reached they last until they expire.
    pub(super) async fn discard(&mut self, granted: &Granted) {
        let http = self.controller.http();
        let token = granted.refresh.as_ref().unwrap_or(&granted.access);
        if let Err(trouble) = oauth::revoke(http, &self.order.address, token).await {
            tracing::warn!(code = ?trouble.code, "tokens of an abandoned sign-in could not be revoked");
        }
    }

    pub(super) async fn store(&mut self, granted: &Granted, known: &Known) -> Result<(), Code> {
        let Some(refresh) = granted.refresh.clone() else { return Err(Code::RefreshTokenMissing) };
        let controller = self.controller.clone();
        let now = controller.now();
        let id = match &self.order.replaces {
            Some(record) => record.id.clone(),
            None => random_id().map_err(|failure| failure.code)?,
        };
        let working = controller.work_lock(&id, LONGEST_WORK).await.map_err(|failure| failure.code)?;
        let replaced = self.replaced(&refresh).await.map_err(|failure| failure.code)?;
        let mut record = self.record(id.clone(), granted, known, now);
        // The connection may have been renamed during the sign-in.
        if let Some(current) =
            controller.vault(move |vault| vault.by_id(&id)).await.map_err(|failure| failure.code)?
        {
            record.alias = current.alias;
        }
        let tokens = Tokens {
            access: granted.access.clone(),
            refresh,
            issued_at: now,
            expires_at: None,
            proved_at: Some(now),
        };
        let line = self.line(known);
        let (stored, pair, new) = (record.clone(), self.order.pair.clone(), tokens.clone());
        let (old, answer, of_rotation) =
            (replaced.clone(), self.order.answer.clone(), self.order.of_rotation);
        let kept = controller
            .vault(move |vault| {
                let answered = answer.as_ref().map(|answer| answer.request.as_str());
                let along = Along { replaced: old.as_ref(), answered, of_rotation };
                vault.replace_sign_in(&stored, &pair, &new, &line, &along)
            })
            .await;
        kept.map_err(|failure| about_alias(failure, &record.alias).code)?;
        // What another answer to the same request held leads nowhere any more.
        if let Some(answer) = &self.order.answer {
            controller.forget_answer(&answer.request);
        }
        // The end is told only once the keychain has most likely written the key.
        let unwritten = controller.0.vault.unwritten_for();
        if !unwritten.is_zero() {
            controller.0.clock.sleep(unwritten).await;
        }
        self.note_beginning(&record, now).await;
        // The requests from here on hold nobody up.
        drop(working);
        if let Some(replaced) = replaced {
            self.retire(&replaced, &record, &tokens).await;
        }
        let (tokens, _) = controller.learn_expiry(&record, tokens).await;
        controller.learn_first_limits(&record, &tokens).await;
        Ok(())
    }

    fn record(&self, id: String, granted: &Granted, known: &Known, now: OffsetDateTime) -> Record {
        let identity = &known.identity;
        Record {
            id,
            alias: self.machine.plan().alias.clone(),
            origin: self.order.address.origin().to_string(),
            kind: identity.kind,
            org_id: identity.org_id.clone(),
            org_name: identity.org_name.clone(),
            user_id: identity.user_id.clone(),
            username: identity.username.clone(),
            instance_url: known.instance_url.clone(),
            api_version: known.api_version.clone(),
            scope: granted.scope.join(" "),
            created_at: self.order.replaces.as_ref().map_or(now, |record| record.created_at),
            status: Status::Connected,
            reason: None,
            checked_at: Some(now),
            refresh_in_flight: None,
            issued_at: Some(now),
            expires_at: None,
            proved_at: Some(now),
            rotates: false,
        }
    }

    /// Keeps the facts known at the beginning of a connection. Nothing else depends on them.
    async fn note_beginning(&mut self, record: &Record, now: OffsetDateTime) {
        let ended = self.order.replaces.as_ref().and_then(|replaced| replaced.reason);
        let has_ended = ended == Some(Code::RefreshTokenDead);
        let from = self.order.pasted_at.map(|at| hand_over::from(at, now));
        let (id, controller, chosen) =
            (record.id.clone(), self.controller.clone(), self.order.chosen.clone());
        let noted = controller
            .vault(move |vault| {
                if let Some(from) = from {
                    vault.set_pasted(&id, from)?;
                }
                if let Some(chosen) = chosen {
                    vault.set_browser(&id, &chosen)?;
                }
                let limits = vault.health_record(&id)?.limits;
                vault.set_limits(&id, health::limits_of_new_sign_in(limits, has_ended))
            })
            .await;
        if let Err(failure) = noted {
            tracing::warn!(code = ?failure.code, "the beginning of a sign-in was not noted");
        }
    }

    /// The history's line for this sign-in.
    fn line(&self, known: &Known) -> String {
        let found = &known.identity;
        let remark = known.remark.map(|code| explain::failure(code, &[("user", &found.username)]).message);
        let Some(before) = &self.order.replaces else {
            let named = if self.order.username.is_some() { "" } else { ": no username was entered before" };
            let connected = format!("Connected as {}{named}.", found.username);
            return [Some(connected), remark].into_iter().flatten().collect::<Vec<_>>().join(" ");
        };
        let mut line = vec![format!("Reconnected as {}.", found.username)];
        line.extend(remark);
        if before.user_id != found.user_id {
            line.push(format!("Before, it was {}.", before.username));
        }
        if before.org_id != found.org_id {
            line.push(format!("The org's id is now {}; it was {}.", found.org_id, before.org_id));
        }
        line.join(" ")
    }

    /// The sign-in that this one replaces, where its token is another than this refresh token. That of a copy is left to
    /// the original, which may be in use.
    async fn replaced(&mut self, refresh: &Secret) -> Result<Option<Replaced>, Failure> {
        let Some(record) = &self.order.replaces else { return Ok(None) };
        let id = record.id.clone();
        if self.controller.vault(move |vault| vault.is_copied(&id)).await? {
            return Ok(None);
        }
        // Lost secrets cannot be revoked from here.
        let Ok((pair, tokens)) = self.controller.secrets(record).await else { return Ok(None) };
        let is_other = tokens.refresh != *refresh;
        is_other.then(|| Ok(Replaced { id: random_id()?, pair, tokens })).transpose()
    }

    /// Revokes the tokens that this sign-in replaces, and makes sure that the new ones survived: two sign-ins of one
    /// user may share a session. Until that is done the vault keeps the old ones.
    async fn retire(&mut self, replaced: &Replaced, record: &Record, tokens: &Tokens) {
        let controller = &self.controller;
        let revoked = oauth::revoke(controller.http(), &self.order.address, &replaced.tokens.refresh).await;
        // A token that is dead already is refused too, and needs nothing more.
        if let Err(trouble) = &revoked
            && !trouble.terminal
        {
            tracing::warn!(code = ?trouble.code, "the replaced token is revoked later");
            controller.pause_as_asked(&replaced.id, trouble, controller.now()).await;
            return;
        }
        let id = replaced.id.clone();
        if let Err(failure) = controller.vault(move |vault| vault.forget(&id)).await {
            tracing::warn!(code = ?failure.code, "the replaced token is asked about once more");
        }
        if revoked.is_err() {
            return;
        }
        let Ok(instance) = Url::parse(&record.instance_url) else { return };
        let Ok(api) = Api::new(controller.http(), &self.order.address, &instance, &tokens.access) else {
            return;
        };
        if api.limits(&record.api_version).await.is_err_and(|error| error.curable) {
            let (id, now) = (record.id.clone(), controller.now());
            // Marked as expired: the next use fetches a new access token.
            if let Err(failure) = controller.vault(move |vault| vault.set_expiry(&id, Some(now), None)).await
            {
                tracing::warn!(code = ?failure.code, "the end of the access token was not stored");
            }
        }
    }
}
