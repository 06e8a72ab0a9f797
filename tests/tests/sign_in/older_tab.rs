//! What comes back to the callback port and is no answer to the sign-in that waits: whoever waits is told once.

use connect_tests::{Desk, one_at_a_time, org};

#[tokio::test]
async fn a_page_of_another_sign_in_that_comes_back_is_told_of_once() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    let mut older = back.clone();
    older.set_query(Some("code=old&state=dtxc1.anotherStateOfAnother1"));
    for _ in 0..2 {
        assert_eq!(browser.get(older.clone()).send().await.unwrap().status().as_u16(), 400, "not taken");
    }
    let notice = dtx.event("notice").await;
    assert_eq!(notice["code"], "came_back_of_another", "{notice}");
    assert!(notice["fix"][0].as_str().unwrap().contains("newest page"), "{notice}");
    let head = browser.head(back.clone()).send().await.unwrap();
    assert_eq!(head.status().as_u16(), 405, "nor is who asks for the head alone");
    assert_eq!(dtx.event("notice").await["code"], "came_back_unreadable", "told as this sign-in's");
    dtx.say(back.as_str()).await;
    let ended = dtx.ended().await;
    let notices = ended.json().iter().filter(|event| event["event"] == "notice").count();
    assert_eq!((ended.code, notices), (0, 2), "each once: {ended:?}");
}
