//! Notifications as Windows shows them: toasts.

use windows::{
    Data::Xml::Dom::XmlDocument,
    Foundation::TypedEventHandler,
    UI::Notifications::{NotificationSetting, ToastNotification, ToastNotificationManager},
    core::{HSTRING, Result},
};

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct Toast<'a> {
    pub title: &'a str,
    pub text: &'a str,
    /// What a button says that does the same as a click on the toast itself.
    pub button: Option<&'a str>,
}

/// Shows a toast in the name of an application that is known by its identifier (`AppUserModelID`). `clicked` is called on
/// some thread when a person clicks it while this process lives.
///
/// # Errors
/// Nobody shows notifications, the application is not installed, or its notifications are switched off; in words.
pub fn show(
    application: &str,
    toast: Toast<'_>,
    clicked: impl Fn() + Send + 'static,
) -> std::result::Result<(), String> {
    let said = |error: windows::core::Error| format!("{error}");
    match shown(&HSTRING::from(application), &xml(toast), clicked).map_err(said)? {
        NotificationSetting::Enabled => Ok(()),
        _ => Err("they are switched off in the settings of Windows".to_owned()),
    }
}

fn shown(
    application: &HSTRING,
    xml: &str,
    clicked: impl Fn() + Send + 'static,
) -> Result<NotificationSetting> {
    let notifier = ToastNotificationManager::CreateToastNotifierWithId(application)?;
    let setting = notifier.Setting()?;
    if setting == NotificationSetting::Enabled {
        let document = XmlDocument::new()?;
        document.LoadXml(&HSTRING::from(xml))?;
        let toast = ToastNotification::CreateToastNotification(&document)?;
        toast.Activated(&TypedEventHandler::new(move |_, _| {
            clicked();
            Ok(())
        }))?;
        notifier.Show(&toast)?;
    }
    Ok(setting)
}

fn xml(Toast { title, text, button }: Toast<'_>) -> String {
    let button = button
        .map(|label| format!("<actions><action content=\"{}\" arguments=\"\"/></actions>", escaped(label)));
    format!(
        "<toast><visual><binding template=\"ToastGeneric\"><text>{}</text><text>{}</text></binding></visual>{}</toast>",
        escaped(title),
        escaped(text),
        button.unwrap_or_default()
    )
}

/// Text as it stands between two marks or in one. What XML cannot have is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() && other != '\n' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toast(title: &str) -> Toast<'_> {
        Toast { title, text: "line\nnext", button: Some("Open \"R&D\"") }
    }

    #[test]
    fn a_name_is_no_markup() {
        let made = xml(toast("<b> & \u{1}\u{ffff}co"));
        assert!(made.contains("<text>&lt;b&gt; &amp; co</text>"), "{made}");
        assert!(made.contains("<text>line\nnext</text>"), "{made}");
        assert!(made.contains("content=\"Open &quot;R&amp;D&quot;\""), "{made}");
    }

    #[test]
    fn an_application_that_is_not_installed_shows_nothing_and_says_so() {
        let reason = show("com.getdatatrax.connect.nobody", toast("title"), || {}).unwrap_err();
        assert!(!reason.is_empty());
    }
}
