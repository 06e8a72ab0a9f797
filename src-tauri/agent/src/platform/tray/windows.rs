//! The tray of Windows, beside the clock: an icon with a menu on the right button, through tray-icon. It lives on a thread
//! whose messages are handed on.

use std::{
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError, mpsc as channel},
    thread,
};

use connect_windows::{
    message_window::{self, Waker},
    taskbar,
};
use tokio::sync::{mpsc, oneshot, watch};
use tray_icon::{
    MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent,
    menu::{MenuEvent, MenuId},
};

use super::built::{Actions, menu, picture};
use crate::shown::menu::{Action, Click, Icon, Item as Line, Model, tell};

const TITLE: &str = "Datatrax Connect";
/// The most that fits beside the icon while the mouse is on it, in units of 16 bits with the zero at the end.
const LONGEST_TIP: usize = 128;

pub(super) const HOW_TO_HAVE_ONE: &str = "On Windows the taskbar has it, which comes with Explorer: sign out of Windows and in again where it is gone.";

/// The taskbar has it.
pub(super) async fn is_there() -> Option<bool> {
    std::future::ready(Some(taskbar::is_there())).await
}

/// What is wished of the thread: the newest model, or the end.
enum Wish {
    Show(Model),
    Close,
}

type Wishes = Arc<Mutex<Option<Wish>>>;

/// The icon in the tray.
pub(crate) struct Item {
    wishes: Wishes,
    waker: Waker,
    /// Ends with the thread.
    gone: oneshot::Receiver<()>,
}

impl Item {
    /// Fails where there is no desktop.
    pub(super) async fn open(
        model: Model,
        clicked: mpsc::Sender<Click>,
        online: watch::Sender<bool>,
    ) -> Result<Self, String> {
        let wishes = Wishes::default();
        let (begun, has_begun) = oneshot::channel();
        let (end, gone) = oneshot::channel();
        let of_thread = wishes.clone();
        let serve = move || {
            match Shown::begin(&model, clicked, online) {
                Ok(shown) => {
                    let _ = begun.send(Ok(Waker::of_this_thread()));
                    shown.serve(&of_thread);
                }
                Err(error) => drop(begun.send(Err(error.to_string()))),
            }
            drop(end);
        };
        thread::Builder::new().name("tray".to_owned()).spawn(serve).map_err(|error| error.to_string())?;
        let waker = has_begun.await.map_err(|error| error.to_string())??;
        Ok(Self { wishes, waker, gone })
    }

    fn wish(&self, wish: Wish) {
        *self.wishes.lock().unwrap_or_else(PoisonError::into_inner) = Some(wish);
        self.waker.wake();
    }
}

impl super::TrayHost for Item {
    async fn show(&self, model: Model) {
        self.wish(Wish::Show(model));
    }

    async fn close(self) {
        self.wish(Wish::Close);
        // The thread drops its end without a word.
        let _ = self.gone.await;
    }
}

/// What the thread shows.
struct Shown {
    icon: TrayIcon,
    /// The picture that is shown, and at which size.
    picture: (Icon, u16),
    model: Model,
    actions: Actions,
    /// Makes the lines of one menu other ones than those of the next: a click on a line that is gone means nothing.
    menus: u64,
    /// The lines and clicks that were made, in their order.
    events: channel::Receiver<Event>,
    clicked: mpsc::Sender<Click>,
    online: watch::Sender<bool>,
}

enum Event {
    OnIcon,
    OnLine(MenuId),
}

impl Shown {
    fn begin(
        model: &Model,
        clicked: mpsc::Sender<Click>,
        online: watch::Sender<bool>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        taskbar::count_real_pixels();
        let events = listen();
        let size = taskbar::icon_size();
        let (menu, actions) = menu(model, 0)?;
        let icon = TrayIconBuilder::new()
            .with_tooltip(tip(model))
            .with_icon(picture(model.icon, size)?)
            .with_menu(Box::new(menu))
            .with_menu_on_left_click(!opens_window(model))
            .build()?;
        let picture = (model.icon, size);
        let shown = Self { icon, picture, model: model.clone(), actions, menus: 0, events, clicked, online };
        shown.look_for_the_taskbar();
        Ok(shown)
    }

