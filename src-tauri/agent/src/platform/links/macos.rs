//! macOS: Launch Services knows the application for each scheme, by the bundles that it has seen.

use std::{fs, path::Path};

use connect_core::org::address::LINK_TO_WINDOW;
use connect_macos::openers;

use super::Opener;

/// Any address that a browser opens; nothing is sent there.
const ANY: &str = "https://example.com/";

pub(super) async fn lead_to(window: &Path) -> bool {
    let bundle = std::future::ready(openers::of(LINK_TO_WINDOW)).await;
    bundle.is_some_and(|bundle| is_in(window, &bundle))
}

pub(super) async fn browser() -> Opener {
    let Some(bundle) = std::future::ready(openers::of(ANY)).await else { return Opener::Nobody };
    let name = bundle.file_stem().map(|name| name.to_string_lossy().into_owned());
    name.map_or(Opener::Unknown, Opener::Named)
}

fn is_in(program: &Path, bundle: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    matches!((real(program), real(bundle)), (Some(program), Some(bundle)) if program.starts_with(&bundle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_the_one_that_is_led_to_where_it_stands_in_that_bundle() {
        let temp = tempfile::tempdir().unwrap();
        let [one, other] = ["One.app", "Other.app"].map(|name| temp.path().join(name));
        let window = one.join("Contents/MacOS/datatrax-connect");
        for folder in [window.parent().unwrap(), &other] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::File::create_new(&window).unwrap();
        assert!(is_in(&window, &one) && !is_in(&window, &other), "in its own alone");
        assert!(!is_in(&window, &temp.path().join("Gone.app")), "none that is gone");
    }
}
