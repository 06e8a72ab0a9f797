//! The closed set of codes for everything that can go wrong. Their words are in [`explain`](crate::explain).

mod retry;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($( $(#[$doc:meta])* $name:ident = $exit:literal, )*) => {
        /// What went wrong. The words are a contract: only ever added to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "types", derive(ts_rs::TS))]
        pub enum Code { $( $(#[$doc])* $name, )* }

        impl Code {
            pub const ALL: &[Code] = &[ $( Code::$name, )* ];

            /// The exit code of `dtx` for it.
            pub fn exit(self) -> u8 {
                match self { $( Code::$name => $exit, )* }
            }
        }
    };
}

codes! {
    /// A bug, or something nobody thought of.
    Unexpected = 1,
    /// A sign-in was sent without the PKCE challenge that the app requires. Ours always sends one; the portal's may not.
    ChallengeMissing = 1,
    /// What a command was to print could not be written, as on a full disk.
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
    /// A loopback address that is not of the one form a practice org has.
    AddressPracticeForm = 2,
    /// The host answers that the org lives at another listed host.
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
    /// The attempt or request is not known (any more).
    NothingUnderWay = 2,
    Denied = 3,
    SignInTimeout = 3,
    IdentityMismatch = 3,
    /// A sandbox was named and production answered, or the other way round.
    KindMismatch = 3,
    RefreshTokenDead = 3,
    Cancelled = 3,
    /// A newer sign-in for the same connection took its place.
    Replaced = 3,
    StateMismatch = 3,
    /// The pasted-back text is not a callback address of this sign-in.
    PasteBackUnreadable = 3,
    CodeSpent = 3,
    AppNotInOrg = 3,
    UserNotPermitted = 3,
    AppBlocked = 3,
    /// Salesforce's umbrella answer after the sign-in, `OAUTH_APPROVAL_ERROR_GENERIC`.
    ApprovalFailed = 3,
    /// The proof of who started the sign-in (PKCE, RFC 7636) was refused.
    VerifierRefused = 3,
    /// Salesforce refused the sign-in for a reason we cannot name better.
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
    /// Two refreshes with the same token met at Salesforce.
    TokenBusy = 4,
    /// The org's daily allowance of API requests is used up.
    ApiLimitReached = 4,
    PortsTaken = 4,
    KeyUnknown = 4,
    KeychainMissing = 5,
    KeychainLocked = 5,
    KeychainSlow = 5,
    KeychainFailed = 5,
    /// The keychain that answers is open, and does not have the key the vault was encrypted with.
    VaultKeyLost = 5,
    VaultUnreadable = 5,
    /// Written by a newer version of the program.
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
    /// A warning of paste hygiene: the key has an unusual form.
    KeyOdd = 6,
    SecretOdd = 6,
    /// What looks like a secret stands in a field whose value would be sent in an address.
    KeyLooksSecret = 6,
    SecretLooksKey = 6,
    /// The same text stands in both fields.
    SameValue = 6,
    /// Dots or stars, as a page shows in place of a value.
    ValueMasked = 6,
    /// The certificate authority named by `DATATRAX_CA_FILE` cannot be used.
    AuthorityUnusable = 2,
    /// The folder for data, log or socket cannot be used.
    HomeUnusable = 5,
    /// A second agent, or one of another version that cannot be spoken to.
    AgentBusy = 4,
    /// The agent cannot open the socket it is spoken to through.
    AgentSocket = 4,
    /// Revoked, and yet the org says that the token still works.
    StillActive = 4,
    /// The database or its folder may not be written to.
    VaultUnwritable = 5,
    /// Another process kept the database to itself for too long.
    VaultBusy = 4,
    /// The proxy that the settings name was not reached, or let no connection through.
    NetworkProxy = 4,
    /// The vault's key was this session's alone, and the session is over.
    VaultSessionEnded = 5,
    /// The database is an older copy whose token was replaced since.
    VaultRestored = 3,
    /// The home may be a copy of one that is in use, and its org replaces refresh tokens.
    HomeCopied = 3,
    /// The database was damaged; names and history are those of its copy.
    VaultDamaged = 5,
    PassphraseNeeded = 5,
    PassphraseWrong = 5,
    PassphraseShort = 2,
    /// The file named by `DATATRAX_PASSPHRASE_FILE` cannot be read or has no passphrase.
    PassphraseFile = 5,
    /// A key for this session alone needs an agent that remembers it.
    AgentMissing = 5,
    /// A setting was given a value that cannot hold.
    SettingInvalid = 2,
    /// The file of settings is not in the form it should have.
    SettingsBroken = 5,
    SettingsUnwritable = 5,
    /// This computer has no place in which programs are named that start with the login, or it cannot be written.
    StartAtLoginRefused = 1,
    /// A newer version of the program has taken over, and this one cannot speak to it.
    AgentNewer = 4,
    /// The org replaced the refresh token, and its answer was lost before it could be stored.
    RefreshLost = 3,
    /// The host of a stored connection leads to a sandbox with another id than before.
    SandboxRefreshed = 3,
    /// No guided set-up is kept of this org.
    SetupUnknown = 2,
    /// The guide has no step of this id.
    StepUnknown = 2,
    /// As many guided set-ups are kept as there may be.
    SetupsFull = 2,
    /// The agent reaches no clipboard: it runs without a desktop.
    ClipboardMissing = 1,
    /// The Consumer Secret was pasted too long ago to be handed on.
    CopyTooLate = 1,
    /// Another program works on the connection and does not finish.
    ConnectionBusy = 4,
    /// The org issues access tokens that it refuses at once.
    TokenNotAccepted = 4,
    /// A line of ours is registered, and Datatrax's own, through which the portal signs in, is not.
    CallbackHostedMissing = 6,
    /// The file with a passphrase or a Consumer Secret may be read by others.
    SecretFileOpen = 2,
    /// The agent is there and says nothing.
    AgentSilent = 4,
    /// The agent of this home runs on another computer.
    AgentElsewhere = 4,
    /// The window is open, and the agent was stopped on purpose.
    AgentStopped = 4,
    /// Which org a text means is for a person to say.
    AddressUnsure = 2,
    /// The address that a sign-in ends on, in the place of an org's.
    AddressIsCallback = 2,
    /// A remark: the pasted text lets whoever has it into the org.
    AddressOpensSession = 2,
    /// A remark: something around a pasted value was left away.
    ValueCleaned = 6,
    /// A part of the address that a sign-in ends on.
    PasteBackCut = 3,
    /// The code alone, in the place of the address that a sign-in ends on.
    PasteBackOnlyCode = 3,
    /// A remark while a sign-in waits: the browser came back by https.
    CameBackByHttps = 3,
    /// The same: with more cookies than can be taken.
    CameBackTooLong = 3,
    /// The same: a program of another user of this computer came.
    CameBackAsAnotherUser = 3,
    /// The browser was signed in to another org than the app's.
    BrowserElsewhere = 3,
    /// The org wants the app to be installed by an admin first.
    AppNotInstalled = 3,
    /// Salesforce refused in words that have no code of their own here.
    SalesforceRefused = 4,
    /// The org of a stored connection answers that it is at another address.
    OrgMoved = 3,
    /// The user may not read the org's own record, or their own. Stands in nobody's way.
    RecordHidden = 6,
    /// This computer has no authorities that could be trusted.
    AuthoritiesMissing = 4,
    /// The proxy that the environment names is written so that nobody can use it.
    ProxyUnreadable = 4,
    /// The keychain answers, and has no keyring yet that a key could be kept in.
    KeychainEmpty = 5,
    /// A person answered the keychain's question with no.
    KeychainDeclined = 5,
    /// The keychain takes keys only unencrypted, and did not before.
    KeychainPlain = 5,
    /// Another keychain took the key than the one that answers now.
    VaultKeyElsewhere = 5,
    /// The org wants proof that the app is a genuine one, which only apps on phones can give.
    AttestationWanted = 3,
    /// What was typed is no command of the program.
    UsageInvalid = 2,
}
