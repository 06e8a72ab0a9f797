//! Who does the work: the running agent, or this process under the same locks.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use connect_agent::{Ask, Client, desktop};
use connect_core::{
    contract::view::Failure,
    controller::{Controller, Ports},
    explain::{self, Code},
    org::net::{Net, NetError},
    platform::{
        home::Home,
        keychain,
        settings::{Settings, SettingsFile},
    },
    ports::SystemClock,
    vault::Vault,
};

use crate::{end::AskedToEnd, output, passphrase, terminal};

/// Said to whoever waits before the vault is changed.
pub(crate) const WAITING: &str = "Waiting until refreshes that are under way have stored their answers.";

/// After this a person wonders whether anything still happens.
const LONG: Duration = Duration::from_secs(5);
/// Between two looks at a question of the keychain's.
const MOMENT: Duration = Duration::from_millis(250);
const KEYCHAIN_ASKS: &str = "The keychain has not answered yet. If it asks something in a window of its own, answer there; Ctrl+C ends the waiting.";
const TAKES_LONG: &str = "This takes longer than usual and goes on by itself.";

/// A conversation with whoever does the work.
pub(crate) async fn open() -> Result<Client, Failure> {
    let home = home()?;
    if terminal::is_present() {
        // Whoever types a command may be asked again for what was answered with no before.
        let _ = std::fs::remove_file(home.keychain_declined());
    }
    match Client::open(&home).await? {
        Some(client) => Ok(client),
        None => Ok(Client::in_process(controller(home)?)),
    }
}

/// Asks whoever does the work, and where the vault's passphrase is missing tells it and asks again.
pub(crate) async fn call<R: Ask>(client: &Client, request: R) -> Result<R::Reply, Failure> {
    match while_keychain_asks(client, &request).await {
        Err(failure) if failure.code == Code::PassphraseNeeded => {}
        result => return result,
    }
    passphrase::unlock(client).await?;
    while_keychain_asks(client, &request).await
}

/// Asks, and where somebody is there to answer the keychain's question, goes on asking for as long as that stands. It is
/// the same question all the time, and whoever gets its answer keeps it.
async fn while_keychain_asks<R: Ask>(client: &Client, request: &R) -> Result<R::Reply, Failure> {
    let began = Instant::now();
    let mut is_told = false;
    loop {
        match said_when_long(client.call(request.clone())).await {
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

/// Waits, and says so once where somebody reads along.
async fn said_when_long<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    if let Ok(result) = tokio::time::timeout(LONG, &mut work).await {
        return result;
    }
    if terminal::is_read() {
        output::hint(TAKES_LONG);
    }
    work.await
}

/// Does the work to its end also when asked to end meanwhile, and says with `None` that it was: a refresh that is cut off
/// loses what the org sent. Asked twice, it is left as it is.
pub(crate) async fn to_its_end<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<Option<T>, Failure> {
    let mut asked = AskedToEnd::listen();
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

/// The network as the environment and the settings have it.
pub(crate) fn net(settings: &Settings) -> Result<Net, Failure> {
    Net::new(desktop::authority(settings)?.as_deref(), settings.proxy.as_deref()).map_err(NetError::failure)
}

/// A question of the keychain's stands for as long as `patience`.
pub(crate) fn controller_over(home: Home, http: Arc<Net>, patience: Duration) -> Result<Controller, Failure> {
    let waiting = || output::hint(WAITING);
    let vault = Vault::open_telling(&home, keychain::system(patience), passphrase::file()?, waiting)
        .map_err(|error| explain::failure(error.code(), &[]))?;
    Ok(Controller::new(home, vault, Ports { http, clock: Arc::new(SystemClock) }))
}
