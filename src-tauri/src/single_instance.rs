//! One window for each home: a second start hands its arguments over, and ends.

use std::{path::Path, time::Duration};

use connect_agent::{Ask, Client, platform::activation};
use connect_core::{
    contract::{
        intent,
        view::{Failure, Forward, Place},
    },
    explain::{self, Code},
    platform::{
        home::Home,
        lock::{self, Held},
        silence::Silence,
    },
    secret::Secret,
};
use tokio::time::sleep;

use crate::{arguments::Called, platform::toolkit, trouble::Trouble};

/// The time within which a closing window releases its lock.
const TIME_TO_CLOSE: Duration = Duration::from_millis(1500);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How long an agent may take to answer. It does so at once, unless it hangs.
const TIME_TO_HEAR: Duration = Duration::from_secs(3);
/// The time within which a window without an agent finds a new one.
const TIME_TO_BE_FOUND: Duration = Duration::from_secs(1);

/// Which process is the window of this home.
pub(crate) enum Instance {
    /// This process is the window, and begins at `place`.
    Ours { held: Held, place: Option<Place> },
    /// Another process is; it was told the place.
    Another,
}

/// Hands a link to the agent, then finds out whether this process is the window.
///
/// # Errors
/// The lock cannot be taken, or a window is open and cannot be told because no agent answers.
pub(crate) async fn take(home: &Home, program: &Path, called: Called) -> Result<Instance, Trouble> {
    let place = place_of(home, called).await;
    if let Some(held) = lock::try_exclusive(&home.window_lock())? {
        // If the agent does not answer, the window says so itself.
        return Ok(Instance::Ours { held, place: place.unwrap_or_default() });
    }
    let place = place.map_err(words)?;
    toolkit::hand_on_the_front();
    let forward = Forward { place: place.clone(), activation_token: activation::received() };
    call_forward(home, program, forward).await.map_err(words)?;
    // Whoever answers the question with yes closes the window: no other one is wanted then.
    if place == Some(Place::Quit) {
        return Ok(Instance::Another);
    }
    let closed = async {
        loop {
            match lock::try_exclusive(&home.window_lock()).transpose() {
                Some(held) => return held,
                None => sleep(LOOK_AGAIN).await,
            }
        }
    };
    match Silence::within(TIME_TO_CLOSE, None, closed).await {
        Some(held) => Ok(Instance::Ours { held: held?, place }),
        None => Ok(Instance::Another),
    }
}

/// The place that the window is called to. A link is handed to the agent.
///
/// # Errors
/// The agent does not take the link.
pub(crate) async fn place_of(home: &Home, called: Called) -> Result<Option<Place>, Failure> {
    match called.link {
        Some(address) => follow(home, address).await,
        None => Ok(called.place),
    }
}

/// The place of the sign-in that the link belongs to. Without an agent no sign-in waits for a link.
async fn follow(home: &Home, address: Secret) -> Result<Option<Place>, Failure> {
    let Some(client) = Client::open(home).await? else { return Ok(None) };
    let taken = heard(&client, intent::Link { address }).await?;
    Ok(taken.attempt.map(|id| Place::Attempt { id }))
}

async fn call_forward(home: &Home, program: &Path, forward: Forward) -> Result<(), Failure> {
    let client = if let Some(client) = Client::open(home).await? {
        client
    } else {
        let client = Client::open_or_start(home, program).await?;
        Silence::default().lasts(TIME_TO_BE_FOUND).await;
        client
    };
    heard(&client, intent::ComeForward(forward)).await
}

async fn heard<R: Ask>(client: &Client, request: R) -> Result<R::Reply, Failure> {
    let answer = Silence::within(TIME_TO_HEAR, None, client.call(request)).await;
    answer.unwrap_or_else(|| Err(explain::failure(Code::AgentSilent, &[])))
}

fn words(failure: Failure) -> Trouble {
    [vec![failure.message], failure.fix].concat().join(" ").into()
}
