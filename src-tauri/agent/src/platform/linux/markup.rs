//! The markup that desktops read in some of their texts.

/// As a desktop shows it letter for letter: a name that a person chose must not be read as markup.
pub(in crate::platform) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
