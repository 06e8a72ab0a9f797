//! Windows: each login is a session with a number. Its end is told to windows, and the system waits five seconds for them.

use connect_windows::session;

use crate::platform::windows::{News, news, next_of};

/// That of services, and of logins from afar without a screen.
const OF_SERVICES: u32 = 0;

pub(crate) const ENDS_ALL: bool = true;

pub(super) fn name() -> Option<String> {
    let number = session::number().ok().filter(|number| *number != OF_SERVICES)?;
    Some(format!("session {number}"))
}

/// There is one, and it has no name.
pub(super) fn desktop() -> Option<String> {
    None
}

/// A future that ends when the session does, or when a program such as `taskkill` asks this one to.
pub(super) async fn watch() -> Option<impl Future<Output = ()>> {
    let mut news = std::future::ready(news()).await?;
    Some(async move {
        next_of(&mut news, &[News::SessionEnds, News::AskedToEnd]).await;
    })
}
