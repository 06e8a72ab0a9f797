use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use x11rb::{
    COPY_DEPTH_FROM_PARENT, CURRENT_TIME, NONE,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            AtomEnum, ConnectionExt, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
            SelectionNotifyEvent, SelectionRequestEvent, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use crate::{Display, PATIENCE};

impl Display {
    /// The clipboard's text; `None` when it is empty.
    pub fn clipboard(&self) -> Option<String> {
        Guest::on(self).read("UTF8_STRING").map(|bytes| String::from_utf8(bytes).unwrap())
    }

    /// The hint of the clipboard's owner to clipboard managers.
    pub fn clipboard_hint(&self) -> Option<String> {
        let hint = Guest::on(self).read("x-kde-passwordManagerHint");
        hint.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    /// Copies a text from another program. It stays until something else is copied, or this is dropped.
    pub fn copy(&self, text: &str) -> OtherCopy {
        let guest = Guest::on(self);
        let clipboard = guest.atom("CLIPBOARD");
        guest.connection.set_selection_owner(guest.window, clipboard, CURRENT_TIME).unwrap();
        guest.connection.flush().unwrap();
        let ended = Arc::new(AtomicBool::new(false));
        let (text, is_over) = (text.to_owned(), Arc::clone(&ended));
        let serving = thread::spawn(move || {
            while !is_over.load(Ordering::SeqCst) {
                match guest.connection.poll_for_event().unwrap() {
                    Some(Event::SelectionRequest(asked)) => guest.serve(&asked, &text),
                    Some(_) => {}
                    None => thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        OtherCopy { ended, serving: Some(serving) }
    }
}

/// A text copied by another program.
pub struct OtherCopy {
    ended: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl Drop for OtherCopy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = self.serving.take().unwrap().join();
    }
}

/// A program with an invisible window.
pub(crate) struct Guest {
    pub(crate) connection: RustConnection,
    pub(crate) window: u32,
    pub(crate) root: u32,
}

impl Guest {
    pub(crate) fn on(display: &Display) -> Self {
        let (connection, screen) = x11rb::connect(Some(display.name())).expect("the display answers");
        let window = connection.generate_id().unwrap();
        let root = &connection.setup().roots[screen];
        let (parent, visual) = (root.root, root.root_visual);
        let class = WindowClass::INPUT_OUTPUT;
        let more = CreateWindowAux::new();
        connection
            .create_window(COPY_DEPTH_FROM_PARENT, window, parent, 0, 0, 1, 1, 0, class, visual, &more)
            .unwrap();
        Self { connection, window, root: parent }
    }

    pub(crate) fn atom(&self, name: &str) -> u32 {
        self.connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    fn read(&self, target: &str) -> Option<Vec<u8>> {
        let (clipboard, target, place) = (self.atom("CLIPBOARD"), self.atom(target), self.atom("READ"));
        self.connection.convert_selection(self.window, clipboard, target, place, CURRENT_TIME).unwrap();
        self.connection.flush().unwrap();
        let give_up_at = Instant::now() + PATIENCE;
        loop {
            if let Some(Event::SelectionNotify(answer)) = self.connection.poll_for_event().unwrap() {
                if answer.property == NONE {
                    return None;
                }
                let value =
                    self.connection.get_property(true, self.window, place, AtomEnum::ANY, 0, u32::MAX);
                return Some(value.unwrap().reply().unwrap().value);
            }
            // An owner that has ended meanwhile does not answer.
            let owner = self.connection.get_selection_owner(clipboard).unwrap().reply().unwrap().owner;
            if owner == NONE {
                return None;
            }
            assert!(Instant::now() < give_up_at, "the clipboard's owner does not answer");
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn serve(&self, asked: &SelectionRequestEvent, text: &str) {
        let connection = &self.connection;
        let is_text = asked.target == self.atom("UTF8_STRING");
        if is_text {
            let mode = PropMode::REPLACE;
            connection
                .change_property8(mode, asked.requestor, asked.property, asked.target, text.as_bytes())
                .unwrap();
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: asked.requestor,
            selection: asked.selection,
            target: asked.target,
            property: if is_text { asked.property } else { NONE },
        };
        connection.send_event(false, asked.requestor, EventMask::NO_EVENT, answer).unwrap();
        connection.flush().unwrap();
    }
}
