//! `/services/data/vNN.0/query`: SOQL, and the columns of a query.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::records::{self, Table};
use super::refusal::error;
use super::soql::{self, Found, Select};
use crate::http::call::Call;
use crate::http::json::Json;
use crate::world::state::State;

/// GET `?q=…`. With `columns=true`, as Salesforce CLI sends it, the answer has columns instead of records.
pub(crate) fn answer(state: &State, call: &Call, version: &str, caller: usize) -> Response {
    let fields = call.query();
    let select = match soql::parse(fields.get("q").unwrap_or_default()) {
        Ok(select) => select,
        Err(reason) => return error(StatusCode::BAD_REQUEST, "MALFORMED_QUERY", &reason),
    };
    let Some(table) = records::table(state, caller, &select.object) else {
        let message = format!("sObject type '{}' is not supported.", select.object);
        return error(StatusCode::BAD_REQUEST, "INVALID_TYPE", &message);
    };
    match soql::run(&select, &table) {
        Ok(found) if fields.get("columns") == Some("true") => columns(&table, &found),
        Ok(found) => records(&select, &table, &found, version),
        Err(field) => {
            let message = format!("No such column '{field}' on entity '{}'.", table.name);
            error(StatusCode::BAD_REQUEST, "INVALID_FIELD", &message)
        }
    }
}

fn records(select: &Select, table: &Table, found: &Found<'_>, version: &str) -> Response {
    // `COUNT()` returns the number alone.
    let shown = if select.fields.is_empty() { &[] } else { found.rows.as_slice() };
    let records: Vec<Value> = shown.iter().map(|row| row.json(version, table.name, &found.columns)).collect();
    Json(json!({"totalSize": found.rows.len(), "done": true, "records": records})).into_response()
}

/// The columns in the form of the Tooling API's `QueryResultMetadata`, published in `@salesforce/types`.
fn columns(table: &Table, found: &Found<'_>) -> Response {
    let is = |column: &str, test: fn(&Value) -> bool| table.rows.iter().any(|row| test(row.value(column)));
    let column = |name: &&'static str| {
        let (is_truth, is_text) = (is(name, Value::is_boolean), is(name, Value::is_string));
        let apex_type = match *name {
            id if id.ends_with("Id") => "Id",
            _ if is_truth => "Boolean",
            _ => "String",
        };
        json!({
            "aggregate": false,
            "apexType": apex_type,
            "booleanType": is_truth,
            "columnName": name,
            "custom": false,
            "displayName": name,
            "foreignKeyName": null,
            "insertable": false,
            "joinColumns": [],
            "numberType": false,
            "textType": is_text,
            "updatable": false,
        })
    };
    Json(json!({
        "columnMetadata": found.columns.iter().map(column).collect::<Vec<_>>(),
        "entityName": table.name,
        "groupBy": false,
        "idSelected": found.columns.contains(&"Id"),
        "keyPrefix": table.key_prefix,
    }))
    .into_response()
}
