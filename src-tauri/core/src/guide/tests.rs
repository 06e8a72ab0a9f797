use std::collections::BTreeSet;

use super::*;
use crate::org::address::parse;

fn everything(steps: &[Step]) -> String {
    serde_json::to_string(steps).expect("steps can be written")
}

#[test]
fn the_guide_reads_and_its_steps_are_named_once() {
    let steps = steps(None);
    let ids: BTreeSet<_> = steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids.len(), steps.len(), "no id twice");
    let order: Vec<_> = steps.iter().map(|step| step.id.as_str()).collect();
    let known: Vec<_> = StepId::ALL.iter().map(|step| step.word()).collect();
    assert_eq!(order, known, "each step that the product speaks of, in this order");
    for step in steps {
        assert!(
            !step.actions.is_empty() && !step.why.is_empty() && !step.proof.text.is_empty(),
            "{}",
            step.id
        );
        assert!(!step.short.is_empty() && step.short.chars().count() <= 28, "{}: fits into a list", step.id);
        assert_eq!(StepId::of(&step.id).map(StepId::word), Some(step.id.as_str()), "its id is known");
        assert_eq!(serde_json::to_value(StepId::of(&step.id)).unwrap(), step.id.as_str(), "and written so");
    }
    assert_eq!(StepId::of("Org"), None, "an id is exact");
}

#[test]
fn a_step_that_the_org_cannot_prove_at_once_has_a_button_of_its_own() {
    let with_button: Vec<_> = steps(None).into_iter().filter(|step| !step.done.is_empty()).collect();
    let ids: Vec<_> = with_button.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["before", "open", "details", "oauth", "security", "copy"], "the person says so");
    for step in with_button {
        assert!(!step.done.ends_with('.') && step.done.chars().count() <= 24, "{}: {}", step.id, step.done);
    }
}

#[test]
fn what_belongs_together_stands_on_one_screen() {
    let steps = steps(None);
    let places: Vec<_> = steps.iter().map(|step| place(&steps, &step.id).0).collect();
    assert_eq!(places, [1, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8], "in the guide's order");
    assert_eq!(place(&steps, "connected"), (8, 8), "as many as there are screens");
    assert_eq!(together(StepId::Open), [StepId::Open, StepId::Details]);
    assert_eq!(together(StepId::Paste), [StepId::Copy, StepId::Paste], "whichever of them is named");
    assert_eq!(together(StepId::Wait), [StepId::Wait]);
}

#[test]
fn what_cannot_be_pasted_is_ticked() {
    let steps = steps(Some(&parse("acme").unwrap()));
    let pasted: Vec<_> = steps
        .iter()
        .filter(|step| ["details", "oauth", "security"].contains(&step.id.as_str()))
        .flat_map(|step| step.values.iter().filter(|value| !value.tick).map(|value| value.label.as_str()))
        .collect();
    assert_eq!(pasted, ["External Client App Name", "Description", "Callback URL"], "in the form's order");
}

#[test]
fn every_picture_is_told_in_words_and_says_that_an_org_of_ones_own_may_differ() {
    let pictures: Vec<Picture> = steps(None).into_iter().flat_map(|step| step.pictures).collect();
    let names: BTreeSet<_> = pictures.iter().map(|picture| picture.name.as_str()).collect();
    assert_eq!(names.len(), pictures.len(), "no picture twice");
    for picture in &pictures {
        assert!(
            picture.alt.ends_with('.') && picture.alt.contains("Marked"),
            "{}: {}",
            picture.name,
            picture.alt
        );
        assert!(picture.caption.contains("Yours "), "{}: it is not this very org", picture.name);
    }
}

#[test]
fn a_message_to_a_colleague_says_all_that_has_to_be_entered() {
    for address in [None, Some(parse("acme--uat").unwrap())] {
        let steps = steps(address.as_ref());
        let value = |label: &str| {
            let mut values = steps.iter().flat_map(|step| &step.values);
            values.find(|value| value.label == label).map(|value| value.value.clone()).expect(label)
        };
        let message = value("Message to a colleague");
        assert_eq!(message.contains("acme--uat.sandbox.my.salesforce.com"), address.is_some(), "{message}");
        for label in
            ["Callback URL", "First scope", "Second scope", "Distribution State", "External Client App Name"]
        {
            assert!(message.contains(&value(label)), "the value of {label} is in it");
        }
        for checked in steps.iter().flat_map(|step| &step.values).filter(|value| value.label == "Check") {
            assert!(message.contains(&checked.value), "{} is in it", checked.value);
        }
    }
}

