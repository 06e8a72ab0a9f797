//! Requests for authorization that wait for a person to log in and decide.

/// How long a person has to decide, in milliseconds.
const OPEN_FOR: u64 = 15 * 60 * 1000;
/// The open requests kept. Each probe leaves one behind, so the oldest are removed.
const KEPT: usize = 512;

/// A request that passed the authorize endpoint's checks.
#[derive(Clone)]
pub(crate) struct AuthorizationRequest {
    /// The index of the app.
    pub(crate) app: usize,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    /// The requested scope; `None` means "whatever the app is configured with".
    pub(crate) scope: Option<String>,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) login_hint: Option<String>,
    /// Whether `prompt=login` was sent: a present session then does not count.
    pub(crate) login_required: bool,
    /// The browser session that logged in for this request.
    pub(crate) logged_in: Option<String>,
    pub(crate) opened_at: u64,
}

/// A PKCE challenge.
#[derive(Clone)]
pub(crate) struct Challenge {
    pub(crate) value: String,
    /// The value of `code_challenge_method`.
    pub(crate) method: Option<String>,
}

/// The open requests, by the `source` in their addresses.
#[derive(Default)]
pub(crate) struct AuthorizationRequests {
    open: Vec<(String, AuthorizationRequest)>,
}

impl AuthorizationRequests {
    pub(crate) fn open(&mut self, source: String, request: AuthorizationRequest) {
        if self.open.len() >= KEPT {
            self.open.remove(0);
        }
        self.open.push((source, request));
    }

    pub(crate) fn get(&self, source: &str, now: u64) -> Option<&AuthorizationRequest> {
        let (_, request) = self.open.iter().find(|(name, _)| name == source)?;
        (now < request.opened_at.saturating_add(OPEN_FOR)).then_some(request)
    }

    pub(crate) fn mark_logged_in(&mut self, source: &str, session: &str) {
        if let Some((_, request)) = self.open.iter_mut().find(|(name, _)| name == source) {
            request.logged_in = Some(session.to_owned());
        }
    }

    pub(crate) fn close(&mut self, source: &str) {
        self.open.retain(|(name, _)| name != source);
    }
}
