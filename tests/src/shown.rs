//! The windows on a display, as a window manager sees them.

use std::collections::BTreeSet;

use x11rb::{
    CURRENT_TIME,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat,
            MapState,
        },
    },
};

use crate::{Display, clipboard::Guest};

/// The position and size of a window, in pixels of the display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub at: (i16, i16),
    pub size: (u16, u16),
}

/// Records the requests of windows to a window manager, which is missing here.
pub struct Wishes(Guest);

impl Wishes {
    /// Whether a window has asked to be maximized since the last call.
    pub fn has_maximized(&self) -> bool {
        let (state, filled) = (self.0.atom("_NET_WM_STATE"), self.0.atom("_NET_WM_STATE_MAXIMIZED_VERT"));
        let heard = std::iter::from_fn(|| self.0.connection.poll_for_event().unwrap());
        // 1 is `_NET_WM_STATE_ADD`; up to two states follow (Extended Window Manager Hints 1.5).
        heard
            .filter_map(|event| if let Event::ClientMessage(asked) = event { Some(asked) } else { None })
            .any(|asked| {
                let [what, first, second, ..] = asked.data.as_data32();
                asked.type_ == state && what == 1 && [first, second].contains(&filled)
            })
    }
}

impl Display {
    /// The position and size of the window whose title contains this, once it is shown.
    pub fn seen(&self, title: &str) -> Option<Seen> {
        let guest = Guest::on(self);
        let shown = guest.windows().into_iter().find(|window| guest.is_shown(*window, title))?;
        let frame = guest.connection.get_geometry(shown).unwrap().reply().ok()?;
        Some(Seen { at: (frame.x, frame.y), size: (frame.width, frame.height) })
    }

    /// The number of colours in the window whose title contains this: one while it is blank, many with a line of text.
    /// Nothing may cover it.
    pub fn colours(&self, title: &str) -> usize {
        let guest = Guest::on(self);
        let drawn =
            guest.windows().into_iter().find(|window| guest.is_shown(*window, title)).and_then(|window| {
                let size = guest.connection.get_geometry(window).unwrap().reply().ok()?;
                let image = guest.connection.get_image(
                    ImageFormat::Z_PIXMAP,
                    window,
                    0,
                    0,
                    size.width,
                    size.height,
                    u32::MAX,
                );
                image.unwrap().reply().ok()
            });
        drawn.map_or(0, |image| image.data.chunks_exact(4).collect::<BTreeSet<_>>().len())
    }

    /// Hides a window, as a window manager does when minimizing it; the returned function shows it again.
    pub fn minimize(&self, title: &str) -> impl FnOnce() + use<> {
        let guest = Guest::on(self);
        let shown = guest.windows().into_iter().find(|window| guest.is_shown(*window, title));
        let shown = shown.expect("the window is shown");
        guest.connection.unmap_window(shown).unwrap().check().unwrap();
        move || guest.connection.map_window(shown).unwrap().check().unwrap()
    }

    /// The requests of windows from now on.
    pub fn wishes(&self) -> Wishes {
        let guest = Guest::on(self);
        let hear = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        guest.connection.change_window_attributes(guest.root, &hear).unwrap().check().unwrap();
        Wishes(guest)
    }

    /// Closes every message box by its close button, and returns their number.
    pub fn close_messages(&self) -> usize {
        let guest = Guest::on(self);
        let dialog = guest.atom("_NET_WM_WINDOW_TYPE_DIALOG");
        let is_message = |window: &u32| guest.atoms(*window, "_NET_WM_WINDOW_TYPE").contains(&dialog);
        guest.close(&guest.windows().into_iter().filter(is_message).collect::<Vec<_>>())
    }

    /// Closes every window whose title contains this by its close button, and returns their number.
    pub fn close_windows(&self, title: &str) -> usize {
        let guest = Guest::on(self);
        let delete = guest.atom("WM_DELETE_WINDOW");
        let is_wanted = |window: &u32| {
            guest.is_shown(*window, title) && guest.atoms(*window, "WM_PROTOCOLS").contains(&delete)
        };
        guest.close(&guest.windows().into_iter().filter(is_wanted).collect::<Vec<_>>())
    }
}

impl Guest {
    fn windows(&self) -> Vec<u32> {
        self.connection.query_tree(self.root).unwrap().reply().unwrap().children
    }

    fn close(&self, windows: &[u32]) -> usize {
        for window in windows {
            let close = [self.atom("WM_DELETE_WINDOW"), CURRENT_TIME, 0, 0, 0];
            let event = ClientMessageEvent::new(32, *window, self.atom("WM_PROTOCOLS"), close);
            self.connection.send_event(false, *window, EventMask::NO_EVENT, event).unwrap();
        }
        self.connection.flush().unwrap();
        windows.len()
    }

    /// Whether the window is shown. It may go at any moment, and then it is not.
    fn is_shown(&self, window: u32, title: &str) -> bool {
        let attributes = self.connection.get_window_attributes(window).unwrap().reply();
        let name = self.connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 256);
        let name = name.unwrap().reply().map(|name| String::from_utf8_lossy(&name.value).into_owned());
        attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
            && name.is_ok_and(|name| name.contains(title))
    }

    fn atoms(&self, window: u32, property: &str) -> Vec<u32> {
        let found =
            self.connection.get_property(false, window, self.atom(property), AtomEnum::ATOM, 0, 64).unwrap();
        found.reply().ok().and_then(|found| Some(found.value32()?.collect())).unwrap_or_default()
    }
}
