//! Rotations: the plan and the pairs beside the one in use, and what a proof changes in one transaction.

use super::*;
use crate::{
    contract::view::{RotationMove, RotationStep},
    guide::rotation::{EndProof, Plan},
    ports::KeychainError,
};

fn named(name: &str) -> Pair {
    Pair {
        key: Secret::new(format!("3MVG9.planted.key.{name}")),
        secret: Secret::new(format!("PLANTED-{name}")),
    }
}

/// A connection `a` with a rotation whose new pair is pasted and rotated.
fn pasted(vault: &Vault) -> Plan {
    store(vault, "a", "acme");
    vault.begin_rotation("a", &Plan::new(false, at(10))).unwrap();
    vault.change_rotation("a", |plan| plan.said(RotationMove::Agree, at(10))).unwrap();
    let (_, is_awaited) =
        vault.keep_next_pair("a", &named("next"), |plan| plan.pasted(at(11)).is_ok()).unwrap().unwrap();
    assert!(is_awaited, "a pair is awaited");
    vault.change_rotation("a", |plan| plan.said(RotationMove::Rotated, at(12))).unwrap().unwrap().0
}

fn step(vault: &Vault) -> RotationStep {
    vault.rotation("a").unwrap().expect("a plan").step()
}

#[test]
fn a_plan_and_its_new_pair_come_back_as_they_were_left_and_the_pair_in_use_stays() {
    let house = House::new();
    let plan = pasted(&house.open());
    let again = house.open();
    assert_eq!(again.rotation("a").unwrap().as_ref(), Some(&plan), "the plan");
    let other = again.begin_rotation("a", &Plan::new(false, at(99))).unwrap();
    assert_eq!(other, plan, "it is begun once");
    assert_eq!(again.next_pair("a").unwrap(), Some(named("next")), "the new pair");
    assert_eq!(again.former_pair("a").unwrap(), None, "nothing is replaced");
    assert_eq!((again.pair("a").unwrap(), again.tokens("a").unwrap()), (pair(), tokens("a")), "as they were");
    assert!(!house.contains("planted.key.next") && !house.contains("PLANTED-next"), "and encrypted");
    let [(record, listed)] = again.rotations().unwrap().try_into().unwrap();
    assert_eq!((record.alias.as_str(), listed), ("acme", plan), "it is listed");
}

#[test]
fn a_refresh_with_the_new_pair_brings_it_into_use_in_one_transaction() {
    let house = House::new();
    let vault = house.open();
    pasted(&vault);
    vault.mark_refresh("a", at(20)).unwrap();
    vault.commit_proof("a", &tokens("new"), at(21), answered()).unwrap();
    let again = house.open();
    assert_eq!(again.pair("a").unwrap(), named("next"), "in use");
    assert_eq!(again.tokens("a").unwrap().refresh, tokens("new").refresh, "with the tokens that prove it");
    assert_eq!(again.former_pair("a").unwrap(), Some(pair()), "the former one is kept");
    assert_eq!((again.next_pair("a").unwrap(), step(&again)), (None, RotationStep::HandOver), "and no other");
    assert!(again.history("a").unwrap()[0].text.contains("a refresh with the new pair worked"), "it is told");

    again.bring_back_former_pair("a", at(30), "Taken back.").unwrap();
    assert_eq!((again.pair("a").unwrap(), again.rotation("a").unwrap()), (pair(), None), "taken back");
    assert_eq!(again.former_pair("a").unwrap(), None, "nothing is kept beside it");
    assert_eq!(again.bring_back_former_pair("a", at(31), "").err(), Some(VaultError::Gone), "and once");
}

#[test]
fn an_ordinary_refresh_meanwhile_changes_tokens_and_no_pair() {
    let house = House::new();
    let vault = house.open();
    let plan = pasted(&vault);
    vault.commit_refresh("a", &tokens("meanwhile"), at(20), answered()).unwrap();
    assert_eq!(vault.tokens("a").unwrap().refresh, tokens("meanwhile").refresh, "the tokens");
    assert_eq!(
        (vault.pair("a").unwrap(), vault.next_pair("a").unwrap()),
        (pair(), Some(named("next"))),
        "no pair"
    );
    assert_eq!(vault.rotation("a").unwrap(), Some(plan), "nor the plan");
}

