//! What the system's own settings say of proxies: one for everything, a script, or a script that the network tells of.

use std::{ffi::c_void, io, ptr};

use windows_sys::Win32::{
    Foundation::GlobalFree,
    Networking::WinHttp::{
        WINHTTP_ACCESS_TYPE_NAMED_PROXY, WINHTTP_ACCESS_TYPE_NO_PROXY, WINHTTP_AUTO_DETECT_TYPE_DHCP,
        WINHTTP_AUTO_DETECT_TYPE_DNS_A, WINHTTP_AUTOPROXY_AUTO_DETECT, WINHTTP_AUTOPROXY_CONFIG_URL,
        WINHTTP_AUTOPROXY_OPTIONS, WINHTTP_CURRENT_USER_IE_PROXY_CONFIG, WINHTTP_PROXY_INFO,
        WinHttpCloseHandle, WinHttpGetIEProxyConfigForCurrentUser, WinHttpGetProxyForUrl, WinHttpOpen,
    },
};

use crate::text::{text_at, wide};

/// The settings of this user, or of the whole computer where its administrator says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether the network is asked for a script.
    pub asks_network: bool,
    /// The address of a script.
    pub script: Option<String>,
    /// The proxy, or one for each scheme, as it was typed.
    pub proxy: Option<String>,
    /// What goes without it, as it was typed.
    pub without: Option<String>,
}

pub fn settings() -> io::Result<Settings> {
    let mut found = WINHTTP_CURRENT_USER_IE_PROXY_CONFIG::default();
    // SAFETY: there is a place for it; the texts that come are given back by `Text`.
    if unsafe { WinHttpGetIEProxyConfigForCurrentUser(&raw mut found) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let text = |place| Text(place).read();
    Ok(Settings {
        asks_network: found.fAutoDetect != 0,
        script: text(found.lpszAutoConfigUrl),
        proxy: text(found.lpszProxy),
        without: text(found.lpszProxyBypass),
    })
}

/// What a script says of an address: proxies to be tried in order, or none. The script is this one, or the network's. Fetching
/// it may take seconds.
pub fn by_script(address: &str, script: Option<&str>) -> io::Result<Option<String>> {
    // SAFETY: no text is passed.
    let session =
        unsafe { WinHttpOpen(ptr::null(), WINHTTP_ACCESS_TYPE_NO_PROXY, ptr::null(), ptr::null(), 0) };
    if session.is_null() {
        return Err(io::Error::last_os_error());
    }
    let session = Session(session);
    let (address, script) = (wide(address), script.map(wide));
    let mut options = WINHTTP_AUTOPROXY_OPTIONS { fAutoLogonIfChallenged: 1, ..Default::default() };
    if let Some(script) = &script {
        options.dwFlags = WINHTTP_AUTOPROXY_CONFIG_URL;
        options.lpszAutoConfigUrl = script.as_ptr();
    } else {
        options.dwFlags = WINHTTP_AUTOPROXY_AUTO_DETECT;
        options.dwAutoDetectFlags = WINHTTP_AUTO_DETECT_TYPE_DHCP | WINHTTP_AUTO_DETECT_TYPE_DNS_A;
    }
    let mut found = WINHTTP_PROXY_INFO::default();
    // SAFETY: the session is open, both texts end with a zero, and what comes is given back by `Text`.
    let told =
        unsafe { WinHttpGetProxyForUrl(session.0, address.as_ptr(), &raw mut options, &raw mut found) };
    if told == 0 {
        return Err(io::Error::last_os_error());
    }
    let (proxies, _without) = (Text(found.lpszProxy), Text(found.lpszProxyBypass));
    Ok(proxies.read().filter(|_| found.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY))
}

struct Session(*mut c_void);

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: it is open, and used by nobody any more.
        unsafe { WinHttpCloseHandle(self.0) };
    }
}

/// A text that the system has lent, or none.
struct Text(*mut u16);

impl Text {
    fn read(&self) -> Option<String> {
        // SAFETY: the system ends its texts with a zero.
        (!self.0.is_null()).then(|| unsafe { text_at(self.0) }).filter(|text| !text.is_empty())
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: it came from a call that says to give it back by this one.
            unsafe { GlobalFree(self.0.cast()) };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        thread,
    };

    use super::*;

    const SCRIPT: &str = "function FindProxyForURL(url, host) {
        return dnsDomainIs(host, '.salesforce.com') ? 'PROXY proxy.example:3128; DIRECT' : 'DIRECT';
    }";

    /// The address of a script on this computer.
    fn script() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/proxy.pac", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, mut head) = (stream.unwrap(), Vec::new());
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                    head.push(byte[0]);
                }
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/x-ns-proxy-autoconfig\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{SCRIPT}",
                    SCRIPT.len()
                );
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        address
    }

    #[test]
    fn a_script_says_which_address_goes_through_which_proxy() {
        let script = script();
        let through = by_script("https://acme.my.salesforce.com/", Some(&script)).unwrap();
        assert!(
            through.as_deref().is_some_and(|proxies| proxies.contains("proxy.example:3128")),
            "{through:?}"
        );
        assert_eq!(by_script("https://elsewhere.example/", Some(&script)).unwrap(), None, "straight");
        assert!(
            by_script("https://acme.my.salesforce.com/", Some("http://127.0.0.1:9/none")).is_err(),
            "no script"
        );
    }

    #[test]
    fn the_settings_can_be_read() {
        assert!(settings().is_ok());
    }
}
