//! The proxies of the system's network settings.

use std::{
    cell::OnceCell,
    ffi::c_void,
    ptr::NonNull,
    time::{Duration, Instant},
};

use objc2_cf_network::{
    CFNetworkCopyProxiesForURL, CFNetworkCopySystemProxySettings, CFNetworkExecuteProxyAutoConfigurationURL,
    kCFProxyAutoConfigurationURLKey, kCFProxyHostNameKey, kCFProxyPortNumberKey,
    kCFProxyTypeAutoConfigurationURL, kCFProxyTypeHTTP, kCFProxyTypeHTTPS, kCFProxyTypeKey, kCFProxyTypeNone,
};
use objc2_core_foundation::{
    CFArray, CFDictionary, CFError, CFNumber, CFRetained, CFRunLoop, CFStreamClientContext, CFString, CFType,
    CFURL,
};

/// How long a script is waited for, and between two looks whether it is there.
const UNTIL_A_SCRIPT_IS_THERE: Duration = Duration::from_secs(10);
const LOOK: f64 = 0.1;

/// A run loop's mode of our own: nothing else happens while a script is waited for.
const MODE: &str = "com.getdatatrax.connect.proxy";

/// One way to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    Straight,
    /// Host and port.
    Proxy(String),
    /// The address of a script that tells the ways (PAC).
    Script(String),
    /// A proxy of another kind, or one that the system does not tell in full.
    Other,
}

type Entry = CFDictionary<CFString, CFType>;

/// The ways to an address by the settings, the best first. The system applies the exceptions of the settings.
pub fn ways(address: &str) -> Vec<Way> {
    // SAFETY: nothing is passed.
    let settings = unsafe { CFNetworkCopySystemProxySettings() };
    let (Some(settings), Some(address)) = (settings, url(address)) else { return Vec::new() };
    // SAFETY: the settings are as the system has them.
    let proxies = unsafe { CFNetworkCopyProxiesForURL(&address, &settings) };
    in_list(&proxies)
}

/// What a script has said: nothing yet, nothing that is of use, or these ways.
type Told = OnceCell<Option<Vec<Way>>>;

/// The ways that a script tells for an address. Blocks while it is fetched and run. `None` where it cannot be had.
pub fn by_script(script: &str, address: &str) -> Option<Vec<Way>> {
    let (script, address) = (url(script)?, url(address)?);
    let told = Told::new();
    let mut context = CFStreamClientContext {
        version: 0,
        info: (&raw const told).cast_mut().cast(),
        retain: None,
        release: None,
        copyDescription: None,
    };
    // SAFETY: the callback is one for a `Told`, which stays here until the source is gone.
    let source = unsafe {
        CFNetworkExecuteProxyAutoConfigurationURL(&script, &address, Some(tell), NonNull::from(&mut context))
    };
    let (run_loop, mode) = (CFRunLoop::current()?, CFString::from_static_str(MODE));
    run_loop.add_source(Some(&source), Some(&mode));
    let began = Instant::now();
    while told.get().is_none() && began.elapsed() < UNTIL_A_SCRIPT_IS_THERE {
        CFRunLoop::run_in_mode(Some(&mode), LOOK, true);
    }
    source.invalidate();
    told.into_inner().flatten()
}

/// # Safety
/// `to` is a [`Told`], and `proxies` a list of the system's unless there is an error.
unsafe extern "C-unwind" fn tell(to: NonNull<c_void>, proxies: NonNull<CFArray>, error: *mut CFError) {
    let ways = error.is_null().then(|| {
        // SAFETY: as promised to this function.
        in_list(unsafe { proxies.as_ref() })
    });
    // SAFETY: as promised to this function.
    let told = unsafe { to.cast::<Told>().as_ref() };
    // It is told once.
    let _ = told.set(ways);
}

fn in_list(proxies: &CFArray) -> Vec<Way> {
    // SAFETY: a list of the system's has these in it.
    let proxies: &CFArray<Entry> = unsafe { proxies.cast_unchecked() };
    proxies.iter().map(|proxy| way(&proxy)).collect()
}

fn way(proxy: &Entry) -> Way {
    // SAFETY: the system's own names, here and below, which are there from the start.
    let Some(kind) = proxy.get(unsafe { kCFProxyTypeKey }) else { return Way::Other };
    let is = |name: &CFString| kind.downcast_ref::<CFString>() == Some(name);
    // SAFETY: as above.
    if is(unsafe { kCFProxyTypeNone }) {
        return Way::Straight;
    }
    // SAFETY: as above.
    let by_http = is(unsafe { kCFProxyTypeHTTP });
    // SAFETY: as above.
    if by_http || is(unsafe { kCFProxyTypeHTTPS }) {
        return place(proxy).map_or(Way::Other, Way::Proxy);
    }
    // SAFETY: as above.
    if is(unsafe { kCFProxyTypeAutoConfigurationURL }) {
        return script(proxy).map_or(Way::Other, Way::Script);
    }
    Way::Other
}

fn place(proxy: &Entry) -> Option<String> {
    // SAFETY: the system's own names, which are there from the start.
    let host = proxy.get(unsafe { kCFProxyHostNameKey })?;
    // SAFETY: as above.
    let port = proxy.get(unsafe { kCFProxyPortNumberKey })?;
    Some(format!("{}:{}", host.downcast_ref::<CFString>()?, port.downcast_ref::<CFNumber>()?.as_i64()?))
}

fn script(proxy: &Entry) -> Option<String> {
    // SAFETY: the system's own name, which is there from the start.
    let script = proxy.get(unsafe { kCFProxyAutoConfigurationURLKey })?;
    Some(script.downcast_ref::<CFURL>()?.string().to_string())
}

fn url(address: &str) -> Option<CFRetained<CFURL>> {
    CFURL::from_string(None, &CFString::from_str(address), None)
}
