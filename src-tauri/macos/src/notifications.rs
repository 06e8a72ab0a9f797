//! Notifications in the name of the bundle. Without one the system ends the program that asks, so nothing is asked then.

use std::{
    sync::{Once, mpsc},
    time::Duration,
};

use block2::RcBlock;
use objc2::{
    AnyThread, DefinedClass as _, define_class, msg_send,
    rc::Retained,
    runtime::{Bool, ProtocolObject},
};
use objc2_foundation::{NSArray, NSError, NSObject, NSObjectProtocol, NSSet, NSString};
use objc2_user_notifications::{
    UNAuthorizationOptions, UNMutableNotificationContent, UNNotificationAction, UNNotificationActionOptions,
    UNNotificationCategory, UNNotificationCategoryOptions, UNNotificationRequest, UNNotificationResponse,
    UNUserNotificationCenter, UNUserNotificationCenterDelegate,
};

use crate::bundle;

/// How long an answer is waited for. The first one comes from a person, who is asked whether notifications are wanted.
const UNTIL_ANSWERED: Duration = Duration::from_secs(20);

struct Ivars {
    clicked: Box<dyn Fn(&str) + Send + Sync>,
}

define_class!(
    // SAFETY: `NSObject` asks nothing of what is made of it, and this does not implement `Drop`.
    #[unsafe(super(NSObject))]
    #[name = "DatatraxNotificationDelegate"]
    #[ivars = Ivars]
    struct Delegate;

    // SAFETY: it asks nothing.
    unsafe impl NSObjectProtocol for Delegate {}

    // SAFETY: what it is called with has the types that the system passes.
    unsafe impl UNUserNotificationCenterDelegate for Delegate {
        #[unsafe(method(userNotificationCenter:didReceiveNotificationResponse:withCompletionHandler:))]
        fn clicked(
            &self,
            _: &UNUserNotificationCenter,
            response: &UNNotificationResponse,
            done: &block2::DynBlock<dyn Fn()>,
        ) {
            (self.ivars().clicked)(&response.notification().request().identifier().to_string());
            done.call(());
        }
    }
);

impl Delegate {
    fn new(clicked: Box<dyn Fn(&str) + Send + Sync>) -> Retained<Self> {
        let this = Self::alloc().set_ivars(Ivars { clicked });
        // SAFETY: the signature of `NSObject`'s `init`.
        unsafe { msg_send![super(this), init] }
    }
}

/// Has clicks told from now on, each with what its notification was named. The first to ask hears all of them.
pub fn hear(clicked: impl Fn(&str) + Send + Sync + 'static) {
    static HEARS: Once = Once::new();
    if !bundle::is_there() {
        return;
    }
    HEARS.call_once(|| {
        let delegate = Delegate::new(Box::new(clicked));
        let center = UNUserNotificationCenter::currentNotificationCenter();
        center.setDelegate(Some(ProtocolObject::from_ref(&*delegate)));
        // The system does not keep it, and it has to stay for as long as the program does.
        std::mem::forget(delegate);
    });
}

/// Shows a notification, with a button where a click does what that says. Blocks until the system has taken it.
///
/// # Errors
/// There is no bundle, a person does not want notifications, or the system takes none. The text says only that.
pub fn show(name: &str, title: &str, text: &str, button: Option<&str>) -> Result<(), String> {
    if !bundle::is_there() {
        return Err("this program is in no bundle".to_owned());
    }
    is_wanted()?;
    let center = UNUserNotificationCenter::currentNotificationCenter();
    let content = UNMutableNotificationContent::new();
    content.setTitle(&NSString::from_str(title));
    content.setBody(&NSString::from_str(text));
    if let Some(button) = button {
        let button = NSString::from_str(button);
        center.setNotificationCategories(&NSSet::from_retained_slice(&[with_button(&button)]));
        content.setCategoryIdentifier(&button);
    }
    let request = UNNotificationRequest::requestWithIdentifier_content_trigger(
        &NSString::from_str(name),
        &content,
        None,
    );
    let (tell, told) = mpsc::channel();
    let done = RcBlock::new(move |error: *mut NSError| {
        // Nobody may wait any more.
        let _ = tell.send(error.is_null());
    });
    center.addNotificationRequest_withCompletionHandler(&request, Some(&done));
    if told.recv_timeout(UNTIL_ANSWERED) == Ok(true) {
        Ok(())
    } else {
        Err("the system does not take it".to_owned())
    }
}

/// Notifications with this button, named as it is. The system knows one kind at a time: that of the newest.
fn with_button(button: &NSString) -> Retained<UNNotificationCategory> {
    let foreground = UNNotificationActionOptions::Foreground;
    let action = UNNotificationAction::actionWithIdentifier_title_options(button, button, foreground);
    UNNotificationCategory::categoryWithIdentifier_actions_intentIdentifiers_options(
        button,
        &NSArray::from_retained_slice(&[action]),
        &NSArray::new(),
        UNNotificationCategoryOptions::empty(),
    )
}

/// Asks the person once; from then on the system answers by itself.
fn is_wanted() -> Result<(), String> {
    let (tell, told) = mpsc::channel();
    let answered = RcBlock::new(move |is_wanted: Bool, _: *mut NSError| {
        // Nobody may wait any more.
        let _ = tell.send(is_wanted.as_bool());
    });
    let center = UNUserNotificationCenter::currentNotificationCenter();
    center.requestAuthorizationWithOptions_completionHandler(UNAuthorizationOptions::Alert, &answered);
    match told.recv_timeout(UNTIL_ANSWERED) {
        Ok(true) => Ok(()),
        Ok(false) => Err("notifications are switched off".to_owned()),
        Err(_) => Err("nobody has answered yet whether notifications are wanted".to_owned()),
    }
}
