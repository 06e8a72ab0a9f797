//! The pages of an org's Setup where something is done about a failure.

use crate::contract::view::{SetupLink, SetupPage};

/// Each page, what Quick Find calls it, and its path.
const PAGES: [(SetupPage, &str, &str); 10] = [
    (
        SetupPage::ExternalClientApps,
        "External Client App Manager",
        "/lightning/setup/ManageExternalClientApplication/home",
    ),
    (
        SetupPage::OauthUsage,
        "External Client Apps OAuth Usage",
        "/lightning/setup/ExternalClientApplicationOauthUsage/home",
    ),
    (SetupPage::LoginHistory, "Login History", "/lightning/setup/OrgLoginHistory/home"),
    (SetupPage::Users, "Users", "/lightning/setup/ManageUsers/home"),
    (SetupPage::Profiles, "Profiles", "/lightning/setup/EnhancedProfiles/home"),
    (SetupPage::SessionSettings, "Session Settings", "/lightning/setup/SecuritySession/home"),
    (SetupPage::SessionManagement, "Session Management", "/lightning/setup/SessionManagementPage/home"),
    (SetupPage::MyDomain, "My Domain", "/lightning/setup/OrgDomain/home"),
    (SetupPage::CompanyInformation, "Company Information", "/lightning/setup/CompanyProfileInfo/home"),
    (SetupPage::Deliverability, "Deliverability", "/lightning/setup/OrgEmailSettings/home"),
];

/// What Quick Find calls a page, and its path.
pub fn page(page: SetupPage) -> (&'static str, &'static str) {
    let found = PAGES.iter().find(|(known, ..)| *known == page);
    found.map_or(("Setup", "/lightning/setup/SetupOneHome/home"), |(_, label, path)| (*label, *path))
}

/// The way to a page of the org at `host`. Its whole address is made where the host is read: in `org::address`.
pub fn link(of: SetupPage, host: Option<&str>) -> SetupLink {
    let (label, path) = page(of);
    let host = host.map(str::to_owned);
    SetupLink { page: of, label: label.to_owned(), path: path.to_owned(), host, url: None }
}
