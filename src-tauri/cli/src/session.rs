//! The way to the controller: the running agent, or this process under the same locks.

use std::{
    fmt::Display,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use connect_agent::{Ask, Client, desktop, early::Early};
use connect_core::{
    contract::view::Failure,
    controller::{Controller, Ports},
    explain::{self, Code},
    org::net::Net,
    platform::{
        home::Home,
        keychain, memory, program,
        settings::{Settings, SettingsFile},
    },
    ports::SystemClock,
    vault::Vault,
};

use crate::{end::AskedToEnd, output, passphrase, terminal};

/// Printed while the vault's change waits for refreshes.
pub(crate) const WAITING: &str = "Waiting until refreshes that are under way have stored their answers.";

/// After this long a waiting person is told that work goes on.
const LONG: Duration = Duration::from_secs(5);
/// The pause between two looks at a keychain's prompt.
const MOMENT: Duration = Duration::from_millis(250);
const KEYCHAIN_ASKS: &str = "The keychain has not answered yet. If it asks something in a window of its own, answer there; Ctrl+C ends the waiting.";
/// Between two words about the same wait.
const BETWEEN_WORDS: Duration = Duration::from_secs(30);

/// Opens a client of the agent, or of this process where none runs.
pub(crate) async fn open() -> Result<Client, Failure> {
    open_after(None).await
}

/// As [`open()`], going on with a question that an agent was asked before.
pub(crate) async fn open_after(early: Option<Early>) -> Result<Client, Failure> {
    let home = home()?;
    may_ask_again(&home);
    let agent = Client::open_after(&home, early);
    let agent = said_when_long(|| "the background part, which begins or ends", agent).await?;
    // The agent has seen by now which program this is. Nothing secret was read before.
    memory::close();
    if let Some(agent) = agent {
        return Ok(agent);
    }
    let controller = controller(home)?;
    controller.serves(program::caller());
    Ok(Client::in_process(controller))
}

/// A new command of a person may prompt again for what was declined before.
pub(crate) fn may_ask_again(home: &Home) {
    if terminal::is_present() {
        let _ = std::fs::remove_file(home.keychain_declined());
    }
}

/// Sends a request; if the vault's passphrase is missing, gives it and sends the request again.
pub(crate) async fn call<R: Ask>(client: &Client, request: R) -> Result<R::Reply, Failure> {
    match while_keychain_asks(client, &request).await {
        Err(failure) if failure.code == Code::PassphraseNeeded => {}
        result => return result,
    }
    passphrase::unlock(client).await?;
    while_keychain_asks(client, &request).await
}

/// Sends a request, and while the keychain's prompt is open and a person is there, sends it again. The prompt stays the
/// same, and its answer serves every request.
async fn while_keychain_asks<R: Ask>(client: &Client, request: &R) -> Result<R::Reply, Failure> {
    let began = Instant::now();
    let mut is_told = false;
    loop {
        let what = || match R::METHOD {
            "token" if asks_about_programs() => {
                "a token, or for somebody to say whether this program may have one,"
            }
            method => awaited(method),
        };
        match said_when_long(what, client.call(request.clone())).await {
            Err(failure)
                if failure.code == Code::KeychainSlow
                    && terminal::is_present()
                    && began.elapsed() < keychain::WHILE_SOMEBODY_IS_THERE =>
            {
                if !std::mem::replace(&mut is_told, true) {
                    output::hint(KEYCHAIN_ASKS);
                }
                tokio::time::sleep(MOMENT).await;
            }
            result => return result,
        }
    }
}

/// What is waited for while this is carried out.
fn awaited(method: &str) -> &'static str {
    match method {
        "token" => "a token from Salesforce",
        "check" | "validate" | "reach" | "audit_callbacks" | "rotate_on" => "what the org answers",
        "disconnect" => "Salesforce to end the tokens",
        "vault" | "protect" | "unlock" | "end_former_key" => "the vault and its keychain",
        _ => "the answer",
    }
}

/// Whether a person may be what is waited for.
fn asks_about_programs() -> bool {
    home().is_ok_and(|home| SettingsFile::read(&home).settings().ask_programs)
}

/// Waits, and says for what and for how long if that takes long and a person reads along.
pub(crate) async fn said_when_long<T, W: Display>(what: impl Fn() -> W, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut waited = LONG;
    if let Ok(result) = tokio::time::timeout(LONG, &mut work).await {
        return result;
    }
    if !terminal::is_read() {
        return work.await;
    }
    let what = what();
    output::hint(&format!("Waiting for {what} takes longer than usual and goes on by itself."));
    loop {
        if let Ok(result) = tokio::time::timeout(BETWEEN_WORDS, &mut work).await {
            return result;
        }
        waited += BETWEEN_WORDS;
        output::hint(&format!("Still waiting for {what}: {} seconds so far.", waited.as_secs()));
    }
}

/// Finishes the work even when asked to end meanwhile, and then returns `None`: a refresh that is cut off loses the
/// org's answer. A second request to end is obeyed at once.
pub(crate) async fn to_its_end<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<Option<T>, Failure> {
    ended_by(AskedToEnd::listen(), work).await
}

/// [`to_its_end`], by these requests to end.
pub(crate) async fn ended_by<T>(
    mut asked: AskedToEnd,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<Option<T>, Failure> {
    let mut work = pin!(work);
    tokio::select! {
        result = &mut work => return result.map(Some),
        () = asked.next() => {}
    }
    tokio::select! {
        result = work => result.map(|_| None),
        () = asked.next() => Ok(None),
    }
}

pub(crate) fn home() -> Result<Home, Failure> {
    Home::from_environment().map_err(|error| error.failure())
}

/// A controller over this computer's own keychain, network and clock.
pub(crate) fn controller(home: Home) -> Result<Controller, Failure> {
    let settings = SettingsFile::read(&home).settings().clone();
    let net = Arc::new(net(&settings)?);
    let somebody_is_there = terminal::is_present();
    let patience =
        if somebody_is_there { keychain::WHILE_SOMEBODY_IS_THERE } else { keychain::WHILE_NOBODY_IS_THERE };
    controller_over(home, net, patience)
}

/// The network, by the environment and the settings.
pub(crate) fn net(settings: &Settings) -> Result<Net, Failure> {
    Net::new(desktop::authority(settings)?.as_deref(), settings.proxy.as_deref())
        .map_err(|error| error.failure())
}

/// `patience` is how long a keychain's prompt is waited for.
pub(crate) fn controller_over(home: Home, http: Arc<Net>, patience: Duration) -> Result<Controller, Failure> {
    let waiting = || output::hint(WAITING);
    let vault = Vault::open_telling(&home, keychain::system(patience), passphrase::file()?, waiting)
        .map_err(|error| explain::failure(error.code(), &[]))?;
    Ok(Controller::new(home, vault, Ports { http, clock: Arc::new(SystemClock) }))
}

#[cfg(test)]
mod tests {
    use connect_core::contract::intent::Intent;

    use super::*;

    #[test]
    fn what_is_waited_for_is_called_by_requests_that_there_are() {
        let known = [
            "token",
            "check",
            "validate",
            "audit_callbacks",
            "rotate_on",
            "disconnect",
            "vault",
            "protect",
            "unlock",
            "end_former_key",
        ];
        for method in known {
            assert!(Intent::METHODS.contains(&method), "{method}");
            assert_ne!(awaited(method), "the answer", "{method}");
        }
    }
}
