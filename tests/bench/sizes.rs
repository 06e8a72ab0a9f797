use std::{fs, path::PathBuf};

use connect_tests::program;

use crate::figures::{Figures, Unit, Wanted, number};

/// The folder in which `./dev package` puts the installers.
const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/packages");
const LARGEST_PACKAGE: f64 = 10.0;

pub(crate) fn measure(figures: &mut Figures) {
    figures.heading("Sizes");
    for name in ["dtx", "datatrax-connect"] {
        let bytes = program(name).metadata().unwrap().len();
        figures.add(name, megabytes(bytes), Unit::Megabytes, Wanted::Anything);
    }
    for (kind, of) in
        [("deb", "the installer for Debian and Ubuntu"), ("rpm", "the one for Fedora and openSUSE")]
    {
        let packages = files(PACKAGES, kind);
        if packages.is_empty() {
            figures.without(of, "./dev package makes it, and ./dev bench too");
        }
        for package in packages {
            let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let bytes = package.metadata().unwrap().len();
            figures.add(&name, megabytes(bytes), Unit::Megabytes, Wanted::AtMost(LARGEST_PACKAGE));
        }
    }
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}

fn megabytes(bytes: u64) -> f64 {
    number(bytes) / 1e6
}
