//! The app that a connection signs in with, as its org has it by REST: found by its Consumer Key, and a pair staged for it and put in
//! force. Addresses in answers are not followed, and ids from answers only ever make up a path of the org's own instance.

use http::{Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Api, ApiError, major, refusal};
use crate::{
    explain::Code,
    org::{
        oauth::{
            Trouble,
            answer::Answer,
            wire::{ErrorBody, change, get},
        },
        salesforce,
    },
    secret::Secret,
};

/// The apps of one page of the list.
const PAGE: &str = "100";
/// How many pages and apps are looked through at most.
const MOST_PAGES: u32 = 5;
const MOST_APPS: usize = 30;
/// The longest key or secret, in bytes.
const LONGEST_VALUE: usize = 512;
/// The longest id of a staged pair.
const LONGEST_ID: usize = 64;

/// Why a step of a rotation is not done by REST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum No {
    /// The org says that it is not enabled.
    Off,
    /// The org refuses it to this user.
    Refused,
    /// The org does not have it.
    Absent,
    /// No app in the org's list has the Consumer Key.
    NotFound,
    /// The org's answer is not understood.
    Unread,
    /// Whether the pair was put in force cannot be told.
    Untold,
}

/// What kept a call from being carried out.
#[derive(Debug)]
pub enum Stop {
    No(No),
    Trouble(ApiError),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble.into())
    }
}

/// What the org has of the app's key and secret.
pub struct Consumer {
    /// The path of its staged pairs.
    staged: String,
    pub key: Secret,
}

/// A pair that was staged at the org.
pub struct Staged {
    id: Option<String>,
    state: State,
    pair: Option<(Secret, Secret)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Active,
    Rotated,
    Other,
}

/// How far a pair is at the org.
pub enum Stand {
    /// It is the app's own.
    InForce,
    /// It is staged, with this id.
    Staged(String),
    /// The org does not name it.
    Gone,
}

