//! Keeping a connection, tested against a model of an org that rotates its refresh tokens, under any order of faults,
//! crashes and callers: the real controller over a real database.

mod house;
mod org;

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use proptest::prelude::*;

use self::{
    house::House,
    org::{Network, ODD, ONCE, TOKEN},
};
use super::lock;
use crate::contract::view::RotationMove;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A caller who wants a fresh token.
    Refresh(Network),
    /// A person asks for a check.
    Check(Network),
    /// The agent looks after a connection that was unused for a day.
    KeepAlive(Network),
    /// A person disconnects, and signs in again once that is done.
    Disconnect(Network),
    /// Two callers at once.
    Two(Network),
    /// A caller whose program dies at its nth step.
    Crash(Network, usize),
    /// A caller whose program dies after it read the answer and before it stored any of it.
    DiesAnswered,
    /// A caller whose program dies after the answer is stored and before it is used.
    DiesStored,
    /// An admin blocks the app, or unblocks it.
    Block(bool),
    /// An admin revokes the sign-in.
    Revoke,
    /// A person signs in again.
    SignIn,
    /// A person begins a rotation, or goes on with it.
    Rotate(Rotating, Network),
    /// The same, and the program dies at its nth step.
    RotateCrash(Rotating, usize),
    /// An admin does something with the pairs in Setup.
    Setup(Setup),
}

/// What is done in a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rotating {
    Begin {
        exposed: bool,
    },
    Say(RotationMove),
    /// The staged pair is pasted, or the present one where none is staged.
    Paste,
}

#[derive(Clone, Copy, Debug)]
enum Setup {
    Stage,
    Rotate,
    DeleteFormer,
}

fn network() -> impl Strategy<Value = Network> {
    use Network::{
        AnswerLost, Busy, Fine, Maintenance, NoName, Page, RequestLost, Restricted, Stranger, TooMany,
        TooSlow,
    };
    let passing = vec![NoName, Stranger, TooSlow, RequestLost, Maintenance, Busy, TooMany, Restricted, Page];
    prop_oneof![
        8 => Just(Fine),
        4 => (0..ODD.len()).prop_map(Network::Odd),
        2 => (0..ONCE.len()).prop_map(Network::RefusedOnce),
        4 => prop::sample::select(passing),
        1 => Just(AnswerLost),
    ]
}

fn rotating() -> impl Strategy<Value = Rotating> {
    use RotationMove::{
        Agree, Back, EndSignIn, Finish, HandedOver, KeepSignIn, Look, Prove, Rotated, Staged, TakeBack,
    };
    let said =
        vec![Agree, Back, EndSignIn, Finish, HandedOver, KeepSignIn, Look, Prove, Rotated, Staged, TakeBack];
    prop_oneof![
        2 => any::<bool>().prop_map(|exposed| Rotating::Begin { exposed }),
        6 => prop::sample::select(said).prop_map(Rotating::Say),
        2 => Just(Rotating::Paste),
    ]
}

/// What leads through a rotation in order, so that its later steps are come to as well.
fn rotation() -> impl Strategy<Value = Vec<Step>> {
    use RotationMove::{Agree, EndSignIn, Finish, HandedOver, Prove, Rotated, Staged};
    (any::<bool>(), network(), prop::bool::weighted(0.7)).prop_map(|(exposed, network, deletes)| {
        let say = |what| Step::Rotate(Rotating::Say(what), Network::Fine);
        let mut steps = vec![Step::Rotate(Rotating::Begin { exposed }, Network::Fine), say(Agree)];
        steps.extend(exposed.then_some(Step::Rotate(Rotating::Say(EndSignIn), network)));
        steps.push(Step::Setup(Setup::Stage));
        steps.extend(exposed.then_some(Step::Setup(Setup::Rotate)));
        steps.extend([say(Staged), Step::Rotate(Rotating::Paste, Network::Fine)]);
        steps.extend((!exposed).then_some(Step::Setup(Setup::Rotate)));
        steps.extend([say(Rotated), Step::Rotate(Rotating::Say(Prove), network), say(Prove)]);
        steps.extend([Step::SignIn, say(HandedOver)]);
        steps.extend(deletes.then_some(Step::Setup(Setup::DeleteFormer)));
        steps.extend([Step::Rotate(Rotating::Say(Finish), network), say(Finish)]);
        steps
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => network().prop_map(Step::Refresh),
        3 => network().prop_map(Step::Two),
        6 => (network(), 0_usize..24).prop_map(|(network, after)| Step::Crash(network, after)),
        2 => Just(Step::DiesAnswered),
        2 => Just(Step::DiesStored),
        3 => network().prop_map(Step::Check),
        3 => network().prop_map(Step::KeepAlive),
        2 => network().prop_map(Step::Disconnect),
        2 => any::<bool>().prop_map(Step::Block),
        1 => Just(Step::Revoke),
        3 => Just(Step::SignIn),
        4 => (rotating(), network()).prop_map(|(what, network)| Step::Rotate(what, network)),
        4 => (rotating(), 0_usize..24).prop_map(|(what, left)| Step::RotateCrash(what, left)),
        2 => prop::sample::select(vec![Setup::Stage, Setup::Rotate, Setup::DeleteFormer]).prop_map(Step::Setup),
    ];
    let any_order = prop::collection::vec(step, 1..16);
    // A part of a rotation in its order, then anything.
    (prop::option::of((rotation(), 0_usize..20)), any_order).prop_map(|(rotation, others)| {
        let in_order = rotation.map(|(steps, most)| steps.into_iter().take(most).collect::<Vec<_>>());
        in_order.unwrap_or_default().into_iter().chain(others).collect()
    })
}

/// A future that is dropped before its nth step, as when a program dies.
struct Dies<F> {
    left: usize,
    inner: Pin<Box<F>>,
}

impl<F: Future> Future for Dies<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.inner.as_mut().poll(context).map(Some)
    }
}

