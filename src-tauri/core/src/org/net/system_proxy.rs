//! The proxy of this computer's own settings for each host. It is looked up before a request, because a script that says it may
//! have to be fetched, and then known for a while to whoever makes the connection.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::task::spawn_blocking;
use url::Url;

use super::proxies::readable;
use crate::platform::proxy;

/// Another network has other proxies.
const KNOWN_FOR: Duration = Duration::from_secs(60);

#[derive(Clone, Default)]
pub(super) struct SystemProxy {
    known: Arc<Mutex<HashMap<String, Known>>>,
}

struct Known {
    since: Instant,
    /// A name and a password may stand in it.
    proxy: Option<String>,
}

impl SystemProxy {
    /// To be called before each request.
    pub(super) async fn look_up(&self, url: &Url) {
        if proxy::HAS_SETTINGS {
            self.look_up_by(url, proxy::of).await;
        }
    }

    async fn look_up_by(&self, url: &Url, ask: fn(&Url) -> Option<String>) {
        let (host, own) = (host(url), url.clone());
        let is_known = self.known().get(&host).is_some_and(|known| known.since.elapsed() < KNOWN_FOR);
        if is_known {
            return;
        }
        let found = spawn_blocking(move || ask(&own)).await.unwrap_or_default();
        let proxy = found.filter(|proxy| {
            let is_readable = readable(proxy.as_ref()).is_ok();
            if !is_readable {
                tracing::warn!("the proxy in the system's settings cannot be used");
            }
            is_readable
        });
        self.known().insert(host, Known { since: Instant::now(), proxy });
    }

    /// As it was looked up last.
    pub(super) fn of(&self, url: &Url) -> Option<String> {
        let proxy = self.known().get(&host(url))?.proxy.clone()?;
        Some(if proxy.contains("://") { proxy } else { format!("http://{proxy}") })
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(host: &str) -> Url {
        format!("https://{host}/token").parse().unwrap()
    }

    #[tokio::test]
    async fn each_host_has_the_proxy_that_the_settings_name() {
        let system = SystemProxy::default();
        let says: fn(&Url) -> Option<String> = |url| match url.host_str()? {
            "plain.example" => Some("proxy:3128".to_owned()),
            "whole.example" => Some("http://proxy:1".to_owned()),
            "odd.example" => Some("http://u:p w@proxy:1".to_owned()),
            _ => None,
        };
        for (host, expected) in [
            ("plain.example", Some("http://proxy:3128")),
            ("whole.example", Some("http://proxy:1")),
            ("odd.example", None),
            ("straight.example", None),
        ] {
            system.look_up_by(&url(host), says).await;
            assert_eq!(system.of(&url(host)).as_deref(), expected, "{host}");
            // It is known for now: nobody is asked again.
            system.look_up_by(&url(host), |_| Some("another:1".to_owned())).await;
            assert_eq!(system.of(&url(host)).as_deref(), expected, "{host}, again");
        }
        assert_eq!(system.of(&url("unknown.example")), None, "not looked up");
    }
}
