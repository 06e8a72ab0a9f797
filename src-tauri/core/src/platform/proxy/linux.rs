//! Linux: the variables of the environment say it all, and the HTTP library reads them.

pub(super) const HAS_SETTINGS: bool = false;

pub(super) fn of(_: &url::Url) -> Option<String> {
    None
}
