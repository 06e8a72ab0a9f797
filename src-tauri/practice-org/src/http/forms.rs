//! The forms of the org's pages. Each carries a token, so that it is accepted once, from the browser it was shown to.

use super::call::Fields;
use crate::world::state::State;

/// A hidden field with the token of a form that a browser is about to be shown.
pub(crate) fn token_field(state: &mut State, session: &str) -> String {
    let token = state.unguessable.next();
    let field = format!("<input type=\"hidden\" name=\"form\" value=\"{token}\">");
    state.browsers.show_form(session, token);
    field
}

/// Whether the form was shown to this browser and is sent for the first time.
pub(crate) fn is_fresh(state: &mut State, session: &str, form: &Fields) -> bool {
    state.browsers.take_form(session, form.get("form").unwrap_or_default())
}
