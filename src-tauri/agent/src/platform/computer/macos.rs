//! macOS: the waking is told to applications of the desktop. Of networks nothing is heard here.

use connect_core::controller::Controller;
use tokio::sync::oneshot;

use crate::platform::macos::{News, news, next_of};

/// Listens for as long as anything can be heard; returns why nothing can.
pub(super) async fn hear(controller: &Controller, silence: oneshot::Sender<()>) -> Result<(), String> {
    let mut news = news().ok_or("this program is no application of the desktop")?;
    drop(silence);
    loop {
        next_of(&mut news, News::WokenUp).await;
        tracing::debug!("the computer woke up");
        controller.computer_is_back();
    }
}
