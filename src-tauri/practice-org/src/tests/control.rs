use reqwest::StatusCode;
use serde_json::{Value, json};

use super::client::{Answer, Rehearsal, text};

async fn control(it: &Rehearsal, method: &str, name: &str, body: Value) -> Answer {
    let control = it.org.control();
    let headers = [(control.header.as_str(), control.value.as_str()), ("content-type", "application/json")];
    it.request(method, &format!("{}{name}", control.url), &headers, body.to_string().into_bytes()).await
}

#[tokio::test]
async fn the_control_api_answers_only_with_its_header_and_never_a_web_page() {
    let it = Rehearsal::ready().await;
    let control = it.org.control();
    let path = format!("{}counters", control.url);
    let right = (control.header.as_str(), control.value.as_str());
    let ask = async |headers: &[(&str, &str)]| it.request("GET", &path, headers, Vec::new()).await.status;
    assert_eq!(ask(&[right]).await, StatusCode::OK, "with the header");
    assert_eq!(ask(&[]).await, StatusCode::FORBIDDEN, "without it");
    assert_eq!(ask(&[(right.0, "guess")]).await, StatusCode::FORBIDDEN, "with a guess");
    let own = it.org.address();
    for origin in ["http://evil.example", "null", own.as_str()] {
        assert_eq!(ask(&[right, ("origin", origin)]).await, StatusCode::FORBIDDEN, "from a page of {origin}");
    }
    let rebound = ask(&[right, ("host", &format!("evil.example:{}", it.org.port()))]).await;
    assert_eq!(rebound, StatusCode::MISDIRECTED_REQUEST, "under another name");
    let wrong_name = it.request("GET", "/", &[("host", "evil.example")], Vec::new()).await.status;
    assert_eq!(wrong_name, StatusCode::MISDIRECTED_REQUEST, "the pages check the name as well");
}

#[tokio::test]
async fn switches_are_shown_changed_and_guarded_against_slips() {
    let it = Rehearsal::ready().await;
    let shown = control(&it, "GET", "switches", json!({})).await.json(StatusCode::OK);
    assert_eq!(shown["rotation"], true, "as started");
    let changed = control(&it, "PATCH", "switches", json!({"rotation": false, "kind": "sandbox"})).await;
    assert_eq!(changed.json(StatusCode::OK)["kind"], "sandbox", "the answer shows the change");
    assert!(!it.org.switches().rotation, "and it holds");
    for slip in [json!({"rotatoin": true}), json!({"rotation": 1}), json!([])] {
        let refused = control(&it, "PATCH", "switches", slip.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{slip} is no change");
    }
    assert_eq!(
        control(&it, "POST", "nothing", json!({})).await.status,
        StatusCode::BAD_REQUEST,
        "no such name"
    );
    it.org.change(|switches| switches.maintenance = true);
    let still = control(&it, "PATCH", "switches", json!({"maintenance": false})).await;
    assert_eq!(still.status, StatusCode::OK, "maintenance does not lock the control API out");
}

#[tokio::test]
async fn clock_tokens_and_counters_can_be_worked_from_outside() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let status = async |name: &str| {
        control(&it, "POST", "token", json!({"token": text(&tokens, name)})).await.json(StatusCode::OK)
    };
    assert_eq!(
        status("access_token").await,
        json!({"alive": true, "kind": "access_token"}),
        "alive at first"
    );
    control(&it, "POST", "advance", json!({"seconds": 7200})).await.json(StatusCode::OK);
    assert_eq!(status("access_token").await, json!({"alive": false, "kind": null}), "dead after the session");
    assert_eq!(
        status("refresh_token").await,
        json!({"alive": true, "kind": "refresh_token"}),
        "which it is not"
    );
    control(&it, "POST", "event", json!({"type": "revoke_all"})).await.json(StatusCode::OK);
    assert_eq!(status("refresh_token").await["alive"], false, "revoked");
    let counters = control(&it, "GET", "counters", json!({})).await.json(StatusCode::OK);
    assert_eq!(
        (&counters["requests"]["token"], &counters["requests"]["authorize"]),
        (&1.into(), &1.into()),
        "one each"
    );
    assert_eq!(counters["refresh_tokens_alive"], 0, "none left");
}

#[tokio::test]
async fn faults_events_and_scenarios_are_set_from_outside() {
    let it = Rehearsal::ready().await;
    let fault = json!({"what": {"type": "truncated", "bytes": 1}, "at": ["rest"], "after": 0, "times": 1});
    let shown = control(&it, "POST", "faults", fault.clone()).await.json(StatusCode::OK);
    assert_eq!(shown, json!([fault]), "the answer shows what is set");
    assert_eq!(it.request("GET", "/services/data", &[], Vec::new()).await.body.len(), 1, "and it befalls");
    let shown = control(&it, "GET", "faults", json!(null)).await.json(StatusCode::OK);
    assert_eq!(shown, json!([]), "once");
    let scenario =
        json!({"version": 1, "title": "t", "steps": [{"faults": [{"what": {"type": "maintenance"}}]}]});
    control(&it, "POST", "scenario", scenario).await.json(StatusCode::OK);
    let down = it.request("GET", "/services/data", &[], Vec::new()).await.status;
    assert_eq!(down, StatusCode::SERVICE_UNAVAILABLE, "the scenario has begun");
    control(&it, "DELETE", "faults", json!(null)).await.json(StatusCode::OK);
    it.request("GET", "/services/data", &[], Vec::new()).await.json(StatusCode::OK);
    let (key, org) = (it.org.key(), it.org.org_id());
    control(&it, "POST", "event", json!({"type": "rotate_credentials", "keep_former": true}))
        .await
        .json(StatusCode::OK);
    control(&it, "POST", "event", json!({"type": "sandbox_refresh"})).await.json(StatusCode::OK);
    assert!(it.org.key() != key && it.org.org_id() != org, "both happened");
    for (name, slip) in [
        ("faults", json!({"what": {"type": "nothing"}})),
        ("event", json!({"type": "nothing"})),
        ("scenario", json!({"version": 1, "title": "t", "steps": [{"switches": {"nothing": 1}}]})),
    ] {
        assert_eq!(
            control(&it, "POST", name, slip).await.status,
            StatusCode::BAD_REQUEST,
            "a slip in {name}"
        );
    }
}

#[tokio::test]
async fn the_announcement_leads_to_a_page_with_the_same_facts() {
    let it = Rehearsal::ready().await;
    let announcement = it.org.announcement();
    let json = serde_json::to_value(&announcement).unwrap();
    assert_eq!(
        (&json["version"], &json["users"][1]["role"]),
        (&1.into(), &"integration".into()),
        "its shape"
    );
    let login = it.browse("GET", &announcement.setup_url, &[]).await.unwrap_or_else(|at| panic!("{at}"));
    assert!(login.answer.body.contains("id=\"Login\""), "Setup asks for a login first");
    let page = it.log_in(&login, 0).await.unwrap_or_else(|at| panic!("{at}"));
    for expected in ["External Client App Manager", "Datatrax Connect", "admin@practice.example", "PRACTICE"]
    {
        assert!(page.answer.body.contains(expected), "the page shows {expected}");
    }
    for hidden in [announcement.key.as_str(), announcement.secret.as_str()] {
        assert!(!page.answer.body.contains(hidden), "key and secret are behind a verification code");
    }
}
