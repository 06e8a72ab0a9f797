//! One window for each home: a second start hands over what it was called with, and ends.

use std::{env, path::Path, time::Duration};

use connect_agent::client::Client;
use connect_core::{
    home::Home,
    intent::Intent,
    lock::{self, Held},
    view::{Failure, Forward, LinkTaken, Place},
};
use tokio::time::{Instant, sleep};

use crate::{arguments::Called, window::Trouble};

/// A window that is being closed lets go of its turn within this time.
const TIME_TO_CLOSE: Duration = Duration::from_millis(1500);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// What a launcher gives a program so that it may come to the front: Wayland's name for it, and X11's.
const LEAVE: [&str; 2] = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"];

/// Whose turn it is.
pub(crate) enum Turn {
    /// This process is the window, and begins at the place.
    Ours { held: Held, place: Option<Place> },
    /// The window that is open was told.
    Another,
}

/// Hands a link to the agent, then finds out whether this process is the window.
///
/// # Errors
/// The lock cannot be had at all, or a window is open and cannot be told because there is no agent.
pub(crate) async fn take(home: &Home, program: &Path, called: Called) -> Result<Turn, Trouble> {
    let mut place = called.place;
    if let Some(address) = called.link {
        place = follow(home, address).await;
    }
    if let Some(held) = lock::try_exclusive(&home.window_lock())? {
        return Ok(Turn::Ours { held, place });
    }
    let activation_token =
        LEAVE.iter().find_map(|name| env::var(name).ok()).filter(|token| !token.is_empty());
    let client = Client::open_or_start(home, program).await.map_err(words)?;
    let forward = Forward { place: place.clone(), activation_token };
    client.call::<()>(Intent::ComeForward(forward)).await.map_err(words)?;
    let give_up_at = Instant::now() + TIME_TO_CLOSE;
    while Instant::now() < give_up_at {
        if let Some(held) = lock::try_exclusive(&home.window_lock())? {
            return Ok(Turn::Ours { held, place });
        }
        sleep(LOOK_AGAIN).await;
    }
    Ok(Turn::Another)
}

/// The place of the sign-in that the link belongs to. Without an agent no sign-in waits for one.
async fn follow(home: &Home, address: connect_core::secret::Secret) -> Option<Place> {
    let client = Client::open(home).await.ok()??;
    let taken: LinkTaken = client.call(Intent::Link { address }).await.ok()?;
    taken.attempt.map(|id| Place::Attempt { id })
}

fn words(failure: Failure) -> Trouble {
    failure.message.into()
}
