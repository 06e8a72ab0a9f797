//! The icons: each is what `icons/make` makes of the one drawing.

use std::{fs, path::Path, process::Command};

#[test]
fn the_icons_are_made_from_the_one_drawing() {
    let icons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../icons");
    let made = tempfile::tempdir().unwrap();
    let ended = Command::new(icons.join("make")).arg(made.path()).status().unwrap();
    assert!(ended.success(), "{ended}");
    let mut names: Vec<_> =
        fs::read_dir(made.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["128x128.png", "128x128@2x.png", "32x32.png", "icon.ico", "icon.png"]);
    for name in names {
        let (is, should_be) = (fs::read(icons.join(&name)), fs::read(made.path().join(&name)));
        assert!(
            is.unwrap() == should_be.unwrap(),
            "icons/make has not been run since {} was made",
            name.display()
        );
    }
}

#[test]
fn the_icon_of_windows_has_each_size_that_a_scale_asks_for() {
    let icon = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../icons/icon.ico")).unwrap();
    assert_eq!(icon[..4], [0, 0, 1, 0], "an icon");
    let count = usize::from(u16::from_le_bytes([icon[4], icon[5]]));
    let sizes: Vec<_> = icon[6..].chunks(16).take(count).map(|entry| (entry[0], entry[1])).collect();
    // 256 does not fit into its byte and is written as 0.
    assert_eq!(sizes, [16, 20, 24, 32, 48, 0].map(|size| (size, size)));
}