async fn live(house: &mut House, steps: Vec<Step>) {
    for step in steps {
        let before = house.stored();
        let asked = lock(&house.org).requests;
        let newest = lock(&house.org).newest;
        let (rotation, in_use) = (house.rotation(), house.in_use());
        match step {
            Step::Refresh(network) => drop(house.refresh(network).await),
            Step::Two(network) => {
                lock(&house.org).next = network;
                let both = (house.controller.token("p", true), house.controller.token("p", true));
                drop(tokio::join!(both.0, both.1));
                lock(&house.org).next = Network::Fine;
            }
            Step::Crash(network, left) => {
                drop(pin!(Dies { left, inner: Box::pin(house.refresh(network)) }).await);
                lock(&house.org).next = Network::Fine;
                house.settled().await;
                house.restart();
            }
            Step::DiesAnswered | Step::DiesStored => {
                let at = if matches!(step, Step::DiesAnswered) { TOKEN } else { "" };
                lock(&house.org).dies_at = Some(at);
                let dying = house.dying.clone();
                tokio::select! {
                    _ = house.refresh(Network::Fine) => {}
                    () = dying.notified() => {}
                }
                lock(&house.org).dies_at = None;
                house.settled().await;
                house.restart();
            }
            Step::Check(network) => {
                lock(&house.org).next = network;
                drop(house.controller.check(&crate::contract::intent::Check::of("p")).await);
                lock(&house.org).next = Network::Fine;
            }
            Step::KeepAlive(network) => {
                *lock(&house.clock.0) += 26 * 60 * 60;
                lock(&house.org).next = network;
                house.look().await;
                lock(&house.org).next = Network::Fine;
            }
            Step::Disconnect(network) => house.disconnect(network).await,
            Step::Block(blocked) => lock(&house.org).blocked = blocked,
            Step::Revoke => lock(&house.org).dead = true,
            Step::SignIn => house.sign_in(),
            Step::Rotate(what, network) => {
                let over = house.rotate(what, network).await;
                house.check_end(what, over, &rotation);
            }
            Step::RotateCrash(what, left) => {
                drop(pin!(Dies { left, inner: Box::pin(house.rotate(what, Network::Fine)) }).await);
                {
                    let mut org = lock(&house.org);
                    (org.next, org.keeps_for_refresh) = (Network::Fine, false);
                    // As where it is taken back to the end.
                    org.revoked_here &= what != Rotating::Say(RotationMove::TakeBack);
                }
                house.settled().await;
                house.restart();
            }
            Step::Setup(Setup::Stage) => lock(&house.org).stage(),
            Step::Setup(Setup::Rotate) => lock(&house.org).rotate(),
            Step::Setup(Setup::DeleteFormer) => lock(&house.org).former = None,
        }
        let now = lock(&house.org).newest;
        house.lost += u32::from(now > newest && house.stored().1 != now);
        house.check(step, &before, asked);
        house.check_rotation(step, &rotation, in_use);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_faults_and_crashes_loses_what_was_stored(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let mut house = House::new(folder.path());
            Box::pin(live(&mut house, steps)).await;
        });
    }
}
