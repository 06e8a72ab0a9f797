//! `dtx agent`: runs the background process, and asks about it.

use std::{sync::Arc, time::Duration};

use connect_agent::{
    Client,
    agent::{self, AgentError, Manner},
    desktop::Desktop,
    of_agent::{AgentStatus, Status, Stop},
    platform::tray,
};
use connect_core::{
    contract::{
        intent::Vault,
        view::{Failure, Tray},
    },
    explain::{self, Code},
    platform::{
        keychain, logging, process,
        settings::{Settings, SettingsFile},
        silence::Silence,
    },
};
use serde_json::json;

use crate::{
    arguments::{Agent, AgentCommand},
    connections, output, restart, session, terminal,
    text::Page,
};

/// Three times as long as an agent may take to end.
const TIME_TO_END: Duration = Duration::from_secs(15);

const NO_TRAY: &str = "This desktop shows no tray icon. All it offers is in the window and in dtx too.";

const NOT_RUNNING: &str = "The background part (dtx agent) is not running.";

pub(crate) async fn agent(command: Agent) -> Result<u8, Failure> {
    match command.command {
        None if command.restart => restart::supervise(!command.no_tray, command.home.as_deref()).await,
        None => run(!command.no_tray, command.take_over).await,
        Some(AgentCommand::Status { json }) => status(json.json).await,
        Some(AgentCommand::Stop { json }) => stop(json.json).await,
    }
}

async fn run(tray: bool, take_over: bool) -> Result<u8, Failure> {
    let home = session::home()?;
    if logging::to_file(&home.logs().join("agent.log")).is_err() {
        // Without a log file the connections are still kept.
        logging::to_stderr();
    }
    // With a setting that cannot be used the connections are still kept; the settings name it.
    let settings = SettingsFile::read(&home).settings().clone();
    let net = session::net(&settings).or_else(|_| session::net(&Settings::default()))?;
    let net = Arc::new(net);
    let controller = session::controller_over(home.clone(), net.clone(), keychain::WHILE_SOMEBODY_IS_THERE)?;
    let dtx = std::env::current_exe().ok();
    // The window is installed beside this program, or not at all.
    let window = dtx.as_ref().map(|dtx| process::beside(dtx, "datatrax-connect"));
    if let (Some(dtx), Some(window)) = (&dtx, &window) {
        controller.join(Arc::new(Desktop::new(&home, dtx, window, net))).await;
    }
    let window = window.filter(|window| window.is_file());
    let served = agent::run(&home, controller, Manner { tray, window, take_over }).await;
    served.map(|()| 0).map_err(AgentError::failure)
}

async fn status(json: bool) -> Result<u8, Failure> {
    let Some(client) = Client::open_or_wait(&session::home()?).await? else {
        if json {
            output::json(
                &json!({ "running": false, "pid": null, "program_version": null, "connections": null }),
            )?;
        } else {
            output::line(NOT_RUNNING);
        }
        return Ok(0);
    };
    let status = client.call(Status).await?;
    if json {
        let AgentStatus { pid, version, connections, tray } = status;
        output::json(&json!({
            "running": true,
            "pid": pid,
            "program_version": version,
            "connections": connections,
            "tray": tray,
        }))?;
    } else {
        let page = Page::of_results();
        let line = format!(
            "The background part (dtx agent) runs as process {}, version {}, with {}.",
            status.pid,
            status.version,
            counted(status.connections)
        );
        output::line(&page.wrapped("", &line));
        if status.tray == Tray::Missing {
            output::line(&page.wrapped("", &format!("{NO_TRAY} {}", tray::HOW_TO_HAVE_ONE)));
        }
    }
    Ok(0)
}

fn counted(connections: usize) -> String {
    match connections {
        0 => "no connections".to_owned(),
        1 => "one connection".to_owned(),
        several => format!("{several} connections"),
    }
}

async fn stop(json: bool) -> Result<u8, Failure> {
    let told = |is_stopped: bool, sign_ins: usize, words: &str| {
        if json {
            output::json(&json!({ "stopped": is_stopped, "sign_ins_ended": sign_ins }))?;
        } else {
            output::hint(words);
        }
        Ok(0)
    };
    let Some(client) = Client::open_or_wait(&session::home()?).await? else {
        return told(false, 0, NOT_RUNNING);
    };
    // One that cannot tell is stopped all the same.
    let ending = client.call(Vault).await.map_or(0, |view| view.session_only);
    if ending > 0 && !json {
        output::hint(&ends_with_it(ending));
        if terminal::is_present() {
            connections::tell_all(&client).await;
            if !terminal::confirm("Stop it all the same?").await {
                return told(false, 0, "The background part (dtx agent) goes on.");
            }
        }
    }
    let pid = client.call(Status).await.map(|status| status.pid.to_string());
    client.call(Stop).await?;
    // The agent ends within five seconds, unless something has gone very wrong with it.
    let closed = Silence::within(TIME_TO_END, None, client.closed()).await;
    let facts = pid.as_deref().map(|pid| [("pid", pid)]);
    closed.ok_or_else(|| explain::failure(Code::AgentSilent, facts.as_ref().map_or(&[], |facts| facts)))?;
    told(true, ending, "The background part (dtx agent) has stopped.")
}

/// What ends with an agent that alone has the key.
fn ends_with_it(sign_ins: usize) -> String {
    let whose = if sign_ins == 1 { "one connection".to_owned() } else { format!("{sign_ins} connections") };
    format!(
        "The key of the vault is kept for this session alone, so the sign-in of {whose} ends with the background part (dtx \
         agent): the Consumer Key and Consumer Secret have to be pasted again then, with a new sign-in each. To keep them, have \
         the key kept another way first: dtx vault keychain, or dtx vault passphrase."
    )
}
