//! The product's assumptions about Salesforce, each with its source and its certainty.
//!
//! All such facts stand here. `docs/salesforce.md` shows the same table; a test keeps them equal. No live org was
//! asked: an uncertain fact is only ever a hint, and the answer "cannot tell" is always possible.

use std::time::Duration;

/// How far a fact is reliable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// An official page, or the source of a client in wide use, says exactly this.
    Certain,
    /// Third parties report it.
    Reported,
    /// An inference, or sources that disagree. Nothing may depend on it.
    Uncertain,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Assumption {
    pub says: &'static str,
    /// The constant that holds the fact; empty if code does.
    pub constant: &'static str,
    /// The modules that rely on it.
    pub used_in: &'static str,
    pub source: &'static str,
    pub certainty: Certainty,
}

macro_rules! assumptions {
    ($( $says:literal, $used_in:literal, $source:literal, $certainty:ident $(=> $name:ident: $type:ty = $value:expr)?; )*) => {
        $( $(
            #[doc = $says]
            #[doc = ""]
            #[doc = concat!("Source: ", $source, ". Certainty: ", stringify!($certainty), ".")]
            pub const $name: $type = $value;
        )? )*

        /// Every assumption, in the order of `docs/salesforce.md`.
        pub const ASSUMPTIONS: &[Assumption] = &[ $( Assumption {
            says: $says,
            constant: concat!($(stringify!($name))?),
            used_in: $used_in,
            source: $source,
            certainty: Certainty::$certainty,
        }, )* ];
    };
}

