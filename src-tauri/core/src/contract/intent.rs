//! The requests of a face, each with the type of its reply: the one way in.

mod sign_in;

pub use self::sign_in::{Connect, Reconnect, SignInOptions};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use crate::{
    contract::view::{
        self, AdminRequestView, AnswerOpened, AttemptStarted, BrowserChoice, CallbackAudit, Change,
        ConnectionDetail, ConnectionView, Copied, Disconnected, Finding, Findings, Forward, HandingOut,
        KeyProtection, LeavingView, LinkTaken, RotationMove, RotationView, SetAsideView, SettingsView,
        SetupView, Understanding, VaultView,
    },
    secret::{Secret, onto_private_socket, onto_private_socket_if_any},
};

/// A request with its type of reply, so that a caller who expects another type does not compile.
///
/// ```compile_fail,E0308
/// # use connect_core::{contract::{intent::Rename, view::Failure}, controller::Controller};
/// async fn rename(controller: Controller, old: String, new: String) -> Result<(), Failure> {
/// The reply is the connection.
///     controller.handle(Rename { old, new }).await
/// }
/// ```
pub trait Request: Clone + Send + 'static {
    /// The name of the request on the socket.
    const METHOD: &'static str;
    type Reply: Serialize + DeserializeOwned + Send + 'static;
}

/// Makes from the table the [`Intent`] that the socket carries, and each [`Request`]. The fields of a request are its
/// `params`; a skipped field is not sent.
macro_rules! intents {
    ($( $(#[$how:meta])* $name:ident $method:literal => $reply:ty, )*) => {
        /// Any request to the [`Controller`](crate::controller::Controller). On the socket, `method` and `params` of
        /// JSON-RPC 2.0.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(tag = "method", content = "params")]
        pub enum Intent { $( #[serde(rename = $method)] $name($(#[$how])* $name), )* }

        impl Intent {
            pub const METHODS: &[&str] = &[ $( $method, )* ];

            /// Its name on the socket.
            pub fn method(&self) -> &'static str {
                match self { $( Self::$name(_) => $method, )* }
            }
        }

        $(
            impl Request for $name {
                const METHOD: &'static str = $method;
                type Reply = $reply;
            }

            impl From<$name> for Intent {
                fn from(request: $name) -> Self {
                    Self::$name(request)
                }
            }
        )*
    };
}

intents! {
    #[serde(skip_serializing)] Snapshot "snapshot" => view::Snapshot,
    Understand "understand" => Understanding,
    Validate "validate" => Findings,
    AuditCallbacks "audit_callbacks" => CallbackAudit,
    Reach "reach" => Finding,
    SetUp "set_up" => SetupView,
    GoTo "go_to" => SetupView,
    StepDone "step_done" => SetupView,
    StartOver "start_over" => SetupView,
    RemoveSetup "remove_setup" => (),
    RestoreSetup "restore_setup" => SetupView,
    Connect "connect" => AttemptStarted,
    Reconnect "reconnect" => AttemptStarted,
    Rotate "rotate" => RotationView,
    RotateOn "rotate_on" => RotationView,
    RotatePaste "rotate_paste" => RotationView,
    RotateSignIn "rotate_sign_in" => AttemptStarted,
    PasteBack "paste_back" => (),
    Answer "answer" => (),
    Cancel "cancel" => (),
    #[serde(skip_serializing)] List "list" => Vec<ConnectionView>,
    Show "show" => ConnectionDetail,
    Rename "rename" => ConnectionView,
    Group "group" => ConnectionView,
    Browser "browser" => ConnectionView,
    Token "token" => view::Token,
    HandOut "hand_out" => HandingOut,
    Consent "consent" => ConnectionDetail,
    Check "check" => Findings,
    Disconnect "disconnect" => Disconnected,
    Forget "forget" => Disconnected,
    CopyKey "copy_key" => Copied,
    CopySecret "copy_secret" => Copied,
    #[serde(skip_serializing)] Leaving "leaving" => Vec<LeavingView>,
    #[serde(skip_serializing)] SetAside "set_aside" => Vec<SetAsideView>,
    BringBack "bring_back" => ConnectionView,
    ForgetSetAside "forget_set_aside" => (),
    #[serde(skip_serializing)] Vault "vault" => VaultView,
    Unlock "unlock" => (),
    Protect "protect" => VaultView,
    #[serde(skip_serializing)] EndFormerKey "end_former_key" => VaultView,
    #[serde(skip_serializing)] AcceptPlain "accept_plain" => VaultView,
    #[serde(skip_serializing)] SettleHere "settle_here" => VaultView,
    Link "link" => LinkTaken,
    #[serde(skip_serializing)] Settings "settings" => SettingsView,
    Set "set" => SettingsView,
    ComeForward "come_forward" => (),
    AskAdmin "ask_admin" => AdminRequestView,
    #[serde(skip_serializing)] AdminRequests "admin_requests" => Vec<AdminRequestView>,
    RequestPage "request_page" => AdminRequestView,
    WithdrawRequest "withdraw_request" => AdminRequestView,
    OpenAnswer "open_answer" => AnswerOpened,
}

/// Requests without parameters. Their `params` may be absent or `null`.
macro_rules! without_params {
    ($( $(#[$doc:meta])* $name:ident, )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Serialize)]
        pub struct $name;

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Option::<()>::deserialize(deserializer).map(|_| Self)
            }
        }
    )* };
}

without_params! {
    /// Everything that a face draws; notices follow from then on.
    Snapshot,
    /// All connections.
    List,
    /// The connections whose tokens are still to be revoked.
    Leaving,
    /// What can be brought back of connections that were disconnected.
    SetAside,
    /// Who keeps the vault's key.
    Vault,
    /// Ends the former key at once, since somebody may have it.
    EndFormerKey,
    /// Lets the key cross unencrypted to a keychain that accepts it no other way.
    AcceptPlain,
    /// Says that the home was moved here, and that what it may be a copy of is used no more.
    SettleHere,
    /// All settings.
    Settings,
    /// The requests to somebody with the rights, newest first.
    AdminRequests,
}

/// Reads what is typed so far, without the network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Understand(pub Pasted);

/// Asks the org about the pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Validate(pub Pasted);

/// Asks whether the org of an address is there, without anything of an app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reach {
    pub address: String,
}

/// Asks the org which lines of the callback block the app has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditCallbacks {
    pub address: String,
    #[serde(serialize_with = "onto_private_socket")]
    pub key: Secret,
}

