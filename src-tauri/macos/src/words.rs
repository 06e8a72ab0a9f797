//! Words in a small window of the system's own.

use objc2::MainThreadMarker;
use objc2_app_kit::{NSAlert, NSApplication};
use objc2_foundation::NSString;

use crate::session;

/// Says what is wrong, and returns when it was read; at once without a screen, or away from the main thread, which alone has windows.
pub fn say(title: &str, words: &str) {
    let Some(main) = MainThreadMarker::new().filter(|_| session::has_screen()) else { return };
    // Without it there are no windows yet.
    let _application = NSApplication::sharedApplication(main);
    let alert = NSAlert::new(main);
    alert.setMessageText(&NSString::from_str(title));
    alert.setInformativeText(&NSString::from_str(words));
    alert.runModal();
}