#[test]
fn an_end_that_was_begun_is_none_once_a_refresh_works() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.begin_rotation("a", &Plan::new(true, at(10))).unwrap();
    let change =
        |plan: &mut Plan| plan.said(RotationMove::Agree, at(10)).and_then(|()| plan.ending_sign_in());
    let (plan, begun) = vault.change_rotation("a", change).unwrap().unwrap();
    assert!(begun.is_ok() && plan.ends_sign_in(), "cut off here, it counts as ours");
    vault.commit_refresh("a", &tokens("meanwhile"), at(20), answered()).unwrap();
    assert!(!vault.rotation("a").unwrap().unwrap().ends_sign_in(), "it has not come about");
}

#[test]
fn a_sign_in_with_another_pair_is_the_proof_and_one_with_the_same_pair_is_none() {
    for (signed_in_with, expected) in [("next", RotationStep::HandOver), ("third", RotationStep::HandOver)] {
        let house = House::new();
        let vault = house.open();
        pasted(&vault);
        // What the secrets are bound to has changed as well.
        let moved =
            Record { instance_url: "https://acme2.my.salesforce.com".to_owned(), ..record("a", "acme") };
        vault.store_sign_in(&moved, &pair(), &tokens("b"), "Signed in").unwrap();
        assert_eq!(step(&vault), RotationStep::Prove, "the same pair proves nothing");
        assert_eq!(
            vault.next_pair("a").unwrap(),
            Some(named("next")),
            "and the new one opens at the new place"
        );
        vault.store_sign_in(&record("a", "acme"), &named(signed_in_with), &tokens("c"), "Signed in").unwrap();
        assert_eq!(step(&vault), expected, "{signed_in_with}");
        assert_eq!(vault.former_pair("a").unwrap(), Some(pair()), "{signed_in_with}: the former one");
        assert_eq!(vault.next_pair("a").unwrap(), None, "{signed_in_with}: none is awaited");
        vault.set_instance("a", "https://acme3.my.salesforce.com", at(50), "Moved").unwrap();
        assert_eq!(vault.former_pair("a").unwrap(), Some(pair()), "{signed_in_with}: also after a move");
    }
}

#[test]
fn a_sign_in_with_the_exposed_pair_is_a_sign_in_again_and_nothing_more() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.begin_rotation("a", &Plan::new(true, at(10))).unwrap();
    vault.change_rotation("a", |plan| plan.said(RotationMove::Agree, at(10))).unwrap();
    let change = Change {
        status: Status::NeedsYou,
        reason: Some(Code::SignInEnded),
        at: at(11),
        confirmed: false,
        line: Some("Ended on purpose.".to_owned()),
    };
    let plan = vault.end_sign_in("a", EndProof::Dead, &change).unwrap().expect("a plan");
    assert!(plan.has_ended_sign_in(), "in the plan");
    let ended = vault.by_id("a").unwrap().unwrap();
    assert_eq!((ended.status, ended.reason), (Status::NeedsYou, Some(Code::SignInEnded)), "and the status");
    assert_eq!(vault.history("a").unwrap()[0].text, "Ended on purpose.");
    // What belongs to another step changes neither.
    let again = Change { line: Some("Twice.".to_owned()), ..change };
    vault.end_sign_in("a", EndProof::Untold, &again).unwrap();
    assert_eq!(vault.history("a").unwrap()[0].text, "Ended on purpose.", "once");

    vault.store_sign_in(&record("a", "acme"), &pair(), &tokens("b"), "Signed in").unwrap();
    let plan = vault.rotation("a").unwrap().expect("it goes on");
    assert!(!plan.ends_sign_in() && !plan.is_proved(), "signed in again, with nothing proved: {plan:?}");
}

