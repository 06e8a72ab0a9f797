//! HTTP over the network: the adapter of [`ports::Http`](crate::ports::Http).
//!
//! There are two clients. The one for Salesforce's hosts verifies TLS against the system's trust store and honours the
//! standard proxy variables. The one for loopback, where practice orgs run, never uses a proxy or a name server.
//! Neither follows redirects, keeps cookies or sends a referrer.

mod authority;
mod issuer;
mod proxies;
mod resolver;
mod system_proxy;
mod trouble;

use std::{
    env,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Certificate, Client, ClientBuilder, redirect::Policy};
use url::Url;

pub use crate::ports::Issuer;
use crate::{
    org::address,
    ports::{BoxFuture, BrokenOff, Http, HttpError},
};
pub use authority::{NetError, NotTrusted};
use proxies::Proxies;
pub use proxies::{PROXY_VARIABLES, ToldProxy, proxy_variable};
use resolver::Resolver;

const CONNECT_TIME: Duration = Duration::from_secs(10);
/// The time from the first byte sent to the last one received.
const TOTAL_TIME: Duration = Duration::from_secs(30);
/// The largest answer, in bytes. Expected are a few kilobytes; a sign-in page has some hundred.
const LARGEST_BODY: usize = 1024 * 1024;
/// How long idle connections are kept: one wake-up in this time, which stays below one a minute.
const KEPT_IDLE: Duration = Duration::from_secs(90);
const USER_AGENT: &str = concat!("Datatrax-Connect/", env!("CARGO_PKG_VERSION"));

/// The network. Refuses every address that is neither Salesforce's nor loopback.
pub struct Net {
    /// Made at its first use: most runs of `dtx` ask no practice org.
    loopback: OnceLock<Client>,
    way: Mutex<Arc<Way>>,
    limits: Limits,
}

/// The way to Salesforce's hosts.
struct Way {
    /// Made at its first use: reading the system's trust store takes longer than `dtx token` may.
    remote: OnceLock<Remote>,
    added_authorities: Vec<Certificate>,
    proxies: Proxies,
}

/// The client for real hosts.
struct Remote {
    client: Client,
    /// The library's own reading of the proxy settings, consulted when no connection was made.
    proxies: Matcher,
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    connect: Duration,
    total: Duration,
    body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: CONNECT_TIME, total: TOTAL_TIME, body: LARGEST_BODY }
    }
}

/// Which of the two clients sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    Loopback,
    Remote,
}

impl Net {
    /// `extra_authority` is a file of PEM certificates to trust besides the system's; `proxy` is used when the
    /// environment names none.
    ///
    /// # Errors
    /// What is wrong with that file.
    pub fn new(extra_authority: Option<&Path>, proxy: Option<&str>) -> Result<Self, NotTrusted> {
        Self::build(extra_authority, Proxies::from_setting(proxy), Limits::default())
    }

    /// Changes the way from the next request on. The parameters are those of [`Net::new`].
    ///
    /// # Errors
    /// As for [`Net::new`]; then the old way stays.
    pub fn change(&self, extra_authority: Option<&Path>, proxy: Option<&str>) -> Result<(), NotTrusted> {
        let way = Way::new(extra_authority, Proxies::from_setting(proxy))?;
        *self.way.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(way);
        Ok(())
    }

    fn build(extra_authority: Option<&Path>, proxies: Proxies, limits: Limits) -> Result<Self, NotTrusted> {
        // This fails only if a provider is installed already, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let way = Mutex::new(Arc::new(Way::new(extra_authority, proxies)?));
        Ok(Self { loopback: OnceLock::new(), way, limits })
    }

    /// The way to a host of Salesforce's as it is configured, without any password in it.
    ///
    /// # Errors
    /// The proxy that is named cannot be used.
    pub async fn told_proxy(&self, url: &Url) -> Result<ToldProxy, HttpError> {
        self.way_now().proxies.told(url).await
    }

    /// Whether authorities are trusted besides the computer's own.
    pub fn has_added_authorities(&self) -> bool {
        !self.way_now().added_authorities.is_empty()
    }

    /// Who issued the certificate that a host shows, trusted or not. The connection is given up before anything is sent
    /// through it. `None` where no certificate was seen.
    pub async fn issuer(&self, url: &Url) -> Option<Issuer> {
        if route(url) != Some(Route::Remote) {
            return None;
        }
        let way = self.way_now();
        way.proxies.look_up(url).await;
        let (seeing, seen) = issuer::seeing();
        let builder = way.proxies.on(client(self.limits)).ok()?.https_only(true);
        let looker = builder.tls_backend_preconfigured(seeing).build().ok()?;
        // It always fails: the certificate is looked at and then refused.
        let _ = looker.get(url.clone()).send().await;
        seen.issuer()
    }

