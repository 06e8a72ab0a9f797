//! The window beside an empty one: the same toolkit, one line of text.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use connect_tests::{Desk, program};

use crate::{
    figures::{Figures, Times, Unit, Wanted, number},
    processes::{Agent, memory},
    screen::Screen,
};

/// The package of the empty window.
const EMPTY: &str = "empty-window";

/// A kind of window, with its times, and its memory at the end of each run.
struct Kind<'a> {
    desk: &'a Desk,
    program: &'a Path,
    drawn: Times,
    memory: Vec<u64>,
}

impl<'a> Kind<'a> {
    fn new(desk: &'a Desk, program: &'a Path) -> Self {
        Self { desk, program, drawn: Times::default(), memory: Vec::new() }
    }

    fn run(&mut self, screen: &Screen, counts: bool) {
        let mut command = self.desk.command(self.program);
        command.env("DISPLAY", screen.name());
        let mut window = None;
        let drawn = screen.drawn(|| window = Some(Window::start(command)));
        let Some(window) = window else { return };
        if counts {
            self.drawn.push(drawn);
            self.memory.extend(memory(window.0.id()));
        }
        drop(window);
        screen.rest();
    }

    fn memory(&self) -> Option<f64> {
        let mut all = self.memory.clone();
        all.sort_unstable();
        all.get(all.len() / 2).map(|bytes| number(*bytes) / 1e6)
    }
}

struct Window(Child);

impl Window {
    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures the windows; the agents of both desks run, as after a login.
pub(crate) async fn measure(figures: &mut Figures, one: &Desk, thousand: &Desk, runs: usize) {
    figures.heading("The window, its agent running, beside an empty window of the same toolkit");
    let (ours, empty) = (program("datatrax-connect"), program(EMPTY));
    let agents = (Agent::start(one, &["--no-tray"]).await, Agent::start(thousand, &["--no-tray"]).await);
    let screen = Screen::start();
    let mut kinds = [Kind::new(one, &empty), Kind::new(one, &ours), Kind::new(thousand, &ours)];
    for round in 0..=runs {
        for kind in &mut kinds {
            kind.run(&screen, round > 0);
        }
    }
    drop(agents);
    let [empty, one, thousand] = kinds;
    figures.times("empty window, exec to its picture", &empty.drawn, Wanted::Anything);
    figures.times("the window, 1 connection", &one.drawn, Wanted::Anything);
    figures.ratio("  over the empty window", &one.drawn, &empty.drawn, Wanted::AtMost(1.15));
    figures.times("the window, 1,000 connections", &thousand.drawn, Wanted::Anything);
    figures.ratio("  over 1 connection", &thousand.drawn, &one.drawn, Wanted::AtMost(1.05));
    let (Some(least), Some(used), Some(most)) = (empty.memory(), one.memory(), thousand.memory()) else {
        figures.without("PSS of its processes", "not readable without root");
        return;
    };
    figures.add("empty window, PSS of its processes", least, Unit::Megabytes, Wanted::Anything);
    figures.add("the window, PSS, 1 connection", used, Unit::Megabytes, Wanted::Anything);
    figures.add("  over the empty window", used / least, Unit::Times, Wanted::AtMost(1.1));
    figures.add("the window, PSS, 1,000 connections", most, Unit::Megabytes, Wanted::Anything);
}
