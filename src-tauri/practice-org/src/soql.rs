//! Enough SOQL for one object: `SELECT fields FROM object [WHERE field = value [AND …]] [LIMIT n]`.

use serde_json::Value;

use crate::records::{Record, Selection};
use crate::seeded::same_id;

/// A query, read.
#[derive(Debug, PartialEq)]
pub(crate) struct Select {
    pub(crate) fields: Vec<String>,
    pub(crate) object: String,
    conditions: Vec<(String, Value)>,
    limit: Option<usize>,
}

/// Reads a query.
///
/// # Errors
/// What was met where something else was expected.
pub(crate) fn parse(text: &str) -> Result<Select, String> {
    let mut words = Words { left: split(text)?.into_iter() };
    words.keyword("SELECT")?;
    let mut fields = vec![words.name()?];
    while words.takes(",") {
        fields.push(words.name()?);
    }
    words.keyword("FROM")?;
    let object = words.name()?;
    let mut conditions = Vec::new();
    if words.takes("WHERE") {
        conditions.push(words.condition()?);
        while words.takes("AND") {
            conditions.push(words.condition()?);
        }
    }
    let limit = if words.takes("LIMIT") { Some(words.number()?) } else { None };
    match words.left.next() {
        None => Ok(Select { fields, object, conditions, limit }),
        Some(word) => Err(unexpected(&word)),
    }
}

/// The records a query asks for.
///
/// # Errors
/// The name of a field the object does not have.
pub(crate) fn run(select: &Select, table: &[Record]) -> Result<Vec<Selection>, String> {
    let mut rows = Vec::new();
    for record in table {
        let row = record.only(&select.fields)?;
        let mut wanted = true;
        for (field, value) in &select.conditions {
            let (name, actual) = record.field(field).ok_or_else(|| field.clone())?;
            wanted &= equal(name, actual, value);
        }
        if wanted {
            rows.push(row);
        }
    }
    rows.truncate(select.limit.unwrap_or(usize::MAX));
    Ok(rows)
}

/// SOQL compares texts without regard to case, and ids in both their forms.
fn equal(field: &str, actual: &Value, asked: &Value) -> bool {
    match (actual.as_str(), asked.as_str()) {
        (Some(actual), Some(asked)) if field == "Id" => same_id(actual, asked),
        (Some(actual), Some(asked)) => actual.eq_ignore_ascii_case(asked),
        _ => actual == asked,
    }
}

#[derive(Debug, PartialEq)]
enum Word {
    Bare(String),
    Quoted(String),
}

struct Words {
    left: std::vec::IntoIter<Word>,
}

impl Words {
    fn takes(&mut self, expected: &str) -> bool {
        let matches = matches!(self.left.as_slice().first(), Some(Word::Bare(word)) if word.eq_ignore_ascii_case(expected));
        if matches {
            self.left.next();
        }
        matches
    }

    fn keyword(&mut self, expected: &str) -> Result<(), String> {
        if self.takes(expected) { Ok(()) } else { Err(format!("expecting {expected}")) }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.left.next() {
            Some(Word::Bare(word)) if word.starts_with(|first: char| first.is_ascii_alphabetic()) => Ok(word),
            Some(word) => Err(unexpected(&word)),
            None => Err("unexpected end of query".to_owned()),
        }
    }

    fn number(&mut self) -> Result<usize, String> {
        match self.left.next() {
            Some(Word::Bare(word)) => word.parse().map_err(|_| unexpected(&Word::Bare(word))),
            Some(word @ Word::Quoted(_)) => Err(unexpected(&word)),
            None => Err("unexpected end of query".to_owned()),
        }
    }

    fn condition(&mut self) -> Result<(String, Value), String> {
        let field = self.name()?;
        self.keyword("=")?;
        let value = match self.left.next() {
            Some(Word::Quoted(text)) => Value::String(text),
            Some(Word::Bare(word)) => match word.to_ascii_lowercase().as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                _ => return Err(unexpected(&Word::Bare(word))),
            },
            None => return Err("unexpected end of query".to_owned()),
        };
        Ok((field, value))
    }
}

fn unexpected(word: &Word) -> String {
    match word {
        Word::Bare(text) | Word::Quoted(text) => format!("unexpected token: '{text}'"),
    }
}

fn split(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(first) = characters.next() {
        match first {
            space if space.is_whitespace() => {}
            ',' | '=' => words.push(Word::Bare(first.to_string())),
            '\'' => words.push(Word::Quoted(quoted(&mut characters)?)),
            _ => {
                let mut word = first.to_string();
                while let Some(next) =
                    characters.next_if(|next| !next.is_whitespace() && !matches!(next, ',' | '=' | '\''))
                {
                    word.push(next);
                }
                words.push(Word::Bare(word));
            }
        }
    }
    Ok(words)
}

fn quoted(characters: &mut impl Iterator<Item = char>) -> Result<String, String> {
    let mut text = String::new();
    while let Some(next) = characters.next() {
        match next {
            '\'' => return Ok(text),
            '\\' => text.extend(characters.next()),
            other => text.push(other),
        }
    }
    Err("unterminated string literal".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_of_salesforce_cli_is_understood() {
        let select = parse(
            "SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization",
        )
        .unwrap();
        assert_eq!(select.fields.len(), 6, "six fields");
        assert_eq!(
            (select.object.as_str(), select.conditions.len()),
            ("Organization", 0),
            "one object, no condition"
        );
    }

    #[test]
    fn conditions_and_limits_are_understood() {
        let select =
            parse("select id from User where Username='it\\'s' AND IsActive = TRUE limit 1").unwrap();
        let expected = vec![
            ("Username".to_owned(), Value::String("it's".to_owned())),
            ("IsActive".to_owned(), Value::Bool(true)),
        ];
        assert_eq!((select.conditions, select.limit), (expected, Some(1)), "text, truth value and limit");
    }

    #[test]
    fn what_is_no_query_is_refused_with_a_reason() {
        for text in [
            "",
            "SELECT",
            "SELECT FROM User",
            "SELECT Id User",
            "SELECT Id FROM User WHERE",
            "SELECT Id FROM User x",
        ] {
            assert!(parse(text).is_err(), "{text:?} is no query");
        }
        assert!(parse("SELECT Id FROM User WHERE Id = 'open").is_err(), "a literal that does not end");
        assert!(parse("SELECT Id FROM User LIMIT x").is_err(), "a limit that is no number");
    }
}