#[test]
fn values_are_filled_in_for_the_org() {
    let cases = [
        (None, 5),
        (Some(parse("acme--uat").unwrap()), 5),
        (Some(parse("http://localhost:8080").unwrap()), 3),
    ];
    for (address, lines) in cases {
        let steps = steps(address.as_ref());
        let of_variants = steps.iter().flat_map(|step| &step.variants).flat_map(|variant| &variant.values);
        let values: Vec<&Value> = steps.iter().flat_map(|step| &step.values).chain(of_variants).collect();
        assert!(
            values.iter().all(|value| !value.value.contains('{')),
            "nothing is left to fill in: {address:?}"
        );
        let callback = values.iter().find(|value| value.label == "Callback URL").expect("the block");
        assert_eq!(callback.value.lines().count(), lines, "the block of {address:?}");
        for page in ["/ManageExternalClientApplication/home", "/NavigationMenus/home"] {
            let setup = values.iter().any(|value| value.value.ends_with(page));
            assert_eq!(setup, address.is_some(), "Setup's address needs an org");
        }
    }
}

#[test]
fn the_first_callback_is_the_one_of_the_datatrax_guide() {
    let steps = steps(None);
    let block = steps.iter().flat_map(|step| &step.values).find(|value| value.label == "Callback URL");
    let first = block.and_then(|value| value.value.lines().next());
    assert_eq!(first, Some("https://www.getdatatrax.com/auth/salesforce/callback"), "it was pasted before");
}

#[test]
fn every_sentence_of_the_warnings_is_there() {
    let steps = steps(None);
    let notes: Vec<String> = steps
        .iter()
        .flat_map(|step| &step.notes)
        .map(|note| format!("{} {}", note.title, note.text))
        .collect();
    let notes = notes.join("\n");
    for sentence in [
        "One ECA per org.",
        "If you plan to connect both a production org and a sandbox, repeat this step in each org separately.",
        "Datatrax connects to your Salesforce org using a Connected App",
        "Credentials from a production ECA will not work for a sandbox org, and vice versa.",
        "Keep your Consumer Secret private.",
        "Treat it like a password.",
        "Do not commit it to source control, share it in Slack, or store it in a spreadsheet.",
        "If it is ever exposed, return to the External Client App Settings, scroll to OAuth Settings, and rotate it.",
        "Allow 2–10 minutes after saving.",
        "Salesforce takes a few minutes to activate a new External Client App.",
        "If you get an \"invalid_client\" error when connecting, wait a few minutes and try again.",
        "If Salesforce refuses a line Delete that line, keep the first, and go on.",
    ] {
        assert!(notes.contains(sentence), "missing: {sentence}");
    }
}

#[test]
fn every_exact_value_of_the_datatrax_guide_is_there() {
    let text = everything(&steps(None));
    for value in [
        "New External Client App",
        "New Connected App",
        "Manage user data via APIs (api)",
        "Perform requests at any time (refresh_token, offline_access)",
        "Require secret for Web Server Flow",
        "Require secret for Refresh Token Flow",
        "Distribution State",
        "Local",
        "Consumer Key and Secret",
        "Consumer Details page",
        "Connect production org",
        "Connect sandbox org",
        "Authorize with Salesforce",
        "Settings → Salesforce Connection",
        "Create, edit, and delete External Client Apps",
    ] {
        assert!(text.contains(value), "missing: {value}");
    }
}

#[test]
fn the_written_form_keeps_the_words_of_the_contract() {
    let value = serde_json::to_value(&steps(None)[0]).expect("a step can be written");
    for name in ["id", "title", "do", "why", "values", "variants", "proof", "short", "done", "pictures"] {
        assert!(value.get(name).is_some(), "{name}");
    }
}

#[test]
fn the_window_names_its_buttons_and_no_command() {
    let command = |text: &str| text.split_whitespace().any(|word| word == "dtx");
    for step in steps_in_window(None) {
        let texts = step.notes.iter().map(|note| &note.text);
        for text in texts.chain(step.variants.iter().map(|variant| &variant.action)) {
            assert!(!command(text), "{}: {text}", step.id);
        }
    }
    let printed = steps(None);
    let named = printed.iter().flat_map(|step| &step.variants).filter(|variant| command(&variant.action));
    assert_eq!(named.count(), 2, "where there is no button, the command is named");
}
