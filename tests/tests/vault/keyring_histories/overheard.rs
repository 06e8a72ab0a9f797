//! What programs say to a keychain, overheard on their bus.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
};

use connect_tests::Desk;

use super::MOMENT;

/// The calls to the keychain on a desk's bus.
pub(super) struct Overheard {
    monitor: Child,
    calls: Receiver<String>,
}

impl Overheard {
    pub(super) fn on(desk: &Desk) -> Self {
        let mut monitor = desk
            .command("dbus-monitor")
            .args(["--session", "type='method_call',destination='org.freedesktop.secrets'"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-monitor is installed");
        let mut lines = BufReader::new(monitor.stdout.take().unwrap()).lines().map_while(Result::ok);
        // With its name it loses the part of an ordinary program, and hears everything from then on.
        lines.find(|line| line.contains("member=NameLost")).expect("dbus-monitor begins");
        let (heard, calls) = mpsc::channel();
        thread::spawn(move || {
            for call in lines.filter(|line| line.starts_with("method call")) {
                let _ = heard.send(call);
            }
        });
        Self { monitor, calls }
    }

    /// The next one, where there is one within a moment.
    pub(super) fn hears_a_call(&self) -> Option<String> {
        self.calls.recv_timeout(MOMENT).ok()
    }
}

impl Drop for Overheard {
    fn drop(&mut self) {
        let _ = self.monitor.kill();
        let _ = self.monitor.wait();
    }
}

/// Where a call goes to.
pub(super) fn place(call: &str) -> Option<&str> {
    Some(call.split_once("path=")?.1.split_once(';')?.0)
}