    /// Until the end is wished. While the menu is open nothing of it changes: what it shows then is what is clicked.
    fn serve(mut self, wishes: &Wishes) {
        message_window::run(|| {
            while let Ok(event) = self.events.try_recv() {
                self.hear(event);
            }
            self.look_for_the_taskbar();
            let wish = wishes.lock().unwrap_or_else(PoisonError::into_inner).take();
            match wish {
                Some(Wish::Close) => return ControlFlow::Break(()),
                Some(Wish::Show(model)) => self.show(model),
                None => {}
            }
            if let Err(error) = self.draw() {
                tracing::debug!(%error, "the tray's icon stays as it was");
            }
            ControlFlow::Continue(())
        });
    }

    fn hear(&self, event: Event) {
        let action = match event {
            Event::OnIcon if opens_window(&self.model) => Some(Action::OpenWindow),
            Event::OnIcon => None,
            Event::OnLine(line) => self.actions.get(&line).cloned(),
        };
        if let Some(action) = action {
            // The leave to come to the front is the system's, and this process has it now.
            tell(&self.clicked, Click { action, activation_token: Some(String::new()) });
        }
    }

    /// Explorer may begin later, and after an end of its own tells every window; tray-icon puts the icon back then.
    fn look_for_the_taskbar(&self) {
        let is_there = taskbar::is_there();
        self.online.send_if_modified(|was_there| std::mem::replace(was_there, is_there) != is_there);
    }

    fn show(&mut self, model: Model) {
        self.menus += 1;
        match menu(&model, self.menus) {
            Ok((menu, actions)) => {
                self.icon.set_menu(Some(Box::new(menu)));
                self.actions = actions;
            }
            Err(error) => tracing::warn!(%error, "the tray's menu stays as it was"),
        }
        if let Err(error) = self.icon.set_tooltip(Some(tip(&model))) {
            tracing::debug!(%error, "the tray's text stays as it was");
        }
        self.model = model;
    }

    /// Draws the icon anew where its state has changed, or the screen.
    fn draw(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        let wanted = (self.model.icon, taskbar::icon_size());
        if wanted != self.picture {
            self.icon.set_icon(Some(picture(wanted.0, wanted.1)?))?;
            self.picture = wanted;
        }
        Ok(())
    }
}

/// Hears what is clicked. The library tells one listener for the whole program.
fn listen() -> channel::Receiver<Event> {
    let (on_icon, events) = channel::channel();
    let on_line = on_icon.clone();
    TrayIconEvent::set_event_handler(Some(move |event| {
        let up = MouseButtonState::Up;
        if let TrayIconEvent::Click { button: MouseButton::Left, button_state, .. } = event
            && button_state == up
        {
            let _ = on_icon.send(Event::OnIcon);
        }
    }));
    MenuEvent::set_event_handler(Some(move |event: MenuEvent| drop(on_line.send(Event::OnLine(event.id)))));
    events
}

/// Whether there is a window to open.
fn opens_window(model: &Model) -> bool {
    model.items.iter().any(|item| matches!(item, Line::Click { action: Action::OpenWindow, .. }))
}

fn tip(model: &Model) -> String {
    let mut room = LONGEST_TIP - 1;
    let text = format!("{TITLE}: {}", model.summary);
    let fits = |character: &char| {
        let left = room.checked_sub(character.len_utf16());
        room = left.unwrap_or(0);
        left.is_some()
    };
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::built::tests::model, *};

    #[test]
    fn no_window_is_offered_where_there_is_none() {
        assert!(!opens_window(&model("")), "no window is offered here");
    }

    #[test]
    fn what_is_told_beside_the_icon_has_room_there() {
        for summary in ["short", &"x".repeat(300), &"😀".repeat(100)] {
            let units = tip(&model(summary)).encode_utf16().count();
            assert!(units < LONGEST_TIP, "{units} of {summary}");
        }
        assert_eq!(tip(&model("One org")), "Datatrax Connect: One org");
    }
}