#[test]
fn a_rotation_that_ends_leaves_nothing_behind() {
    let house = House::new();
    let vault = house.open();
    pasted(&vault);
    vault.change_rotation("a", |plan| plan.said(RotationMove::Back, at(13))).unwrap();
    assert_eq!((step(&vault), vault.next_pair("a").unwrap()), (RotationStep::Paste, None), "one step back");
    vault.end_rotation("a", at(14), "Taken back.").unwrap();
    vault.end_rotation("a", at(15), "Twice.").unwrap();
    assert_eq!(vault.rotation("a").unwrap(), None, "over");
    assert_eq!(vault.history("a").unwrap()[0].text, "Taken back.", "told once");
    assert_eq!(vault.change_rotation("a", |_| ()).unwrap(), None, "nothing to change");
    let refused = vault.keep_next_pair("a", &named("next"), |_| true).unwrap();
    assert_eq!(refused, None, "and no pair is kept without a plan");
    pasted(&vault);
    vault.forget("a").unwrap();
    assert!(vault.rotations().unwrap().is_empty(), "it goes with its connection");
}

#[test]
fn the_pairs_of_a_rotation_follow_a_change_of_the_vault_s_key() {
    let house = House::new();
    let vault = house.open();
    pasted(&vault);
    vault.protect(&NewProtection::Session, None, false, at(20)).unwrap();
    assert_eq!(vault.next_pair("a").unwrap(), Some(named("next")), "encrypted anew with the others");
}

#[test]
fn a_sign_in_for_a_rotation_that_was_taken_back_brings_no_pair_into_use() {
    let said =
        |vault: &Vault, what| drop(vault.change_rotation("a", |plan| plan.said(what, at(13))).unwrap());
    let sign_in = |vault: &Vault| {
        let along = Along { of_rotation: true, ..Along::default() };
        vault.replace_sign_in(&record("a", "acme"), &named("next"), &tokens("b"), "Signed in with it", &along)
    };
    let refused = |house: &House, which: &str| {
        let vault = house.open();
        assert_eq!(sign_in(&vault), Err(VaultError::RotationOver), "{which}");
        let kept = (vault.pair("a").unwrap(), vault.tokens("a").unwrap());
        assert_eq!(kept, (pair(), tokens("a")), "{which}: pair and tokens are as they were");
        assert!(
            vault.history("a").unwrap().iter().all(|line| line.text != "Signed in with it"),
            "{which}: nor told"
        );
    };
    let taken_back = House::new();
    pasted(&taken_back.open());
    taken_back.open().end_rotation("a", at(13), "Taken back.").unwrap();
    refused(&taken_back, "no plan");

    let one_step_back = House::new();
    pasted(&one_step_back.open());
    said(&one_step_back.open(), RotationMove::Back);
    refused(&one_step_back, "a plan without this pair");
    let other = |plan: &mut Plan| plan.pasted(at(14)).is_ok();
    one_step_back.open().keep_next_pair("a", &named("other"), other).unwrap();
    refused(&one_step_back, "a plan with another pair");

    let goes_on = House::new();
    let vault = goes_on.open();
    pasted(&vault);
    sign_in(&vault).unwrap();
    assert_eq!((vault.pair("a").unwrap(), step(&vault)), (named("next"), RotationStep::HandOver), "in use");
    vault.end_rotation("a", at(15), "Over.").unwrap();
    assert_eq!(sign_in(&vault), Ok(()), "and once more: it is the pair in use");
}

#[test]
fn a_sign_in_for_a_rotation_is_stored_whatever_other_key_of_the_vault_its_pair_has() {
    let house = House::new();
    pasted(&house.open());
    house.keychain.fail(Some(KeychainError::Missing));
    let vault = house.open();
    let passphrase = NewProtection::Passphrase(Secret::new("correct horse battery"));
    vault.protect(&passphrase, None, true, at(13)).unwrap();
    let along = Along { of_rotation: true, ..Along::default() };
    let stored = vault.replace_sign_in(&record("a", "acme"), &named("next"), &tokens("b"), "In", &along);
    assert_eq!(stored, Ok(()), "the plan tells that it is for a rotation");
    assert_eq!(vault.pair("a").unwrap(), named("next"));
}
