//! Notifications as Windows shows them: toasts.

use windows::{
    Data::Xml::Dom::XmlDocument,
    Foundation::TypedEventHandler,
    UI::Notifications::{NotificationSetting, ToastNotification, ToastNotificationManager},
    core::{HSTRING, Result},
};

/// Shows a title and a text in the name of an application that is known by its identifier (AppUserModelID). `clicked` is
/// called on some thread when a person clicks it while this process lives.
///
/// # Errors
/// Nobody shows notifications, the application is not installed, or its notifications are switched off; in words.
pub fn show(
    application: &str,
    title: &str,
    text: &str,
    clicked: impl Fn() + Send + 'static,
) -> std::result::Result<(), String> {
    let said = |error: windows::core::Error| format!("{error}");
    match shown(&HSTRING::from(application), &xml(title, text), clicked).map_err(said)? {
        NotificationSetting::Enabled => Ok(()),
        _ => Err("they are switched off in the settings of Windows".to_owned()),
    }
}

fn shown(application: &HSTRING, xml: &str, clicked: impl Fn() + Send + 'static) -> Result<NotificationSetting> {
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

fn xml(title: &str, text: &str) -> String {
    format!(
        "<toast><visual><binding template=\"ToastGeneric\"><text>{}</text><text>{}</text></binding></visual></toast>",
        escaped(title),
        escaped(text)
    )
}

/// Text as it stands between two marks. What XML cannot have is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
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

    #[test]
    fn a_name_is_no_markup() {
        let made = xml("<b> & \u{1}\u{ffff}co", "line\nnext \"quoted\"");
        assert!(made.contains("<text>&lt;b&gt; &amp; co</text>"), "{made}");
        assert!(made.contains("<text>line\nnext \"quoted\"</text>"), "{made}");
    }

    #[test]
    fn an_application_that_is_not_installed_shows_nothing_and_says_so() {
        let reason = show("com.getdatatrax.connect.nobody", "title", "text", || {}).unwrap_err();
        assert!(!reason.is_empty());
    }
}
