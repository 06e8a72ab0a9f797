//! How each request is carried out, and the one list from intents to requests.

use super::Controller;
use crate::{
    contract::{
        intent::{self, Intent, Request},
        view::Failure,
    },
    org::address,
};

/// A request that a controller carries out.
pub trait CarryOut: Request + Into<Intent> {
    /// Carries the request out.
    fn carry_out(self, controller: &Controller) -> impl Future<Output = Result<Self::Reply, Failure>> + Send;
}

/// Writes a reply whose type is known only at run time: as JSON, for the socket.
pub trait Write {
    type Written;

    /// # Errors
    /// The reply cannot be written.
    fn write<R: Request>(&self, reply: &R::Reply) -> Result<Self::Written, Failure>;
}

impl Controller {
    /// Carries out a request.
    ///
    /// # Errors
    /// The failure that the request ended with, in words.
    pub async fn handle<R: CarryOut>(&self, request: R) -> Result<R::Reply, Failure> {
        request.carry_out(self).await
    }
}

macro_rules! carried_out {
    ($controller:ident $( $name:ident($asked:pat) => $work:expr, )*) => {
        $(
            impl CarryOut for intent::$name {
                async fn carry_out(self, $controller: &Controller) -> Result<Self::Reply, Failure> {
                    // Requests that only read do not use it.
                    let _: &Controller = $controller;
                    let $asked = self;
                    let work: Result<Self::Reply, Failure> = $work;
                    work.map_err(address::in_setup)
                }
            }
        )*

        impl Controller {
            /// Carries out any intent, and writes its reply.
            ///
            /// # Errors
            /// As [`Controller::handle`], and where the reply cannot be written.
            pub async fn handle_any<W: Write>(&self, intent: Intent, writer: &W) -> Result<W::Written, Failure> {
                match intent {
                    $( Intent::$name(request) => writer.write::<intent::$name>(&self.handle(request).await?), )*
                }
            }
        }
    };
}

carried_out! { controller
    Snapshot(_) => Ok(controller.snapshot().await),
    Understand(asked) => Ok(controller.understand(&asked.0).await),
    Validate(asked) => controller.validate(&asked.0).await.map(address::findings_in_setup),
    Reach(asked) => controller.reach(&asked.address).await,
    AuditCallbacks(asked) => controller.audit_callbacks(&asked.address, &asked.key).await,
    SetUp(asked) => controller.set_up(&asked.address).await,
    GoTo(asked) => controller.go_to(&asked.host, &asked.step).await,
    StepDone(asked) => controller.step_done(&asked.host, &asked.step, asked.done).await,
    StartOver(asked) => controller.start_over(&asked.host).await,
    RemoveSetup(asked) => controller.remove_setup(&asked.host).await,
    RestoreSetup(asked) => controller.restore_setup(&asked.host).await,
    Connect(asked) => controller.connect(asked).await,
    Reconnect(asked) => controller.reconnect(asked).await,
    Rotate(asked) => controller.rotate(&asked.name, asked.exposed).await,
    RotateOn(asked) => controller.rotate_on(&asked.name, asked.what).await,
    RotatePaste(asked) => controller.rotate_paste(&asked.name, &asked.key, &asked.secret).await,
    RotateSignIn(asked) => controller.rotate_sign_in(&asked.name, asked.options).await,
    PasteBack(asked) => controller.paste_back(asked).await,
    Answer(asked) => controller.answer(&asked.attempt, asked.accept).await,
    Cancel(asked) => controller.cancel(&asked.attempt).await,
    List(_) => controller.list().await,
    Show(asked) => controller.show(&asked.name).await,
    Rename(asked) => controller.rename(&asked.old, &asked.new).await,
    Group(asked) => controller.group(asked).await,
    Browser(asked) => controller.choose_browser(&asked.name, asked.browser).await,
    Token(asked) => controller.token_for(controller.caller(), asked).await,
    HandOut(asked) => controller.hand_out(asked.wanted).await,
    Consent(asked) => controller.consent(asked).await,
    Check(asked) => controller.check(&asked).await.map(address::findings_in_setup),
    Disconnect(asked) => controller.disconnect(&asked.name).await,
    Forget(asked) => controller.forget(&asked.name).await,
    CopyKey(asked) => controller.copy_key(&asked.name).await,
    CopySecret(asked) => controller.copy_secret(&asked.name).await,
    Leaving(_) => controller.leaving().await,
    SetAside(_) => controller.set_aside().await,
    BringBack(asked) => controller.bring_back(&asked.id).await,
    ForgetSetAside(asked) => controller.forget_set_aside(&asked.id).await,
    Vault(_) => controller.vault_view().await,
    Unlock(asked) => controller.unlock(asked.passphrase).await,
    Protect(asked) => controller.protect(asked).await,
    EndFormerKey(_) => controller.end_former_key().await,
    AcceptPlain(_) => controller.accept_plain().await,
    SettleHere(_) => controller.settle_here().await,
    Link(asked) => Ok(controller.link(asked.address).await),
    Settings(_) => controller.settings_view().await,
    Set(asked) => controller.set(asked.0).await,
    ComeForward(asked) => {
        controller.come_forward(asked.0);
        Ok(())
    },
    AskAdmin(asked) => controller.ask_admin(&asked).await,
    AdminRequests(_) => controller.admin_requests().await,
    RequestPage(asked) => controller.request_page(&asked.id).await,
    WithdrawRequest(asked) => controller.withdraw_request(&asked.id).await,
    OpenAnswer(asked) => controller.open_answer(&asked).await,
}
