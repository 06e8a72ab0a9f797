use proptest::prelude::*;
use time::Duration;

use super::*;
use crate::org::salesforce;

const MOVES: [RotationMove; 12] = [
    RotationMove::Agree,
    RotationMove::EndSignIn,
    RotationMove::KeepSignIn,
    RotationMove::Staged,
    RotationMove::Rotated,
    RotationMove::ByRest,
    RotationMove::Prove,
    RotationMove::HandedOver,
    RotationMove::Look,
    RotationMove::Finish,
    RotationMove::Back,
    RotationMove::TakeBack,
];

/// Whatever may happen to a plan.
#[derive(Clone, Copy, Debug)]
enum Event {
    Said(RotationMove),
    Pasted,
    SignInEnding,
    SignInEnded,
    SignedInAgain,
    Refused(bool),
    SignInOver,
    Proved,
    SawFormer,
    FormerLost,
    Exposed,
    PairLost,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => prop::sample::select(MOVES.to_vec()).prop_map(Event::Said),
        3 => Just(Event::Pasted),
        1 => Just(Event::SignInEnding),
        1 => Just(Event::SignInEnded),
        1 => Just(Event::SignedInAgain),
        1 => Just(Event::SignInOver),
        1 => Just(Event::FormerLost),
        1 => any::<bool>().prop_map(Event::Refused),
        1 => Just(Event::Proved),
        1 => Just(Event::SawFormer),
        1 => Just(Event::Exposed),
        1 => Just(Event::PairLost),
    ]
}

fn at(minutes: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::minutes(minutes)
}

/// What the controller does with an event: it asks the org only at the steps where there is a new pair.
fn happen(plan: &mut Plan, event: Event, now: OffsetDateTime) {
    let step = plan.step();
    match event {
        // What belongs to another step changes nothing.
        Event::Said(said) => plan.said(said, now).unwrap_or_default(),
        Event::Pasted => plan.pasted(now).unwrap_or_default(),
        Event::SignInEnding => plan.ending_sign_in().unwrap_or_default(),
        Event::SignInEnded => plan.sign_in_ended(EndProof::Dead).unwrap_or_default(),
        Event::SignedInAgain if !plan.is_proved() => plan.signed_in_again(),
        Event::Refused(confirmed) if step == RotationStep::Prove => {
            plan.refused(confirmed);
        }
        Event::Proved if matches!(step, RotationStep::Prove | RotationStep::SignIn) => plan.proved(now),
        Event::SignInOver if step == RotationStep::Prove => plan.needs_new_sign_in(),
        Event::SawFormer => plan.saw_former(FormerPair::Works).unwrap_or_default(),
        Event::FormerLost => plan.former_is_lost().unwrap_or_default(),
        Event::Exposed => plan.note_exposure(),
        Event::PairLost if !plan.is_proved() => plan.lose_pair(),
        Event::Refused(_) | Event::Proved | Event::PairLost | Event::SignedInAgain | Event::SignInOver => {}
    }
}

/// What leads from a step to the next one.
fn lead_on(plan: &mut Plan, now: OffsetDateTime) {
    match plan.step() {
        RotationStep::Agree => plan.said(RotationMove::Agree, now).unwrap(),
        RotationStep::EndSignIn => plan.sign_in_ended(EndProof::Dead).unwrap(),
        RotationStep::Stage => plan.said(RotationMove::Staged, now).unwrap(),
        RotationStep::Paste => plan.pasted(now).unwrap(),
        RotationStep::Rotate => plan.said(RotationMove::Rotated, now).unwrap(),
        RotationStep::Prove | RotationStep::SignIn => plan.proved(now),
        RotationStep::HandOver => plan.said(RotationMove::HandedOver, now).unwrap(),
        RotationStep::EndFormer | RotationStep::Finished | RotationStep::TakenBack => {}
    }
}

#[test]
fn a_rotation_goes_step_by_step_from_its_words_to_the_former_pair() {
    for exposed in [false, true] {
        let mut plan = Plan::new(exposed, at(0));
        let mut went = vec![plan.step()];
        while plan.step() != RotationStep::EndFormer {
            lead_on(&mut plan, at(1));
            went.push(plan.step());
        }
        assert_eq!(went, plan.steps(), "exposed: {exposed}");
        assert_eq!(plan.former_until(), Some(at(1) + salesforce::ROTATION_OVERLAP), "and it has an end");
    }
}

