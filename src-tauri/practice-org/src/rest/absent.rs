//! The APIs that this org does not have. Each says so in the form in which Salesforce refuses a call of it, so that a
//! client that was never rehearsed with it shows words, and no web page.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::http::call::Call;
use crate::http::json::Json;
use crate::http::shared::Shared;

const NO_SOAP: &str =
    "PRACTICE: this org has no SOAP API but the Metadata API. It answers REST calls that read.";
const NO_BULK: &str = "PRACTICE: this org has no Bulk API. It answers REST calls that read.";
const XML: &str = "text/xml;charset=UTF-8";

/// Any request below `/services/Soap`, the Metadata API's excepted.
// ASSUMES: soap-absent
pub(crate) fn soap(_: &Shared, _: &Call) -> Response {
    let fault = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:sf=\"urn:fault.partner.soap.sforce.com\"><soapenv:Body><soapenv:Fault>\
         <faultcode>sf:API_DISABLED_FOR_ORG</faultcode>\
         <faultstring>API_DISABLED_FOR_ORG: {NO_SOAP}</faultstring>\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    );
    (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, XML)], fault).into_response()
}

/// Any request below `/services/async`: in JSON to whoever sent that, else in XML.
// ASSUMES: bulk-absent
pub(crate) fn bulk(_: &Shared, call: &Call) -> Response {
    const CODE: &str = "FeatureNotEnabled";
    let sent = call.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if sent.starts_with("application/json") {
        let body = Json(json!({"exceptionCode": CODE, "exceptionMessage": NO_BULK}));
        return (StatusCode::BAD_REQUEST, body).into_response();
    }
    let error = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <error xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\">\
         <exceptionCode>{CODE}</exceptionCode><exceptionMessage>{NO_BULK}</exceptionMessage></error>"
    );
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/xml")], error).into_response()
}
