//! `dtx token`: an access token for a program.

use connect_core::{
    contract::{intent::Token, view::Failure},
    explain,
};
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{end, output, session};

pub(crate) async fn token(name: String, fresh: bool, json: bool) -> Result<u8, Failure> {
    let client = session::open().await?;
    let asked = session::to_its_end(session::call(&client, Token { name, fresh })).await?;
    let Some(token) = asked else { return Ok(end::ASKED) };
    // EXPOSE: the caller asked for exactly this token, on standard output.
    let access_token = token.access_token.expose();
    if !json {
        output::line(access_token);
        return Ok(0);
    }
    output::json(&json!({
        "access_token": access_token,
        "instance_url": token.instance_url,
        "org_id": token.org_id,
        "username": token.username,
        "api_version": token.api_version,
        "issued_at": rfc3339(token.issued_at)?,
        "expires_at": rfc3339(token.expires_at)?,
    }))?;
    Ok(0)
}

fn rfc3339(time: Option<OffsetDateTime>) -> Result<Option<String>, Failure> {
    let format = |time: OffsetDateTime| time.format(&Rfc3339);
    time.map(format).transpose().map_err(|_| explain::unexpected("a time without a form"))
}
