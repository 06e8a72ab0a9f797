//! The desktop around: the browser, the tray, notifications, and who opens our links.

use std::path::Path;

use connect_core::{
    contract::view::{Look, LookId},
    doctor::{LONGEST_LOOK, look as say, within},
    explain::doctor::Outcome,
};

use crate::platform::{
    links::{self, Opener},
    notifications::{self, NotTold},
    session, tray,
};

pub(super) async fn looks(window: &Path) -> Vec<Look> {
    if session::name().is_none() {
        let ids = [LookId::Browser, LookId::Tray, LookId::Notifications, LookId::Links];
        return ids.map(|id| say(id, Outcome::NoDesktop, &[])).into();
    }
    let (browser, tray, notifications, links) = tokio::join!(
        within(LookId::Browser, LONGEST_LOOK, browser()),
        within(LookId::Tray, LONGEST_LOOK, tray()),
        within(LookId::Notifications, LONGEST_LOOK, shown()),
        within(LookId::Links, LONGEST_LOOK, links(window)),
    );
    vec![browser, tray, notifications, links]
}

async fn browser() -> Look {
    match links::browser().await {
        Opener::Named(browser) => say(LookId::Browser, Outcome::BrowserNamed, &[("browser", browser)]),
        Opener::Nobody => say(LookId::Browser, Outcome::BrowserNone, &[]),
        Opener::Unknown => say(LookId::Browser, Outcome::BrowserUnknown, &[]),
    }
}

async fn tray() -> Look {
    let outcome = match tray::is_there().await {
        Some(true) => Outcome::TrayThere,
        Some(false) => Outcome::TrayNone,
        None => Outcome::TrayUnknown,
    };
    say(LookId::Tray, outcome, &[("tray", tray::HOW_TO_HAVE_ONE.to_owned())])
}

async fn shown() -> Look {
    match notifications::shower().await {
        Ok(Some(shower)) => say(LookId::Notifications, Outcome::NotificationsBy, &[("shower", shower)]),
        Ok(None) => say(LookId::Notifications, Outcome::NotificationsNone, &[]),
        Err(NotTold) => say(LookId::Notifications, Outcome::NotificationsUnknown, &[]),
    }
}

async fn links(window: &Path) -> Look {
    let leads_here = links::lead_to(window).await;
    say(LookId::Links, if leads_here { Outcome::LinksHere } else { Outcome::LinksElsewhere }, &[])
}