/// Begins the guided set-up of an org, or finds the one there is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetUp {
    pub address: String,
}

/// The person has turned to this step of a set-up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GoTo {
    pub host: String,
    pub step: String,
}

/// The person marks a step as done or not done. A step that is done leads on to the next open one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepDone {
    pub host: String,
    pub step: String,
    pub done: bool,
}

/// Removes all marks of a set-up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartOver {
    pub host: String,
}

/// Forgets a set-up. Succeeds also where there is none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveSetup {
    pub host: String,
}

/// Brings back a set-up that was removed a short while ago, with its marks and without any key or secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestoreSetup {
    pub host: String,
}

/// The address that the browser ended on, pasted by hand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasteBack {
    pub attempt: String,
    #[serde(serialize_with = "onto_private_socket")]
    pub address: Secret,
    /// Whether the sign-in ends where the text is no answer to it, and explains why none comes.
    #[serde(default)]
    pub ends: bool,
}

/// Whether the user and org that were found are the right ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub attempt: String,
    pub accept: bool,
}

/// Ends a sign-in and keeps nothing of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cancel {
    pub attempt: String,
}

/// One connection and its history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Show {
    pub name: String,
}

/// Gives a connection another name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rename {
    pub old: String,
    pub new: String,
}

/// Puts a connection into a group, or into none, and gives that group a colour.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub group: Option<String>,
    /// Absent: the one that the group has, or one that others have seldom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<view::Colour>,
}

/// Has the pages of a connection's org opened in a browser from now on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Browser {
    pub name: String,
    pub browser: BrowserChoice,
}

/// A usable access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub name: String,
    pub fresh: bool,
    /// For how many seconds more it has to be known to work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_ttl: Option<u64>,
    /// Whether a program is to be started with it, as `dtx run` does.
    #[serde(default, skip_serializing_if = "is_not")]
    pub for_run: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_not(given: &bool) -> bool {
    !*given
}

