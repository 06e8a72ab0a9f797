//! The fields of an OAuth endpoint's answer, each read by itself: a token is not lost because another field is
//! malformed.

mod damaged;

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use url::form_urlencoded;

use crate::secret::Secret;

/// The bytes that some servers put before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// The readable fields, in their order.
#[derive(Default)]
pub(crate) struct Answer {
    fields: Vec<(String, Value)>,
    /// Whether the answer could be read to its end.
    is_whole: bool,
}

/// The tokens, and what tells whose they are and where they belong.
const OF_TOKENS: [&str; 4] = ["access_token", "refresh_token", "id", "instance_url"];

/// The value of a field.
enum Value {
    /// JSON that is not parsed yet.
    Json(Box<RawValue>),
    Text(String),
}

impl Answer {
    /// Reads a JSON object, the first object of a list, a form, or XML of one level, whatever the content type. An
    /// unreadable answer has no fields.
    pub(crate) fn read(body: &[u8]) -> Self {
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        match text.bytes().next() {
            Some(b'{') => Self::from_json(text),
            Some(b'[') => Self::from_list(text),
            Some(b'<') => Self::from_xml(text),
            _ => Self::from_form(text),
        }
    }

    fn from_json(text: &str) -> Self {
        let mut answer = Self::default();
        let mut reader = serde_json::Deserializer::from_str(text);
        // If the answer breaks off, the fields before that still count.
        answer.is_whole = reader.deserialize_map(Fields(&mut answer)).is_ok();
        answer
    }

    fn from_list(text: &str) -> Self {
        let list: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
        let objects = list.into_iter().map(RawValue::get);
        objects.filter(|text| text.starts_with('{')).map(Self::from_json).next().unwrap_or_default()
    }

    fn from_form(text: &str) -> Self {
        let name = text.split_once('=').map_or("", |(name, _)| name);
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_name) {
            return Self::default();
        }
        let fields = form_urlencoded::parse(text.as_bytes());
        let fields = fields.map(|(name, value)| (name.into_owned(), Value::Text(value.into_owned())));
        Self { fields: fields.collect(), is_whole: true }
    }

    /// The fields from elements that hold only text.
    fn from_xml(text: &str) -> Self {
        let mut fields = Vec::new();
        for element in text.split('<').filter(|element| !element.starts_with(['/', '?', '!'])) {
            if let Some((name, value)) = element.split_once('>')
                && text.contains(&format!("<{name}>{value}</{name}>"))
            {
                let value = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
                    .into_iter()
                    .fold(value.to_owned(), |value, (written, meant)| value.replace(written, meant));
                fields.push((name.to_owned(), Value::Text(value)));
            }
        }
        Self { fields, is_whole: true }
    }

    /// Reads a token endpoint's answer. Of one that is no whole JSON, the tokens count wherever they stand in it, and what
    /// tells whose they are.
    pub(crate) fn read_for_tokens(body: &[u8]) -> Self {
        let mut answer = Self::read(body);
        if !answer.is_whole {
            let text = String::from_utf8_lossy(body);
            answer.fields.retain(|(name, _)| !OF_TOKENS.contains(&name.as_str()));
            answer.fields.extend(damaged::fields(&text, &OF_TOKENS));
        }
        answer
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// A field as text, also of a number. Of several fields with the name, the last readable one.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let texts = self.fields.iter().rev().filter(|(found, _)| found == name);
        texts.filter_map(|(_, value)| value.text()).find(|text| !text.is_empty())
    }

    /// A field that is a secret of at most `longest` bytes, all of which `fits` accepts.
    pub(crate) fn secret(&self, name: &str, longest: usize, fits: impl Fn(u8) -> bool) -> Option<Secret> {
        let secrets = self.fields.iter().rev().filter(|(found, _)| found == name);
        let mut secrets =
            secrets.filter(|(_, value)| value.is_written_as_text()).filter_map(|(_, value)| value.text());
        let secret = secrets.find(|text| (1..=longest).contains(&text.len()) && text.bytes().all(&fits))?;
        Some(Secret::new(secret))
    }

    /// A field of words, separated by spaces or in a list.
    pub(crate) fn words(&self, name: &str) -> Vec<String> {
        let mut lists = self.fields.iter().rev().filter(|(found, _)| found == name);
        let list = lists.find_map(|(_, value)| match value {
            Value::Json(json) => serde_json::from_str::<Vec<String>>(json.get()).ok(),
            Value::Text(_) => None,
        });
        let words = |text: String| text.split_whitespace().map(str::to_owned).collect();
        list.unwrap_or_else(|| self.text(name).map(words).unwrap_or_default())
    }

    /// The objects of a list, each as an answer; `None` if the body is no list.
    pub(crate) fn list(body: &[u8]) -> Option<Vec<Self>> {
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        let list: Vec<Box<RawValue>> = serde_json::from_str(&String::from_utf8_lossy(body)).ok()?;
        Some(list.iter().map(|element| Self::read(element.get().as_bytes())).collect())
    }

    /// The answer inside a field: an object, or the first of a list.
    pub(crate) fn within(&self, name: &str) -> Self {
        let mut values = self.fields.iter().rev().filter(|(found, _)| found == name);
        let json = values.find_map(|(_, value)| match value {
            Value::Json(json) if json.get().starts_with(['{', '[']) => Some(json.get()),
            Value::Json(_) | Value::Text(_) => None,
        });
        json.map(|json| Self::read(json.as_bytes())).unwrap_or_default()
    }

    /// The answers inside a field that is a list of objects; `None` where it is none.
    pub(crate) fn list_within(&self, name: &str) -> Option<Vec<Self>> {
        let mut values = self.fields.iter().rev().filter(|(found, _)| found == name);
        values.find_map(|(_, value)| match value {
            Value::Json(json) => Self::list(json.get().as_bytes()),
            Value::Text(_) => None,
        })
    }

    /// The objects in a field that is a list, or the one object; `None` if it is neither.
    pub(crate) fn all_within(&self, name: &str) -> Option<Vec<Self>> {
        self.list_within(name)
            .or_else(|| Some(self.within(name)).filter(|one| !one.is_empty()).map(|one| vec![one]))
    }

    /// Whether no field could be read.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// A field that is a boolean.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.text(name)?.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// A field that is a number, whole or not, also written as text.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        text.parse().ok().or_else(|| whole(text.parse().ok()?))
    }
}

