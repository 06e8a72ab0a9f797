//! The open identity checks, and their purposes.

/// The action after the check.
#[derive(Clone)]
pub(crate) enum Purpose {
    /// A login, and the page it leads to.
    LogIn { user: usize, next: String },
    /// Seeing an app's Consumer Key and Secret.
    Consumer { user: usize, app: usize },
}

impl Purpose {
    pub(crate) const fn user(&self) -> usize {
        match self {
            Self::LogIn { user, .. } | Self::Consumer { user, .. } => *user,
        }
    }

    pub(crate) const fn words(&self) -> &'static str {
        match self {
            Self::LogIn { .. } => "Log In to the Practice Org",
            Self::Consumer { .. } => "View External Client App Consumer Details",
        }
    }
}

/// The open checks, and the sessions that may see an app's key and secret.
#[derive(Default)]
pub(crate) struct Verifications {
    pub(super) open: Vec<Check>,
    pub(super) reveals: Vec<Reveal>,
    pub(super) passkeys: Vec<PasskeyCheck>,
}

/// A login that waits for a passkey.
pub(super) struct PasskeyCheck {
    pub(super) id: String,
    pub(super) session: String,
    pub(super) user: usize,
    pub(super) next: String,
}

pub(super) struct Check {
    pub(super) id: String,
    pub(super) session: String,
    pub(super) purpose: Purpose,
    pub(super) code: String,
    pub(super) sent_at: u64,
    pub(super) tries: u32,
}

pub(super) struct Reveal {
    pub(super) session: String,
    pub(super) app: usize,
    pub(super) until: u64,
}
