//! A pause that an org asks for while it is asked about a pair.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{Request, Response};

use crate::{
    org::oauth::wire::passing_trouble,
    ports::{BoxFuture, Http, HttpError},
};

/// The way to the org, which remembers how long the org asked to be left alone.
pub(super) struct Pausing<'a> {
    http: &'a dyn Http,
    pause: Mutex<Option<Duration>>,
}

impl<'a> Pausing<'a> {
    pub(super) fn over(http: &'a dyn Http) -> Self {
        Self { http, pause: Mutex::default() }
    }

    /// The last that it asked for.
    pub(super) fn pause(&self) -> Option<Duration> {
        *self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Http for Pausing<'_> {
    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture<'_, Result<Response<Vec<u8>>, HttpError>> {
        Box::pin(async move {
            let response = self.http.send(request).await?;
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
