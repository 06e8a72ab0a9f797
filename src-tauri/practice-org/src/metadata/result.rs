//! What a deploy came to, as `checkDeployStatus` tells it.

use super::tree::element;
use crate::world::clock::utc;
use crate::world::deploys::{Deploy, Message};

/// A `DeployResult`.
pub(super) fn of(deploy: &Deploy, user: &str, name: &str, details: bool) -> String {
    let at = time_of(deploy.at);
    let (failed, done): (Vec<&Message>, Vec<&Message>) =
        deploy.messages.iter().partition(|message| message.problem.is_some());
    let succeeded = !deploy.has_failed();
    // The manifest has a message and is no component.
    let components = deploy.messages.iter().filter(|message| !message.of.is_empty()).count();
    let deployed = if succeeded { components } else { 0 };
    let details = if details {
        let all = |name: &str, messages: &[&Message]| {
            let said = messages.iter().map(|message| format!("<{name}>{}</{name}>", said(message, &at)));
            said.collect::<Vec<_>>().concat()
        };
        let tests = ["numFailures", "numTestsRun"].map(|name| element(name, "0")).concat();
        format!(
            "<details>{}{}<runTestResult>{tests}{}</runTestResult></details>",
            all("componentFailures", &failed),
            all("componentSuccesses", &done),
            element("totalTime", "0.0")
        )
    } else {
        String::new()
    };
    let truth = |of: bool| if of { "true" } else { "false" };
    let before = [
        element("checkOnly", truth(deploy.check_only)),
        element("completedDate", &at),
        element("createdBy", user),
        element("createdByName", name),
        element("createdDate", &at),
    ];
    let after = [
        ("done", "true"),
        ("id", &deploy.id),
        ("ignoreWarnings", "false"),
        ("lastModifiedDate", &at),
        ("numberComponentErrors", &failed.len().to_string()),
        ("numberComponentsDeployed", &deployed.to_string()),
        ("numberComponentsTotal", &components.to_string()),
        ("numberTestErrors", "0"),
        ("numberTestsCompleted", "0"),
        ("numberTestsTotal", "0"),
        ("rollbackOnError", "true"),
        ("runTestsEnabled", "false"),
        ("startDate", &at),
        ("status", if succeeded { "Succeeded" } else { "Failed" }),
        ("success", truth(succeeded)),
    ]
    .map(|(name, text)| element(name, text));
    [before.concat(), details, after.concat()].concat()
}

/// A `DeployMessage`.
fn said(message: &Message, at: &str) -> String {
    let truth = |of: bool| if of { "true" } else { "false" };
    let is_good = message.problem.is_none();
    let is_component = !message.of.is_empty();
    let mut said = vec![
        element("changed", truth(is_good && is_component)),
        element("componentType", &message.of),
        element("created", truth(is_good && message.created)),
        element("createdDate", at),
        element("deleted", "false"),
        element("fileName", &message.file),
        element("fullName", &message.full_name),
    ];
    said.extend(message.id.as_deref().map(|id| element("id", id)));
    if let Some(problem) = &message.problem {
        said.extend([element("problem", problem), element("problemType", "Error")]);
    }
    said.push(element("success", truth(is_good)));
    said.concat()
}

/// `2026-11-30T04:05:06.000Z`, from milliseconds since 1970.
fn time_of(at: u64) -> String {
    utc(at).map_or_else(String::new, |at| {
        let (hour, minute, second) = at.to_hms();
        format!("{}T{hour:02}:{minute:02}:{second:02}.000Z", at.date())
    })
}
