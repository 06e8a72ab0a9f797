//! The log told in detail for a while, and what is exported to be handed on.

use std::{fs, io::Write, os::unix::fs::PermissionsExt};

use connect_core::contract::{intent, view::Change};
use connect_tests::{Desk, OnlineDesk, one_at_a_time, setting_up::reached, until_so};
use practice_org::OrgKind;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

const HOST: &str = "acme.my.salesforce.com";
/// Who signs in there.
const USER: &str = "integration@";

#[tokio::test]
async fn details_are_noted_by_what_and_how_long_and_exported_without_names() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let agent = online.desk.start_on(&online.internet, &["agent", "--no-tray"], &[]);
    let client = reached(&online.desk).await;
    let told = online.dtx(&["logs", "debug", "--json"]).await.last();
    assert_eq!(told["level"], "debug", "{told}");
    assert!(told["debug_until"].is_string() && told["folder"].as_str().unwrap().ends_with("logs"), "{told}");
    let org = online.served(HOST, OrgKind::Production).await;
    assert_eq!(online.connect(HOST, &org).await.code, 0, "connected");
    let log = fs::read_to_string(online.desk.home().join("logs/agent.log")).unwrap();
    for part in
        ["host=\"acme.my.salesforce.com\" path=\"/services/oauth2/token\"", "took=", "what=\"connect\""]
    {
        assert!(log.contains(part), "{part} in {log}");
    }

    let archive = online.desk.folder().join("out.zip");
    let path = archive.display().to_string();
    let exported = online.dtx(&["logs", "export", &path, "--json"]).await;
    assert_eq!((exported.code, exported.last()["file"].as_str()), (0, Some(path.as_str())), "{exported:?}");
    assert_eq!(fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600, "closed to others");
    // Its texts stand in it as they are.
    let text = String::from_utf8_lossy(&fs::read(&archive).unwrap()).into_owned();
    for part in ["READ-ME-FIRST.txt", "logs/agent.log", "host=\"host-", "GNOME Keyring", "kind    Production"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    for name in [HOST, "acme", USER, &org.org_id()] {
        assert!(!text.contains(name), "{name} is in the archive");
    }
    let again = online.dtx(&["logs", "export", &path, "--json"]).await;
    again.failed_export();
    let link = online.desk.folder().join("link.zip");
    let target = online.desk.folder().join("target");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    online.dtx(&["logs", "export", &link.display().to_string(), "--json"]).await.failed_export();
    assert!(!target.exists(), "no link is followed");

    let named = online.desk.folder().join("named.zip");
    let exported = online.dtx(&["logs", "export", &named.display().to_string(), "--names"]).await;
    assert_eq!(exported.code, 0, "{exported:?}");
    let text = String::from_utf8_lossy(&fs::read(&named).unwrap()).into_owned();
    assert!(text.contains(HOST) && text.contains(USER), "names where they were asked for");
    assert!(!text.contains(&org.secret()), "and no secret");

    let back = online.dtx(&["logs", "debug", "--off", "--json"]).await.last();
    assert_eq!((back["level"].as_str(), back["debug_until"].is_null()), (Some("info"), true), "{back}");
    drop(client);
    assert_eq!(online.dtx(&["agent", "stop"]).await.code, 0);
    agent.ended().await;
}

trait Failed {
    fn failed_export(&self);
}

impl Failed for connect_tests::Ended {
    #[track_caller]
    fn failed_export(&self) {
        // It says more of a file than the code's own words do.
        let told = self.last();
        assert_eq!((self.code, told["code"].as_str()), (1, Some("output_unwritable")), "{told}");
        assert!(told["message"].as_str().unwrap().contains("already"), "{told}");
    }
}

#[tokio::test]
async fn the_log_goes_back_by_itself_also_after_a_new_start() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    // The home is made, with nothing in it.
    assert_eq!(desk.dtx(&["list"]).await.code, 0);
    let until = (OffsetDateTime::now_utc() + Duration::seconds(3)).format(&Rfc3339).unwrap();
    let settings = desk.home().join("settings.toml");
    let mut file = fs::File::create(&settings).unwrap();
    file.write_all(format!("debug_until = \"{until}\"\n").as_bytes()).unwrap();
    let _agent = desk.start(&["agent", "--no-tray"]);
    let client = reached(&desk).await;
    until_so("the time stays in the settings", async || {
        client.call(intent::Settings).await.unwrap().settings.debug_until.is_none()
    })
    .await;
    assert!(!fs::read_to_string(&settings).unwrap().contains("debug_until"), "nor in the file");
    let far = OffsetDateTime::now_utc() + Duration::days(2);
    let refused = client.call(intent::Set(Change::DebugUntil(Some(far)))).await.unwrap_err();
    assert!(refused.message.contains("24 hours"), "{}", refused.message);
}
