//! The app of the guide as files: a Salesforce DX folder that Salesforce CLI deploys.
//!
//! Every value comes from the guide's steps, so that an app made by files and one made by hand are the same. There is no
//! Consumer Key and no Consumer Secret in the files, and nothing that differs from one run to the next.

mod form;
mod metadata;
mod name;
mod project;
mod xml;

pub use name::{AppName, NoName};

use crate::org::address::Address;

/// Stands in the files where no Contact Email was given. Nobody gets mail there (RFC 2606).
pub const EMAIL_STAND_IN: &str = "your.address@company.example";

/// The app to write.
#[derive(Clone, Copy, Debug)]
pub struct App<'a> {
    pub org: &'a Address,
    pub name: &'a AppName,
    /// Contact Email.
    pub email: Option<&'a str>,
}

/// A file, with its path below the folder: `/` between the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub path: String,
    pub text: String,
}

/// The files of the folder. The one that makes a project of it is the last.
pub fn files(app: App<'_>) -> Vec<File> {
    let components = metadata::components(app);
    let manifest = project::manifest(&components);
    let mut files: Vec<File> = components.into_iter().map(metadata::Component::into_file).collect();
    files.extend([manifest, project::readme(app), project::project(app)]);
    files
}

/// The two commands with which Salesforce CLI deploys the folder, given inside it: the sign-in, and the deploy.
pub fn commands(org: &Address) -> [String; 2] {
    project::commands(org)
}

#[cfg(test)]
mod tests;
