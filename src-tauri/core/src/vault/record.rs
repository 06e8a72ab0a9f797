//! The stored data of a connection.

use rusqlite::{
    Row, ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef},
};
use serde::{
    Serialize,
    de::{
        DeserializeOwned,
        value::{self, StrDeserializer},
    },
};
use time::{OffsetDateTime, UtcOffset};

use crate::{
    contract::view::{OrgKind, Status},
    explain::Code,
    secret::Secret,
};

/// A connection's facts that are not secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The id never changes; the alias may.
    pub id: String,
    pub alias: String,
    /// The origin of the org's address, such as `https://acme.my.salesforce.com`.
    pub origin: String,
    pub kind: OrgKind,
    pub org_id: String,
    pub org_name: Option<String>,
    pub user_id: String,
    pub username: String,
    pub instance_url: String,
    pub api_version: String,
    /// The granted scope, in the org's form.
    pub scope: String,
    pub created_at: OffsetDateTime,
    pub status: Status,
    /// Why the connection is not connected, if so.
    pub reason: Option<Code>,
    /// When the org last confirmed the connection.
    pub checked_at: Option<OffsetDateTime>,
    /// When a refresh began whose answer is not stored yet.
    pub refresh_in_flight: Option<OffsetDateTime>,
    /// When the access token was issued.
    pub issued_at: Option<OffsetDateTime>,
    /// Until when the access token is known to work.
    pub expires_at: Option<OffsetDateTime>,
    /// When the access token was last seen to work.
    pub proved_at: Option<OffsetDateTime>,
    /// Whether a refresh has ever brought a new refresh token.
    pub rotates: bool,
}

/// The Consumer Key and Consumer Secret of the org's External Client App.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub key: Secret,
    pub secret: Secret,
}

/// The tokens from a sign-in or a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub access: Secret,
    pub refresh: Secret,
    pub issued_at: OffsetDateTime,
    pub expires_at: Option<OffsetDateTime>,
    pub proved_at: Option<OffsetDateTime>,
}

/// The columns of a [`Record`], in the order of [`Record::from_row`].
pub(super) const COLUMNS: &str = "id, alias, origin, kind, org_id, org_name, user_id, username, instance_url, \
     api_version, scope, created_at, status, reason, checked_at, refresh_in_flight, issued_at, expires_at, proved_at, \
     rotates";

impl Record {
    /// Reads a row that begins with [`COLUMNS`], by number: a look-up by name takes longer than the reading.
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            alias: row.get(1)?,
            origin: row.get(2)?,
            kind: row.get::<_, Word<_>>(3)?.0,
            org_id: row.get(4)?,
            org_name: row.get(5)?,
            user_id: row.get(6)?,
            username: row.get(7)?,
            instance_url: row.get(8)?,
            api_version: row.get(9)?,
            scope: row.get(10)?,
            created_at: row.get::<_, Instant>(11)?.0,
            status: row.get::<_, Word<_>>(12)?.0,
            // A code that only newer versions know must not make the row unreadable.
            reason: row.get::<_, Option<Word<_>>>(13).ok().flatten().map(|word| word.0),
            checked_at: moment(row, 14)?,
            refresh_in_flight: moment(row, 15)?,
            issued_at: moment(row, 16)?,
            expires_at: moment(row, 17)?,
            proved_at: moment(row, 18)?,
            rotates: row.get(19)?,
        })
    }
}

fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<OffsetDateTime>> {
    Ok(row.get::<_, Option<Instant>>(column)?.map(|instant| instant.0))
}

/// A time in the database: nanoseconds since 1970 in 64 bits, which reach to the year 2262.
pub(super) struct Instant(pub(super) OffsetDateTime);

impl ToSql for Instant {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let nanoseconds = self.0.unix_timestamp_nanos();
        let end = if nanoseconds < 0 { i64::MIN } else { i64::MAX };
        Ok(ToSqlOutput::Owned(Value::Integer(i64::try_from(nanoseconds).unwrap_or(end))))
    }
}

impl FromSql for Instant {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let nanoseconds = i128::from(value.as_i64()?);
        let instant = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
            .map_err(|error| FromSqlError::Other(Box::new(error)))?;
        Ok(Self(instant.to_offset(UtcOffset::UTC)))
    }
}

/// A value of a closed set, stored as its word in the product's contracts.
pub(super) struct Word<T>(pub(super) T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(serde_json::Value::String(word)) => Ok(ToSqlOutput::Owned(Value::Text(word))),
            _ => Err(rusqlite::Error::ToSqlConversionFailure("not a word".into())),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = StrDeserializer::<value::Error>::new(value.as_str()?);
        T::deserialize(word).map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, PrimitiveDateTime};

    use super::*;

    fn stored(at: OffsetDateTime) -> OffsetDateTime {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        database.query_row("SELECT ?1", [Instant(at)], |row| row.get::<_, Instant>(0)).unwrap().0
    }

    #[test]
    fn a_time_comes_back_to_the_nanosecond_and_in_utc() {
        let east = UtcOffset::from_hms(2, 0, 0).unwrap();
        let at =
            (OffsetDateTime::UNIX_EPOCH + Duration::nanoseconds(1_709_243_999_123_456_789)).to_offset(east);
        assert_eq!(stored(at), at, "the same instant");
        assert_eq!(stored(at).offset(), UtcOffset::UTC, "in UTC");
    }

    #[test]
    fn a_time_nobody_will_see_is_cut_to_the_last_one_there_is() {
        let at = stored(PrimitiveDateTime::MAX.assume_utc());
        assert_eq!(at.year(), 2262, "the end of 64 bits");
    }

    #[test]
    fn every_word_comes_back_and_an_unknown_one_is_an_error() {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        for code in Code::ALL {
            let word: Word<Code> = database.query_row("SELECT ?1", [Word(code)], |row| row.get(0)).unwrap();
            assert_eq!(word.0, *code, "the same code");
        }
        let unknown: rusqlite::Result<Word<Status>> =
            database.query_row("SELECT 'asleep'", [], |row| row.get(0));
        assert!(unknown.is_err(), "a word that is none of ours");
    }
}