/// Whether programs are given tokens: asked, or with `wanted` decided.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct HandOut {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<bool>,
}

/// Allows a program tokens of a connection, or refuses them, whether it waits for that or not; `null` takes back what was said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Consent {
    pub name: String,
    /// The path of its file; `null` for all programs of which the system does not tell.
    pub program: Option<String>,
    pub allowed: Option<bool>,
}

/// Checks a stored connection from address to API call.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Check {
    pub name: String,
    /// Whether the org is asked about every line of Callback URL as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub audit: bool,
    /// Whether one refresh is sent without the secret, to find out whether the app requires it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_secret: bool,
}

impl Check {
    /// The usual checks of a connection.
    pub fn of(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

/// Revokes the tokens of a connection at the org, proves it, and forgets them. Name and history are set aside for a while.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Disconnect {
    pub name: String,
}

/// Forgets a connection that cannot be revoked from here, since its key is missing. Nothing of it is set aside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Forget {
    pub name: String,
}

/// Brings back what is set aside under this id: a connection that key and secret are to be entered for anew.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BringBack {
    pub id: String,
}

/// Forgets at once what is set aside under this id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ForgetSetAside {
    pub id: String,
}

/// Begins the rotation of a connection's key and secret, or finds the one under way, which may turn out to be of an exposed
/// pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rotate {
    pub name: String,
    #[serde(default)]
    pub exposed: bool,
}

/// Goes on with a rotation: what the person says or asks for at its step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RotateOn {
    pub name: String,
    pub what: RotationMove,
}

/// Gives a rotation its new pair. The one in use stays in use until the new one is proved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RotatePaste {
    pub name: String,
    #[serde(serialize_with = "onto_private_socket")]
    pub key: Secret,
    #[serde(serialize_with = "onto_private_socket")]
    pub secret: Secret,
}

/// Starts a sign-in with the new pair of a rotation; notices tell its progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct RotateSignIn {
    pub name: String,
    #[serde(flatten)]
    pub options: SignInOptions,
}

/// Puts the Consumer Key on the clipboard of the agent's desktop, for the Datatrax portal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CopyKey {
    pub name: String,
}

/// Puts the Consumer Secret there, within 30 minutes after the connection was made with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CopySecret {
    pub name: String,
}

/// Opens a passphrase vault until this process ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unlock {
    #[serde(serialize_with = "onto_private_socket")]
    pub passphrase: Secret,
}

/// The address of a link of our scheme. Changes nothing unless it answers a sign-in that waits for a link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    #[serde(serialize_with = "onto_private_socket")]
    pub address: Secret,
}

/// Changes one setting.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Set(pub Change);

/// Brings the open window to the front: every face is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComeForward(pub Forward);

/// Makes a request to somebody with the rights in an org, and the key that the answer is sealed to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskAdmin {
    pub address: String,
    /// Who asks, as they call themselves.
    pub asked_by: String,
    /// For how many days it can be answered.
    pub days: u16,
}

/// A request whose page is to be written once more: it can be answered, and nobody has put another key into its place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestPage {
    pub id: String,
}

/// Takes a request back: its key is destroyed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WithdrawRequest {
    pub id: String,
}

/// Opens a sealed answer, once. Its key and secret are kept for the next sign-in to that org.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenAnswer {
    #[serde(serialize_with = "onto_private_socket")]
    pub text: Secret,
    /// The host of the org that it is to be for, where it was pasted for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The request that it is to answer, where it was pasted for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// The content of the paste fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Pasted {
    pub address: String,
    #[serde(serialize_with = "onto_private_socket")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub key: Secret,
    #[serde(serialize_with = "onto_private_socket")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub secret: Secret,
}

/// Changes who keeps the vault's key, or makes a new key, with which everything is encrypted anew.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Protect {
    #[serde(rename = "guard")]
    pub protection: KeyProtection,
    /// With [`KeyProtection::Passphrase`].
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub passphrase: Option<Secret>,
    /// The present passphrase of a vault that has one; without it the change is refused.
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(optional, type = "string"))]
    pub present: Option<Secret>,
    /// Whether to give up sign-ins that cannot be decrypted any more.
    #[serde(default)]
    pub start_over: bool,
}
