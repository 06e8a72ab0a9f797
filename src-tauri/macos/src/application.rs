//! This program as an application of the desktop, without a window and without a place in the Dock. The main thread serves it: there its
//! icon and its menu are, and there the system tells of the end and of sleep.

use dispatch2::DispatchQueue;
use objc2::{
    DefinedClass as _, MainThreadMarker, MainThreadOnly, define_class, msg_send, rc::Retained,
    runtime::ProtocolObject, sel,
};
use objc2_app_kit::{
    NSApplication, NSApplicationActivationPolicy, NSApplicationDelegate, NSApplicationTerminateReply,
    NSWorkspace, NSWorkspaceDidWakeNotification,
};
use objc2_foundation::{NSNotification, NSObject, NSObjectProtocol};

/// What the system tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The login ends, or a person has this application end. The system waits until the process has ended.
    AskedToEnd,
    WokenUp,
}

struct Ivars {
    hear: Box<dyn Fn(News)>,
}

define_class!(
    // SAFETY: `NSObject` asks nothing of what is made of it, and this does not implement `Drop`.
    #[unsafe(super(NSObject))]
    #[thread_kind = MainThreadOnly]
    #[name = "DatatraxApplicationDelegate"]
    #[ivars = Ivars]
    struct Delegate;

    // SAFETY: it asks nothing.
    unsafe impl NSObjectProtocol for Delegate {}

    // SAFETY: what it answers has the type that the system expects.
    unsafe impl NSApplicationDelegate for Delegate {
        #[unsafe(method(applicationShouldTerminate:))]
        fn may_end(&self, _: &NSApplication) -> NSApplicationTerminateReply {
            (self.ivars().hear)(News::AskedToEnd);
            NSApplicationTerminateReply::TerminateLater
        }
    }

    impl Delegate {
        #[unsafe(method(wokenUp:))]
        fn woken_up(&self, _: &NSNotification) {
            (self.ivars().hear)(News::WokenUp);
        }
    }
);

impl Delegate {
    fn new(hear: Box<dyn Fn(News)>, main: MainThreadMarker) -> Retained<Self> {
        let this = Self::alloc(main).set_ivars(Ivars { hear });
        // SAFETY: the signature of `NSObject`'s `init`.
        unsafe { msg_send![super(this), init] }
    }
}

/// Serves the application on this thread until the process ends; returns at once where this is not the main one.
pub fn serve(hear: impl Fn(News) + 'static) {
    let Some(main) = MainThreadMarker::new() else { return };
    let application = NSApplication::sharedApplication(main);
    application.setActivationPolicy(NSApplicationActivationPolicy::Accessory);
    let delegate = Delegate::new(Box::new(hear), main);
    application.setDelegate(Some(ProtocolObject::from_ref(&*delegate)));
    // SAFETY: the system's own name, which is there from the start.
    let woken_up = unsafe { NSWorkspaceDidWakeNotification };
    let told = NSWorkspace::sharedWorkspace().notificationCenter();
    // SAFETY: the delegate has this method, with what it is called with, and lives as long as the process.
    unsafe { told.addObserver_selector_name_object(&delegate, sel!(wokenUp:), Some(woken_up), None) };
    application.run();
}

/// Has the main thread do this, once the application is served there.
pub fn on_main_thread(work: impl FnOnce() + Send + 'static) {
    DispatchQueue::main().exec_async(work);
}
