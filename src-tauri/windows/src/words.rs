//! Words in a small window of the system's own.

use std::ptr;

use windows_sys::Win32::UI::WindowsAndMessaging::{MB_ICONERROR, MB_OK, MB_SETFOREGROUND, MessageBoxW};

use crate::text::wide;

/// Says what is wrong, and returns when it was read; at once where there is no desktop.
pub fn say(title: &str, words: &str) {
    let (title, words) = (wide(title), wide(words));
    // SAFETY: both texts end with a zero and outlive the call.
    unsafe {
        MessageBoxW(ptr::null_mut(), words.as_ptr(), title.as_ptr(), MB_OK | MB_ICONERROR | MB_SETFOREGROUND)
    };
}
