//! The options of a new practice org.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The configuration of a practice org. `Options::default()` is an org that is ready at once: production, two scopes,
/// three practice callbacks, an app as made in November 2026.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on 127.0.0.1 and `::1`; 0 takes any free one.
    pub port: u16,
    /// The seed of all generated values (key, secret, ids, passwords, tokens).
    pub seed: u64,
    /// How long after the start the Consumer Key stays unknown, as a newly created app's does.
    pub activation: Duration,
    /// The kind that the `Organization` record reports.
    pub kind: OrgKind,
    /// The address that clients use when a TLS listener stands in front of the org, such as
    /// `https://acme--uat.sandbox.my.salesforce.com`. Without one it is `http://localhost:PORT`.
    pub origin: Option<String>,
    /// The Callback URL lines of the External Client App.
    pub callbacks: Vec<String>,
    /// The selected OAuth scopes of the External Client App.
    pub scopes: Vec<String>,
    /// "Enable Refresh Token Rotation".
    pub rotation: bool,
    /// The session timeout: how long an access token lives after its last use.
    pub session: Duration,
    /// The External Client App's name.
    pub app_name: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            seed: 1,
            activation: Duration::ZERO,
            kind: OrgKind::Production,
            origin: None,
            callbacks: [17177, 27177, 7177]
                .map(|port| format!("http://localhost:{port}/practice/callback"))
                .to_vec(),
            scopes: vec!["api".to_owned(), "refresh_token".to_owned()],
            // ASSUMES: new-app-rotation
            rotation: true,
            session: Duration::from_secs(2 * 60 * 60),
            app_name: "Datatrax Connect".to_owned(),
        }
    }
}

/// The kind of org that the `Organization` record describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrgKind {
    /// `IsSandbox` false, a paid edition.
    Production,
    /// `IsSandbox` true, no trial end.
    Sandbox,
    /// `IsSandbox` false, "Developer Edition".
    Developer,
    /// `IsSandbox` true, with a trial end.
    Scratch,
}
