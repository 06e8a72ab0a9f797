//! The end of a sign-in: its tokens stored, or given back.

use time::OffsetDateTime;
use url::Url;

use super::{random_id, running::Running};
use crate::{
    controller::stored::about_alias,
    explain::Code,
    health,
    identity::Known,
    oauth::{self, Granted},
    rest::Api,
    vault::{Pair, Record, Tokens},
    view::Status,
};

impl Running {
    /// Gives tokens back that nobody will use. When the org cannot be reached they stay until they expire.
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
        let _held = controller.hold(&id).await.map_err(|failure| failure.code)?;
        let earlier = match &self.order.replaces {
            Some(record) => controller.secrets(record).await.ok(),
            None => None,
        };
        let mut record = self.record(id.clone(), granted, known, now);
        // It may have been renamed while the browser had the word.
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
        let kept = controller.vault(move |vault| vault.keep_sign_in(&stored, &pair, &new, &line)).await;
        kept.map_err(|failure| about_alias(failure, &record.alias).code)?;
        self.note_beginning(&record, now).await;
        if let Some(earlier) = earlier.filter(|(_, earlier)| earlier.refresh != tokens.refresh) {
            self.retire(&earlier, &record, &tokens).await;
        }
        let tokens = controller.learn_expiry(&record, tokens).await;
        controller.learn_limits(&record, &tokens).await;
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

    /// What is kept beside a sign-in from its first moment on. Nothing else depends on it.
    async fn note_beginning(&mut self, record: &Record, now: OffsetDateTime) {
        let (id, pasted, controller) = (record.id.clone(), self.order.pasted, self.controller.clone());
        let noted = controller
            .vault(move |vault| {
                if pasted {
                    vault.set_pasted(&id, now)?;
                }
                let limits = vault.standing(&id)?.limits;
                vault.set_limits(&id, health::limits_of_new_sign_in(limits))
            })
            .await;
        if let Err(failure) = noted {
            tracing::warn!(code = ?failure.code, "the beginning of a sign-in was not noted");
        }
    }

    /// What the history says of it.
    fn line(&self, known: &Known) -> String {
        let found = &known.identity;
        let Some(before) = &self.order.replaces else { return format!("Connected as {}.", found.username) };
        let mut line = vec![format!("Reconnected as {}.", found.username)];
        if before.user_id != found.user_id {
            line.push(format!("Before, it was {}.", before.username));
        }
        if before.org_id != found.org_id {
            line.push(format!("The org's id is now {}; it was {}.", found.org_id, before.org_id));
        }
        line.join(" ")
    }

    /// Revokes the tokens this sign-in replaces, and makes sure that the new ones survived it: two sign-ins of one
    /// user may share a session.
    async fn retire(&mut self, earlier: &(Pair, Tokens), record: &Record, tokens: &Tokens) {
        let controller = &self.controller;
        if let Err(trouble) = oauth::revoke(controller.http(), &self.order.address, &earlier.1.refresh).await
        {
            // One that is dead already is refused too, and needs nothing more.
            if !trouble.terminal {
                self.retire_later(earlier, record, trouble.code).await;
            }
            return;
        }
        let Ok(instance) = Url::parse(&record.instance_url) else { return };
        let Ok(api) = Api::new(controller.http(), &self.order.address, &instance, &tokens.access) else {
            return;
        };
        if api.limits(&record.api_version).await.is_err_and(|error| error.curable) {
            let (id, now) = (record.id.clone(), controller.now());
            // The refresh token brings the next access token.
            if let Err(failure) = controller.vault(move |vault| vault.set_expiry(&id, Some(now), None)).await
            {
                tracing::warn!(code = ?failure.code, "the end of the access token was not stored");
            }
        }
    }

    /// Keeps what it takes to revoke the replaced tokens once the org can be reached.
    async fn retire_later(&mut self, (pair, earlier): &(Pair, Tokens), record: &Record, code: Code) {
        tracing::warn!(?code, "the replaced token is revoked later");
        let (Ok(id), now) = (random_id(), self.controller.now()) else { return };
        let (record, pair, earlier) = (Record { id, ..record.clone() }, pair.clone(), earlier.clone());
        let kept =
            self.controller.vault(move |vault| vault.leave_behind(&record, &pair, &earlier, now)).await;
        if let Err(failure) = kept {
            tracing::warn!(code = ?failure.code, "the replaced token stays until it expires");
        }
    }
}