#[test]
fn one_refusal_that_nothing_confirms_asks_for_no_sign_in_and_the_second_does() {
    let until_proof = || {
        let mut plan = Plan::new(false, at(0));
        while plan.step() != RotationStep::Prove {
            lead_on(&mut plan, at(1));
        }
        plan
    };
    let mut plan = until_proof();
    assert!(!plan.refused(false) && plan.step() == RotationStep::Prove, "it may be one server");
    assert!(plan.refused(false) && plan.step() == RotationStep::SignIn, "the second is believed");
    let mut plan = until_proof();
    assert!(plan.refused(true) && plan.step() == RotationStep::SignIn, "and one that is confirmed");
    assert!(plan.steps().contains(&RotationStep::SignIn), "which is then a step of it");
}

#[test]
fn a_sign_in_with_another_pair_is_the_proof_at_whatever_step_it_comes() {
    let mut plan = Plan::new(true, at(0));
    plan.proved(at(3));
    assert_eq!(plan.step(), RotationStep::HandOver, "it was made elsewhere in the program");
    plan.note_exposure();
    assert_eq!(plan.step(), RotationStep::HandOver, "a sign-in with the new pair is not ended");
    assert!(!plan.steps().contains(&RotationStep::EndSignIn), "nor said to be: {plan:?}");
}

/// A plan at the step of its former pair, proved at minute 1.
fn at_its_end(exposed: bool) -> Plan {
    let mut plan = Plan::new(exposed, at(0));
    while plan.step() != RotationStep::EndFormer {
        lead_on(&mut plan, at(1));
    }
    plan
}

#[test]
fn a_rotation_is_over_only_once_the_org_was_asked_and_of_an_exposed_pair_once_the_former_one_does_not_work() {
    let after = at(2) + salesforce::ROTATION_OVERLAP;
    for exposed in [false, true] {
        let mut plan = at_its_end(exposed);
        assert!(!plan.may_finish(at(2)), "nobody was asked");
        plan.saw_former(FormerPair::Works).unwrap();
        assert_eq!(plan.may_finish(at(2)), !exposed, "it works, and its end is named: exposed {exposed}");
        assert!(!plan.may_finish(after), "that end is over, and it works all the same");
        for former in [FormerPair::Dead, FormerPair::Unknown] {
            plan.saw_former(former).unwrap();
            assert!(plan.may_finish(at(2)), "{former:?}: exposed {exposed}");
        }
    }
    let mut plan = at_its_end(false);
    plan.note_exposure();
    plan.saw_former(FormerPair::Works).unwrap();
    assert!(!plan.may_finish(at(2)), "also where it is known only now to have been exposed");
}

#[test]
fn an_end_that_was_begun_counts_as_ours_until_somebody_signs_in_again_or_a_refresh_works() {
    let mut plan = Plan::new(true, at(0));
    lead_on(&mut plan, at(0));
    assert!(!plan.ends_sign_in(), "nothing was asked");
    plan.ending_sign_in().unwrap();
    assert!(plan.ends_sign_in() && plan.step() == RotationStep::EndSignIn, "cut off here, it is asked again");
    plan.sign_in_not_ended();
    assert!(!plan.ends_sign_in(), "a refresh has worked");
    plan.ending_sign_in().unwrap();
    plan.sign_in_ended(EndProof::Untold).unwrap();
    assert_eq!((plan.ends_sign_in(), plan.end_proof()), (true, Some(EndProof::Untold)));
    assert!(!plan.may_go_back(), "what is ended stays ended");
    plan.signed_in_again();
    assert!(!plan.ends_sign_in() && !plan.has_ended_sign_in(), "there is a sign-in again");
    plan.said(RotationMove::Back, at(1)).unwrap();
    assert_eq!(plan.step(), RotationStep::EndSignIn, "which can be ended as well");
}

