//! The icon in the desktop's tray: shows the state of the connections, and offers what can be done about it.
//!
//! `shown::menu` decides what is shown, `platform::tray` shows it.

mod action;

use connect_core::{
    contract::view::{Notice, Tray},
    controller::Controller,
};
use tokio::sync::{broadcast, mpsc, watch};

use self::action::Hands;
use crate::{
    platform::{self, tray::TrayHost as _},
    shown::{
        menu::{Beside, model},
        note::Note,
    },
    window::Window,
};

/// Clicks that may wait while an earlier one is carried out.
const CLICKS_AHEAD: usize = 16;

/// The tray's links to the rest of the program.
pub(crate) struct Surroundings {
    pub(crate) window: Window,
    /// Shows the result of a click that a menu has no room for.
    pub(crate) notes: mpsc::Sender<Note>,
    /// Told when Quit is clicked.
    pub(crate) quit: mpsc::Sender<()>,
}

/// Shows the tray until told to stop. Where the desktop has no tray, tells the controller and waits for one.
pub(crate) async fn run(controller: Controller, surroundings: Surroundings, mut stop: watch::Receiver<bool>) {
    let mut notices = controller.notices();
    let (clicked, mut clicks) = mpsc::channel(CLICKS_AHEAD);
    let has_window = surroundings.window.is_installed();
    let hands = Hands::new(controller.clone(), surroundings);
    let mut checking = hands.checking();
    let wanted = async |checking: Vec<String>| {
        let beside = Beside {
            checking: &checking,
            keep_alive_is_paused: controller.keep_alive_is_paused(),
            ending: controller.ends_with_this_process().await,
        };
        let model = model(&controller.snapshot().await, beside);
        if has_window { model } else { model.without_window() }
    };
    let mut shown = wanted(Vec::new()).await;
    let (online, mut is_online) = watch::channel(true);
    let place = match platform::tray::open(shown.clone(), clicked, online).await {
        Ok(place) => place,
        Err(reason) => {
            tracing::info!(%reason, "there is no tray here; everything is reachable through the window and dtx");
            return controller.tray_is(Tray::Missing);
        }
    };
    loop {
        controller.tray_is(if *is_online.borrow_and_update() { Tray::Shown } else { Tray::Missing });
        tokio::select! {
            notice = notices.recv() => match notice {
                Ok(Notice::Snapshot(_) | Notice::Settings(_)) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Ok(_) => continue,
                Err(broadcast::error::RecvError::Closed) => break,
            },
            Some(click) = clicks.recv() => hands.take(click),
            Ok(()) = checking.changed() => {}
            Ok(()) = is_online.changed() => continue,
            _ = stop.changed() => break,
        }
        let checking = checking.borrow_and_update().clone();
        let wanted = wanted(checking).await;
        if wanted != shown {
            place.show(wanted.clone()).await;
            shown = wanted;
        }
    }
    place.close().await;
}
