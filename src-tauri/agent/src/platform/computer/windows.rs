//! Windows: the waking is told to windows, and the network to whoever asks to hear of it. Nothing is polled.

use connect_core::controller::Controller;
use connect_windows::network::{self, Network};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::platform::windows::{News, news, next_of};

/// From here on there is a way out of this computer. Whether it leads to the internet is judged by a test address that a
/// company may block.
const LOCAL: i32 = 1;

/// Changes of the network that may wait: one says as much as several.
const CHANGES_AHEAD: usize = 1;

/// Listens for as long as anything can be heard; returns why nothing can.
pub(super) async fn hear(controller: &Controller, silence: oneshot::Sender<()>) -> Result<(), String> {
    let (tell_of, mut changes) = mpsc::channel(CHANGES_AHEAD);
    let tell = move || {
        // One that waits already says the same.
        let _ = tell_of.try_send(());
    };
    let hearing = network::hear(tell).inspect_err(|error| tracing::debug!(%error, "no news of the network"));
    let mut news = news();
    if news.is_none() && hearing.is_err() {
        return Err("this Windows tells neither of sleep nor of networks".to_owned());
    }
    let mut network = now();
    controller.network_is_metered(network.is_some_and(|network| network.is_metered));
    drop(silence);
    loop {
        tokio::select! {
            () = woken_up(news.as_mut()) => {
                // A computer that wakes without a network counts as back once it has one.
                network = now();
                if network.is_none_or(|network| network.reach >= LOCAL) {
                    tracing::debug!("the computer woke up");
                    controller.computer_is_back();
                }
            }
            Some(()) = changes.recv() => {
                let before = std::mem::replace(&mut network, now());
                controller.network_is_metered(network.is_some_and(|network| network.is_metered));
                if is_better(network, before) {
                    tracing::debug!("the computer came to a network");
                    controller.computer_is_back();
                }
            }
        }
    }
}

/// `None` where Windows does not tell.
fn now() -> Option<Network> {
    network::now().ok()
}

fn is_better(now: Option<Network>, before: Option<Network>) -> bool {
    now.is_some_and(|now| now.reach >= LOCAL && before.is_none_or(|before| now.reach > before.reach))
}

async fn woken_up(news: Option<&mut broadcast::Receiver<News>>) {
    match news {
        Some(news) => {
            next_of(news, &[News::WokenUp]).await;
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_news_when_it_reaches_farther_than_the_one_before() {
        let reaching = |reach| Some(Network { reach, is_metered: false });
        for (now, before, is_news) in [
            (reaching(3), reaching(0), true),
            (reaching(1), reaching(0), true),
            (reaching(3), None, true),
            (reaching(0), None, false),
            (reaching(1), reaching(3), false),
            (reaching(3), reaching(3), false),
            (None, reaching(3), false),
        ] {
            assert_eq!(is_better(now, before), is_news, "{now:?} after {before:?}");
        }
    }
}
