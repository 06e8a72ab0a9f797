//! A window that nobody sees, for what the system tells only windows; and the loop of a thread that has any.

use std::{cell::RefCell, io, ops::ControlFlow, ptr, sync::mpsc, thread};

use windows_sys::Win32::{
    Foundation::{HWND, LPARAM, LRESULT, WPARAM},
    System::{LibraryLoader::GetModuleHandleW, Threading::GetCurrentThreadId},
    UI::WindowsAndMessaging::{
        CreateWindowExW, DefWindowProcW, DispatchMessageW, GetMessageW, MSG, PBT_APMRESUMEAUTOMATIC,
        PM_NOREMOVE, PeekMessageW, PostThreadMessageW, RegisterClassW, TranslateMessage, WM_APP, WM_CLOSE,
        WM_ENDSESSION, WM_POWERBROADCAST, WM_QUERYENDSESSION, WNDCLASSW, WS_EX_NOACTIVATE, WS_EX_TOOLWINDOW,
    },
};

use crate::text::wide;

/// What the system tells a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The login ends, or the computer. The process may be gone as soon as whoever hears this returns.
    SessionEnds,
    /// The computer has woken up.
    WokenUp,
    /// A program asks this one to end, as `taskkill` does.
    AskedToEnd,
}

type Hear = Box<dyn FnMut(News)>;

thread_local! {
    /// Who hears what the window of this thread is told.
    static HEAR: RefCell<Option<Hear>> = const { RefCell::new(None) };
}

/// Hears the news for as long as the process lives, on a thread of its own that waits in between.
pub fn hear(hear: impl FnMut(News) + Send + 'static) -> io::Result<()> {
    let (made, is_made) = mpsc::channel();
    let begin = move || {
        HEAR.set(Some(Box::new(hear)));
        let window = open();
        let is_there = window.is_ok();
        let _ = made.send(window);
        if is_there {
            run(|| ControlFlow::Continue(()));
        }
    };
    thread::Builder::new().name("news of the system".to_owned()).spawn(begin)?;
    is_made.recv().map_err(io::Error::other)?
}

/// One that is told all that concerns every window: a message-only window would not be.
fn open() -> io::Result<()> {
    let name = wide("datatrax-connect-news");
    // SAFETY: nothing is passed: it is this program's own.
    let program = unsafe { GetModuleHandleW(ptr::null()) };
    let class = WNDCLASSW {
        lpfnWndProc: Some(told),
        hInstance: program,
        lpszClassName: name.as_ptr(),
        ..WNDCLASSW::default()
    };
    // SAFETY: the name ends with a zero and is copied. That the class is there already is no harm.
    unsafe { RegisterClassW(&raw const class) };
    // SAFETY: the name ends with a zero; the window ends with this thread.
    let window = unsafe {
        CreateWindowExW(
            WS_EX_TOOLWINDOW | WS_EX_NOACTIVATE,
            name.as_ptr(),
            ptr::null(),
            0,
            0,
            0,
            0,
            0,
            ptr::null_mut(),
            ptr::null_mut(),
            program,
            ptr::null(),
        )
    };
    if window.is_null() { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// # Safety
/// Called by the system alone.
unsafe extern "system" fn told(window: HWND, message: u32, first: WPARAM, second: LPARAM) -> LRESULT {
    match message {
        WM_QUERYENDSESSION => return 1,
        // Zero where the end was called off.
        WM_ENDSESSION if first != 0 => tell(News::SessionEnds),
        WM_POWERBROADCAST if u32::try_from(first) == Ok(PBT_APMRESUMEAUTOMATIC) => tell(News::WokenUp),
        WM_CLOSE => tell(News::AskedToEnd),
        // SAFETY: the arguments are those that the system has passed.
        _ => return unsafe { DefWindowProcW(window, message, first, second) },
    }
    0
}

fn tell(news: News) {
    HEAR.with(|hear| {
        // News that come while earlier ones are told are the same ones once more.
        if let Ok(mut hear) = hear.try_borrow_mut()
            && let Some(hear) = hear.as_mut()
        {
            hear(news);
        }
    });
}

/// Has the loop of another thread look again.
#[derive(Clone, Copy, Debug)]
pub struct Waker(u32);

impl Waker {
    /// Of this thread, whose loop runs from now on or soon.
    pub fn of_this_thread() -> Self {
        let mut message = MSG::default();
        // SAFETY: there is a place for a message. From this call on the thread has a queue.
        unsafe { PeekMessageW(&raw mut message, ptr::null_mut(), 0, 0, PM_NOREMOVE) };
        // SAFETY: nothing is passed.
        Self(unsafe { GetCurrentThreadId() })
    }

    /// One that has no loop any more needs none.
    pub fn wake(self) {
        // SAFETY: no pointer is passed.
        unsafe { PostThreadMessageW(self.0, WM_APP, 0, 0) };
    }
}

/// Hands each message of this thread to its window. `look` is called after each, and says when that is enough. It is not
/// called while a menu is open.
pub fn run(mut look: impl FnMut() -> ControlFlow<()>) {
    let mut message = MSG::default();
    loop {
        // SAFETY: there is a place for a message.
        let got = unsafe { GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) };
        if got <= 0 {
            return;
        }
        // SAFETY: the message is the one that came.
        unsafe { TranslateMessage(&raw const message) };
        // SAFETY: the same.
        unsafe { DispatchMessageW(&raw const message) };
        if look().is_break() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::UI::WindowsAndMessaging::{FindWindowExW, SendMessageW};

    use super::*;

    #[test]
    fn a_loop_runs_until_it_was_woken_often_enough() {
        let (begun, waker) = mpsc::channel();
        let thread = thread::spawn(move || {
            begun.send(Waker::of_this_thread()).unwrap();
            let mut times = 0;
            run(|| {
                times += 1;
                if times == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            times
        });
        let waker = waker.recv().unwrap();
        for _ in 0..3 {
            waker.wake();
        }
        assert_eq!(thread.join().unwrap(), 3);
    }

    #[test]
    fn the_end_of_the_session_and_the_computers_waking_are_heard() {
        let (told, hears) = mpsc::channel();
        if let Err(error) = hear(move |news| told.send(news).unwrap()) {
            eprintln!("there is no desktop, and so no window: not looked at ({error})");
            return;
        }
        let name = wide("datatrax-connect-news");
        // SAFETY: the name ends with a zero.
        let window = unsafe { FindWindowExW(ptr::null_mut(), ptr::null_mut(), name.as_ptr(), ptr::null()) };
        assert!(!window.is_null(), "it is a window of the desktop");
        let send = |message, first| {
            // SAFETY: none of these messages has a pointer.
            unsafe { SendMessageW(window, message, first, 0) }
        };
        assert_eq!(send(WM_QUERYENDSESSION, 0), 1, "the session may end");
        send(WM_ENDSESSION, 0);
        send(WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC as WPARAM);
        send(WM_CLOSE, 0);
        send(WM_ENDSESSION, 1);
        let all: Vec<News> = hears.iter().take(3).collect();
        assert_eq!(
            all,
            [News::WokenUp, News::AskedToEnd, News::SessionEnds],
            "but not an end that was called off"
        );
    }
}
