//! The session that this process belongs to: one at the screen, or one without, such as that of a connection from afar.

use objc2_core_graphics::CGSessionCopyCurrentDictionary;

/// Whether windows of this process can be seen.
pub fn has_screen() -> bool {
    CGSessionCopyCurrentDictionary().is_some()
}
