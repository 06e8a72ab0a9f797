//! `dtx token` on Windows, beside a program that does nothing, both started by a third one in the same Wine.

use std::time::Duration;

use connect_tests::{Desk, of_windows};
use practice_org::{Options, Org};

use crate::{
    connect,
    figures::{Figures, Times, Wanted},
    processes::WARM_UP,
};

pub(crate) async fn measure(figures: &mut Figures, runs: usize) {
    figures.heading("On Windows (in Wine), dtx token, the token stored and good, from its start to its end");
    let (desk, org) = (Desk::of_windows(), Org::start(Options::default()).await.unwrap());
    connect(&desk, &org).await;
    let agent = desk.agent(&[]).await;
    let [least, asked] = nothing_and_token(&desk, runs);
    desk.stop(agent).await;
    let [least_alone, alone] = nothing_and_token(&desk, runs / 2);
    figures.times("an empty Rust program", &least, Wanted::Anything);
    figures.times("with the agent", &asked, Wanted::Anything);
    figures.ratio("  over the empty program", &asked, &least, Wanted::AtMost(3.0));
    figures.times("without an agent, the key read from Credential Manager", &alone, Wanted::Anything);
    figures.ratio("  over the empty program", &alone, &least_alone, Wanted::Anything);
}

fn nothing_and_token(desk: &Desk, runs: usize) -> [Times; 2] {
    let program = |name| of_windows(&desk.program(name));
    let mut by_turns = desk.command(desk.program("examples/by_turns"));
    by_turns.arg((WARM_UP + runs).to_string());
    by_turns.args([&program("examples/nothing"), "--", &program("dtx"), "token", "p"]);
    let told = by_turns.output().unwrap();
    assert!(told.status.success(), "all of them work: {told:?}");
    let mut times = [(); 2].map(|()| Times::default());
    for round in String::from_utf8(told.stdout).unwrap().lines().skip(WARM_UP) {
        for (took, times) in round.split_whitespace().zip(&mut times) {
            times.push(Duration::from_micros(took.parse().unwrap()));
        }
    }
    times
}
