//! `WebView2`: what Tauri does not pass on of it.

use std::io;

use webview2_com::{
    Microsoft::Web::WebView2::Win32::{
        COREWEBVIEW2_PROCESS_FAILED_KIND_BROWSER_PROCESS_EXITED,
        COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_EXITED, ICoreWebView2, ICoreWebView2Controller,
        ICoreWebView2ProcessFailedEventArgs,
    },
    ProcessFailedEventHandler,
};

/// Calls `is_gone` whenever a process without which the view stays blank has ended. Where it answers that, the page is
/// loaded again. To be called on the thread of the view, which is where `is_gone` is called.
pub fn when_the_page_is_gone(
    view: &ICoreWebView2Controller,
    is_gone: impl Fn() -> bool + 'static,
) -> io::Result<()> {
    // SAFETY: the view lives, and this is its thread.
    let page = unsafe { view.CoreWebView2() }?;
    let heard = move |page: Option<ICoreWebView2>, failed: Option<ICoreWebView2ProcessFailedEventArgs>| {
        if failed.is_none_or(|failed| leaves_it_blank(&failed))
            && is_gone()
            && let Some(page) = page
        {
            // SAFETY: the view tells this on its thread, and lives meanwhile. Without its browser it answers an error.
            unsafe { page.Reload() }?;
        }
        Ok(())
    };
    let mut token = 0;
    // SAFETY: as above. The view keeps the handler for as long as it lives.
    unsafe { page.add_ProcessFailed(&ProcessFailedEventHandler::create(Box::new(heard)), &raw mut token) }?;
    Ok(())
}

/// Others, such as the one for the graphics card, the view starts again by itself.
fn leaves_it_blank(failed: &ICoreWebView2ProcessFailedEventArgs) -> bool {
    let mut kind = COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_EXITED;
    // SAFETY: what has happened lives as long as it is told, and `kind` outlives the call.
    let is_known = unsafe { failed.ProcessFailedKind(&raw mut kind) }.is_ok();
    is_known
        && [
            COREWEBVIEW2_PROCESS_FAILED_KIND_BROWSER_PROCESS_EXITED,
            COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_EXITED,
        ]
        .contains(&kind)
}
