//! What an org says beside its answers about a pair: a pause that it asks for, and the time by its clock.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{Request, Response, header::DATE};
use time::OffsetDateTime;

use crate::{
    org::oauth::wire::{date, passing_trouble},
    ports::{BoxFuture, Http, HttpError},
};

/// The way to the org, which remembers how long the org asked to be left alone, and how far its clock is from ours.
pub(super) struct Pausing<'a> {
    http: &'a dyn Http,
    pause: Mutex<Option<Duration>>,
    skew: Mutex<Option<time::Duration>>,
}

impl<'a> Pausing<'a> {
    pub(super) fn over(http: &'a dyn Http) -> Self {
        Self { http, pause: Mutex::default(), skew: Mutex::default() }
    }

    /// The last that it asked for.
    pub(super) fn pause(&self) -> Option<Duration> {
        *self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far this computer's clock is ahead of the org's, by its last answer.
    pub(super) fn skew(&self) -> Option<time::Duration> {
        *self.skew.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Http for Pausing<'_> {
    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture<'_, Result<Response<Vec<u8>>, HttpError>> {
        Box::pin(async move {
            let response = self.http.send(request).await?;
            let theirs = response.headers().get(DATE).and_then(|date| date.to_str().ok()).and_then(date);
            if let Some(theirs) = theirs {
                let skew = OffsetDateTime::now_utc() - theirs;
                *self.skew.lock().unwrap_or_else(PoisonError::into_inner) = Some(skew);
            }
            let trouble = passing_trouble(response.status(), response.headers());
            if let Some(pause) = trouble.and_then(|trouble| trouble.retry_after) {
                *self.pause.lock().unwrap_or_else(PoisonError::into_inner) = Some(pause);
            }
            Ok(response)
        })
    }

    fn hindrance(&self) -> Option<HttpError> {
        self.http.hindrance()
    }
}
