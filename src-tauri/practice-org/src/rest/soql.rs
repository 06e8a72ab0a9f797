//! A subset of SOQL for one object: `SELECT fields FROM object [WHERE field = value [AND …]] [ORDER BY field [DESC]]
//! [LIMIT n]`, and `COUNT()` instead of the fields.

use std::cmp::Ordering;

use serde_json::Value;

use super::records::{Record, Table};
use crate::world::seeded::same_id;

/// A parsed query.
#[derive(Debug, PartialEq)]
pub(crate) struct Select {
    /// The fields; empty for `COUNT()`.
    pub(crate) fields: Vec<String>,
    pub(crate) object: String,
    conditions: Vec<Condition>,
    order: Vec<Order>,
    limit: Option<usize>,
}

#[derive(Debug, PartialEq)]
struct Condition {
    field: String,
    equals: bool,
    value: Value,
}

#[derive(Debug, PartialEq)]
struct Order {
    field: String,
    descending: bool,
}

/// Parses a query.
///
/// # Errors
/// The unexpected text.
pub(crate) fn parse(text: &str) -> Result<Select, String> {
    let mut words = Words { left: split(text)?.into_iter() };
    words.keyword("SELECT")?;
    let fields = words.fields()?;
    words.keyword("FROM")?;
    let object = words.name()?;
    let mut conditions = Vec::new();
    if words.takes("WHERE") {
        conditions.push(words.condition()?);
        while words.takes("AND") {
            conditions.push(words.condition()?);
        }
    }
    let mut order = Vec::new();
    if words.takes("ORDER") {
        words.keyword("BY")?;
        order.push(words.order()?);
        while words.takes(",") {
            order.push(words.order()?);
        }
    }
    let limit = if words.takes("LIMIT") { Some(words.number()?) } else { None };
    match words.left.next() {
        None => Ok(Select { fields, object, conditions, order, limit }),
        Some(word) => Err(unexpected(&word)),
    }
}

/// The result of a query.
pub(crate) struct Found<'a> {
    /// The requested columns, with their proper names.
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<&'a Record>,
}

/// The records that match a query.
///
/// # Errors
/// The name of a field that the object lacks.
pub(crate) fn run<'a>(select: &Select, table: &'a Table) -> Result<Found<'a>, String> {
    let column = |field: &String| table.column(field).ok_or_else(|| field.clone());
    let columns: Vec<_> = select.fields.iter().map(column).collect::<Result<_, _>>()?;
    let mut rows: Vec<&Record> = table.rows.iter().collect();
    for condition in &select.conditions {
        let name = column(&condition.field)?;
        rows.retain(|row| equal(name, row.value(name), &condition.value) == condition.equals);
    }
    for order in select.order.iter().rev() {
        let name = column(&order.field)?;
        rows.sort_by(|one, other| {
            let ordering = compare(one.value(name), other.value(name));
            if order.descending { ordering.reverse() } else { ordering }
        });
    }
    rows.truncate(select.limit.unwrap_or(usize::MAX));
    Ok(Found { columns, rows })
}

/// Equality in SOQL: texts ignore case, and ids are equal in both forms.
fn equal(field: &str, actual: &Value, asked: &Value) -> bool {
    match (actual.as_str(), asked.as_str()) {
        (Some(actual), Some(asked)) if field.ends_with("Id") => same_id(actual, asked),
        (Some(actual), Some(asked)) => actual.eq_ignore_ascii_case(asked),
        _ => actual == asked,
    }
}

/// The order of values; null comes first.
fn compare(one: &Value, other: &Value) -> Ordering {
    let text = |value: &Value| value.as_str().map(str::to_ascii_lowercase);
    text(one).cmp(&text(other)).then(one.as_bool().cmp(&other.as_bool()))
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

    fn fields(&mut self) -> Result<Vec<String>, String> {
        let first = self.name()?;
        if first.eq_ignore_ascii_case("COUNT") && self.takes("(") {
            return self.keyword(")").map(|()| Vec::new());
        }
        let mut fields = vec![first];
        while self.takes(",") {
            fields.push(self.name()?);
        }
        Ok(fields)
    }

    fn order(&mut self) -> Result<Order, String> {
        let field = self.name()?;
        let descending = self.takes("DESC");
        if !descending {
            self.takes("ASC");
        }
        Ok(Order { field, descending })
    }

    fn number(&mut self) -> Result<usize, String> {
        match self.left.next() {
            Some(Word::Bare(word)) => word.parse().map_err(|_| unexpected(&Word::Bare(word))),
            Some(word @ Word::Quoted(_)) => Err(unexpected(&word)),
            None => Err("unexpected end of query".to_owned()),
        }
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let field = self.name()?;
        let equals = !self.takes("!=");
        if equals {
            self.keyword("=")?;
        }
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
        Ok(Condition { field, equals, value })
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
            '!' if characters.next_if_eq(&'=').is_some() => words.push(Word::Bare("!=".to_owned())),
            mark if is_mark(mark) => words.push(Word::Bare(mark.to_string())),
            '\'' => words.push(Word::Quoted(quoted(&mut characters)?)),
            _ => {
                let mut word = first.to_string();
                let goes_on =
                    |next: &char| !next.is_whitespace() && !is_mark(*next) && !matches!(next, '!' | '\'');
                while let Some(next) = characters.next_if(goes_on) {
                    word.push(next);
                }
                words.push(Word::Bare(word));
            }
        }
    }
    Ok(words)
}

fn is_mark(character: char) -> bool {
    matches!(character, ',' | '=' | '(' | ')')
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
    use crate::Options;
    use crate::rest::records;
    use crate::world::state::State;

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
        let condition =
            |field: &str, value: Value| Condition { field: field.to_owned(), equals: true, value };
        let expected =
            vec![condition("Username", Value::from("it's")), condition("IsActive", Value::Bool(true))];
        assert_eq!((select.conditions, select.limit), (expected, Some(1)), "text, truth value and limit");
    }

    #[test]
    fn rows_are_counted_left_out_and_put_in_order() {
        let state = State::new(&Options::default()).unwrap();
        let table = records::table(&state, 0, "user").unwrap();
        let names = |text: &str| {
            let select = parse(text).unwrap();
            let found = run(&select, &table).unwrap();
            found
                .rows
                .iter()
                .map(|row| row.value("FirstName").as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let all = names("SELECT COUNT() FROM User");
        assert_eq!(all, ["Avery", "Iris", "Noel", "Finn"], "all of this org's users");
        let others =
            names("SELECT Id FROM User WHERE FirstName != 'avery' ORDER BY firstname DESC, Id LIMIT 2");
        assert_eq!(others, ["Noel", "Iris"], "without one, backwards, two of them");
        assert!(parse("SELECT COUNT() FROM User").unwrap().fields.is_empty(), "no field is asked for");
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
            "SELECT COUNT( FROM User",
            "SELECT Id FROM User ORDER Id",
            "SELECT Id FROM User WHERE Id ! 'x'",
        ] {
            assert!(parse(text).is_err(), "{text:?} is no query");
        }
        assert!(parse("SELECT Id FROM User WHERE Id = 'open").is_err(), "a literal that does not end");
        assert!(parse("SELECT Id FROM User LIMIT x").is_err(), "a limit that is no number");
    }
}
