//! Answers to a request to an admin, and when it ends: with the connection that one has led to, and not with a slip.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use connect_core::{
    contract::{
        intent::{
            AdminRequests, AskAdmin, Cancel, Connect, List, OpenAnswer, Reconnect, SignInOptions,
            WithdrawRequest,
        },
        view::{AdminRequestView, AttemptEvent, RequestStanding},
    },
    explain::Code,
    sealed,
    secret::Secret,
};
use connect_tests::{Core, INTEGRATION, Person, Press, SignIn, one_at_a_time, org, seal};
use practice_org::Org;
use tempfile::TempDir;

use crate::terminal_guide::OTHER_SECRET;

/// A core, an org, and requests to its admin.
struct Asking {
    core: Core,
    org: Org,
    folder: TempDir,
}

impl Asking {
    async fn start() -> Self {
        Self { core: Core::new(1), org: org().await, folder: tempfile::tempdir().unwrap() }
    }

    /// A new request, and its page.
    async fn ask(&self) -> (AdminRequestView, PathBuf) {
        let ask = AskAdmin { address: self.org.address(), asked_by: "Ada".into(), days: 7 };
        let request = self.core.ask(ask).await.unwrap();
        let page = self.folder.path().join(sealed::file_name(&request));
        sealed::write(&request, &page).unwrap();
        (request, page)
    }

    fn right(&self, page: &Path) -> String {
        seal(page, (&self.org.key(), &self.org.secret()))
    }

    async fn open(&self, text: &str) -> Result<AdminRequestView, Code> {
        let open = OpenAnswer { text: Secret::new(text), host: None, request: None };
        self.core.ask(open).await.map(|opened| opened.request).map_err(|failure| failure.code)
    }

    /// How the request stands, and whether what an answer to it held is kept.
    async fn standing(&self, id: &str) -> (RequestStanding, bool) {
        let known = self.core.ask(AdminRequests).await.unwrap();
        let request = known.into_iter().find(|request| request.id == id).unwrap();
        (request.standing, request.opened_until.is_some())
    }

    /// Begins a sign-in with what an answer held.
    async fn begin(&self) -> (SignIn, String) {
        let notices = self.core.controller.notices();
        let options = SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() };
        let address = self.org.address();
        let connect = Connect { address, alias: None, key: None, secret: None, options };
        let started = self.core.ask(connect).await.unwrap();
        (SignIn { attempt: started.attempt, notices }, started.alias)
    }

    async fn finish(&self, sign_in: &mut SignIn) {
        let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
        Person::of(&self.org, INTEGRATION).sign_in(&url, Press::Allow).await;
        let connected = sign_in.next().await;
        assert!(matches!(connected, AttemptEvent::Connected { .. }), "{connected:?}");
    }
}

#[tokio::test]
async fn the_same_answer_again_is_told_as_opened_and_another_one_to_the_same_request_opens() {
    let _turn = one_at_a_time();
    let asking = Asking::start().await;
    let (request, page) = asking.ask().await;

    // The secret was mistyped, and well sealed: the org refuses the pair, and the request stays open.
    let mistyped = seal(&page, (&asking.org.key(), OTHER_SECRET));
    let opened = asking.open(&mistyped).await.unwrap();
    assert!(opened.standing == RequestStanding::Open && opened.opened_until.is_some(), "{opened:?}");
    assert_eq!(asking.open(&mistyped).await, Err(Code::AnswerOpened), "the same again");
    let (mut sign_in, _) = asking.begin().await;
    let AttemptEvent::Failed(refused) = sign_in.next().await else { panic!("the org refuses it") };
    assert_eq!(refused.code, Code::SecretWrong);
    let way_on = refused.fix.last().unwrap();
    assert!(way_on.contains("another answer") && way_on.contains("the same page"), "{refused:?}");
    assert_eq!(asking.standing(&request.id).await, (RequestStanding::Open, false), "nothing is kept");

    // Another answer, made with the same page.
    let right = asking.right(&page);
    asking.open(&right).await.unwrap();
    assert_eq!(asking.standing(&request.id).await, (RequestStanding::Open, true));
    let (mut sign_in, _) = asking.begin().await;
    let browser = sign_in.next().await;
    assert!(matches!(browser, AttemptEvent::Authorize { .. }), "{browser:?}");
    assert_eq!(asking.open(&right).await, Err(Code::AnswerOpened), "while a sign-in uses it");
    asking.core.ask(Cancel { attempt: sign_in.attempt.clone() }).await.unwrap();
    let ended = sign_in.next().await;
    assert!(matches!(ended, AttemptEvent::Failed(_)), "{ended:?}");
    assert_eq!(asking.standing(&request.id).await, (RequestStanding::Open, true), "kept for another try");
    assert_eq!(asking.open(&right).await, Err(Code::AnswerOpened));

    let (mut sign_in, _) = asking.begin().await;
    asking.finish(&mut sign_in).await;
    assert_eq!(asking.standing(&request.id).await, (RequestStanding::Answered, false));
    for text in [&right, &mistyped, &asking.right(&page)] {
        assert_eq!(asking.open(text).await, Err(Code::AnswerUsed), "no answer opens any more");
    }
}

