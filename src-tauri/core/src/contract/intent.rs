//! What a face may ask for, each with what it is answered: the one way in.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use crate::{
    contract::view::{
        self, AttemptStarted, CallbackAudit, Change, ConnectionDetail, ConnectionView, Copied, Disconnected,
        Findings, Forward, KeyProtection, LeavingView, LinkTaken, SettingsView, SetupView, Understanding,
        VaultView,
    },
    secret::{Secret, onto_private_socket, onto_private_socket_if_any},
};

/// Something that can be asked for. What it is answered belongs to it: nobody who asks says so a second time, and who
/// expects another thing is not compiled.
///
/// ```compile_fail,E0308
/// # use connect_core::{contract::{intent::Rename, view::Failure}, controller::Controller};
/// async fn rename(controller: Controller, old: String, new: String) -> Result<(), Failure> {
///     // Answered with the connection.
///     controller.handle(Rename { old, new }).await
/// }
/// ```
pub trait Request: Clone + Send + 'static {
    /// What it is called on the socket.
    const METHOD: &'static str;
    type Reply: Serialize + DeserializeOwned + Send + 'static;
}

/// Makes of the table the [`Intent`] that the socket carries, and each [`Request`]. The fields of a request are its
/// `params`; one that is skipped is sent without.
macro_rules! intents {
    ($( $(#[$how:meta])* $name:ident $method:literal => $reply:ty, )*) => {
        /// Any request to the [`Controller`](crate::controller::Controller). On the socket, `method` and `params` of
        /// JSON-RPC 2.0.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(tag = "method", content = "params")]
        pub enum Intent { $( #[serde(rename = $method)] $name($(#[$how])* $name), )* }

        impl Intent {
            pub const METHODS: &[&str] = &[ $( $method, )* ];
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
    SetUp "set_up" => SetupView,
    GoTo "go_to" => SetupView,
    StepDone "step_done" => SetupView,
    StartOver "start_over" => SetupView,
    RemoveSetup "remove_setup" => (),
    Connect "connect" => AttemptStarted,
    Reconnect "reconnect" => AttemptStarted,
    PasteBack "paste_back" => (),
    Answer "answer" => (),
    Cancel "cancel" => (),
    #[serde(skip_serializing)] List "list" => Vec<ConnectionView>,
    Show "show" => ConnectionDetail,
    Rename "rename" => ConnectionView,
    Token "token" => view::Token,
    Check "check" => Findings,
    Disconnect "disconnect" => Disconnected,
    Forget "forget" => Disconnected,
    CopyKey "copy_key" => Copied,
    CopySecret "copy_secret" => Copied,
    #[serde(skip_serializing)] Leaving "leaving" => Vec<LeavingView>,
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
}

/// Requests without anything to say. Whether their `params` are left away or `null`, they are understood.
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
    /// Everything needed to draw; from then on the notices come.
    Snapshot,
    /// All connections.
    List,
    /// What is still to be revoked.
    Leaving,
    /// Who keeps the vault's key.
    Vault,
    /// Ends the key before the one in use at once, since somebody may have it.
    EndFormerKey,
    /// Lets the key cross to the keychain unencrypted, which takes it no other way.
    AcceptPlain,
    /// Says that the home was moved here, and that what it may be a copy of is used no more.
    SettleHere,
    /// All settings.
    Settings,
}

/// Reads what was typed so far without asking the network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Understand(pub Pasted);

/// Asks the org about the pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Validate(pub Pasted);

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

/// The person looks at this step of a set-up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GoTo {
    pub host: String,
    pub step: String,
}

/// The person says that a step is done, or that it is not. What is done leads on to the next step that is not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepDone {
    pub host: String,
    pub step: String,
    pub done: bool,
}

/// Takes all marks of a set-up away.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartOver {
    pub host: String,
}

/// Forgets a set-up. Forgetting what is not there is a success.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveSetup {
    pub host: String,
}

/// The address the browser ended on, pasted by hand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasteBack {
    pub attempt: String,
    #[serde(serialize_with = "onto_private_socket")]
    pub address: Secret,
}

/// Whether the user and org found are the right ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub attempt: String,
    pub accept: bool,
}

/// Ends a sign-in; nothing is kept of it.
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

/// A usable access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub name: String,
    pub fresh: bool,
}

/// Checks a stored connection from address to API call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Check {
    pub name: String,
}

/// Revokes at the org, proves it, forgets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Disconnect {
    pub name: String,
}

/// Forgets a connection that cannot be revoked from here, since its key is not there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Forget {
    pub name: String,
}

/// Puts the Consumer Key on the clipboard of the agent's desktop, for the Datatrax portal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CopyKey {
    pub name: String,
}

/// The same of the Consumer Secret, within 30 minutes after it was pasted.
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

/// The address that a link of our scheme brought. Anything but the answer to a sign-in that waits for a link changes
/// nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    #[serde(serialize_with = "onto_private_socket")]
    pub address: Secret,
}

/// Changes one setting.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Set(pub Change);

/// Has the window that is open come forward: every face is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComeForward(pub Forward);

/// What stands in the paste fields.
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

/// Has the vault's key kept another way, or makes a new one, with which everything is sealed anew.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Protect {
    #[serde(rename = "guard")]
    pub protection: KeyProtection,
    /// With [`KeyProtection::Passphrase`].
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub passphrase: Option<Secret>,
    /// The passphrase that the vault has, where it has one: nobody else has it kept another way.
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(optional, type = "string"))]
    pub present: Option<Secret>,
    /// Whether sign-ins that cannot be opened any more are given up.
    #[serde(default)]
    pub start_over: bool,
}

/// Starts a sign-in to an org named by its address; how it goes on, the notices tell.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Connect {
    pub address: String,
    pub alias: Option<String>,
    /// Absent on a reconnect that keeps the stored pair, on another try of a set-up with the pair of the last one, and where
    /// a sign-in under way is begun anew, such as for another user.
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub key: Option<Secret>,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub secret: Option<Secret>,
    #[serde(flatten)]
    pub options: SignInOptions,
}

/// Starts a sign-in for a connection that exists.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Reconnect {
    pub name: String,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub key: Option<Secret>,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub secret: Option<Secret>,
    #[serde(flatten)]
    pub options: SignInOptions,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct SignInOptions {
    /// The username that is expected to sign in.
    #[serde(default)]
    pub user: Option<String>,
    /// A username that is accepted although another was expected.
    #[serde(default)]
    pub accept_user: Option<String>,
    /// Whether the sign-in may come back by Datatrax's own page, where no other callback line is registered.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub hosted: bool,
    /// How long an app that may not be active yet is asked about, in seconds. Left out: as long as Salesforce may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "number"))]
    pub wait_seconds: Option<u64>,
}
