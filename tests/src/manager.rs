//! A real window manager, with a panel at the top of the screen.

use std::process::{Child, Command, Stdio};

use x11rb::{
    connection::Connection,
    protocol::xproto::{AtomEnum, ConfigureWindowAux, ConnectionExt, PropMode},
    wrapper::ConnectionExt as _,
};

use crate::{Desk, Display, Seen, block_until_so, clipboard::Guest};

/// Xfce's window manager, which lets a window have the size it asks for. It ends when this is dropped, with the panel.
pub struct Manager {
    xfwm: Child,
    /// The panel is its window.
    panel: Guest,
}

impl Manager {
    /// Starts both; returns once windows are told the space beside the panel.
    pub fn start(desk: &Desk, display: &Display, panel: u32) -> Self {
        let xfwm = desk
            .command("xfwm4")
            .args(["--compositor=off"])
            .env("DISPLAY", display.name())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("xfwm4 is installed");
        let guest = Guest::on(display);
        let manager = Self { xfwm, panel: guest };
        let guest = &manager.panel;
        block_until_so("no window manager has come", || {
            !guest.numbers("_NET_SUPPORTING_WM_CHECK", AtomEnum::WINDOW).is_empty()
        });
        guest.become_panel(panel);
        block_until_so("the panel has no room", || {
            guest.numbers("_NET_WORKAREA", AtomEnum::CARDINAL).get(1) == Some(&panel)
        });
        manager
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = self.xfwm.kill();
        let _ = self.xfwm.wait();
    }
}

impl Display {
    /// The position and size of the window with this title, without its frame, once it is shown.
    pub fn managed(&self, title: &str) -> Option<Seen> {
        let told = Command::new("xwininfo").args(["-display", self.name(), "-name", title]).output().unwrap();
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let number = |name: &str| {
            let line = told.lines().find_map(|line| line.trim().strip_prefix(name))?;
            line.trim().parse::<i32>().ok()
        };
        let side = |name| u16::try_from(number(name)?).ok();
        let place = |name| i16::try_from(number(name)?).ok();
        let at = (place("Absolute upper-left X:")?, place("Absolute upper-left Y:")?);
        told.contains("Map State: IsViewable").then_some(())?;
        Some(Seen { at, size: (side("Width:")?, side("Height:")?) })
    }
}

impl Guest {
    fn numbers(&self, property: &str, kind: AtomEnum) -> Vec<u32> {
        let found = self.connection.get_property(false, self.root, self.atom(property), kind, 0, 64).unwrap();
        found.reply().ok().and_then(|found| Some(found.value32()?.collect())).unwrap_or_default()
    }

    fn become_panel(&self, high: u32) {
        let (connection, window) = (&self.connection, self.window);
        let set = |property: &str, kind: AtomEnum, values: &[u32]| {
            let property = self.atom(property);
            connection.change_property32(PropMode::REPLACE, window, property, kind, values).unwrap();
        };
        set("_NET_WM_WINDOW_TYPE", AtomEnum::ATOM, &[self.atom("_NET_WM_WINDOW_TYPE_DOCK")]);
        let wide = connection.get_geometry(self.root).unwrap().reply().unwrap().width;
        // Left, right, top and bottom, then the beginning and end of each (Extended Window Manager Hints).
        let room = [0, 0, high, 0, 0, 0, 0, 0, 0, u32::from(wide) - 1, 0, 0];
        set("_NET_WM_STRUT_PARTIAL", AtomEnum::CARDINAL, &room);
        let size = ConfigureWindowAux::new().width(u32::from(wide)).height(high);
        connection.configure_window(window, &size).unwrap();
        connection.map_window(window).unwrap();
        connection.flush().unwrap();
    }
}
