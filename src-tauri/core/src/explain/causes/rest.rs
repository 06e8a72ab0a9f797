//! What calls of the API say. Their texts are in the user's language: status and `errorCode` decide alone.

use super::{Sign, sign};
use crate::{
    contract::view::Sure::{Certain, Reported, Uncertain},
    explain::Code,
};

const OBJECT_REFERENCE: &str = "REST API guide, status codes and error responses";

#[rustfmt::skip]
pub(super) const SIGNS: &[Sign] = &[
    // The next token answer names the new address.
    sign("my_domain_wanted", &["url_not_reset"], &[], Code::OrgMoved, Reported, "field reports").refreshed(),
    // Said of a session that is over and of one that a policy bars from the API: only a fresh token shows which.
    sign("session_refused", &["invalid_session_id"], &[], Code::RefreshTokenDead, Certain, "jsforce http-api.ts; Nango issue 4344").with(401, 401).refreshed(),
    sign("header_refused", &["invalid_auth_header", "invalid_jwt_format"], &[], Code::RefreshTokenDead, Certain, "Salesforce's workshop on hosted MCP servers").with(401, 401).refreshed(),
    sign("password_expired", &["invalid_operation_with_expired_password"], &[], Code::RefreshTokenDead, Reported, "Workbench's field reports").with(401, 401).refreshed(),
    sign("call_refused", &[], &[], Code::RefreshTokenDead, Certain, OBJECT_REFERENCE).with(401, 401).refreshed(),

    sign("record_hidden",
        &["invalid_type", "invalid_field", "not_found", "entity_is_deleted", "insufficient_access*"], &[],
        Code::RecordHidden, Reported, "field reports; Object Reference, on access to objects").with(400, 400).common(),
    sign("record_hidden",
        &["invalid_type", "invalid_field", "not_found", "entity_is_deleted", "insufficient_access*"], &[],
        Code::RecordHidden, Reported, "field reports; Object Reference, on access to objects").with(403, 404).common(),
    sign("api_disabled", &["api_disabled_for_org"], &[], Code::ApiDisabled, Certain, "several field reports").with(403, 403),
    sign("api_limit", &["request_limit_exceeded"], &[], Code::ApiLimitReached, Certain, OBJECT_REFERENCE).with(403, 403),
    // The first means a passing state, as its name says, which no setting changes.
    sign("salesforce_down", &["api_currently_disabled"], &[], Code::SalesforceUnavailable, Reported, "Workbench's field reports").with(403, 403),
    sign("salesforce_down", &["server_unavailable"], &[], Code::SalesforceUnavailable, Reported, "field reports").with(500, 599),
    sign("call_failed", &[], &[], Code::SalesforceUnavailable, Certain, OBJECT_REFERENCE).with(500, 599),
    sign("password_expired", &["invalid_operation_with_expired_password"], &[], Code::ApiRefused, Reported, "Workbench's field reports").with(403, 403),
    sign("token_elsewhere", &["bad_oauth_token", "missing_oauth_token", "wrong_org"], &[], Code::ApiRefused, Uncertain, "Mobile SDK for Android issue 2430; one field report of the word").with(403, 403),
    // Where it says no more. With an error of its own that nobody knows, that is what counts.
    sign("call_refused", &[], &[""], Code::ApiRefused, Certain, OBJECT_REFERENCE).with(403, 403),
    sign("call_failed", &[], &[], Code::RateLimited, Certain, OBJECT_REFERENCE).with(429, 429),
];
