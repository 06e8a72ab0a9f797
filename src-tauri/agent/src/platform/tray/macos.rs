//! macOS: an icon in the menu bar with a menu, through tray-icon. Both live on the main thread alone.

use std::cell::RefCell;

use connect_macos::{application, session};
use tokio::sync::{mpsc, oneshot, watch};
use tray_icon::{TrayIcon, TrayIconBuilder, menu::MenuEvent};

use super::built::{Actions, menu, picture};
use crate::{
    platform::macos,
    shown::menu::{Click, Icon, Model, tell},
};

const TITLE: &str = "Datatrax Connect";
/// The menu bar shows it at half of this, with two pixels to a point.
const PIXELS: u16 = 36;

pub(super) const HOW_TO_HAVE_ONE: &str =
    "On macOS the menu bar has it, for whoever is logged in at the screen.";

/// The menu bar has it.
pub(super) async fn is_there() -> Option<bool> {
    std::future::ready(Some(session::has_screen())).await
}

thread_local! {
    /// On the main thread.
    static SHOWN: RefCell<Option<Shown>> = const { RefCell::new(None) };
}

/// The icon in the menu bar.
pub(crate) struct Item;

impl Item {
    /// Fails where this program is no application of the desktop.
    pub(super) async fn open(
        model: Model,
        clicked: mpsc::Sender<Click>,
        online: watch::Sender<bool>,
    ) -> Result<Self, String> {
        if !macos::is_application() {
            return Err("this program is no application of the desktop".to_owned());
        }
        let (begun, has_begun) = oneshot::channel();
        application::on_main_thread(move || {
            let shown = Shown::begin(&model, clicked).map(|shown| SHOWN.set(Some(shown)));
            // Nobody may wait any more.
            let _ = begun.send(shown.map_err(|error| error.to_string()));
        });
        has_begun.await.map_err(|error| error.to_string())??;
        online.send_replace(true);
        Ok(Self)
    }
}

impl super::TrayHost for Item {
    async fn show(&self, model: Model) {
        let (shown, is_shown) = oneshot::channel::<()>();
        application::on_main_thread(move || {
            SHOWN.with_borrow_mut(|shown| shown.iter_mut().for_each(|shown| shown.show(&model)));
            drop(shown);
        });
        // The other end is dropped without a word.
        let _ = is_shown.await;
    }

    async fn close(self) {
        let (gone, is_gone) = oneshot::channel::<()>();
        application::on_main_thread(move || {
            SHOWN.take();
            drop(gone);
        });
        let _ = is_gone.await;
    }
}

struct Shown {
    icon: TrayIcon,
    picture: Icon,
    actions: Actions,
    /// Makes the lines of one menu other ones than those of the next: a click on a line that is gone means nothing.
    menus: u64,
    clicked: mpsc::Sender<Click>,
}

impl Shown {
    fn begin(model: &Model, clicked: mpsc::Sender<Click>) -> Result<Self, Box<dyn std::error::Error>> {
        // The library tells one listener for the whole program, on this thread.
        MenuEvent::set_event_handler(Some(|event: MenuEvent| {
            SHOWN.with_borrow(|shown| shown.iter().for_each(|shown| shown.hear(&event)));
        }));
        let (menu, actions) = menu(model, 0)?;
        let icon = TrayIconBuilder::new()
            .with_tooltip(tip(model))
            .with_icon(picture(model.icon, PIXELS)?)
            .with_menu(Box::new(menu))
            .build()?;
        Ok(Self { icon, picture: model.icon, actions, menus: 0, clicked })
    }

    fn hear(&self, event: &MenuEvent) {
        if let Some(action) = self.actions.get(&event.id) {
            tell(&self.clicked, Click { action: action.clone(), activation_token: None });
        }
    }

    fn show(&mut self, model: &Model) {
        if let Err(error) = self.try_to_show(model) {
            tracing::warn!(%error, "the menu bar's icon stays as it was");
        }
    }

    fn try_to_show(&mut self, model: &Model) -> Result<(), Box<dyn std::error::Error>> {
        self.menus += 1;
        let (menu, actions) = menu(model, self.menus)?;
        self.icon.set_menu(Some(Box::new(menu)));
        self.actions = actions;
        self.icon.set_tooltip(Some(tip(model)))?;
        if model.icon != self.picture {
            self.icon.set_icon(Some(picture(model.icon, PIXELS)?))?;
            self.picture = model.icon;
        }
        Ok(())
    }
}

fn tip(model: &Model) -> String {
    format!("{TITLE}: {}", model.summary)
}
