//! The markup that desktops read in some of their texts.

/// The text escaped for desktops that would read a person's chosen name as markup.
pub(in crate::platform) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
