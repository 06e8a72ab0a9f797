//! Linux: the session is named by the variables that lead to its display, and has ended when its bus has closed.

use std::env;

use futures_util::StreamExt;
use zbus::MessageStream;

use crate::platform::linux::bus;

/// The displays on which a process can show windows. A process without any has no desktop.
const DISPLAYS: [&str; 2] = ["WAYLAND_DISPLAY", "DISPLAY"];
/// Further variables that belong to the session.
const WAYS: [&str; 2] = ["XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS"];

/// A program without a tray goes on, as on a server.
pub(crate) const ENDS_ALL: bool = false;

pub(super) fn name() -> Option<String> {
    name_in(|variable| env::var(variable).ok())
}

/// The desktop, and the way in which it draws.
pub(super) fn desktop() -> Option<String> {
    let value = |variable: &str| env::var(variable).ok().filter(|value| !value.is_empty());
    let way = value("XDG_SESSION_TYPE").map(|way| format!(" ({way})")).unwrap_or_default();
    value("XDG_CURRENT_DESKTOP").map(|desktop| format!("{desktop}{way}"))
}

fn name_in(value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let value = |variable: &&str| value(variable).filter(|value| !value.is_empty());
    DISPLAYS.iter().find_map(value)?;
    let values = DISPLAYS.iter().chain(&WAYS).map(|variable| value(variable).unwrap_or_default());
    Some(values.collect::<Vec<_>>().join(" "))
}

/// A future that ends when the bus of the session has closed. `None` where there is no desktop, or no bus.
pub(super) async fn watch() -> Option<impl Future<Output = ()>> {
    name()?;
    let bus = bus::connect().await.ok()?;
    Some(async move {
        let mut messages = MessageStream::from(&bus);
        while let Some(Ok(_)) = messages.next().await {}
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(variables: &[(&str, &str)]) -> Option<String> {
        name_in(|wanted| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_session_is_where_windows_are_shown() {
        let (x11, bus) = (("DISPLAY", ":0"), ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus"));
        assert_eq!(named(&[bus]), None, "a bus alone is no desktop");
        assert_eq!(named(&[("DISPLAY", "")]), None, "nor an empty name");
        assert!(named(&[x11]).is_some(), "a display is");
        assert_eq!(named(&[x11, bus]), named(&[bus, x11]), "the same session");
        for other in [("DISPLAY", ":1"), ("WAYLAND_DISPLAY", "wayland-0"), ("XAUTHORITY", "/run/b")] {
            assert_ne!(named(&[other, x11, bus]), named(&[x11, bus]), "{other:?} is another");
        }
    }
}
