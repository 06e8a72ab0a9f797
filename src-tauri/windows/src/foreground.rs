//! Which program may bring a window of its own to the front.

use windows_sys::Win32::UI::WindowsAndMessaging::{ASFW_ANY, AllowSetForegroundWindow};

/// Hands on the leave that this program has since it was clicked, to whichever program uses it first. Does nothing without one.
pub fn hand_on() {
    // SAFETY: no pointer is passed.
    unsafe { AllowSetForegroundWindow(ASFW_ANY) };
}
