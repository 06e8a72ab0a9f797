//! `dtx pause` and `dtx resume`: whether programs are given tokens at all.

use connect_core::contract::{
    intent,
    view::{Failure, HandingOut},
};

use crate::{local, output, session};

pub(crate) async fn decide(wanted: bool, json: bool) -> Result<u8, Failure> {
    let client = session::open().await?;
    let told = session::call(&client, intent::HandOut { wanted: Some(wanted) }).await?;
    if json {
        output::json(&told)?;
        return Ok(0);
    }
    output::hint(&said(told));
    Ok(0)
}

/// How it is now.
pub(crate) fn said(HandingOut { paused_since }: HandingOut) -> String {
    match paused_since {
        Some(since) => format!(
            "No program is given a token since {}. The connections are kept. To go on: dtx resume",
            local::moment(since)
        ),
        None => "Programs are given tokens.".to_owned(),
    }
}