#[test]
fn a_pair_that_was_only_staged_when_it_was_exposed_is_rotated_before_it_is_pasted() {
    let mut plan = Plan::new(false, at(0));
    while plan.step() != RotationStep::Paste {
        lead_on(&mut plan, at(1));
    }
    plan.note_exposure();
    lead_on(&mut plan, at(2));
    assert_eq!(plan.step(), RotationStep::Stage, "staged and rotated in one visit: {plan:?}");
}

#[test]
fn a_pasted_pair_that_is_gone_is_owned_up_to_until_the_next_one() {
    let mut plan = Plan::new(false, at(0));
    while plan.step() != RotationStep::Prove {
        lead_on(&mut plan, at(1));
    }
    plan.lose_pair();
    assert!(plan.has_lost_pair() && plan.step() == RotationStep::Paste, "{plan:?}");
    plan.pasted(at(2)).unwrap();
    assert!(!plan.has_lost_pair() && plan.step() == RotationStep::Prove, "it was rotated before: {plan:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_a_plan_survives_being_written_down_and_leads_to_its_end(
        exposed in any::<bool>(),
        events in prop::collection::vec(event(), 0..40),
    ) {
        let mut plan = Plan::new(exposed, at(0));
        for (minute, event) in events.into_iter().enumerate() {
            let before = plan.clone();
            happen(&mut plan, event, at(i64::try_from(minute).unwrap_or_default()));
            // The former pair is let go of by a proof alone.
            let may_prove = matches!(event, Event::Proved) && before.pasted_at.is_some();
            prop_assert!(!plan.is_proved() || before.is_proved() || may_prove, "{event:?} after {before:?}");
            // A proof is final, and there is a new pair exactly at the steps that need it.
            prop_assert!(!before.is_proved() || plan.is_proved(), "{event:?} after {before:?}");
            let needs_pair =
                matches!(plan.step(), RotationStep::Rotate | RotationStep::Prove | RotationStep::SignIn);
            prop_assert!(!needs_pair || plan.pasted_at().is_some(), "{event:?} after {before:?}");
            prop_assert!(!plan.is_proved() || plan.pasted_at().is_none(), "{event:?} after {before:?}");
            prop_assert!(plan.steps().contains(&plan.step()), "{plan:?}");
            // The sign-in is ended by intent alone.
            let by_intent = matches!(event, Event::SignInEnded) && before.exposed;
            prop_assert!(!plan.has_ended_sign_in() || before.has_ended_sign_in() || by_intent);
            let text = serde_json::to_string(&plan).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Plan>(&text).unwrap(), &plan, "read again as it was");
        }
        let mut steps = 0;
        while plan.step() != RotationStep::EndFormer {
            lead_on(&mut plan, at(60));
            steps += 1;
            prop_assert!(steps < 10, "no way on from {plan:?}");
        }
    }
}

#[test]
fn a_pair_at_the_org_may_be_ours_from_the_question_until_a_no_and_its_step_is_kept_by_every_answer() {
    let mut plan = Plan::new(false, at(0));
    assert!(!plan.may_go_by_rest() && plan.staging_by_rest().is_err(), "nothing was agreed to");
    plan.said(RotationMove::Agree, at(1)).unwrap();
    assert!(plan.may_go_by_rest() && plan.staging_by_rest().is_ok() && plan.may_have_staged());
    plan.not_by_rest(No::Unread);
    assert!(plan.may_have_staged(), "nobody knows what became of it");
    plan.not_by_rest(No::Refused);
    assert!(!plan.may_have_staged(), "nothing came about");
    assert_eq!((plan.step(), plan.rest_said()), (RotationStep::Stage, Some(No::Refused)), "the step stays");
    plan.staged_by_rest(StagedBy::Us, at(2)).unwrap();
    assert_eq!(
        (plan.step(), plan.staged_by(), plan.rest_said()),
        (RotationStep::Rotate, Some(StagedBy::Us), None)
    );
    assert!(plan.staged_by_rest(StagedBy::Us, at(3)).is_err(), "once");
    let mut other = plan.clone();
    other.note_exposure();
    assert!(!other.may_go_by_rest(), "of an exposed pair a person rotates");
    plan.not_by_rest(No::Untold);
    plan.said(RotationMove::Back, at(4)).unwrap();
    assert_eq!((plan.step(), plan.staged_by(), plan.rest_said()), (RotationStep::Paste, None, None));
}
