//! The guide's pictures that the page shows, each as the window has it.

macro_rules! pictures {
    ($( $name:literal, )*) => {
        /// The picture of this name.
        pub(super) fn of(name: &str) -> Option<&'static [u8]> {
            match name {
                $( $name => Some(include_bytes!(concat!(
                    env!("CARGO_MANIFEST_DIR"), "/../../ui/pictures/", $name, "-light.webp"
                ))), )*
                _ => None,
            }
        }
    };
}

pictures! {
    "open",
    "app-manager",
    "details",
    "oauth",
    "scopes",
    "security",
    "lock",
    "settings-tab",
    "verify",
    "consumer-details",
}
