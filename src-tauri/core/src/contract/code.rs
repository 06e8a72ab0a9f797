//! The closed set of codes of everything that can go wrong. The words for them are in [`explain`](crate::explain).

mod asks;
mod retry;

pub use self::asks::{Onward, VaultQuestion};
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($( $(#[$doc:meta])* $name:ident = $exit:literal, )*) => {
        /// What went wrong. The names are a contract: only ever added to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "types", derive(ts_rs::TS))]
        pub enum Code { $( $(#[$doc])* $name, )* }

        impl Code {
            pub const ALL: &[Code] = &[ $( Code::$name, )* ];

            /// The exit code that `dtx` has for this code.
            pub fn exit(self) -> u8 {
                match self { $( Code::$name => $exit, )* }
            }
        }
    };
}

codes! {
    /// A bug, or a case that the program does not know.
    Unexpected = 1,
    /// A sign-in was sent without the PKCE challenge that the app requires. Ours always sends one; the portal's may not.
    ChallengeMissing = 1,
    /// A command's output could not be written, as on a full disk.
    OutputUnwritable = 1,
    AddressInvalid = 2,
    /// Not one of Salesforce's login hosts.
    AddressNotSalesforce = 2,
    /// `login.` or `test.salesforce.com`: the My Domain is needed.
    AddressNeedsMyDomain = 2,
    /// A real org's address with a port other than 443.
    AddressHasPort = 2,
    /// A username or an e-mail address stands where the address of an org belongs.
    AddressIsUsername = 2,
    /// A loopback address that differs from the one form a practice org has.
    AddressPracticeForm = 2,
    /// The host answers that the org is now at another listed host.
    AddressMoved = 2,
    ValueMissing = 2,
    /// Far longer than any value that belongs in the field.
    ValueTooLong = 2,
    NameUnknown = 2,
    NameTaken = 2,
    NameInvalid = 2,
    /// The alias belongs to a connection to another host.
    NameOtherHost = 2,
    /// A practice org was given the Consumer Key of a real one.
    PracticeKeyIsReal = 2,
    /// The attempt or request is unknown, or no longer known.
    NothingUnderWay = 2,
    Denied = 3,
    SignInTimeout = 3,
    IdentityMismatch = 3,
    /// A sandbox was named and a production org answered, or the other way round.
    KindMismatch = 3,
    RefreshTokenDead = 3,
    Cancelled = 3,
    /// A newer sign-in for the same connection replaced this one.
    Replaced = 3,
    StateMismatch = 3,
    /// The pasted-back text is not a callback address of this sign-in.
    PasteBackUnreadable = 3,
    CodeSpent = 3,
    AppNotInOrg = 3,
    UserNotPermitted = 3,
    AppBlocked = 3,
    /// Salesforce's general error after the sign-in, `OAUTH_APPROVAL_ERROR_GENERIC`.
    ApprovalFailed = 3,
    /// The proof of who started the sign-in (PKCE, RFC 7636) was refused.
    VerifierRefused = 3,
    /// Salesforce refused the sign-in for a reason without a code of its own here.
    AuthorizeRefused = 3,
    InactiveUser = 3,
    /// The org itself is locked, closed or suspended.
    InactiveOrg = 3,
    LoginRestricted = 3,
    NetworkDns = 4,
    NetworkConnect = 4,
    NetworkTls = 4,
    /// The certificate that a host showed, or an authority above it, is of a kind that cannot be used.
    CertificateUnusable = 4,
    NetworkTimeout = 4,
    NetworkCut = 4,
    SalesforceUnavailable = 4,
    SalesforceUnreadable = 4,
    RateLimited = 4,
    /// An org has asked for a pause, so no sign-in was begun.
    PauseAsked = 4,
    /// Two refreshes with the same token met at Salesforce.
    TokenBusy = 4,
    /// The org's daily limit of API requests is used up.
    ApiLimitReached = 4,
    PortsTaken = 4,
    KeyUnknown = 4,
    KeychainMissing = 5,
    KeychainLocked = 5,
    KeychainSlow = 5,
    KeychainFailed = 5,
    /// The keychain that answers is unlocked, and lacks the key that the vault was encrypted with.
    VaultKeyLost = 5,
    VaultUnreadable = 5,
    /// The vault was written by a newer version of the program.
    VaultNewer = 5,
    VaultFull = 5,
    SecretWrong = 6,
    Swapped = 6,
    /// None of our callback lines is registered.
    CallbackMissing = 6,
    /// Only the hosted callback line is registered.
    CallbackHostedOnly = 6,
    ScopeMissing = 6,
    RefreshTokenMissing = 6,
    /// The answer names another org's address.
    InstanceElsewhere = 6,
    ApiRefused = 6,
    /// The edition or the user has no API access.
    ApiDisabled = 6,
    /// A remark on a pasted key: it has an unusual form.
    KeyOdd = 6,
    SecretOdd = 6,
    /// The value looks like a secret, in a field whose value would be sent in an address.
    KeyLooksSecret = 6,
    SecretLooksKey = 6,
    /// Both fields hold the same text.
    SameValue = 6,
    /// The value is dots or stars, as a page shows for a hidden value.
    ValueMasked = 6,
    /// The certificate authority named by `DATATRAX_CA_FILE` cannot be used.
    AuthorityUnusable = 2,
    /// The folder of data, log or socket cannot be used.
    HomeUnusable = 5,
    /// The agent went away, or is of a version that cannot be understood.
    AgentBusy = 4,
    /// The agent cannot open its socket.
    AgentSocket = 4,
    /// The token was revoked, and yet the org says that it still works.
    StillActive = 4,
    /// The database or its folder may not be written to.
    VaultUnwritable = 5,
    /// Another process kept the database locked for too long.
    VaultBusy = 4,
    /// The proxy that the settings name was not reached, or let no connection through.
    NetworkProxy = 4,
    /// The vault's key was kept for one session only, and that is over.
    VaultSessionEnded = 5,
    /// The database is an older copy: the org has replaced its token since.
    VaultRestored = 3,
    /// The home may be a copy of one that is in use, and its org replaces refresh tokens.
    HomeCopied = 3,
    /// The database was damaged; names and history come from its copy.
    VaultDamaged = 5,
    PassphraseNeeded = 5,
    PassphraseWrong = 5,
    PassphraseShort = 2,
    /// The file named by `DATATRAX_PASSPHRASE_FILE` cannot be read or has no passphrase.
    PassphraseFile = 5,
    /// A key for one session needs an agent that remembers it.
    AgentMissing = 5,
    /// A setting was given an invalid value.
    SettingInvalid = 2,
    /// The settings file is not in its form.
    SettingsBroken = 5,
    SettingsUnwritable = 5,
    /// This computer has no folder for programs that start at login, or it cannot be written.
    StartAtLoginRefused = 1,
    /// A newer version of the program has taken over, and this one cannot understand it.
    AgentNewer = 4,
    /// The org replaced the refresh token, and its answer was lost before it could be stored.
    RefreshLost = 3,
    /// The host of a stored connection leads to a sandbox with another id than before.
    SandboxRefreshed = 3,
    /// No guided set-up is kept for this org.
    SetupUnknown = 2,
    /// The guide has no step with this id.
    StepUnknown = 2,
    /// The number of guided set-ups has reached its limit.
    SetupsFull = 2,
    /// The agent reaches no clipboard: it runs without a desktop.
    ClipboardMissing = 1,
    /// The Consumer Secret was pasted too long ago to be handed on.
    CopyTooLate = 1,
    /// Another program is working on the connection and does not finish.
    ConnectionBusy = 4,
    /// The org issues access tokens and refuses them at once.
    TokenNotAccepted = 4,
    /// One of our lines is registered, but not Datatrax's own, through which the portal signs in.
    CallbackHostedMissing = 6,
    /// The file with a passphrase or a Consumer Secret may be read by others.
    SecretFileOpen = 2,
    /// The agent runs and does not answer.
    AgentSilent = 4,
    /// The agent of this home runs on another computer.
    AgentElsewhere = 4,
    /// The window is open, and the agent was stopped on purpose.
    AgentStopped = 4,
    /// The text may mean several orgs; a person has to choose.
    AddressUnsure = 2,
    /// The value is the address that a sign-in ends on, not an org's.
    AddressIsCallback = 2,
    /// A remark: the pasted text would let its reader into the org.
    AddressOpensSession = 2,
    /// A remark: characters around a pasted value were removed.
    ValueCleaned = 6,
    /// The pasted text is only a part of the address that a sign-in ends on.
    PasteBackCut = 3,
    /// The pasted text is the code alone, not the address that a sign-in ends on.
    PasteBackOnlyCode = 3,
    /// A remark while a sign-in waits: the browser came back by https.
    CameBackByHttps = 3,
    /// A remark while a sign-in waits: the browser came back with more cookies than are accepted.
    CameBackTooLong = 3,
    /// A remark while a sign-in waits: a program of another user of this computer came.
    CameBackAsAnotherUser = 3,
    /// The browser was signed in to an org that the app does not belong to.
    BrowserElsewhere = 3,
    /// The org wants the app to be installed by an admin first.
    AppNotInstalled = 3,
    /// Salesforce refused, in words without a code of their own here.
    SalesforceRefused = 4,
    /// The org of a stored connection says that it is at another address.
    OrgMoved = 3,
    /// The user may not read the org's record, or their own. This stops nothing.
    RecordHidden = 6,
    /// This computer has no certificate authorities to trust.
    AuthoritiesMissing = 4,
    /// The proxy that the environment names is not a valid address.
    ProxyUnreadable = 4,
    /// The keychain answers, but has no keyring yet to keep a key in.
    KeychainEmpty = 5,
    /// A person declined the keychain's prompt.
    KeychainDeclined = 5,
    /// The keychain now accepts keys only unencrypted, unlike before.
    KeychainPlain = 5,
    /// A keychain other than the one that answers now took the key.
    VaultKeyElsewhere = 5,
    /// The org requires proof that the app is genuine, which only apps on phones can give.
    AttestationWanted = 3,
    /// What was typed is no command of the program.
    UsageInvalid = 2,
    /// The folder of the program's own files was moved away or deleted while it was in use.
    HomeGone = 5,
    /// There is an agent already, and it works.
    AgentRunning = 4,
    /// Another user's program, or another program than ours, stands where the agent is to be found.
    AgentForeign = 4,
    /// The folder to write into has something in it, or is none.
    FolderTaken = 2,
    /// The folder could not be written. There is nothing new in it.
    FolderUnwritable = 1,
    /// A text that was pasted to be explained says nothing that is known.
    NotExplained = 1,
    /// A value has a character that its form, or the shell it is written for, cannot hold safely.
    ValueUnquotable = 1,
    /// Not even a new access token lasts as long as was asked for.
    TokenTooShort = 4,
    /// A program that was to be started is found, and cannot be run.
    ProgramNotRun = 126,
    /// A program that was to be started is nowhere.
    ProgramNotFound = 127,
    /// Nobody was named, and somebody signed in who may change all data of the org.
    UserUnnamed = 3,
    /// A remark: the user of a connection may change all data of the org.
    UserModifiesAll = 6,
    /// The org does not know the key, which a connection to another org has.
    KeyOfConnection = 6,
    /// A remark while a sign-in waits: what came has its `state`, in a form that is not taken.
    CameBackUnreadable = 3,
    /// A person has paused the handing out of tokens.
    TokensPaused = 3,
    /// A person has said that this program is given no token of the connection.
    ProgramRefused = 3,
    /// Each new program is asked about, and nobody could be asked about this one, or nobody has answered.
    ConsentNeeded = 3,
    /// The text has no sealed answer in it.
    AnswerUnreadable = 2,
    /// The text of a sealed answer was cut off, or altered on its way.
    AnswerDamaged = 2,
    /// The sealed answer is to a request that was not made here.
    AnswerUnknown = 2,
    /// The sealed answer is to another request than the one it was pasted for.
    AnswerOther = 2,
    /// An answer to the request has connected the org before.
    AnswerUsed = 3,
    /// The request's time was over before the answer came.
    AnswerExpired = 3,
    /// The request was withdrawn before the answer came.
    AnswerWithdrawn = 3,
    /// The sealed answer does not open with the key of its request, or holds something else than a key and a secret.
    AnswerRefused = 3,
    /// No request to an admin has this number here.
    RequestUnknown = 2,
    /// As many requests are open as there may be.
    RequestsFull = 2,
    /// What this very answer held is kept for a sign-in already, or in use by one.
    AnswerOpened = 3,
    /// The request ended with the session for which the vault's key was kept.
    AnswerLost = 3,
    /// The page of a request was asked for that has ended.
    RequestOver = 3,
    /// A pair was pasted for a rotation that the connection has already, whole or in part.
    PairNotNew = 6,
    /// No rotation of this connection's key and secret is under way.
    RotationUnknown = 2,
    /// What was said of a rotation belongs to another step than the one it is at.
    RotationMoved = 2,
    /// A rotation cannot be taken back: the org does not take the sign-in with the former pair.
    NoWayBack = 3,
    /// A person ended the sign-in here, for the rotation of a pair that was exposed.
    SignInEnded = 3,
    /// A rotation is not over: the org still accepts a former pair that has to be dead by then.
    FormerWorks = 3,
    /// The connection was disconnected, and brought back with its name and history alone.
    BroughtBack = 3,
    /// Nothing is kept any more of a connection that was disconnected.
    SetAsideUnknown = 2,
    /// A browser, or a profile of one, is not found on this computer.
    BrowserUnknown = 2,
    /// The org refused the stored sign-in, and nothing has confirmed that it has ended.
    RefusalUnconfirmed = 4,
    /// A refresh answered for another org or user than the connection's.
    RefreshedForAnother = 6,
    /// A remark while a sign-in waits: what came answers another one, or has lost what tells which.
    CameBackOfAnother = 3,
}