#[tokio::test]
async fn an_answer_whose_values_are_gone_opens_again_until_it_has_connected_the_org() {
    let _turn = one_at_a_time();
    let mut asking = Asking::start().await;
    let (request, page) = asking.ask().await;
    let text = asking.right(&page);
    asking.open(&text).await.unwrap();
    // Two hours later.
    asking.core.clock.advance(Duration::from_secs(2 * 60 * 60));
    assert_eq!(asking.standing(&request.id).await, (RequestStanding::Open, false));
    asking.open(&text).await.unwrap();
    // The program ends before anybody signs in.
    asking.core.restart_locked();
    asking.core.unlock();
    asking.open(&text).await.unwrap();
    let (mut sign_in, _) = asking.begin().await;
    asking.finish(&mut sign_in).await;
    assert_eq!(asking.open(&text).await, Err(Code::AnswerUsed));
}

#[tokio::test]
async fn a_request_that_is_withdrawn_takes_what_an_answer_held_with_it() {
    let _turn = one_at_a_time();
    let asking = Asking::start().await;
    let ((one, page), (other, other_page)) = (asking.ask().await, asking.ask().await);
    asking.open(&asking.right(&page)).await.unwrap();
    let withdrawn = asking.core.ask(WithdrawRequest { id: one.number.replace('-', "") }).await.unwrap();
    assert_eq!((withdrawn.standing, withdrawn.opened_until), (RequestStanding::Withdrawn, None));
    let connect = Connect {
        address: asking.org.address(),
        alias: None,
        key: None,
        secret: None,
        options: SignInOptions::default(),
    };
    assert_eq!(asking.core.ask(connect).await.unwrap_err().code, Code::ValueMissing, "it is forgotten");
    // Another request for the same org is another one.
    asking.open(&asking.right(&other_page)).await.unwrap();
    let (mut sign_in, _) = asking.begin().await;
    asking.finish(&mut sign_in).await;
    assert_eq!(asking.standing(&one.id).await.0, RequestStanding::Withdrawn);
    assert_eq!(asking.standing(&other.id).await.0, RequestStanding::Answered);
}

#[tokio::test]
async fn an_answer_for_a_connected_org_renews_its_only_connection() {
    let _turn = one_at_a_time();
    let asking = Asking::start().await;
    asking.core.connect(&asking.org).await;
    let (request, page) = asking.ask().await;
    asking.open(&asking.right(&page)).await.unwrap();
    let (sign_in, alias) = asking.begin().await;
    assert_eq!(alias, "p", "not one beside it");
    drop(sign_in);
    // Begun anew by another way, it still has what the answer held.
    let notices = asking.core.controller.notices();
    let options = SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() };
    let reconnect = Reconnect { name: "p".into(), key: None, secret: None, options };
    let started = asking.core.ask(reconnect).await.unwrap();
    asking.finish(&mut SignIn { attempt: started.attempt, notices }).await;
    assert_eq!(asking.standing(&request.id).await, (RequestStanding::Answered, false));
    assert_eq!(asking.core.ask(List).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_opened_during_a_sign_in_is_the_one_that_counts() {
    let _turn = one_at_a_time();
    let asking = Asking::start().await;
    let (request, page) = asking.ask().await;
    let (first, second) = (asking.right(&page), asking.right(&page));
    asking.open(&first).await.unwrap();
    let (mut sign_in, _) = asking.begin().await;
    assert!(matches!(sign_in.next().await, AttemptEvent::Authorize { .. }));
    asking.open(&second).await.unwrap();
    asking.core.ask(Cancel { attempt: sign_in.attempt.clone() }).await.unwrap();
    assert!(matches!(sign_in.next().await, AttemptEvent::Failed(_)));
    assert_eq!(asking.open(&second).await, Err(Code::AnswerOpened), "it is kept");
    asking.open(&first).await.unwrap();
    assert_eq!(asking.standing(&request.id).await, (RequestStanding::Open, true));
}
