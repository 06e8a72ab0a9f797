//! The taskbar, beside whose clock programs have an icon.

use std::ptr;

use windows_sys::Win32::{
    Foundation::HWND,
    UI::{
        HiDpi::{
            DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2, GetDpiForSystem, GetDpiForWindow,
            GetSystemMetricsForDpi, SetThreadDpiAwarenessContext,
        },
        WindowsAndMessaging::{FindWindowW, SM_CXSMICON},
    },
};

use crate::text::wide;

/// The least size of an icon in pixels, where a screen has no more than it always had.
const LEAST: u16 = 16;

/// `None` where the desktop has none, or not yet.
fn window() -> Option<HWND> {
    let name = wide("Shell_TrayWnd");
    // SAFETY: the name ends with a zero.
    let found = unsafe { FindWindowW(name.as_ptr(), ptr::null()) };
    (!found.is_null()).then_some(found)
}

/// Whether there is one.
pub fn is_there() -> bool {
    window().is_some()
}

/// From now on this thread counts the pixels of each screen as they are, and nothing of it is enlarged afterwards.
pub fn count_real_pixels() {
    // SAFETY: the context is one of the system's own.
    unsafe { SetThreadDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2) };
}

/// How wide and high an icon is on the screen where the taskbar is.
pub fn icon_size() -> u16 {
    let dots = match window() {
        // SAFETY: of a window that is gone by now 0 is told.
        Some(window) => unsafe { GetDpiForWindow(window) },
        None => 0,
    };
    // SAFETY: nothing is passed.
    let dots = if dots == 0 { unsafe { GetDpiForSystem() } } else { dots };
    // SAFETY: no pointer is passed.
    let size = unsafe { GetSystemMetricsForDpi(SM_CXSMICON, dots) };
    u16::try_from(size).unwrap_or(LEAST).clamp(LEAST, 256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_has_a_size_with_and_without_a_taskbar() {
        count_real_pixels();
        assert!((LEAST..=256).contains(&icon_size()), "{} with a taskbar: {}", icon_size(), is_there());
    }
}
