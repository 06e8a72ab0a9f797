//! macOS: each user has one session at the screen. Its end is told to applications of the desktop, and the system waits for them.

use connect_macos::session;

use crate::platform::macos::{News, news, next_of};

pub(crate) const ENDS_ALL: bool = true;

/// A connection from afar has none.
pub(super) fn name() -> Option<String> {
    session::has_screen().then(|| "the screen".to_owned())
}

/// There is one, and it has no name.
pub(super) fn desktop() -> Option<String> {
    None
}

/// A future that ends when the session does, or when a person has this application end.
pub(super) async fn watch() -> Option<impl Future<Output = ()>> {
    let mut news = std::future::ready(news()).await?;
    Some(async move { next_of(&mut news, News::AskedToEnd).await })
}
