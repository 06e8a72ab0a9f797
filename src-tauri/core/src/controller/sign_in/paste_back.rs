//! What is said of a text that was pasted where a sign-in waits, and is not its answer.

use crate::{
    contract::view::{Cause, Failure},
    explain::{self, Code},
    org::oauth::CallbackError,
    paste,
};

/// Said after what an error page means: it has no `state`, so it proves nothing and ends nothing by itself.
const STILL_WAITS: &str = "The sign-in still waits. If this is how its page ended, cancel it here, and start it again once that is mended.";

/// Why `pasted` is no answer to the sign-in; what it explains instead, if it does. `facts` are those of the words.
pub(super) fn failure(error: CallbackError, pasted: &str, facts: &[(&str, &str)]) -> Failure {
    let code = match error {
        CallbackError::WrongState => Code::StateMismatch,
        CallbackError::NotOurs | CallbackError::Unreadable => Code::PasteBackUnreadable,
        CallbackError::Cut => Code::PasteBackCut,
        CallbackError::OnlyCode => Code::PasteBackOnlyCode,
        CallbackError::Told(code) => code,
    };
    let may_be_explained =
        matches!(error, CallbackError::NotOurs | CallbackError::Unreadable | CallbackError::Told(_));
    let cause = may_be_explained.then(|| explained(pasted, error)).flatten();
    match cause {
        Some(Cause { code, message, mut fix, .. }) => {
            fix.push(STILL_WAITS.to_owned());
            Failure { code, message, fix, retryable: false, retry_at: None }
        }
        None => explain::failure(code, facts),
    }
}

/// What the text explains. An error page was read as one already, and keeps its code.
fn explained(pasted: &str, error: CallbackError) -> Option<Cause> {
    let causes = paste::explain(pasted, paste::LONGEST_IN_WINDOW).causes;
    causes.into_iter().find(|cause| match error {
        CallbackError::Told(code) => cause.code == code,
        CallbackError::WrongState
        | CallbackError::NotOurs
        | CallbackError::Unreadable
        | CallbackError::Cut
        | CallbackError::OnlyCode => cause.known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_scope";

    #[test]
    fn what_explains_itself_is_explained_and_never_said_to_be_salesforces_words() {
        for (error, pasted, code) in [
            (CallbackError::Told(Code::ScopeMissing), PAGE, Code::ScopeMissing),
            (CallbackError::Unreadable, "OAUTH_APP_BLOCKED: this app is blocked by admin", Code::AppBlocked),
            (CallbackError::NotOurs, "{\"error\":\"invalid_client_id\"}", Code::KeyUnknown),
            (CallbackError::NotOurs, "hello", Code::PasteBackUnreadable),
            (CallbackError::WrongState, PAGE, Code::StateMismatch),
        ] {
            let told = failure(error, pasted, &[]);
            assert_eq!(told.code, code, "{pasted}");
            assert!(!format!("{told:?}").contains("Salesforce says"), "{told:?}");
            let is_explained = !matches!(code, Code::PasteBackUnreadable | Code::StateMismatch);
            assert_eq!(told.fix.iter().any(|fix| fix == STILL_WAITS), is_explained, "{told:?}");
        }
    }
}
