use std::fs;
use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use super::client::{Rehearsal, text};
use crate::{Endpoint, Event, Fault, Scenario, Step, What};

const DEAD: &str = "expired access/refresh token";

#[tokio::test]
async fn every_scenario_that_comes_with_the_program_plays() {
    let it = Rehearsal::ready().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut played = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let scenario = Scenario::read(&fs::read_to_string(&path).unwrap());
        let scenario = scenario.unwrap_or_else(|reason| panic!("{}: {reason}", path.display()));
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert_eq!(Scenario::named(name).as_ref(), Some(&scenario), "{name} comes with the program");
        assert!(!scenario.steps.is_empty(), "{} does something", path.display());
        it.org.play(scenario).unwrap_or_else(|reason| panic!("{}: {reason}", path.display()));
        played += 1;
    }
    assert_eq!(played, Scenario::included().count(), "all that come with the program are files here");
}

#[tokio::test]
async fn steps_come_when_their_time_has_come() {
    let it = Rehearsal::ready().await;
    let step = |after_seconds| Step { after_seconds, ..Step::default() };
    let down = Fault::new(What::Maintenance).at(Endpoint::Rest);
    let scenario = Scenario {
        version: 1,
        title: "down for a minute".to_owned(),
        steps: vec![
            Step { clear_faults: true, ..step(120) },
            Step { faults: vec![down], ..step(60) },
            Step { switches: json!({"rotation": true}).as_object().unwrap().clone(), ..step(0) },
        ],
    };
    it.org.play(scenario).unwrap();
    assert!(it.org.switches().rotation, "a step without a time comes at once");
    let status = async || it.request("GET", "/services/data", &[], Vec::new()).await.status;
    assert_eq!(status().await, StatusCode::OK, "not yet");
    it.org.advance(Duration::from_secs(60));
    assert_eq!(status().await, StatusCode::SERVICE_UNAVAILABLE, "a minute later");
    it.org.advance(Duration::from_secs(60));
    assert_eq!(status().await, StatusCode::OK, "and over");
    let slip = Scenario {
        version: 1,
        title: "a slip".to_owned(),
        steps: vec![Step { switches: json!({"rotatoin": true}).as_object().unwrap().clone(), ..step(9) }],
    };
    assert!(it.org.play(slip).unwrap_err().contains("rotatoin"), "a slip is told at once");
    let later = Scenario { version: 2, title: String::new(), steps: Vec::new() };
    assert!(it.org.play(later).is_err(), "another version");
    for slip in [
        r#"{"version": 2, "title": "", "steps": []}"#,
        r#"{"version": 1, "title": "", "steps": [{"switches": {"rotatoin": true}}]}"#,
        r#"{"version": 1, "title": "", "steps": [{"after": 1}]}"#,
        r#"{"version": 1, "title": "", "steps": [{"events": [{"type": "nothing"}]}]}"#,
    ] {
        assert!(Scenario::read(slip).is_err(), "{slip} is no scenario");
    }
}

#[tokio::test]
async fn a_sandbox_refresh_leaves_neither_app_nor_tokens_and_gives_another_org() {
    let it = Rehearsal::ready().await;
    let (tokens, before) = (it.tokens().await, it.org.org_id());
    it.org.happen(Event::SandboxRefresh);
    assert_ne!(it.org.org_id(), before, "another org");
    it.refresh(text(&tokens, "refresh_token")).await.is_error(
        StatusCode::BAD_REQUEST,
        "invalid_client_id",
        "client identifier invalid",
    );
    let call = it.get_with_token("/services/data/v67.0/limits", text(&tokens, "access_token")).await;
    assert_eq!(call.status, StatusCode::UNAUTHORIZED, "its tokens are gone");
}

#[tokio::test]
async fn renewed_credentials_overlap_with_the_former_ones_or_not() {
    let it = Rehearsal::before().await;
    let tokens = it.tokens().await;
    let token = text(&tokens, "refresh_token");
    let former = it.refresh_form(token);
    let send = async |form: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        it.request("POST", "/services/oauth2/token", &headers, form.as_bytes().to_vec()).await
    };
    it.org.happen(Event::RotateCredentials { keep_former: true });
    assert_ne!(it.refresh_form(token), former, "another key and secret");
    send(&former).await.json(StatusCode::OK);
    send(&it.refresh_form(token)).await.json(StatusCode::OK);
    let mixed = [("client_id", it.org.key()), ("client_secret", "0".repeat(64))];
    let mixed = mixed.each_ref().map(|(name, value)| (*name, value.as_str()));
    let answer = it.post_form("/services/oauth2/token", &mixed).await;
    answer.is_error(StatusCode::BAD_REQUEST, "invalid_client", "invalid client credentials");
    it.org.advance(Duration::from_secs(30 * 24 * 60 * 60));
    send(&former).await.is_error(StatusCode::BAD_REQUEST, "invalid_client_id", "client identifier invalid");
    let now = it.refresh_form(token);
    it.org.happen(Event::RotateCredentials { keep_former: false });
    send(&now).await.is_error(StatusCode::BAD_REQUEST, "invalid_client_id", "client identifier invalid");
    send(&it.refresh_form(token)).await.json(StatusCode::OK);
    it.org.happen(Event::RevokeAll);
    it.refresh(token).await.is_error(StatusCode::BAD_REQUEST, "invalid_grant", DEAD);
}

#[tokio::test]
async fn a_rotation_may_end_the_former_pair_or_every_token_at_once() {
    let it = Rehearsal::before().await;
    let tokens = it.tokens().await;
    let token = text(&tokens, "refresh_token");
    let send = async |form: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        it.request("POST", "/services/oauth2/token", &headers, form.as_bytes().to_vec()).await
    };
    let rotate = || {
        let former = it.refresh_form(token);
        it.org.stage();
        let staged = it.org.staged();
        it.org.stage();
        assert_eq!(it.org.staged(), staged, "one pair is staged at a time");
        it.org.rotate_staged();
        assert_eq!(staged, Some((it.org.key(), it.org.secret())), "it is in force");
        former
    };
    let former = rotate();
    send(&former).await.json(StatusCode::OK);
    it.org.delete_former();
    let unknown = "client identifier invalid";
    send(&former).await.is_error(StatusCode::BAD_REQUEST, "invalid_client_id", unknown);
    it.org.change(|switches| switches.rotation_overlap = false);
    send(&rotate()).await.is_error(StatusCode::BAD_REQUEST, "invalid_client_id", unknown);
    send(&it.refresh_form(token)).await.json(StatusCode::OK);
    it.org.change(|switches| switches.rotation_keeps_tokens = false);
    rotate();
    it.refresh(token).await.is_error(StatusCode::BAD_REQUEST, "invalid_grant", DEAD);
}
