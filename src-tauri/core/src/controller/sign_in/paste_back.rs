//! What is said of a text that was pasted where a sign-in waits, and is not its answer.

use crate::{
    contract::view::{Cause, Failure},
    explain::{self, Code},
    org::{address, oauth::CallbackError},
    paste,
};

/// Said after what an error page means: it has no `state`, so it proves nothing and ends nothing by itself.
const STILL_WAITS: &str = "The sign-in still waits. If this is how its page ended, cancel it here, and start it again once that is mended.";

/// Why a text is no answer to the sign-in. `facts` are those of the words.
pub(super) fn unread(error: CallbackError, facts: &[(&str, &str)]) -> Failure {
    let code = match error {
        CallbackError::WrongState => Code::StateMismatch,
        CallbackError::NotOurs | CallbackError::Unreadable => Code::PasteBackUnreadable,
        CallbackError::Cut => Code::PasteBackCut,
        CallbackError::OnlyCode => Code::PasteBackOnlyCode,
        CallbackError::Told(code) => code,
    };
    explain::failure(code, facts)
}

/// What the text explains in place of an answer, if it does. `host`: the org that is signed in to.
pub(super) fn explained(error: CallbackError, pasted: &str, host: &str) -> Option<Failure> {
    let may_be_explained = match error {
        CallbackError::NotOurs | CallbackError::Unreadable | CallbackError::Told(_) => true,
        CallbackError::WrongState | CallbackError::Cut | CallbackError::OnlyCode => false,
    };
    let causes = || paste::explain(pasted, paste::LONGEST_IN_WINDOW).causes.into_iter();
    let mut causes = may_be_explained.then(causes)?;
    // An error page was read as one already, and keeps its code.
    let cause = causes.find(|cause| match error {
        CallbackError::Told(code) => cause.code == code,
        CallbackError::WrongState
        | CallbackError::NotOurs
        | CallbackError::Unreadable
        | CallbackError::Cut
        | CallbackError::OnlyCode => cause.known,
    });
    let failure = match (cause, error) {
        (Some(Cause { code, message, fix, acts, setup, .. }), _) => {
            let (acts, setup) = (Some(acts), setup.map(Box::new));
            Failure { code, message, fix, retryable: false, retry_at: None, acts, setup }
        }
        (None, CallbackError::Told(code)) => paste::of_paste(explain::failure(code, &[("host", host)])),
        (None, _) => return None,
    };
    Some(in_setup_of(host, failure))
}

/// Such a failure, where nothing ends by it.
pub(super) fn still_waits(mut failure: Failure) -> Failure {
    failure.fix.push(STILL_WAITS.to_owned());
    failure
}

fn in_setup_of(host: &str, mut failure: Failure) -> Failure {
    if let Some(link) = &mut failure.setup {
        // What is done in Setup is done in this org.
        link.host.get_or_insert_with(|| host.to_owned());
    }
    address::in_setup(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "acme.my.salesforce.com";
    const PAGE: &str =
        "https://login.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_scope";

    #[test]
    fn what_explains_itself_is_explained_and_never_said_to_be_salesforces_words() {
        for (error, pasted, code) in [
            (CallbackError::Told(Code::ScopeMissing), PAGE, Some(Code::ScopeMissing)),
            (
                CallbackError::Told(Code::AuthorizeRefused),
                "error=something_new",
                Some(Code::AuthorizeRefused),
            ),
            (
                CallbackError::Unreadable,
                "OAUTH_APP_BLOCKED: this app is blocked by admin",
                Some(Code::AppBlocked),
            ),
            (CallbackError::NotOurs, "{\"error\":\"invalid_client_id\"}", Some(Code::KeyUnknown)),
            (CallbackError::Told(Code::ScopeMissing), "", Some(Code::ScopeMissing)),
            (CallbackError::NotOurs, "hello", None),
            (CallbackError::WrongState, PAGE, None),
            (CallbackError::Cut, PAGE, None),
        ] {
            let told = explained(error, pasted, HOST);
            assert_eq!(told.as_ref().map(|failure| failure.code), code, "{pasted}");
            let Some(told) = told else { continue };
            assert!(!format!("{told:?}").contains("Salesforce says"), "{told:?}");
            assert_eq!(
                still_waits(told.clone()).fix.last().map(String::as_str),
                Some(STILL_WAITS),
                "{told:?}"
            );
            let url = told.setup.and_then(|link| link.url).unwrap_or_default();
            assert!(
                url.starts_with("https://acme.my.salesforce-setup.com/lightning/setup/"),
                "{pasted}: {url}"
            );
        }
    }

    #[test]
    fn what_is_no_answer_and_explains_nothing_is_named_as_what_it_is() {
        for (error, code) in [
            (CallbackError::NotOurs, Code::PasteBackUnreadable),
            (CallbackError::WrongState, Code::StateMismatch),
            (CallbackError::Cut, Code::PasteBackCut),
            (CallbackError::OnlyCode, Code::PasteBackOnlyCode),
        ] {
            assert_eq!(unread(error, &[]).code, code);
        }
    }
}
