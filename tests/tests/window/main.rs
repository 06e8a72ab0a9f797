//! The real window on a display, with the real agent behind it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod drawing;
mod window;
mod window_count;
mod window_explain;
mod window_frame;
mod window_journey;
mod window_keyboard;
mod window_mistakes;
mod window_portal;
mod window_process;
mod window_rotate;
mod window_short;
mod window_sign_in_mistakes;
mod window_vault;
mod window_walls;