impl Api<'_> {
    /// The version of the API for these calls.
    ///
    /// # Errors
    /// [`No::Absent`] where the org has none that is new enough.
    pub async fn version_with_staging(&self) -> Result<String, Stop> {
        let version = self.version().await.map_err(Stop::Trouble)?;
        if major(&version).is_some_and(|number| number >= salesforce::STAGED_SINCE) {
            Ok(version)
        } else {
            Err(Stop::No(No::Absent))
        }
    }

    /// The app's own consumer: the one that has one of these keys.
    ///
    /// # Errors
    /// [`No::NotFound`] where none has, among as many apps as are looked through.
    pub async fn own_consumer(&self, version: &str, keys: &[&Secret]) -> Result<Consumer, Stop> {
        let (mut looked_at, mut is_answered, mut refused) = (0, false, No::NotFound);
        for page in 0..MOST_PAGES {
            let mut url = self.url(&path(version, salesforce::APP_USAGE));
            url.query_pairs_mut().append_pair("page", &page.to_string()).append_pair("pageSize", PAGE);
            let answer = self.asked(&url).await?;
            let apps = answer.all_within("apps").ok_or(Stop::No(No::Unread))?;
            let ids = apps.iter().filter_map(|app| app.text("identifier")).filter(|id| is_app_id(id));
            for id in ids.collect::<Vec<_>>() {
                if looked_at == MOST_APPS {
                    return Err(Stop::No(if is_answered { No::NotFound } else { refused }));
                }
                looked_at += 1;
                match self.consumer_of(version, &id, keys).await {
                    Ok(Some(consumer)) => return Ok(consumer),
                    Ok(None) => is_answered = true,
                    // That may be so of this one app.
                    Err(Stop::No(no @ (No::Refused | No::Absent))) => refused = no,
                    Err(stop) => return Err(stop),
                }
            }
            if answer.text("nextPageUrl").is_none() {
                break;
            }
        }
        Err(Stop::No(if is_answered { No::NotFound } else { refused }))
    }

    async fn consumer_of(
        &self,
        version: &str,
        app: &str,
        keys: &[&Secret],
    ) -> Result<Option<Consumer>, Stop> {
        let of_app = format!("{}/{app}", path(version, salesforce::APP_CREDENTIALS));
        let answer = self.asked(&self.url(&of_app)).await?;
        let consumers = answer.all_within("consumers").ok_or(Stop::No(No::Unread))?;
        Ok(consumers.into_iter().find_map(|one| {
            let id = one.text("id").filter(|id| is_id(id))?;
            let key = value(&one, "key").filter(|key| keys.contains(&key))?;
            Some(Consumer { staged: format!("{of_app}/{id}/staged"), key })
        }))
    }

    /// The one pair that is staged and waits.
    ///
    /// # Errors
    /// [`No::Unread`] where there are several, or it cannot be read.
    pub async fn staged(&self, consumer: &Consumer) -> Result<Option<(Secret, Secret)>, Stop> {
        match self.asked(&self.url(&consumer.staged)).await {
            Ok(answer) => waiting(&answer),
            // The app has its place in the org, and nothing stands there.
            Err(Stop::No(No::Absent)) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// Stages a new pair. `None`: the answer has none.
    ///
    /// # Errors
    /// Whether it came about is told by [`Api::staged`], unless the org said no.
    pub async fn stage(&self, consumer: &Consumer) -> Result<Option<(Secret, Secret)>, Stop> {
        let asked = change(Method::POST, &self.url(&consumer.staged), self.access, "{}")?;
        waiting(&read(&self.sent(asked).await?)?)
    }

    /// How far this pair is.
    ///
    /// # Errors
    /// As for any call.
    pub async fn stand_of(&self, consumer: &Consumer, key: &Secret) -> Result<Stand, Stop> {
        if consumer.key == *key {
            return Ok(Stand::InForce);
        }
        let all = all_staged(&self.asked(&self.url(&consumer.staged)).await?);
        let is_it = |one: &Staged| one.pair.as_ref().is_some_and(|(found, _)| found == key);
        match all.into_iter().find(is_it) {
            Some(Staged { state: State::Rotated, .. }) => Ok(Stand::InForce),
            Some(Staged { state: State::Active, id: Some(id), .. }) => Ok(Stand::Staged(id)),
            Some(_) | None => Ok(Stand::Gone),
        }
    }

    /// Puts a staged pair in force.
    ///
    /// # Errors
    /// Whether it came about is told by [`Api::stand_of`], unless the org said no.
    pub async fn rotate(&self, consumer: &Consumer, staged: &str) -> Result<(), Stop> {
        let path = format!("{}/{staged}", consumer.staged);
        let asked = change(Method::PATCH, &self.url(&path), self.access, r#"{"command":"rotate"}"#)?;
        self.sent(asked).await.map(drop)
    }

    async fn asked(&self, url: &Url) -> Result<Answer, Stop> {
        read(&self.sent(get(url, Some(self.access))?).await?)
    }

    async fn sent(&self, request: http::Request<Vec<u8>>) -> Result<Vec<u8>, Stop> {
        let url = Url::parse(&request.uri().to_string())
            .map_err(|_| Trouble::unexpected("a request that cannot be made"))?;
        let response = self.http.send(request).await.map_err(Trouble::from)?;
        if response.status().is_success() { Ok(response.into_body()) } else { Err(meaning(&url, &response)) }
    }
}

fn path(version: &str, of: &str) -> String {
    format!("{}/v{version}/{of}", salesforce::VERSIONS_PATH)
}

/// A JSON object. A page in its place is a network's.
fn read(body: &[u8]) -> Result<Answer, Stop> {
    let answer = Answer::read(body);
    let is_object = answer.is_whole() && body.trim_ascii_start().starts_with(b"{");
    if is_object { Ok(answer) } else { Err(Trouble::passing(Code::SalesforceUnreadable).into()) }
}

/// The meaning of an unsuccessful answer.
fn meaning(url: &Url, response: &Response<Vec<u8>>) -> Stop {
    let status = response.status();
    let said = ErrorBody::read(response.body()).unwrap_or_default().error_description.to_ascii_lowercase();
    if status.is_client_error() && salesforce::NOT_ENABLED.iter().any(|words| said.contains(words)) {
        return Stop::No(No::Off);
    }
    let error = refusal(url, response);
    let is = |codes: &[Code]| codes.contains(&error.trouble.code);
    let refused = [Code::ApiRefused, Code::RecordHidden];
    let unread = [Code::SalesforceRefused, Code::SalesforceUnreadable];
    if status == StatusCode::NOT_FOUND && (is(&refused) || is(&unread)) {
        Stop::No(No::Absent)
    } else if is(&refused) {
        Stop::No(No::Refused)
    } else if is(&[Code::SalesforceRefused]) {
        Stop::No(No::Unread)
    } else {
        Stop::Trouble(error)
    }
}

/// The staged pairs of an answer: in a list, or the one as it is.
fn all_staged(answer: &Answer) -> Vec<Staged> {
    let one = |answer: &Answer| Staged {
        id: answer.text("id").filter(|id| is_id(id)),
        state: match answer.text("state").as_deref() {
            None => State::Active,
            Some(word) if word.eq_ignore_ascii_case("active") => State::Active,
            Some(word) if word.eq_ignore_ascii_case("rotated") => State::Rotated,
            Some(_) => State::Other,
        },
        pair: value(answer, "key").zip(value(answer, "secret")),
    };
    match answer.all_within("stagedCredentials") {
        Some(list) => list.iter().map(one).collect(),
        None if answer.text("key").is_some() => vec![one(answer)],
        None => Vec::new(),
    }
}

fn waiting(answer: &Answer) -> Result<Option<(Secret, Secret)>, Stop> {
    let mut all = all_staged(answer).into_iter().filter(|one| one.state == State::Active);
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(Staged { pair: Some(pair), .. }), None) => Ok(Some(pair)),
        (Some(_), _) => Err(Stop::No(No::Unread)),
    }
}

fn value(answer: &Answer, name: &str) -> Option<Secret> {
    answer.secret(name, LONGEST_VALUE, |byte| byte.is_ascii_graphic())
}

/// The id of an app, of 15 or 18 characters.
fn is_app_id(id: &str) -> bool {
    id.starts_with(salesforce::APP_ID_PREFIX) && matches!(id.len(), 15 | 18) && is_id(id)
}

/// What may stand in a path as it is.
fn is_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