assumptions! {
    // Hosts
    "Hosts that every org answers on. They are never an org's own address: an org can forbid them, and an External Client App is looked up on the My Domain.",
        "address", "sfdx-core sfdcUrl.ts; Metadata API guide, MyDomainSettings", Certain
        => GENERIC_HOSTS: [&str; 2] = ["login.salesforce.com", "test.salesforce.com"];
    "An org's My Domain is one or more labels before one of these: everywhere, Government Cloud (Defense), Salesforce on Alibaba Cloud.",
        "address", "Salesforce help domain_name_overview; sfdx-core toLightningDomain", Certain
        => LOGIN_SUFFIXES: [&str; 3] = ["my.salesforce.com", "my.salesforce.mil", "my.sfcrmproducts.cn"];
    "The identity address of an org may stand on the login host of its own cloud. Only its path is read, and nothing is sent to these hosts.",
        "address", "the pattern of login.salesforce.com; seen in field reports for the other clouds", Reported
        => IDENTITY_HOSTS: [&str; 6] = [
            "login.salesforce.com", "test.salesforce.com", "login.salesforce.mil", "test.salesforce.mil",
            "login.sfcrmproducts.cn", "test.sfcrmproducts.cn",
        ];
    "Pages an admin copies an address from live on sibling hosts; the labels before the first name stand before the second as well.",
        "address", "inverse of sfdx-core toLightningDomain; sfdx-hardis for Setup", Certain
        => PASTED_SUFFIXES: [(&str, &str); 4] = [
            ("lightning.force.com", "my.salesforce.com"),
            ("my.salesforce-setup.com", "my.salesforce.com"),
            ("lightning.crmforce.mil", "my.salesforce.mil"),
            ("lightning.sfcrmapps.cn", "my.sfcrmproducts.cn"),
        ];
    "Visualforce pages live on `MyDomain--package` (a sandbox's on `MyDomain--sandbox--package`) before one of these.",
        "address", "field reports", Reported
        => VISUALFORCE_SUFFIXES: [&str; 2] = ["vf.force.com", "visual.force.com"];
    "Pages of a site's builder, files and Setup live on `MyDomain` or `MyDomain--sandbox.sandbox` before one of these; a second name may stand in the first label.",
        "address", "Salesforce help on My Domain URL formats; address normalisers of browser tools", Reported
        => SIBLING_SUFFIXES: [&str; 6] = [
            "salesforce-setup.com", "builder.salesforce-experience.com", "preview.salesforce-experience.com",
            "live-preview.salesforce-experience.com", "livepreview.salesforce-experience.com", "file.force.com",
        ];
    "Other domains of Salesforce's, which do not lead to one org's sign-in. Only the words of a refusal depend on it.",
        "address", "sfdx-core isSalesforceDomain; Tooling API OrgDomainLog", Certain
        => NAMELESS_SUFFIXES: [&str; 17] = [
            "salesforce.com", "force.com", "salesforce.mil", "crmforce.mil", "sfcrmproducts.cn", "sfcrmapps.cn",
            "salesforce-setup.com", "my-salesforce.com", "my-lightning.com", "cloudforce.com", "database.com",
            "site.com", "salesforceliveagent.com", "salesforce-experience.com", "salesforce-sites.com",
            "salesforce-scrt.com", "documentforce.com",
        ];
    "Microsoft Defender for Cloud Apps and its like add one of these, with a region before it, to the host of every page they guard.",
        "address", "field reports; Microsoft's and Netskope's lists of domains", Reported
        => GUARD_SUFFIXES: [&str; 5] = ["mcas.ms", "cas.ms", "mcas-gov.us", "mcas-gov.ms", "rproxy.goskope.com"];
    "Setup pages live on this host, with the org's labels before it.",
        "address", "sfdx-hardis (deep links)", Certain => SETUP_SUFFIX: &str = "my.salesforce-setup.com";
    "A sandbox is `MyDomain--Sandbox.sandbox`; `develop`, `scratch`, `trailblaze`, `demo` and `patch` are the other partitions. A name that ends in `-dev-ed` is a Developer Edition org.",
        "address", "Tooling API OrgDomainLog, version 262", Certain;
    "A sandbox's host of the old form, `MyDomain--Sandbox.my.salesforce.com` or with an instance such as `cs12`, belongs to the org that is at `MyDomain--Sandbox.sandbox` today.",
        "address", "Tooling API OrgDomainLog (sandboxes are always partitioned)", Uncertain;

    // Endpoints
    "Authorize endpoint, opened in the browser.", "oauth, preflight", "jsforce oauth2.ts; Mobile SDK constants", Certain
        => AUTHORIZE_PATH: &str = "/services/oauth2/authorize";
    "`prompt=login` in the authorize address asks for a login, whoever the browser is signed in as.", "oauth", "Salesforce help on the web server flow, parameter prompt; sfdx-core authInfo.ts sends it with every login", Certain
        => PROMPT: (&str, &str) = ("prompt", "login");
    "Token endpoint: POST with a form body.", "oauth, preflight", "jsforce oauth2.ts; Mobile SDK constants", Certain
        => TOKEN_PATH: &str = "/services/oauth2/token";
    "Revoke endpoint: POST `token`. Revoking a refresh token ends its access tokens.", "oauth", "jsforce revokeToken; Mobile SDK for Android OAuth2.java", Certain
        => REVOKE_PATH: &str = "/services/oauth2/revoke";
    "Introspection endpoint: POST with the pair in the form body. Every app may ask about its own tokens.", "oauth, preflight", "Salesforce help remoteaccess_oidc_token_introspection_endpoint", Certain
        => INTROSPECT_PATH: &str = "/services/oauth2/introspect";
    "Userinfo endpoint: GET with a bearer token. An `api` scope alone may not be enough.", "identity", "sfdx-core authInfo.ts", Certain
        => USERINFO_PATH: &str = "/services/oauth2/userinfo";
    "The list of API versions, without signing in, newest last.", "rest", "REST API guide", Certain
        => VERSIONS_PATH: &str = "/services/data";
    "External Client App Manager in Setup.", "address, guide", "sfdx-hardis and other deep links in use", Reported
        => APP_MANAGER_PATH: &str = "/lightning/setup/ManageExternalClientApplication/home";
    "App Manager in Setup, which lists connected apps as well and can make them where that is still allowed.", "address, guide", "many guides and deep links in use", Certain
        => OLDER_APP_MANAGER_PATH: &str = "/lightning/setup/NavigationMenus/home";
    "Pages of Setup, by what Quick Find calls them. Where an address no longer fits, the words still name the page.", "explain", "sfdx-hardis, Salesforce Inspector Reloaded and other browser tools; that of OAuth usage is Salesforce Inspector Reloaded's alone", Reported;
    "The page of the browser's way to the Allow button. An authorize answer that leads to it on the same host means that key and callback are known.", "preflight", "ServiceNow documentation and field reports", Reported
        => APPROVAL_PAGE: &str = "RemoteAccessAuthorizationPage";

    "The page that says why a sign-in was refused, with `error` and `error_description` in its address, without `state`, and without a way back. Salesforce also answers at the callback, and with a bare page.", "preflight, oauth", "a live test of September 2026, written down; the name stands in jsforce's tests as well", Reported
        => ERROR_PAGE: &str = "RemoteAccessErrorPage";

    "`UserPermissionAccess` has one record, of the user whose token asks: what profile and permission sets allow together, also for a user who may not see Setup. `PermissionsModifyAllData` is Modify All Data.", "rest, identity", "Object Reference, UserPermissionAccess (API version 41 and later)", Certain
        => POWERS_QUERY: &str = "SELECT PermissionsModifyAllData FROM UserPermissionAccess";
    "Bulk API 2.0 lists its query jobs to whoever may use it, below the version of the REST API. Another refusal than that of the whole API is \"cannot tell\".", "rest", "Bulk API 2.0 guide, Get Information About All Query Jobs (API version 47 and later)", Certain
        => BULK_QUERY_JOBS: &str = "jobs/query";
    "`OauthToken` lists the refresh tokens that stand, by the label of their app: to a user with Customize Application all of the org's, to others their own. That each is one approval, and that those of External Client Apps are among them, is not said; more than five with one app are \"cannot tell\".", "rest, controller", "Object Reference and Field Reference, OauthToken (API version 32 and later), for the object, its fields and who sees what; the rest is an inference", Uncertain
        => SIGN_INS_QUERY: &str = "SELECT AppName, CreatedDate, LastUsedDate FROM OauthToken";
    "A sign-in without a challenge is answered at the callback, before any login, where the app requires PKCE; where it does not, it leads to the login as any other. Another answer is \"cannot tell\".", "preflight", "HappySoup issue 252, with the address it ended on, for the first; the second follows from it", Reported;

    // Values
    "Exactly these scopes are asked for: one that the app does not have fails the sign-in after the password.", "oauth, guide", "field reports; Salesforce help on OAuth errors", Reported
        => SCOPES: &str = "api refresh_token";
    "The label of the scope for API calls.", "controller, connection", "Salesforce's workshop guides and vendors' help pages", Certain
        => API_SCOPE_LABEL: &str = "Manage user data via APIs (api)";
    "The label of the scope for refresh tokens.", "controller", "Salesforce's workshop guides and vendors' help pages", Certain
        => REFRESH_SCOPE_LABEL: &str = "Perform requests at any time (refresh_token, offline_access)";
    "Both names stand for the same scope in a granted list.", "oauth", "label in Setup, \"Perform requests at any time (refresh_token, offline_access)\"", Certain
        => REFRESH_SCOPES: [&str; 2] = ["refresh_token", "offline_access"];
    "A generated Consumer Key starts so. Self-chosen keys may be anything.", "credentials", "TruffleHog detectors; sfdx-hardis deploys keys of its own", Certain
        => KEY_PREFIX: &str = "3MVG";
    "A generated Consumer Key has this many characters in all complete examples. Another length is remarked on, and refused by nobody.", "credentials", "published examples; TruffleHog accepts 85 and more", Uncertain
        => KEY_LENGTH: usize = 85;
    "A generated Consumer Secret of today has this many characters, hexadecimal in all examples.", "credentials", "TruffleHog detectors", Certain
        => SECRET_LENGTH: usize = 64;
    "A generated Consumer Secret of older apps is a decimal number of so many digits.", "credentials", "TruffleHog detectors (19); published examples", Reported
        => OLD_SECRET_LENGTHS: std::ops::RangeInclusive<usize> = 16..=19;
    "A refresh token starts so.", "credentials, preflight", "TruffleHog detectors", Certain
        => REFRESH_TOKEN_PREFIX: &str = "5Aep861";
    "An opaque access token is the 15-character org id, `!`, and the rest; an org id starts so.", "credentials, identity", "sfdx-core; TruffleHog", Certain
        => ORG_ID_PREFIX: &str = "00D";
    "An authorization code starts so, and may end in an encoded `=`.", "credentials", "omniauth-salesforce and Salesforce Inspector threads", Reported
        => CODE_PREFIX: &str = "aPrx";
    "No token answer has `expires_in`; introspection tells `exp`.", "oauth", "token types of jsforce, sfdx-core and the Mobile SDKs", Certain;
    "An access token's first 15 characters are the id of its org, so an answer from the wrong org is known without a call.", "identity", "sfdx-core; TruffleHog", Certain;

    // Times and limits
    "An authorization code lives this long and works once. A sign-in that is not finished in this time is over.", "oauth, connection", "Salesforce help, as quoted by several clients", Reported
        => SIGN_IN_TIME: Duration = Duration::from_secs(15 * 60);
    "A new External Client App is active after 2 to 10 minutes, at most this long. Until then a right key is \"client identifier invalid\".", "preflight, guide", "the Datatrax guide (2 to 10 minutes); Salesforce's guide to hosted MCP servers and field reports of 2026 (up to 30); Salesforce's Japanese developer blog of February 2026 says at once, so the first question is not put off", Reported
        => ACTIVATION_LONGEST: Duration = Duration::from_secs(30 * 60);
    "How often an unknown key is asked about: at most 3 requests a minute.", "preflight", "our own caution; the limit on logins is per user and hour", Uncertain
        => POLL_INTERVAL: Duration = Duration::from_secs(20);
    "So many positive answers in a row mean active: Salesforce's servers do not learn of a new key at the same moment.", "preflight", "inference from reports of mixed answers", Uncertain
        => POSITIVES_TO_SETTLE: u8 = 2;
    "The time between those answers.", "preflight", "inference", Uncertain
        => SETTLE_INTERVAL: Duration = Duration::from_secs(5);
    "Unused for 30 days, a refresh token dies where the org limits idle tokens.", "health", "Salesforce help eca_limit_idle_refresh_token_ttl", Certain
        => IDLE_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    "By default a new External Client App's Refresh Token Policy ends a sign-in this long after it was made, however often it is used and whether tokens rotate or not. An admin may have chosen another: it is said to be the default, and let go of once the org names an end or the sign-in outlives it.", "health", "a live test with API version 67, of an app that was deployed; not recorded of one made in Setup, and in no release note", Reported
        => NEW_APP_LIFE: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    "Five approvals live at once per user and app; a sixth revokes the oldest. That it holds for External Client Apps is not certain.", "oauth, controller", "Salesforce help remoteaccess_request_manage", Reported
        => SIGN_INS_AT_ONCE: usize = 5;
    "The lines of Callback URL may have this many characters together.", "guide", "Salesforce help configure_external_client_app_oauth_settings", Certain
        => CALLBACK_CHARACTERS: usize = 2000;
    "One Callback URL field takes https, http://localhost and custom-scheme lines together.", "address, guide", "a live test for https and localhost in one value; Salesforce's guide to hosted MCP servers for localhost and a scheme; all three never seen together", Uncertain;

    // Readings of answers
    "Introspection answers 401 when key or secret is wrong, and 400 or 200 when the pair is right, whatever the token.", "preflight", "TruffleHog's live tests", Certain;
    "At the token endpoint with a made-up code: `invalid_client_id` means the key is unknown, `invalid_client` that the secret is wrong, `invalid_grant` that the pair is right.", "preflight", "live tests for the password grant; inference for the code", Uncertain;
    "The authorize endpoint shows a bare page, and does not redirect, for an unknown key and for a callback that is not registered.", "preflight", "Mobile SDK tests; vendors' help pages", Certain;
    "\"missing required code challenge\" means that the key is known and active, and that the app requires PKCE. The Datatrax portal reads it as \"wait 5 to 10 minutes\".", "explain", "HappySoup issue 252; the Datatrax portal's page", Reported;
    "A new app requires PKCE, and in orgs of 2026 nobody can untick that: a deployed change reads back true. Every sign-in and every probe here has a challenge.", "oauth, guide", "a live test with API version 67; field reports of August 2026", Reported;
    "\"Confirm and Lock Security Controls\" may be asked on Create where PKCE is required.", "guide", "one field report of August 2026", Reported;
    "Refresh tokens of new apps rotate: on without having been asked for. An org can have them rotate for every app as well. Rotation is always reckoned with, and told only once it was seen.", "oauth, guide", "a live test with API version 67, and Dust's issue 20853; Salesforce's knowledge article 005316711 still has a box to tick", Reported;
    "System Administrators, and users who may modify or view all data, customise the application or author Apex, sign in with a passkey or a security key, in production and sandboxes; codes from apps or e-mails do not count. So the sign-in opens in the system's own browser.", "guide", "Salesforce's knowledge article 005321563 of May 2026", Certain;
    "A browser session of Login As is answered \"Insufficient Privileges\" on the page that asks for access.", "guide", "a live test of September 2026, written down", Reported;
    "`scope` at the token endpoint is refused, \"scope parameter not supported\": it is sent to the authorize endpoint alone.", "oauth, preflight", "six field reports, for codes, refreshes and client credentials", Reported;
    "A refresh answer has a new refresh token only where rotation is on; the old one is then dead at once, and using it again revokes the new one too.", "oauth, connection", "Salesforce help remoteaccess_oauth_refresh_token_flow_ca", Certain;
    "A refresh without `client_secret` is refused as one with a wrong secret where the app requires it, and answered as any refresh where it does not. Another refusal is \"cannot tell\", and none of them ends a sign-in.", "oauth, controller", "the two boxes of the app's form, and Salesforce help on optional secrets; no answer to a missing one was written down", Uncertain;
    "\"token request is already being processed\" is a passing fault: two refreshes met.", "explain", "Salesforce release notes Winter '25", Certain;
    "401 `INVALID_SESSION_ID` is said of a session that is over and of one that a policy keeps from the API alike; the text that tells them apart is in the user's language. A token that was issued a moment ago, that introspection calls active and that is refused again is refused by a policy.", "explain, identity", "jsforce http-api.ts and Nango issue 4344 for the two meanings; the proof is an inference", Uncertain;
    "`URL_NOT_RESET` (400 or 404, JSON or XML) and a redirect to another host of Salesforce's mean that the org is at another address; the next token answer names it as `instance_url`.", "rest, oauth", "field reports", Reported;
    "400 `INVALID_TYPE` or `INVALID_FIELD`, 403 `INSUFFICIENT_ACCESS` and 404 `NOT_FOUND` for `Organization` or a `User` mean that this user may not see the record, and say nothing of other calls.", "rest, identity", "field reports; Object Reference, on access to objects", Reported;
    "`invalid_client` is said of a wrong secret (\"invalid client credentials\") and of an app that is not installed (\"app must be installed into org\"): the description decides.", "explain", "a live test written down, and Composio's FAQ", Reported;
    "`invalid_grant` with \"expired access/refresh token\" or \"token validity expired\" is the end of a refresh token.", "explain", "Salesforce help for the first; two clients have code for the second", Reported;
    "`invalid_grant`, \"no valid scopes defined\": the app has no scope that can be used, as with Full access alone.", "explain", "four field reports", Reported;
    "`URL_NOT_RESET` at the OAuth endpoints wants the org's own My Domain: it is another one now.", "explain", "Composio's FAQ; that it means a changed My Domain here is an inference", Uncertain;
    "`invalid_grant`, \"request not supported on this domain\", is reported of login.salesforce.com, which is never asked here. It proves nothing about a sign-in, and is told in Salesforce's own words.", "explain", "one field report, for client credentials", Uncertain;
    "`OAUTH_APP_BLOCKED`, \"this app is blocked by admin\", is what a blocked app says.", "explain", "Microsoft's support article on Copilot for Sales", Certain;
    "The same code may be said of a user who is not approved.", "explain", "one field report", Reported;
    "`client_blocked` and `app_attest_failed` are one thing, app attestation, which this program cannot give; with `_retry` behind them they pass.", "explain", "Mobile SDK for iOS (SFOAuthErrorCode.swift) and for Android (OAuthErrorCode.kt)", Certain;
    "Userinfo answers an access token that is over with 403, and not 401.", "identity", "Mobile SDK for Android, issue 2430, which quotes Salesforce help", Certain;
    "401 at a call with a good token may also come of a profile that requires a High Assurance session.", "explain", "jsforce issue 1301", Reported;
    "`OAUTH_EC_APP_NOT_FOUND` is mainly said of an app that is not in the org, as after a sandbox refresh; both are told with the help for a browser in another org.", "explain", "inference from the same reports and Pipedream's issues 21557, 21571 and 21636", Uncertain;
    "`OAUTH_AUTHORIZATION_BLOCKED`, \"Cross-org OAuth flows are not supported\", means that the browser is signed in to another org.", "explain", "nine field reports, two of them confirmed live", Reported;
    "A sign-in that goes through an Auth. Provider of the org and fails there ends on `identity/sso/ui/AuthorizationError`, with `ErrorCode`, `ErrorDescription` and `ProviderId`. None of it is about the app. Elsewhere the first two are read as `error` and `error_description`.", "explain", "five public addresses of that page; of other pages with these names none was found", Reported;
    "`unknown_error`, \"retry your request\", in exchange for a code most likely means the same: seen once, after such a block.", "oauth", "one field report", Uncertain;
    "A token endpoint may say once that a sign-in is over and take it the next time. It is believed once introspection says the same, or the next refresh.", "controller", "our own caution", Uncertain;
    // Rotation
    "Rotating renews the Consumer Key and the Consumer Secret of an External Client App together.", "guide", "Salesforce help eca_stage_oauth_credentials; sfdx-hardis", Certain;
    "One pair is staged at a time, and kept for 30 days. Whether it works before it is rotated is not said: it is asked about only afterwards.", "guide, controller", "Connect REST documents for the 30 days; the rest is not recorded", Uncertain;
    "After a rotation the former pair works beside the new one for 30 days at most, and ends at once where somebody deletes it. The date that is told is the latest; whether it is dead, the org is asked.", "guide, controller", "Salesforce help eca_stage_oauth_credentials and sfdx-hardis for both working; field reports for the 30 days of a replaced pair", Reported
        => ROTATION_OVERLAP: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    "Whether sign-ins survive a rotation is not known. The former refresh token is tried with the new pair; where the org refuses it twice, or introspection says the same, a new sign-in follows.", "controller", "nothing is recorded of External Client Apps; for connected apps a field report has all tokens revoked", Uncertain;
    "What Setup calls the buttons that stage, rotate and delete a pair is not recorded. They are told by what they do.", "explain", "no page that was found names them", Uncertain;
    "An org can let a pair be staged and rotated by REST, from this version of the API on: its setting \"Allow access to External Client App consumer secrets via REST API\" is on, and the user has the permissions External Client App Developer and View Client Secret.", "rest", "Salesforce help eca_stage_oauth_credentials; Connect REST documents", Certain
        => STAGED_SINCE: u32 = 65;
    "The list of apps, with `page` and `pageSize`: `apps`, each with its id as `identifier`, and `nextPageUrl` while there are more, which is not followed.", "rest", "Salesforce's Postman collection, by api-evangelist", Certain
        => APP_USAGE: &str = "apps/oauth/usage";
    "The id of an External Client App starts so, of 15 or 18 characters; different answers have different forms. None is compared: an app is known by its Consumer Key.", "rest", "AWS Secrets Manager, Salesforce Client Secret; a test of sfdx-hardis for the two forms", Reported
        => APP_ID_PREFIX: &str = "0x";
    "Below an app's id: `consumers`, each with `id` and `key`; below a consumer's id, `staged`. POST stages a pair, GET has it, PATCH with the command `rotate` on its id puts it in force. An answer is `stagedCredentials`, a list, or the one pair as it is; each has `id`, `key`, `secret` and `state`: Active, Expired or Rotated.", "rest", "Connect REST documents; the types of Infisical; sfdx-hardis for the pair as it is", Reported
        => APP_CREDENTIALS: &str = "apps/oauth/credentials";
    "An org without the setting says one of these, in English. Where it says something else, the step is done in Setup all the same.", "rest", "sfdx-hardis externalClientAppUtils", Certain
        => NOT_ENABLED: [&str; 3] = ["not currently enabled", "feature is not enabled", "not enabled for this user"];
    "The calls are made with a sign-in of the very app whose pair is replaced. What becomes of that sign-in is not known, and Infisical refuses to do it; so it is said before, and nothing depends on it: refresh, or a new sign-in, proves the new pair as after a rotation in Setup.", "controller", "a field report of credentials that were invalid at once; Salesforce says nothing", Uncertain;
    // The app as files
    "Files of an app are written for this API version: the one with which a deploy of them was seen to work.", "guide", "a live test with API version 67, written down; Salesforce's documents name 68.0 as the newest", Reported
        => METADATA_VERSION: &str = "67.0";
    "An External Client App with OAuth is five metadata types, each in a folder and with an ending of its own.", "guide", "source-deploy-retrieve, metadataRegistry.json", Certain;
    "The file of the app carries its API Name; the OAuth settings carry the same, both policies `NAME_defaultPolicy`, as Salesforce names those that it makes by itself. Every file names the app as its own file is called.", "guide", "a live test with API version 67, written down; sfdx-hardis names its OAuth settings otherwise", Reported;
    "In metadata `Api` and `RefreshToken` are the two scopes.", "guide", "Metadata API guide, ExtlClntAppOauthSettings; the server's own list of values in a live test", Certain;
    "\"Require secret for Web Server Flow\" is the opposite of `isConsumerSecretOptional`.", "guide", "Metadata API guide, ExtlClntAppGlobalOauthSettings, and the label; nobody wrote down both of one app", Reported;
    "All lines of Callback URL stand in one `callbackUrl`, each on a line of its own.", "guide", "a live test with API version 67, for https and localhost", Reported;
    "A new app's policies are AllSelfAuthorized, Enforce, STANDARD, and SpecificLifetime of 365 Days; with a deploy the app is enabled. The files say the same, so that they change nothing.", "guide", "a live test with API version 67, of an app that was deployed", Reported;
    "What a deploy leaves out is as Salesforce makes it. So Refresh Token Rotation is left out, and every box that the guide leaves empty is sent as false.", "guide", "a live test with API version 67 for rotation; a field report of a certificate that was cleared for the rest", Uncertain;
    "Salesforce makes key and secret of a deployed app where the files have none; a retrieve brings the key into the file.", "guide", "a live test with API version 67; Metadata API guide, which wants that file kept out of source control", Certain;
    "A deploy without Apex runs no tests in production.", "guide", "Salesforce's documents on running tests in a deployment, API version 34 and later", Certain;
    "An API Name is made of a name as Setup does it: what is neither letter nor digit becomes one underscore, and a digit at its beginning gets an X before it.", "guide", "Salesforce help create_a_local_external_client_app for the rule; the X is what other names in Setup get", Uncertain;

    "`IsSandbox` with a `TrialExpirationDate` is a scratch org; a Developer Edition org is no sandbox.", "rest", "sfdx-core determineOrg.ts", Certain;
    "Hosts of Salesforce's show certificates of authorities that servers everywhere show. Another issuer is worth a look, and never called wrong.", "doctor", "the certificates that login.salesforce.com has shown; nothing promises it", Uncertain;
    "An External Client App is not copied when a sandbox is made or refreshed.", "explain, guide", "Salesforce help external_client_apps; sfdx-hardis restores apps for that reason", Certain;
}

#[cfg(test)]
mod tests;