    fn way_now(&self) -> Arc<Way> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn loopback(&self) -> Result<&Client, HttpError> {
        if let Some(client) = self.loopback.get() {
            return Ok(client);
        }
        let made = client(self.limits).no_proxy().tls_certs_only([]).build().map_err(|_| HttpError::Tls)?;
        Ok(self.loopback.get_or_init(|| made))
    }

    /// The answer with what came of its body, and why that is not all of it, if so.
    async fn exchange(
        &self,
        url: Url,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, HttpError> {
        let (client, through_proxy) = match route(&url).ok_or(HttpError::Refused)? {
            Route::Loopback => (self.loopback()?.clone(), false),
            Route::Remote => {
                let way = self.way_now();
                let Remote { client, proxies } = way.remote(self.limits)?;
                way.proxies.look_up(&url).await;
                let is_through = way.proxies.is_by_system(&url) || proxies.intercept(request.uri()).is_some();
                (client.clone(), is_through)
            }
        };
        let classify = |error: reqwest::Error| trouble::classify(&error, through_proxy);
        let (parts, body) = request.into_parts();
        let mut outgoing = reqwest::Request::new(parts.method, url);
        *outgoing.headers_mut() = parts.headers;
        *outgoing.body_mut() = Some(body.into());
        let mut answer = client.execute(outgoing).await.map_err(classify)?;
        let is_too_large = answer.content_length().is_some_and(|length| length > self.limits.body as u64);
        let mut body = Vec::new();
        let broken_off = loop {
            match answer.chunk().await {
                Ok(Some(chunk)) => {
                    let room = self.limits.body - body.len();
                    body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                    if chunk.len() > room {
                        break Some(HttpError::TooLarge);
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some(if is_too_large { HttpError::TooLarge } else { classify(error) }),
            }
        };
        let mut response = http::Response::new(body);
        if let Some(why) = broken_off {
            response.extensions_mut().insert(BrokenOff(why));
        }
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl Http for Net {
    fn hindrance(&self) -> Option<HttpError> {
        self.way_now().remote(self.limits).err()
    }

    fn issuer<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Option<Issuer>> {
        Box::pin(Net::issuer(self, url))
    }

    fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>> {
        Box::pin(async move {
            let answer = self.send_and_keep_what_comes(request).await?;
            match answer.extensions().get() {
                Some(BrokenOff(why)) => Err(*why),
                None => Ok(answer),
            }
        })
    }

    fn send_and_keep_what_comes(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>> {
        Box::pin(async move {
            let url = Url::parse(&request.uri().to_string()).map_err(|_| HttpError::Refused)?;
            let method = request.method().clone();
            let (host, path) = (url.host_str().unwrap_or_default().to_owned(), url.path().to_owned());
            let started = Instant::now();
            let result = self.exchange(url, request).await;
            let took = started.elapsed();
            // The query and the body are left out: both may hold secrets.
            match &result {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    let broken_off = answer.extensions().get::<BrokenOff>();
                    tracing::debug!(%method, host, path, status, ?broken_off, ?took, "answered");
                }
                Err(error) => tracing::debug!(%method, host, path, %error, ?took, "not answered"),
            }
            result
        })
    }
}

/// The common configuration of both clients.
fn client(limits: Limits) -> ClientBuilder {
    Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .pool_idle_timeout(KEPT_IDLE)
        .pool_max_idle_per_host(1)
        .http1_only()
        .dns_resolver(Arc::new(Resolver))
}

impl Way {
    fn new(extra_authority: Option<&Path>, proxies: Proxies) -> Result<Self, NotTrusted> {
        let added_authorities = extra_authority.map_or(Ok(Vec::new()), |file| {
            authority::read(file).map_err(|why| NotTrusted { file: file.to_owned(), why })
        })?;
        Ok(Self { remote: OnceLock::new(), added_authorities, proxies })
    }

    fn remote(&self, limits: Limits) -> Result<&Remote, HttpError> {
        if let Some(remote) = self.remote.get() {
            return Ok(remote);
        }
        let built = self
            .proxies
            .on(client(limits))?
            .https_only(true)
            .tls_certs_merge(self.added_authorities.iter().cloned())
            .build();
        // Without added authorities, the system's could not be read.
        let unusable = || if self.added_authorities.is_empty() { no_authorities() } else { HttpError::Tls };
        let (client, proxies) = (built.map_err(|_| unusable())?, self.proxies.matcher()?);
        Ok(self.remote.get_or_init(|| Remote { client, proxies }))
    }
}

/// The error for a system without any authorities: it names the variable that may be the cause.
fn no_authorities() -> HttpError {
    let is_set = |name: &&str| env::var_os(name).is_some();
    HttpError::NoAuthorities(["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().find(is_set))
}

/// The client for an address; `None` for one that gets no requests.
fn route(url: &Url) -> Option<Route> {
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    if url.scheme() == "http" && matches!(url.host_str(), Some("localhost" | "127.0.0.1")) {
        return Some(Route::Loopback);
    }
    address::is_listed(url).then_some(Route::Remote)
}

#[cfg(test)]
mod tests;
