//! What the desktop has to show of a window.

use std::{ffi::c_void, mem, ptr};

use windows_sys::Win32::{
    Foundation::{HWND, RECT},
    Graphics::Gdi::{
        BI_RGB, BITMAPINFO, BITMAPINFOHEADER, CreateCompatibleDC, CreateDIBSection, DIB_RGB_COLORS, DeleteDC,
        DeleteObject, GdiFlush, HBITMAP, HDC, SelectObject,
    },
    Storage::Xps::{PW_CLIENTONLY, PrintWindow},
    UI::WindowsAndMessaging::{GetClientRect, IsIconic, IsWindowVisible, PW_RENDERFULLCONTENT},
};

/// No window is larger than some screens side by side.
const MOST_PIXELS: usize = 1 << 27;

/// The pixels inside a window's frame, four bytes each, the last of which says nothing. What is drawn by the graphics card
/// is in it, and what other windows hide too. `None` while the window shows nothing.
pub fn of(window: usize) -> Option<Vec<u8>> {
    let window: HWND = ptr::without_provenance_mut(window);
    // SAFETY: no pointer is passed; a handle of no window is told as not visible.
    let is_visible = unsafe { IsWindowVisible(window) } != 0;
    // SAFETY: as above.
    let is_minimized = unsafe { IsIconic(window) } != 0;
    if !is_visible || is_minimized {
        return None;
    }
    let mut inside = RECT::default();
    // SAFETY: the rectangle is written to, and outlives the call.
    let is_known = unsafe { GetClientRect(window, &raw mut inside) } != 0;
    let sheet = Sheet::new(inside.right, inside.bottom).filter(|_| is_known)?;
    // SAFETY: the sheet's context lives, and is of this thread.
    let is_drawn = unsafe { PrintWindow(window, sheet.context, PW_CLIENTONLY | PW_RENDERFULLCONTENT) } != 0;
    is_drawn.then(|| sheet.pixels())
}

/// A picture in memory that can be drawn to.
struct Sheet {
    context: HDC,
    bitmap: HBITMAP,
    bytes: *const u8,
    length: usize,
}

impl Sheet {
    fn new(width: i32, height: i32) -> Option<Self> {
        let (wide, high) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        let pixels = wide.checked_mul(high).filter(|pixels| (1..=MOST_PIXELS).contains(pixels))?;
        // SAFETY: without another context it is made for the screen.
        let context = unsafe { CreateCompatibleDC(ptr::null_mut()) };
        if context.is_null() {
            return None;
        }
        let header = BITMAPINFOHEADER {
            biSize: u32::try_from(mem::size_of::<BITMAPINFOHEADER>()).ok()?,
            biWidth: width,
            // From the top down.
            biHeight: -height,
            biPlanes: 1,
            biBitCount: 32,
            biCompression: BI_RGB,
            ..Default::default()
        };
        let info = BITMAPINFO { bmiHeader: header, ..Default::default() };
        let mut bytes: *mut c_void = ptr::null_mut();
        // SAFETY: the description is whole, and the place of the pixels is written to; both outlive the call.
        let bitmap = unsafe {
            CreateDIBSection(context, &raw const info, DIB_RGB_COLORS, &raw mut bytes, ptr::null_mut(), 0)
        };
        let sheet = Self { context, bitmap, bytes: bytes.cast(), length: pixels * 4 };
        if bitmap.is_null() || bytes.is_null() {
            return None;
        }
        // SAFETY: both are this sheet's.
        unsafe { SelectObject(context, bitmap) };
        Some(sheet)
    }

    fn pixels(&self) -> Vec<u8> {
        // SAFETY: nothing is passed; it makes sure that all of it is drawn.
        unsafe { GdiFlush() };
        // SAFETY: the bitmap has four bytes for each pixel there, which nobody else writes to, and lives as long as `self`.
        unsafe { std::slice::from_raw_parts(self.bytes, self.length) }.to_vec()
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        // SAFETY: the context is this sheet's and used no more. Without it the bitmap is free to go.
        unsafe { DeleteDC(self.context) };
        if !self.bitmap.is_null() {
            // SAFETY: as above.
            unsafe { DeleteObject(self.bitmap) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_no_window_there_is_no_picture() {
        assert_eq!(of(0), None, "no handle");
        assert_eq!(of(0x7fff_fff0), None, "a handle of nothing");
    }

    #[test]
    fn a_sheet_has_four_bytes_for_each_pixel() {
        assert_eq!(Sheet::new(30, 20).unwrap().pixels(), vec![0; 2400], "and begins black");
        assert!(Sheet::new(0, 20).is_none() && Sheet::new(-1, 20).is_none(), "nothing to draw on");
        assert!(Sheet::new(i32::MAX, i32::MAX).is_none(), "more than any screen");
    }
}
