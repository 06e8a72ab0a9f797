//! Users: what each is told from others by, a security identifier (SID), here always as text.

use std::{
    ffi::c_void,
    io,
    os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle},
    ptr,
};

use windows_sys::{
    Win32::{
        Foundation::{HANDLE, LocalFree},
        Security::{
            Authorization::{ConvertSidToStringSidW, ConvertStringSidToSidW},
            GetTokenInformation, LookupAccountSidW, PSID, TOKEN_ELEVATION, TOKEN_QUERY, TOKEN_USER,
            TokenElevation, TokenUser,
        },
        System::Threading::{
            GetCurrentProcess, OpenProcess, OpenProcessToken, PROCESS_QUERY_LIMITED_INFORMATION,
        },
    },
    core::PWSTR,
};

use crate::text::{narrow, text_at, wide};

/// The system itself.
pub const SYSTEM: &str = "S-1-5-18";
/// The group of this computer's administrators, who have all rights anyway.
pub const ADMINISTRATORS: &str = "S-1-5-32-544";

/// Of this process's user.
pub fn own_sid() -> io::Result<String> {
    user_of(&own_token()?)
}

/// Of the user of a process, where that may be asked.
pub fn sid_of_process(id: u32) -> io::Result<String> {
    // SAFETY: no pointer is passed.
    let process = owned(unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, id) })?;
    user_of(&token_of(process.as_raw_handle())?)
}

/// Whether this process has an administrator's rights now, not only a user who may get them.
pub fn is_elevated() -> io::Result<bool> {
    let mut found = TOKEN_ELEVATION::default();
    let token = own_token()?;
    information(&token, TokenElevation, (&raw mut found).cast(), size_of::<TOKEN_ELEVATION>())?;
    Ok(found.TokenIsElevated != 0)
}

/// `COMPUTER\name`, where this computer or its domain knows. May ask the network.
pub fn name_of(sid: &str) -> Option<String> {
    let (mut name, mut domain) = ([0_u16; 257], [0_u16; 257]);
    let (mut of_name, mut of_domain, mut kind) = (257, 257, 0);
    let sid = Sid::read(sid).ok()?;
    // SAFETY: the SID is whole, and both places have the room that is told.
    let found = unsafe {
        LookupAccountSidW(
            ptr::null(),
            sid.0.0.cast(),
            name.as_mut_ptr(),
            &raw mut of_name,
            domain.as_mut_ptr(),
            &raw mut of_domain,
            &raw mut kind,
        )
    };
    if found == 0 {
        return None;
    }
    let (name, domain) = (narrow(&name), narrow(&domain));
    Some(if domain.is_empty() { name } else { format!(r"{domain}\{name}") })
}

/// A SID as text.
///
/// # Safety
/// It points to a whole one.
pub(crate) unsafe fn text_of(sid: PSID) -> io::Result<String> {
    let mut text: PWSTR = ptr::null_mut();
    // SAFETY: the caller's; what comes is given back below.
    if unsafe { ConvertSidToStringSidW(sid, &raw mut text) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let text = Local(text.cast());
    // SAFETY: the system ends its texts with a zero.
    Ok(unsafe { text_at(text.0.cast()) })
}

/// What the system has lent, given back in the end.
pub(crate) struct Local(pub(crate) *mut c_void);

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: it came from a call that says to give it back by this one, and nothing points into it any more.
        unsafe { LocalFree(self.0) };
    }
}

struct Sid(Local);

impl Sid {
    fn read(text: &str) -> io::Result<Self> {
        let (text, mut sid) = (wide(text), ptr::null_mut());
        // SAFETY: the text ends with a zero; what comes is given back by `Local`.
        let made = unsafe { ConvertStringSidToSidW(text.as_ptr(), &raw mut sid) };
        if made == 0 { Err(io::Error::last_os_error()) } else { Ok(Self(Local(sid))) }
    }
}

/// A handle that was just opened, or why there is none.
pub(crate) fn owned(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is open, and nobody else's.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn own_token() -> io::Result<OwnedHandle> {
    // SAFETY: it takes nothing, and what it gives needs no closing.
    token_of(unsafe { GetCurrentProcess() })
}

fn token_of(process: HANDLE) -> io::Result<OwnedHandle> {
    let mut token = ptr::null_mut();
    // SAFETY: the process is open; the token is closed by its owner.
    let opened = unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) };
    if opened == 0 { Err(io::Error::last_os_error()) } else { owned(token) }
}

fn user_of(token: &OwnedHandle) -> io::Result<String> {
    // A SID has 68 bytes at most.
    let mut room = [0_u64; 16];
    information(token, TokenUser, room.as_mut_ptr().cast(), size_of_val(&room))?;
    // SAFETY: the call has filled it with one, and the room is aligned for it.
    let user = unsafe { room.as_ptr().cast::<TOKEN_USER>().read() };
    // SAFETY: the SID is in the room too, which is still there.
    unsafe { text_of(user.User.Sid) }
}

fn information(token: &OwnedHandle, class: i32, to: *mut c_void, room: usize) -> io::Result<()> {
    let (room, mut length) = (u32::try_from(room).map_err(io::Error::other)?, 0);
    // SAFETY: the token is open, and the caller's place has this room.
    let told = unsafe { GetTokenInformation(token.as_raw_handle(), class, to, room, &raw mut length) };
    if told == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_and_its_user_are_known_by_the_same_sid() {
        let own = own_sid().unwrap();
        assert!(own.starts_with("S-1-5-"), "{own}");
        assert_eq!(sid_of_process(std::process::id()).unwrap(), own, "asked from outside");
        assert!(sid_of_process(3).is_err(), "no process has such a number: they are multiples of four");
        assert!(is_elevated().is_ok());
    }

    #[test]
    fn users_have_names_where_they_are_known() {
        assert!(name_of(&own_sid().unwrap()).is_some(), "this one");
        assert_eq!(name_of("S-1-5-21-1-2-3-1001"), None, "nobody's");
        assert_eq!(name_of("no SID"), None);
    }
}