/// The whole part of a number, if it fits.
#[expect(clippy::cast_possible_truncation, reason = "its range is checked first")]
fn whole(number: f64) -> Option<i64> {
    const REACH: f64 = 9_007_199_254_740_992.0;
    (number.is_finite() && number.abs() < REACH).then_some(number as i64)
}

impl Value {
    /// Whether the value is text: a number or boolean is no token.
    fn is_written_as_text(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Json(json) => json.get().starts_with('"'),
        }
    }

    fn text(&self) -> Option<String> {
        let json = match self {
            Self::Text(text) => return Some(text.trim().to_owned()),
            Self::Json(json) => json.get(),
        };
        match json.bytes().next()? {
            b'"' => serde_json::from_str::<String>(json).ok().map(|text| text.trim().to_owned()),
            b'{' | b'[' | b'n' => None,
            _ => Some(json.to_owned()),
        }
    }
}

struct Fields<'a>(&'a mut Answer);

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((Name(name), value)) = map.next_entry::<Name, Box<RawValue>>()? {
            self.0.fields.push((name, Value::Json(value)));
        }
        Ok(())
    }
}

/// The name of a field. A malformed one matches no name that is looked for.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Name;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a name")
            }

            fn visit_bytes<E>(self, name: &[u8]) -> Result<Name, E> {
                Ok(Name(String::from_utf8_lossy(name).into_owned()))
            }
        }
        reader.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(body: &str) -> Option<String> {
        Answer::read(body.as_bytes()).text("a")
    }

    #[test]
    fn a_field_is_read_whatever_stands_beside_it() {
        for beside in [
            r#""b":null"#,
            r#""b":-1"#,
            r#""b":1e999"#,
            r#""b":123456789012345678901234567890"#,
            r#""b":"\ud800""#,
            r#""\ud800":1"#,
            r#""b":[{},[[1]],null]"#,
            r#""b":{"a":"x"}"#,
            r#""b":true,"b":false"#,
        ] {
            for body in [format!(r#"{{"a":"x",{beside}}}"#), format!(r#"{{{beside},"a":"x"}}"#)] {
                assert_eq!(text(&body).as_deref(), Some("x"), "{body}");
                assert!(Answer::read(body.as_bytes()).is_whole(), "{body}");
            }
        }
        let mut marked = vec![0xef, 0xbb, 0xbf];
        marked.extend_from_slice(b" {\"a\":\"x\",\"b\":\"\xff\"}\n");
        assert_eq!(
            Answer::read(&marked).text("a").as_deref(),
            Some("x"),
            "a mark before it, odd bytes in it"
        );
    }

    #[test]
    fn text_is_what_can_be_read_as_such() {
        for (value, expected) in [
            (r#""x""#, Some("x")),
            (r#"" x ""#, Some("x")),
            ("7200", Some("7200")),
            ("-1", Some("-1")),
            ("true", Some("true")),
            ("null", None),
            (r#""""#, None),
            ("[1]", None),
            ("{}", None),
            (r#""\ud800""#, None),
        ] {
            assert_eq!(text(&format!(r#"{{"a":{value}}}"#)).as_deref(), expected, "{value}");
        }
        assert_eq!(text(r#"{"a":"x","a":"y","a":null}"#).as_deref(), Some("y"), "the last that can be read");
        assert_eq!(text("a=x%20y&b=z").as_deref(), Some("x y"), "a form");
        assert_eq!(text(r#"[{"a":"x"},{"a":"y"}]"#).as_deref(), Some("x"), "the first of a list");
        let xml = "<?xml version=\"1.0\"?><E><a>x &amp; y</a><b>z</b></E>";
        assert_eq!(text(xml).as_deref(), Some("x & y"), "XML");
        for none in ["", "<html>a=x</html>", "a sentence with a=x", "[1]", "\"a\"", "null"] {
            assert_eq!(text(none), None, "{none}");
        }
    }

    #[test]
    fn what_breaks_off_is_read_to_there() {
        let cut = Answer::read(br#"{"a":"x","b":"y"#);
        assert_eq!(
            (cut.text("a").as_deref(), cut.text("b"), cut.is_whole()),
            (Some("x"), None, false),
            "cut"
        );
        assert!(
            Answer::read(br#"{"a":"x"} and more"#).is_whole(),
            "what follows a whole answer is no part of it"
        );
    }

    #[test]
    fn numbers_flags_and_words_come_in_several_forms() {
        let answer = Answer::read(
            br#"{"n":"7200","f":7200.9,"huge":1e30,"yes":true,"no":"false","list":["api","id"],"line":"api  id","odd":[1]}"#,
        );
        assert_eq!(
            (answer.number("n"), answer.number("f"), answer.number("huge")),
            (Some(7200), Some(7200), None),
            "numbers"
        );
        assert_eq!(
            (answer.flag("yes"), answer.flag("no"), answer.flag("n")),
            (Some(true), Some(false), None),
            "flags"
        );
        assert_eq!(
            (answer.words("list"), answer.words("line")),
            (vec!["api".into(), "id".into()], vec!["api".into(), "id".into()]),
            "words"
        );
        assert!(answer.words("odd").is_empty() && answer.words("none").is_empty(), "no words");
    }

    proptest! {
        #[test]
        fn no_field_beside_a_token_costs_it(
            before in prop::collection::vec(odd_field(), 0..5),
            after in prop::collection::vec(odd_field(), 0..5),
        ) {
            let token = r#""a":"x""#.to_owned();
            let fields: Vec<String> = before.into_iter().chain([token]).chain(after).collect();
            let body = format!("{{{}}}", fields.join(","));
            prop_assert_eq!(text(&body), Some("x".to_owned()), "{}", body);
        }

        #[test]
        fn no_answer_causes_a_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let answer = Answer::read(&body);
            let _ = (answer.text("a"), answer.words("a"), answer.number("a"), answer.flag("a"));
        }
    }

    fn odd_field() -> impl Strategy<Value = String> {
        let value = prop_oneof![
            Just("null".to_owned()),
            any::<i64>().prop_map(|number| number.to_string()),
            Just("1e999".to_owned()),
            "[a-z0-9 ]{0,8}".prop_map(|text| format!("\"{text}\"")),
            Just("[[],{\"a\":1}]".to_owned()),
            Just("\"\\ud800\"".to_owned()),
        ];
        ("[b-z_]{1,8}", value).prop_map(|(name, value)| format!("\"{name}\":{value}"))
    }
}
