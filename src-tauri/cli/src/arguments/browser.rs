//! The arguments about browsers.

use clap::Args;

use super::Json;

/// In which browser a sign-in is opened.
#[derive(Debug, Default, Args)]
pub(crate) struct SignInBrowser {
    /// Sign in with this browser, and open the org's pages there from then on; dtx browsers lists them
    ///
    /// default and ask are taken, too: the desktop's default browser, and asking each time.
    #[arg(long)]
    pub(crate) browser: Option<String>,
    #[command(flatten)]
    pub(crate) part: BrowserPart,
}

/// Which part of a browser.
#[derive(Debug, Default, Args)]
pub(crate) struct BrowserPart {
    /// With this profile of the browser
    #[arg(long, requires = "browser")]
    pub(crate) profile: Option<String>,
    /// In a private window of the browser
    #[arg(long, requires = "browser")]
    pub(crate) private: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BrowserOf {
    /// The connection, by its name as dtx list shows it
    pub(crate) name: String,
    /// One that dtx browsers lists; default for the desktop's own; ask to be asked each time
    pub(crate) browser: Option<String>,
    #[command(flatten)]
    pub(crate) part: BrowserPart,
    #[command(flatten)]
    pub(crate) json: Json,
}
