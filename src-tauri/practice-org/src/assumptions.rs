//! This org's unproven assumptions about Salesforce.
//!
//! Most of its behaviour follows an official document, or a client that works with Salesforce. The rest is listed here,
//! because product and practice org could be wrong together: with a real org this list can be checked. Code that rests
//! on an assumption names it in a comment `ASSUMES: id`.

/// The quality of an assumption's source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Third parties report it; no official source says so.
    Reported,
    /// An inference, or sources that disagree.
    Uncertain,
}

/// A behaviour of this org that Salesforce may not share.
#[derive(Clone, Copy, Debug)]
pub struct Assumption {
    /// The name by which the code refers to it.
    pub id: &'static str,
    /// The quality of the source.
    pub mark: Mark,
    /// What this org does.
    pub here: &'static str,
    /// The source, and what it says.
    pub source: &'static str,
}

const fn reported(id: &'static str, here: &'static str, source: &'static str) -> Assumption {
    Assumption { id, mark: Mark::Reported, here, source }
}

const fn uncertain(id: &'static str, here: &'static str, source: &'static str) -> Assumption {
    Assumption { id, mark: Mark::Uncertain, here, source }
}

/// All assumptions.
pub const ASSUMPTIONS: &[Assumption] = &[
    // Authorize
    reported(
        "authorize-400",
        "An unknown key and a callback that is not registered answer with status 400 and the bare text as HTML.",
        "Force.com-Toolkit-for-NET#244 saw 400; a field report shows a `<pre>` page; the texts themselves are certain.",
    ),
    uncertain(
        "key-missing",
        "A request without a key is answered like one with an unknown key.",
        "No source.",
    ),
    reported(
        "callback-literal",
        "A callback is compared letter for letter, its port included; `localhost` and `127.0.0.1` differ.",
        "Field reports register several ports, one a line. 127.0.0.1 is not evidenced by any source.",
    ),
    uncertain(
        "probe-redirect",
        "A good request is answered with 302 to `/?ec=302&startURL=…RemoteAccessAuthorizationPage.apexp…` of the same host, \
         or with a session straight to that page.",
        "ServiceNow documents and a field report show the address; whether it comes as a 302 or as a page with a script varies.",
    ),
    uncertain(
        "prompt-values",
        "`prompt=login` and `select_account` ask for the login again; every other value changes nothing.",
        "Salesforce help names login, consent, select_account; what `none` does is not known.",
    ),
    reported(
        "scope-after-login",
        "A scope that the app does not have is refused after the login, with `invalid_scope` at the callback; no scope asked \
         for means all of the app's.",
        "Old help list for code and text; that it comes after the password is reported, and some saw \
         OAUTH_APPROVAL_ERROR_GENERIC in its place.",
    ),
    uncertain(
        "always-asks",
        "Allow is asked for each time, also when the user has allowed the app before.",
        "No source says when the question is left out.",
    ),
    reported(
        "other-org",
        "After the login a user of another org gets OAUTH_AUTHORIZATION_BLOCKED at the callback; a key of another org gets \
         OAUTH_EC_APP_NOT_FOUND there, and `app_not_found` at the token endpoint.",
        "Nine field reports have the first, two of them confirmed live; pipedream#21557 the second \"after a successful login\"; \
         forcedotcom/cli#3482 the third. Which of the first two comes when is an inference from them.",
    ),
    uncertain(
        "error-page",
        "When switched so, what is refused after the login is said on RemoteAccessErrorPage.apexp of the org's own host, with \
         `error` and `error_description` in the address and without `state`; the browser is led back to nobody.",
        "A live test of September 2026 has the address; what the page shows, and which refusals come so, is not recorded.",
    ),
    // Setup
    reported(
        "scope-labels",
        "The scopes one can select are these eleven, with these labels.",
        "Guides show seven of them so, among them the two of ours; a real org lists more, for products it has.",
    ),
    uncertain(
        "setup-texts",
        "Setup refuses fields with these texts.",
        "The rules are documented; `Complete this field.` and the API name text are those of Setup's other forms.",
    ),
    uncertain(
        "callback-forms",
        "A Callback URL line is https, a custom scheme, or http on localhost; one block may have all three.",
        "Help: \"the URL must use secure HTTPS or a custom URI scheme\"; Salesforce's own guides register http://localhost.",
    ),
    reported(
        "pkce-locked",
        "PKCE is required of every app and cannot be switched off: the box is locked, and what unticks it all the same reads \
         back ticked, here at once.",
        "A live test with API version 67 (deployed, true again minutes later), a field report of August 2026 on the form, and a \
         sandbox user. No release note says so.",
    ),
    uncertain(
        "lock-dialog",
        "Before an app that requires PKCE is created, \"Confirm and Lock Security Controls\" is asked, and confirmed with a button.",
        "One field report of August 2026 has the title; text and button are not recorded, nor whether it always comes.",
    ),
    uncertain(
        "app-tabs",
        "An app's page has the tabs Policies and Settings, in this order, and opens with Policies.",
        "Help names them in this order; a guide has one click Settings after Create.",
    ),
    uncertain(
        "usage-path",
        "The External Client Apps OAuth Usage page is at this path.",
        "Help names the page; the path is not recorded.",
    ),
    uncertain(
        "verification-code",
        "A verification code has six digits, is good for 15 minutes and five tries, and ends when another one is sent.",
        "Salesforce says that a code is e-mailed; the rest is not recorded.",
    ),
    reported(
        "reveal-time",
        "After the code, key and secret can be seen for five minutes.",
        "A field report, about connected apps.",
    ),
    reported(
        "permitted-default",
        "A new External Client App lets all users authorize themselves.",
        "A live test has it of an app that was deployed; of one made in Setup it is not recorded.",
    ),
    uncertain(
        "admin-passkey",
        "The admin is asked for a passkey after the password, on a page that stands for Salesforce's.",
        "KB 005321563: phishing-resistant MFA is enforced for System Administrators, and for Modify All Data, View All Data, \
         Customize Application and Author Apex. What the page is like is not recorded.",
    ),
    uncertain(
        "rotation-overlap",
        "After a rotation the old key authenticates with its old secret for 30 days, and no token is revoked, unless switches say \
         otherwise.",
        "The Connect REST documents say 30 days for staged credentials, field reports for replaced ones; whether tokens are \
         revoked is not known.",
    ),
    uncertain(
        "credentials-ids",
        "The list of apps has ids of 15 characters, everything else ids of 18; all of them are taken in either form.",
        "A client's test has both forms in different answers; which answer has which is not recorded.",
    ),
    uncertain(
        "credentials-refused",
        "Without the setting in the org, and to a user who may not see client secrets, key and secret are refused with 403; every \
         other user may see them, and the list of apps is shown to all.",
        "sfdx-hardis knows the words \"not currently enabled\"; status, code, and the refusal of a user are not recorded.",
    ),
    uncertain(
        "staged-list",
        "The list of staged pairs has the staged one as Active and, while the former one works, the one in force as Rotated, both with \
         their values; to put one in force is answered with the same list.",
        "The Connect REST documents name the states; which pairs stay in the list, and the answer to the command, are not recorded.",
    ),
    uncertain(
        "staged-twice",
        "A second pair is not staged while one is: the request is refused with 400.",
        "The Connect REST documents have one at a time; the refusal is not recorded.",
    ),
    // Token
    uncertain(
        "client-before-grant",
        "Key, then secret, then grant type, then the grant itself are tested, for codes as for refresh tokens.",
        "SalesforceSharp and Dinucci live tests prove this order for the password grant alone.",
    ),
    uncertain(
        "basic-header",
        "A Basic header that cannot be read answers `invalid_basic_auth_header`.",
        "The code stands in AND OAuthErrorCode.kt; its text and occasion are not recorded.",
    ),
    reported(
        "code-lifetime",
        "A code is good once, for 15 minutes; afterwards it is an `expired authorization code`.",
        "Field reports quote help: \"expires after 15 minutes\"; the text for a second use is certain (forrest#169).",
    ),
    uncertain(
        "code-burns",
        "An exchange that fails after key and secret were right uses the code up; a second use revokes nothing.",
        "forrest#169 shows the text of the second use; what a failed first one does is not recorded.",
    ),
    reported(
        "token-texts",
        "`invalid authorization code`, `redirect_uri_mismatch` at this endpoint, `grant type not supported` and \
         `inactive user` are worded as here.",
        "Field reports; restforce#303 for the last.",
    ),
    uncertain(
        "verifier-missing",
        "A missing verifier answers like a wrong one: `invalid_grant`, `invalid code verifier`.",
        "Help names the case without the text. Help also says `invalid_request` where clients saw `invalid_grant`.",
    ),
    uncertain(
        "verifier-unexpected",
        "A verifier without a challenge answers `invalid_grant`, `unexpected code verifier`.",
        "The text is in sfdx-core#166; the code is not.",
    ),
    reported(
        "method-missing",
        "A challenge sent without `code_challenge_method` is taken for an S256 one.",
        "jsforce, and with it Salesforce CLI, sends none and works; SE 330168 saw `invalid code verifier`.",
    ),
    uncertain(
        "identity-host",
        "`id` has the org's own host.",
        "jsforce's comment has login.salesforce.com, SE 305477 test.salesforce.com; My Domain was seen as well.",
    ),
    uncertain(
        "sliding-session",
        "Each use of an access token moves its end to the full session timeout from then.",
        "Session timeouts are said to slide with use; real ones may move only after half their time.",
    ),
    uncertain(
        "five-approvals",
        "A sixth approval of one user revokes the oldest, for an External Client App too.",
        "Help, quoted in SalesforceMobileSDK-iOS#2464, says so of connected apps: \"five unique approvals per user\".",
    ),
    reported(
        "new-app-policy",
        "A new app ends a sign-in 365 days after it was made, however often it is used, unless made as before.",
        "A live test with API version 67 reads SpecificLifetime, 365, Days of an app that was deployed. Of one made in Setup it is \
         not recorded; an older field report has \"valid until revoked\".",
    ),
    reported(
        "new-app-rotation",
        "Refresh tokens of a new app rotate, unless made as before.",
        "A live test with API version 67: on without having been asked for, and tokens did rotate. KB 005316711 of March 2026 has \
         it as a box to tick.",
    ),
    reported(
        "scope-at-token",
        "A `scope` at the token endpoint is refused, once key and secret were right: `invalid_request`, `scope parameter not \
         supported`.",
        "Six field reports, for codes, refreshes and client credentials; what is looked at first is not recorded.",
    ),
    // Introspection and revocation
    uncertain(
        "introspect-401-body",
        "An unknown key and a wrong secret answer 401 with the same body, `invalid_client`, so that nothing can rest on it.",
        "TruffleHog: \"Salesforce returns a 401 Unauthorized if the consumer key/secret are invalid\"; the body is not recorded.",
    ),
    uncertain(
        "introspect-not-active-yet",
        "A key that is not active yet answers 401, like an unknown one.",
        "An inference; no source.",
    ),
    uncertain(
        "introspect-unknown",
        "A right pair with an unknown token answers 200 `{\"active\":false}`, or 400 when switched; without a token 400.",
        "TruffleHog's comment says 400 \"if … the refresh token is invalid or missing\", its live test accepts both.",
    ),
    uncertain(
        "introspect-refresh-token",
        "A refresh token is described with `token_type` `refresh_token`, and without `exp` when it is valid until revoked.",
        "Help and Salesforce's Postman collection show an access token only.",
    ),
    uncertain(
        "revoke-unknown",
        "Revoking an unknown or dead token answers 400 with a form-encoded `invalid_token`.",
        "jsforce reads revocation errors as form-encoded; code, status and occasion are not recorded. RFC 7009 wants 200.",
    ),
    uncertain(
        "revoke-unused",
        "A token that cannot be used now (its app is blocked, its user frozen) can be revoked.",
        "Not recorded. Revoking takes no user and no app, only the token.",
    ),
    // Identity and REST
    uncertain(
        "identity-refusals",
        "Userinfo and identity address refuse with 403 and the plain words Missing_OAuth_Token, Bad_OAuth_Token, Wrong_Org.",
        "403 is certain for userinfo (SalesforceMobileSDK-Android#2430); the words are known, one of them from singleaccess.",
    ),
    uncertain(
        "userinfo-scope",
        "Userinfo answers a token whose only data scope is `api`, unless a switch makes it refuse.",
        "Salesforce CLI calls it with `refresh_token api web`; `api` alone is not shown by any source.",
    ),
    reported(
        "well-known-names",
        "The discovery document has these members and lists.",
        "A field report of login.salesforce.com's document; the client authentication methods are Jetstream's.",
    ),
    reported(
        "versions",
        "API versions go from 31.0 to 68.0, Winter '27.",
        "A field report for all but the last, which Salesforce's documents name.",
    ),
    uncertain(
        "api-disabled-text",
        "A user without \"API Enabled\" gets 403 API_DISABLED_FOR_ORG with this text.",
        "Code and meaning are certain; of the text only \"…Organization or user type\" is recorded.",
    ),
    uncertain(
        "policy-at-token",
        "A user who is no longer approved gets `invalid_app_access` at the token endpoint; an app that was blocked answers \
         `app_blocked`, and its access tokens are dead while it is.",
        "The first is reported; the code of the second stands in AND OAuthErrorCode.kt, its text and occasion do not.",
    ),
    reported(
        "flapping",
        "When switched so, every other request that needs the app meets it as known, or its edit as made, while it activates.",
        "Help speaks of \"up to 10 minutes\" of mixed behaviour; several servers answer for one address.",
    ),
    uncertain(
        "oauth-token-record",
        "The object OauthToken has one record for each approval that stands, with these fields; an admin sees all of them, \
         another user the own ones.",
        "Salesforce documents the fields and who sees whose; whether tokens of External Client Apps are among them is not \
         recorded here, and `Id` is said to be null always, where it is an id here.",
    ),
    uncertain(
        "rest-texts",
        "REST refusals have these statuses and texts.",
        "Those of 401 are certain; of REQUEST_LIMIT_EXCEEDED the status is; of the others the codes alone are reported.",
    ),
    reported(
        "url-not-reset",
        "An org that is at another address answers calls with 404, `URL_NOT_RESET` and an English text.",
        "Field reports have 400 and 404, JSON and XML; the text differs among them.",
    ),
    reported(
        "method-not-allowed",
        "A request that would write answers 405 `METHOD_NOT_ALLOWED`, with Salesforce's sentence and one of this org's own.",
        "omniphx/forrest#181, jarrodek/ChromeRestClient#1185 and xjsender/haoide#142 show code and sentence, as an object or in \
         a list; Salesforce says it only where a resource cannot be written.",
    ),
    reported(
        "json-charset",
        "JSON is sent as `application/json;charset=UTF-8`.",
        "Field reports of REST and token answers.",
    ),
    uncertain(
        "leading-slashes",
        "A path that begins with several slashes is the same path with one.",
        "An inference: Salesforce CLI 2.150.6 sends `//services/data` after each `org login access-token`, and people work with it.",
    ),
    reported(
        "identity-resource",
        "The resources of a version name the identity address of the user, on the org's own host.",
        "jsforce reads it there where it signed nobody in itself; see `identity-host` for the host.",
    ),
    uncertain(
        "soap-absent",
        "SOAP but the Metadata API, which this org does not have, answers a fault of SOAP 1.1 with `sf:API_DISABLED_FOR_ORG`.",
        "The form is that of Salesforce's faults, the code one of its list; a real org has the API.",
    ),
    uncertain(
        "bulk-absent",
        "Bulk API 1.0, which this org does not have, answers 400 `FeatureNotEnabled`, in XML or, to JSON, in JSON.",
        "Form and code are documented; a real org has the API.",
    ),
    uncertain(
        "bulk-query-jobs",
        "Bulk API 2.0 answers the list of its query jobs, here always empty, and 404 `NOT_FOUND` to who may not use it.",
        "The list is documented (Bulk API 2.0 guide, Get Information About All Query Jobs); of the refusal no answer is recorded here.",
    ),
    uncertain(
        "hidden-objects",
        "For a user who may not see an object its query answers 400 `INVALID_TYPE`, and its record 404 `NOT_FOUND`.",
        "Field reports have `INVALID_TYPE` for queries; of records no answer is recorded here.",
    ),
    uncertain(
        "frozen-user",
        "A frozen user cannot log in, gets `inactive_user` at the callback, `inactive user` at a refresh, and every token of \
         the user is dead at once.",
        "Codes from IOS constants and the old help list; what happens to running sessions is not recorded.",
    ),
    // Deploys
    reported(
        "metadata-refusals",
        "The Metadata API answers `INVALID_SESSION_ID` and, to whoever is no admin, `INSUFFICIENT_ACCESS` with these texts.",
        "forcedotcom/cli#3048 and code-builder-feedback#66 have the second; a real org looks at Modify Metadata.",
    ),
    reported(
        "metadata-elements",
        "The five types have these elements, and those that are needed are these.",
        "API-META lists them; some are reported alone, and a live test with API version 67 names what a retrieve adds.",
    ),
    uncertain(
        "enum-names",
        "An enum is called like its element.",
        "A live test has it so of PermittedUsersPolicyType; the others are inferred.",
    ),
    reported(
        "deploy-texts",
        "What is wrong with a package or a file is said in these words, the first of each file.",
        "forcedotcom/cli#1133, #2182 and CustomMetadataLoader#34 for the manifest, field reports for elements and types, a live test for the \
         enum; words that nobody recorded say PRACTICE.",
    ),
    reported(
        "deploy-cross-references",
        "A global file whose app has no OAuth settings is refused in Salesforce's words, a file for an app that is not there with \
         `INVALID_CROSS_REFERENCE_KEY`.",
        "A live test with API version 67; which comes first where both fit is an inference.",
    ),
    uncertain(
        "deploy-all-or-none",
        "A deploy is over at once, and one wrong file keeps all others out, whatever was asked for; names of policies are not looked at.",
        "That is what `rollbackOnError` does, which production wants; the rest is left out here.",
    ),
    uncertain(
        "deploy-left-out",
        "What a deploy leaves out is as a new app has it, or stays as it was.",
        "A live test for rotation; a field report has a certificate cleared that was left out.",
    ),
    uncertain(
        "deploy-not-here",
        "What this org does not keep, such as a key of one's own, is refused with PRACTICE in the words.",
        "A real org keeps it; sfdx-hardis deploys keys of its own.",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_assumption_is_named_where_it_is_made_and_none_is_named_that_is_not_listed() {
        let listed: BTreeSet<String> =
            ASSUMPTIONS.iter().map(|assumption| assumption.id.to_owned()).collect();
        assert_eq!(listed.len(), ASSUMPTIONS.len(), "two assumptions share a name");
        assert_eq!(named_in_code(), listed, "comments on the left, the list on the right");
    }

    #[test]
    fn every_assumption_says_what_it_is_and_where_it_comes_from() {
        for Assumption { id, here, source, .. } in ASSUMPTIONS {
            assert!(here.ends_with('.') && source.ends_with('.'), "{id} has a sentence missing");
        }
    }

    fn named_in_code() -> BTreeSet<String> {
        named_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
    }

    fn named_below(folder: &Path) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                names.append(&mut named_below(&path));
            } else if !path.ends_with("assumptions.rs") {
                let text = fs::read_to_string(path).unwrap();
                let lists = text.lines().filter_map(|line| line.trim().strip_prefix("// ASSUMES: "));
                names.extend(lists.flat_map(|list| list.split(", ")).map(str::to_owned));
            }
        }
        names
    }
}
