//! Fields of a text that is no whole JSON: cut off, or with something in it that JSON has not.

use serde_json::{Deserializer, value::RawValue};

use super::Value;

/// The fields of these names, in their order. Only a complete JSON text counts as the value: a half token is none.
pub(super) fn fields(text: &str, names: &[&str]) -> Vec<(String, Value)> {
    let mut found: Vec<(usize, &str, Box<RawValue>)> = Vec::new();
    for name in names {
        let quoted = format!("\"{name}\"");
        let places = text.match_indices(&quoted).filter(|(at, _)| begins_a_field(text, *at));
        found.extend(places.filter_map(|(at, _)| Some((at, *name, value(text.get(at + quoted.len()..)?)?))));
    }
    found.sort_by_key(|(at, ..)| *at);
    found.into_iter().map(|(_, name, value)| (name.to_owned(), Value::Json(value))).collect()
}

/// Whether a name can stand here: after the brace or the comma that it follows.
fn begins_a_field(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.trim_end().ends_with(['{', ',']))
}

/// The value after a name, if it is a text that is complete and followed by the end of its field.
fn value(after_name: &str) -> Option<Box<RawValue>> {
    let value = after_name.trim_start().strip_prefix(':')?.trim_start();
    let mut values = Deserializer::from_str(value).into_iter::<Box<RawValue>>();
    let found = values.next()?.ok().filter(|found| found.get().starts_with('"'))?;
    let rest = value.get(values.byte_offset()..)?.trim_start();
    (rest.is_empty() || rest.starts_with([',', '}'])).then_some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Answer;

    fn read(body: &str) -> (Option<String>, Option<String>, bool) {
        let answer = Answer::read_for_tokens(body.as_bytes());
        (answer.text("access_token"), answer.text("refresh_token"), answer.is_whole())
    }

    const BOTH: &str = r#""access_token":"a!x","refresh_token":"5A\u0065p""#;

    #[test]
    fn what_is_no_json_costs_no_token_before_or_after_it() {
        for odd in
            [r#""expires_in":NaN"#, "\"scope\":\"a\nb\"", r#""x":'y'"#, r#""x":undefined"#, r#""x":"a"b""#]
        {
            for body in
                [format!("{{{BOTH},{odd}}}"), format!("{{{odd}, {BOTH} }}"), format!("{{{odd},{BOTH}")]
            {
                assert_eq!(read(&body), (Some("a!x".into()), Some("5Aep".into()), false), "{body}");
            }
        }
    }

    #[test]
    fn no_half_token_and_no_text_within_another_is_a_token() {
        for body in [
            r#"{"access_token":"a!x","refresh_token":"5Aep"#,
            r#"{"access_token":"a!x","refresh_token":"5Aep\"#,
            r#"{"access_token":"a!x","refresh_token":5Aep","#,
            "{\"access_token\":\"a!x\",\"refresh_token\":\"5A\nep\"}",
            r#"{"access_token":"a!x","refresh_token":"5A"ep","#,
            r#"{"access_token":"a!x","refresh_token""#,
            r#"{"access_token":"a!x","error":"{\"refresh_token\":\"5Aep\"}","x":NaN}"#,
        ] {
            assert_eq!(read(body), (Some("a!x".into()), None, false), "{body}");
        }
    }

    proptest! {
        #[test]
        fn wherever_an_answer_is_cut_a_token_is_whole_or_none(at in 0..60_usize) {
            let (cut, _) = r#"{"access_token":"a!x","refresh_token":"5Aep861","id":"https"#.split_at(at.min(59));
            let (access, refresh, _) = read(cut);
            prop_assert!(access.is_none_or(|access| access == "a!x"));
            prop_assert!(refresh.is_none_or(|refresh| refresh == "5Aep861"));
        }
    }
}
