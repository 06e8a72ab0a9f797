//! An org with an app and a person who signs in, and the actions that cause an error there.

use std::time::Duration;

use connect_tests::{Answer, App, INTEGRATION, Person, Press, until_so};
use practice_org::{Endpoint, Event, Fault, NewApps, OauthError, Options, Org, RefreshPolicy, What};
use reqwest::Method;
use url::Url;

use super::rows::Cause;

const USERINFO: &str = "/services/oauth2/userinfo";
const LIMITS: &str = "/services/data/v67.0/limits";
const WITHOUT_API: usize = 2;
const OTHER_ORG: usize = 4;

/// An org, its app and its integration user.
pub(crate) struct Stage {
    org: Org,
    app: App,
    person: Person,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let org = Org::start(Options::default()).await.unwrap();
        let (app, person) = (App::of(&org), Person::of(&org, INTEGRATION));
        Self { org, app, person }
    }

    async fn refresh_token(&mut self) -> String {
        self.app.tokens(&mut self.person).await["refresh_token"].as_str().unwrap().to_owned()
    }

    async fn access_token(&mut self) -> String {
        self.app.tokens(&mut self.person).await["access_token"].as_str().unwrap().to_owned()
    }

    async fn at_authorize(&self, changes: &[(&str, &str)]) -> Met {
        Met::Answer(self.app.get(&self.app.authorize(changes)).await)
    }

    /// The address after a person has signed in and pressed Allow.
    async fn after_login(&mut self) -> Met {
        Met::Back(self.person.answer(&self.app.authorize(&[]), Press::Allow).await)
    }

    /// Signs in, lets something happen, and refreshes.
    async fn refreshed_after(&mut self, happens: impl FnOnce(&Org)) -> Met {
        let token = self.refresh_token().await;
        happens(&self.org);
        Met::Answer(self.app.refresh(&token, &[]).await)
    }

    /// Gets a code and exchanges it with some fields changed.
    async fn exchanged(&mut self, asked: &[(&str, &str)], changes: &[(&str, &str)]) -> Met {
        let code = self.app.code(&mut self.person, asked).await;
        Met::Answer(self.app.exchange(&code, changes).await)
    }

    async fn limits(&self, token: &str) -> Met {
        Met::Answer(self.app.get_with_token(LIMITS, token).await)
    }

    fn freeze(org: &Org) {
        let username = org.users()[INTEGRATION].username.clone();
        org.change(|switches| switches.frozen.push(username));
    }

    /// Causes an error. `said` is the row's error, for those on demand.
    #[expect(clippy::too_many_lines, reason = "one line or two for each cause")]
    pub(crate) async fn meet(&mut self, cause: Cause, said: OauthError) -> Met {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        match cause {
            Cause::KeyUnknown => self.at_authorize(&[("client_id", "3MVG9unknown")]).await,
            Cause::KeyNotActive => {
                self.org.change(|switches| switches.activation_seconds = 600);
                self.at_authorize(&[]).await
            }
            Cause::CallbackUnknown => {
                self.at_authorize(&[("redirect_uri", &format!("{}/", self.app.callback))]).await
            }
            Cause::CallbackMissing => self.at_authorize(&[("redirect_uri", "")]).await,
            Cause::ChallengeMissing => self.at_authorize(&[("code_challenge", "")]).await,
            Cause::MustGet => {
                let authorize = self.app.authorize(&[]);
                Met::Answer(self.app.ask(Method::POST, &authorize, &[], String::new()).await)
            }
            Cause::Denied => Met::Back(self.person.answer(&self.app.authorize(&[]), Press::Deny).await),
            Cause::ScopeNotSelected => {
                let authorize = self.app.authorize(&[("scope", "api refresh_token web")]);
                Met::Back(self.person.answer(&authorize, Press::Allow).await)
            }
            Cause::ResponseType => self.at_authorize(&[("response_type", "token")]).await,
            Cause::Immediate => self.at_authorize(&[("immediate", "true")]).await,
            Cause::OtherOrg => {
                self.person = Person::of(&self.org, OTHER_ORG);
                self.after_login().await
            }
            Cause::NotApproved => {
                self.org.happen(Event::PermitUsers { profiles: Some(Vec::new()) });
                self.after_login().await
            }
            Cause::AppBlocked => {
                self.org.happen(Event::BlockApp { blocked: true });
                self.after_login().await
            }
            Cause::UserFrozen => {
                self.access_token().await;
                Self::freeze(&self.org);
                self.after_login().await
            }
            Cause::SaidAtCallback => {
                self.org.change(|switches| switches.approval_error = Some(said));
                self.after_login().await
            }
            Cause::SaidOnPage => {
                self.org.change(|switches| {
                    switches.approval_error = Some(said);
                    switches.refusals_stay_on_page = true;
                });
                Met::Stays(self.person.stays_at(&self.app.authorize(&[]), Press::Allow).await)
            }
            Cause::AppElsewhereAtLogin => {
                let (key, _) = self.org.pair_of_another_org();
                let authorize = self.app.authorize(&[("client_id", &key)]);
                Met::Back(self.person.answer(&authorize, Press::Allow).await)
            }
            Cause::ScopeAtToken => {
                let token = self.refresh_token().await;
                Met::Answer(self.app.refresh(&token, &[("scope", "api")]).await)
            }
            Cause::KeyUnknownAtToken => {
                Met::Answer(self.app.refresh("x", &[("client_id", "3MVG9unknown")]).await)
            }
            Cause::SecretWrong => Met::Answer(self.app.refresh("x", &[("client_secret", "wrong")]).await),
            Cause::SecretMissing => Met::Answer(self.app.refresh("x", &[("client_secret", "")]).await),
            Cause::BasicBroken => {
                let headers = [("authorization", "Basic !")];
                Met::Answer(
                    self.app.ask(Method::POST, "/services/oauth2/token", &headers, String::new()).await,
                )
            }
            Cause::Revoked => self.refreshed_after(|org| org.happen(Event::RevokeAll)).await,
            Cause::RotatedOut => {
                let token = self.refresh_token().await;
                assert_eq!(self.app.refresh(&token, &[]).await.status, 200, "rotated");
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::SixthApproval => {
                self.org.change(|switches| switches.rotation = false);
                let token = self.refresh_token().await;
                for _ in 0..4 {
                    self.refresh_token().await;
                }
                assert_eq!(self.app.refresh(&token, &[]).await.status, 200, "five stand");
                self.refresh_token().await;
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::PolicyIdle => {
                let seconds = days(30).as_secs();
                self.org.change(|switches| {
                    switches.rotation = false;
                    switches.refresh_policy = RefreshPolicy::IfNotUsed { seconds };
                });
                let token = self.refresh_token().await;
                self.org.advance(days(29));
                assert_eq!(self.app.refresh(&token, &[]).await.status, 200, "used in time");
                self.org.advance(days(30));
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            // The policy of a new app.
            Cause::PolicyLifetime => {
                let token = self.refresh_token().await;
                self.org.advance(days(364));
                let last = self.app.refresh(&token, &[]).await;
                assert_eq!(last.status, 200, "in time");
                self.org.advance(days(1));
                let token = last.json()["refresh_token"].as_str().unwrap().to_owned();
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::PolicyImmediately => {
                self.org.change(|switches| switches.refresh_policy = RefreshPolicy::Immediately);
                self.refreshed_after(|_| {}).await
            }
            Cause::CodeLate => {
                let code = self.app.code(&mut self.person, &[]).await;
                self.org.advance(Duration::from_secs(15 * 60));
                Met::Answer(self.app.exchange(&code, &[]).await)
            }
            Cause::CodeTwice => {
                let code = self.app.code(&mut self.person, &[]).await;
                assert_eq!(self.app.exchange(&code, &[]).await.status, 200, "once");
                Met::Answer(self.app.exchange(&code, &[]).await)
            }
            Cause::CodeUnknown => Met::Answer(self.app.exchange("aPrxdummy==", &[]).await),
            Cause::TwoAtOnce => {
                let token = self.refresh_token().await;
                self.org.change(|switches| switches.token_delay_milliseconds = 3_000);
                let asked = || self.org.counters().requests["token"];
                let before = asked();
                let second = async {
                    until_so("the first does not ask", async || asked() > before).await;
                    self.app.refresh(&token, &[]).await
                };
                let (first, second) = tokio::join!(self.app.refresh(&token, &[]), second);
                assert_eq!(first.status, 200, "the first of the two");
                Met::Answer(second)
            }
            Cause::VerifierOther => self.exchanged(&[], &[("code_verifier", "another")]).await,
            Cause::VerifierMissing => self.exchanged(&[], &[("code_verifier", "")]).await,
            Cause::VerifierUnexpected => {
                self.org.change(|switches| {
                    switches.new_apps = NewApps::Before;
                    switches.pkce_required = false;
                });
                self.exchanged(&[("code_challenge", "")], &[]).await
            }
            Cause::UserFrozenLater => self.refreshed_after(Self::freeze).await,
            Cause::ClientCredentials => {
                Met::Answer(self.app.refresh("x", &[("grant_type", "client_credentials")]).await)
            }
            Cause::NotApprovedLater => {
                self.refreshed_after(|org| org.happen(Event::PermitUsers { profiles: Some(Vec::new()) }))
                    .await
            }
            Cause::AppBlockedLater => {
                self.refreshed_after(|org| org.happen(Event::BlockApp { blocked: true })).await
            }
            Cause::AppElsewhere => {
                let (key, secret) = self.org.pair_of_another_org();
                let changes = [("client_id", key.as_str()), ("client_secret", secret.as_str())];
                Met::Answer(self.app.refresh("x", &changes).await)
            }
            Cause::RedirectOther => self.exchanged(&[], &[("redirect_uri", "http://localhost:1/")]).await,
            Cause::GrantTypeUnknown => Met::Answer(self.app.refresh("x", &[("grant_type", "refresh")]).await),
            Cause::SaidAtToken => {
                self.refreshed_after(|org| org.change(|switches| switches.next_token_error = Some(said)))
                    .await
            }
            Cause::Maintenance => {
                let token = self.refresh_token().await;
                self.org.fault(Fault::new(What::Maintenance).at(Endpoint::Token).times(1));
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::RevokedTwice => {
                let token = self.refresh_token().await;
                let revoke =
                    async || self.app.post("/services/oauth2/revoke", &[("token", &token)], &[]).await;
                assert_eq!(revoke().await.status, 200, "revoked");
                Met::Answer(revoke().await)
            }
            Cause::SessionEnded => {
                let token = self.access_token().await;
                self.org.advance(Duration::from_secs(2 * 60 * 60));
                self.limits(&token).await
            }
            Cause::ScopeMissing => {
                let code = self.app.code(&mut self.person, &[("scope", "refresh_token")]).await;
                let tokens = self.app.exchange(&code, &[]).await.json();
                self.limits(tokens["access_token"].as_str().unwrap()).await
            }
            Cause::Refused(refusal) => {
                let token = self.access_token().await;
                self.org.change(|switches| switches.rest_refusal = Some(refusal));
                self.limits(&token).await
            }
            Cause::NoApi => {
                self.person = Person::of(&self.org, WITHOUT_API);
                let token = self.access_token().await;
                self.limits(&token).await
            }
            Cause::RequestLimit => {
                let token = self.access_token().await;
                self.org.change(|switches| switches.daily_api_requests = 1);
                let first = self.app.get_with_token(LIMITS, &token).await;
                assert_eq!(
                    (first.status, first.header("sforce-limit-info")),
                    (200, "api-usage=1/1"),
                    "the last one"
                );
                self.limits(&token).await
            }
            Cause::TokenMissing => Met::Answer(self.app.get(USERINFO).await),
            Cause::TokenBad => Met::Answer(self.app.get_with_token(USERINFO, "00Dx!y").await),
            Cause::WrongOrg => {
                let tokens = self.app.tokens(&mut self.person).await;
                let identity =
                    tokens["id"].as_str().unwrap().replace(&self.org.org_id(), "00D000000000000AAA");
                Met::Answer(
                    self.app.get_with_token(&identity, tokens["access_token"].as_str().unwrap()).await,
                )
            }
        }
    }
}

/// The error that was found.
#[derive(Debug)]
pub(crate) enum Met {
    Answer(Answer),
    /// The callback address in a person's browser.
    Back(Url),
    /// The org's page on which the browser stays.
    Stays(Url),
}
