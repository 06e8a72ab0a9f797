//! A prompt that the keychain shows to a person, in its own window.

use std::time::Duration;

use futures_util::StreamExt;
use zbus::{
    MatchRule, MessageStream,
    message::Type,
    zvariant::{OwnedObjectPath, OwnedValue},
};

use super::{bus::Way, service::reason};
use crate::{platform::silence::Silence, ports::KeychainError};

const PROMPT: &str = "org.freedesktop.Secret.Prompt";
/// Nobody reads and answers a question sooner: one that is taken back by then was never asked. What the keychain was at work
/// on, and a busy computer, do not count.
const NOBODY_ANSWERS_WITHIN: Duration = Duration::from_millis(300);

/// Shows the prompt, and waits for its answer within this time, and not once the keychain is gone.
///
/// # Errors
/// [`KeychainError::Declined`] when a person said no, [`KeychainError::Locked`] where no person could be asked,
/// [`KeychainError::Slow`] when no answer came; the window is closed again.
pub(super) async fn answer(
    way: &Way,
    question: &OwnedObjectPath,
    patience: Duration,
    silence: &Silence,
) -> Result<OwnedValue, KeychainError> {
    let (mut answers, mut ends) = listen(way, question).await.map_err(|error| reason(&error))?;
    let before = silence.so_far();
    call(way, question, "Prompt", &("",)).await.map_err(|error| reason(&error))?;
    let _asked = Asked::of(silence);
    let answer = tokio::select! {
        answer = answers.next() => answer.and_then(Result::ok).ok_or(KeychainError::Missing)?,
        // The keychain, or the whole bus, has ended.
        _ = ends.next() => return Err(KeychainError::Missing),
        () = silence.has_grown_by(patience) => {
            dismiss(way, question).await;
            return Err(KeychainError::Slow);
        }
    };
    let (is_dismissed, result): (bool, OwnedValue) =
        answer.body().deserialize().map_err(|_| KeychainError::Failed)?;
    match is_dismissed {
        false => Ok(result),
        true if silence.so_far().saturating_sub(before) < NOBODY_ANSWERS_WITHIN => Err(KeychainError::Locked),
        true => Err(KeychainError::Declined),
    }
}

/// A person is asked as long as this lives.
struct Asked<'a>(&'a Silence);

impl<'a> Asked<'a> {
    fn of(silence: &'a Silence) -> Self {
        silence.a_person_is_asked(true);
        Self(silence)
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.0.a_person_is_asked(false);
    }
}

/// Dismisses the prompt.
pub(super) async fn dismiss(way: &Way, question: &OwnedObjectPath) {
    if let Err(error) = call(way, question, "Dismiss", &()).await {
        tracing::debug!(reason = %reason(&error), "a question of the keychain could not be taken back");
    }
}

/// The streams of the prompt's answer, and of the keychain's end.
async fn listen(way: &Way, question: &OwnedObjectPath) -> zbus::Result<(MessageStream, MessageStream)> {
    let answer = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(way.owner.as_str())?
        .path(question.as_str())?
        .interface(PROMPT)?
        .member("Completed")?
        .build();
    let end = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.DBus")?
        .interface("org.freedesktop.DBus")?
        .member("NameOwnerChanged")?
        .add_arg(way.owner.as_str())?
        .build();
    let answers = MessageStream::for_match_rule(answer, &way.bus, None).await?;
    Ok((answers, MessageStream::for_match_rule(end, &way.bus, None).await?))
}

async fn call(
    way: &Way,
    question: &OwnedObjectPath,
    method: &str,
    what: &(impl serde::Serialize + zbus::zvariant::DynamicType),
) -> zbus::Result<zbus::Message> {
    way.bus.call_method(Some(way.owner.as_str()), question.as_str(), Some(PROMPT), method, what).await
}
