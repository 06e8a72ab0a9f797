//! The developer's decisions about an External Client App: the fields of its form in Setup.

use std::collections::BTreeSet;

use crate::world::switches::NewApps;

/// The section "Basic Information".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Basics {
    pub(crate) name: String,
    pub(crate) api_name: String,
    pub(crate) contact_email: String,
    pub(crate) distribution: Distribution,
    pub(crate) contact_phone: String,
    pub(crate) info_url: String,
    pub(crate) logo_url: String,
    pub(crate) icon_url: String,
    pub(crate) description: String,
}

/// The field "Distribution State".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Distribution {
    #[default]
    Local,
    Packaged,
}

impl Distribution {
    pub(crate) const ALL: [Self; 2] = [Self::Local, Self::Packaged];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Local => "Local",
            Self::Packaged => "Packaged",
        }
    }
}

/// The section "API (Enable OAuth Settings)".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OauthSettings {
    /// "Enable OAuth". An app without it has no Consumer Key.
    pub(crate) enabled: bool,
    /// "Callback URL", one line each.
    pub(crate) callbacks: Vec<String>,
    /// "Selected OAuth Scopes", by their technical names.
    pub(crate) scopes: Vec<String>,
    /// The ticked boxes.
    pub(crate) ticked: BTreeSet<Tick>,
}

impl OauthSettings {
    /// The initial values of a new app's form.
    pub(crate) fn of_new(apps: NewApps) -> Self {
        let mut ticked = BTreeSet::from([Tick::SecretForWebServer, Tick::SecretForRefresh, Tick::Pkce]);
        if apps == NewApps::November2026 {
            ticked.insert(Tick::Rotation);
        }
        Self { enabled: false, callbacks: Vec::new(), scopes: Vec::new(), ticked }
    }

    pub(crate) fn has(&self, tick: Tick) -> bool {
        self.ticked.contains(&tick)
    }

    pub(crate) fn set(&mut self, tick: Tick, on: bool) {
        if on {
            self.ticked.insert(tick);
        } else {
            self.ticked.remove(&tick);
        }
    }
}

/// A box of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tick {
    IntrospectAll,
    ClientCredentials,
    CodeAndCredentials,
    Device,
    JwtBearer,
    TokenExchange,
    SecretForWebServer,
    SecretForRefresh,
    Pkce,
    Rotation,
    JwtTokens,
}

impl Tick {
    pub(crate) const APP_SETTINGS: [Self; 1] = [Self::IntrospectAll];
    pub(crate) const FLOWS: [Self; 5] = [
        Self::ClientCredentials,
        Self::CodeAndCredentials,
        Self::Device,
        Self::JwtBearer,
        Self::TokenExchange,
    ];
    pub(crate) const SECURITY: [Self; 5] =
        [Self::SecretForWebServer, Self::SecretForRefresh, Self::Pkce, Self::Rotation, Self::JwtTokens];

    /// All boxes, in the order of the form.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::APP_SETTINGS.into_iter().chain(Self::FLOWS).chain(Self::SECURITY)
    }

    /// The label, letter for letter.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::IntrospectAll => "Introspect All Tokens",
            Self::ClientCredentials => "Enable Client Credentials Flow",
            Self::CodeAndCredentials => "Enable Authorization Code and Credentials Flow",
            Self::Device => "Enable Device Flow",
            Self::JwtBearer => "Enable JWT Bearer Flow",
            Self::TokenExchange => "Enable Token Exchange Flow",
            Self::SecretForWebServer => "Require secret for Web Server Flow",
            Self::SecretForRefresh => "Require secret for Refresh Token Flow",
            Self::Pkce => {
                "Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows"
            }
            Self::Rotation => "Enable Refresh Token Rotation",
            Self::JwtTokens => "Issue JSON Web Token (JWT)-based access tokens for named users",
        }
    }

    /// The field's name in Salesforce's metadata and in the form.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::IntrospectAll => "isIntrospectAllTokens",
            Self::ClientCredentials => "isClientCredentialsFlowEnabled",
            Self::CodeAndCredentials => "isCodeCredFlowEnabled",
            Self::Device => "isDeviceFlowEnabled",
            Self::JwtBearer => "isJwtBearerFlowEnabled",
            Self::TokenExchange => "isTokenExchangeEnabled",
            Self::SecretForWebServer => "isSecretRequiredForWebServer",
            Self::SecretForRefresh => "isSecretRequiredForRefreshToken",
            Self::Pkce => "isPkceRequired",
            Self::Rotation => "isRefreshTokenRotationEnabled",
            Self::JwtTokens => "isNamedUserJwtEnabled",
        }
    }
}
