//! How often a keychain is asked for one entry: each question is a wait for another program, and a crowd takes its turns.

use connect_tests::Desk;
use futures_util::StreamExt;
use practice_org::{Options, Org};
use zbus::{MessageStream, fdo::MonitoringProxy, message::Type};

/// What nobody but this test asks, once all is over.
const LAST: &str = "NameHasOwner";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_without_an_agent_takes_five_questions_to_the_keychain_and_one_about_it() {
    let org = Org::start(Options::default()).await.unwrap();
    let desk = Desk::new();
    desk.connect(&org, "p").await;
    let bus = zbus::connection::Builder::address(desk.bus_address()).unwrap().build().await.unwrap();
    MonitoringProxy::new(&bus).await.unwrap().become_monitor(&[], 0).await.unwrap();
    let mut overheard = MessageStream::from(&bus);
    desk.token("p").await;
    assert!(desk.has_secret_service(), "the keyring still answers");

    let mut asked: Vec<(String, String)> = Vec::new();
    while let Some(message) = overheard.next().await {
        let message = message.unwrap();
        let header = message.header();
        let text = |name: Option<String>| name.unwrap_or_default();
        let member = text(header.member().map(ToString::to_string));
        if member == LAST {
            break;
        }
        if header.message_type() == Type::MethodCall {
            asked.push((text(header.sender().map(ToString::to_string)), member));
        }
    }
    let (dtx, _) = asked.iter().find(|(_, member)| member == "ReadAlias").cloned().expect("it was asked");
    let mut asked: Vec<_> =
        asked.into_iter().filter(|(sender, _)| *sender == dtx).map(|(_, member)| member).collect();
    assert_eq!(asked[..3], ["Hello", "ReadAlias", "Get"], "a greeting, and what is answered at once");
    asked.sort();
    let all = [
        "Get",
        "GetConnectionUnixProcessID",
        "GetSecret",
        "Hello",
        "OpenSession",
        "ReadAlias",
        "SearchItems",
    ];
    assert_eq!(asked, all, "each once");
}
