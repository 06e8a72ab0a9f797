//! Facts about connections: since when they have their status, what was told of it, and which are still to be revoked.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, Transaction, params};
use time::{Duration, OffsetDateTime};

use super::{
    Vault, VaultError,
    cipher::DataKey,
    found,
    here::Copies,
    record::{COLUMNS, Instant, Pair, Record, Tokens, Word},
    set_aside, store,
};
use crate::{contract::view::Status, explain::Code};

/// The facts about a connection besides its record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HealthRecord {
    /// Since when the connection has its status, or its org refuses it for its present reason. `None` if that never changed, or not since this is recorded.
    pub since: Option<OffsetDateTime>,
    /// Until when its org asked for no further requests.
    pub not_before: Option<OffsetDateTime>,
    /// The last message about its end: how many days before, 0 for the end itself.
    pub told: Option<u8>,
    /// When its Consumer Key and Consumer Secret were pasted. `None` if that was not recorded yet.
    pub pasted_at: Option<OffsetDateTime>,
    /// The time of the last sign-in. `None` if that was not recorded yet.
    pub signed_in_at: Option<OffsetDateTime>,
    pub limits: Limits,
    /// Why its key was missing at the last attempt. Its secrets wait for that key.
    pub missing: Option<Code>,
    /// Whether its tokens were stored last in another place than here, so that these may be those of a copy.
    pub copied: bool,
}

/// How long an org lets a sign-in live, as learnt: its app's Refresh Token Policy cannot be read from here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The sign-in ends after this time without use.
    pub idle: Option<Duration>,
    /// The sign-in ends at this time, used or not.
    pub ends_at: Option<OffsetDateTime>,
    /// The longest time without use after which it still worked.
    pub survived: Option<Duration>,
}

/// The connections with any fact besides their record, in the order of [`from_row`].
///
/// `CROSS JOIN` has `SQLite` begin with the missing keys, of which there is none as a rule. By itself it begins with the secrets, and
/// reads all of them.
pub(super) const STANDINGS: &str = "SELECT known.connection, since, not_before, told, pasted_at, signed_in_at, idle_limit, ends_at, survived, \
     computer, file, reason FROM (SELECT connection FROM standing UNION SELECT connection FROM secret WHERE key_account IN \
     (SELECT account FROM missing_key)) AS known LEFT JOIN standing USING (connection) LEFT JOIN \
     (SELECT DISTINCT connection, reason FROM missing_key CROSS JOIN secret ON key_account = account) USING (connection)";

/// A change of a connection's status.
#[derive(Clone, Debug)]
pub struct Change {
    pub status: Status,
    pub reason: Option<Code>,
    pub at: OffsetDateTime,
    /// Whether the org confirmed the connection at that time.
    pub confirmed: bool,
    /// A line for the history.
    pub line: Option<String>,
}

/// The secrets that a newer sign-in replaces, with an id of their own until they are revoked.
#[derive(Clone, Debug)]
pub struct Replaced {
    pub id: String,
    pub pair: Pair,
    pub tokens: Tokens,
}

impl Replaced {
    pub(super) fn leave_behind(
        &self,
        database: &Transaction<'_>,
        key: &DataKey,
        by: &Record,
        at: OffsetDateTime,
    ) -> Result<(), VaultError> {
        let Self { id, pair, tokens } = self;
        let unnamed = Record { id: id.clone(), alias: format!("\u{1f}{id}"), ..by.clone() };
        store::put_record(database, &unnamed, tokens)?;
        store::put_secrets(database, key, &unnamed, pair, tokens)?;
        let add = "INSERT INTO leaving (connection, alias, since) VALUES (?1, ?2, ?3)";
        database.execute(add, params![id, by.alias, Instant(at)])?;
        Ok(())
    }
}

/// A disconnected connection whose tokens are still to be revoked at its org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub record: Record,
    /// The name that the connection had.
    pub alias: String,
    pub since: OffsetDateTime,
}

impl Vault {
    pub fn health_record(&self, id: &str) -> Result<HealthRecord, VaultError> {
        let database = self.database()?;
        let copies = Copies::of(&database, &self.home)?;
        let mut query = database.prepare(&format!("{STANDINGS} WHERE known.connection = ?1"))?;
        Ok(query.query_row([id], |row| Ok(from_row(row, &copies)?.1)).optional()?.unwrap_or_default())
    }

    /// All health records by connection id. A connection without facts is absent.
    pub fn health_records(&self) -> Result<BTreeMap<String, HealthRecord>, VaultError> {
        let database = self.database()?;
        let copies = Copies::of(&database, &self.home)?;
        let mut query = database.prepare(STANDINGS)?;
        Ok(query.query_map([], |row| from_row(row, &copies))?.collect::<Result<_, _>>()?)
    }

    /// Changes a connection's status, reason and since, and adds the line to its history. All or nothing.
    pub fn change_status(&self, id: &str, change: &Change) -> Result<(), VaultError> {
        self.writing(|database| change_status(database, id, change))
    }

    /// Sets until when its org asked for no further requests.
    pub fn set_not_before(&self, id: &str, at: Option<OffsetDateTime>) -> Result<(), VaultError> {
        let at = at.map(Instant);
        self.writing(|database| set(database, id, "not_before", at.as_ref().map(|at| at as _)))
    }

    /// Notes that an end was told, in days before it, if the last message is still `before`, and adds the line to the
    /// history. `false`, and nothing noted, if that has changed meanwhile.
    pub fn note_told(
        &self,
        id: &str,
        before: Option<u8>,
        days: Option<u8>,
        line: Option<(OffsetDateTime, &str)>,
    ) -> Result<bool, VaultError> {
        self.writing(|database| {
            let query = "SELECT told FROM standing WHERE connection = ?1";
            let stored: Option<Option<i64>> = database.query_row(query, [id], |row| row.get(0)).optional()?;
            // A number that only newer programs know counts as none.
            if stored.flatten().and_then(|days| u8::try_from(days).ok()) != before {
                return Ok(false);
            }
            set(database, id, "told", days.as_ref().map(|days| days as _))?;
            line.map_or(Ok(()), |(at, line)| store::note(database, id, at, line))?;
            Ok(true)
        })
    }

    /// Sets when the connection's pair was pasted.
    pub fn set_pasted(&self, id: &str, at: OffsetDateTime) -> Result<(), VaultError> {
        self.writing(|database| set(database, id, "pasted_at", Some(&Instant(at))))
    }

    /// Sets the known limits of a sign-in, replacing the former ones.
    pub fn set_limits(&self, id: &str, limits: Limits) -> Result<(), VaultError> {
        let seconds = |duration: Option<Duration>| duration.map(Duration::whole_seconds);
        let (idle, survived) = (seconds(limits.idle), seconds(limits.survived));
        let ends_at = limits.ends_at.map(Instant);
        self.writing(|database| {
            set(database, id, "idle_limit", idle.as_ref().map(|idle| idle as _))?;
            set(database, id, "ends_at", ends_at.as_ref().map(|at| at as _))?;
            set(database, id, "survived", survived.as_ref().map(|survived| survived as _))
        })
    }

    /// Takes the connection out of use at once, frees its name, keeps the secrets for revoking it, and sets aside what goes with
    /// its name.
    pub fn leave_later(&self, id: &str, at: OffsetDateTime) -> Result<(), VaultError> {
        self.writing(|database| {
            let copied = database.execute(
                "INSERT OR IGNORE INTO leaving (connection, alias, since) SELECT id, alias, ?2 FROM connection WHERE id = ?1",
                params![id, Instant(at)],
            )?;
            found(copied)?;
            // No alias has a control character, so this one is never taken.
            database.execute("UPDATE connection SET alias = char(31) || id WHERE id = ?1", [id])?;
            set_aside::begin(database, id)
        })?;
        self.renew_copy();
        Ok(())
    }

    /// Puts a disconnected connection back in use, with what was set aside of it, unless its name is taken.
    pub fn stay(&self, id: &str) -> Result<(), VaultError> {
        self.writing(|database| {
            let named = database.execute(
                "UPDATE OR IGNORE connection SET alias = (SELECT alias FROM leaving WHERE connection = ?1) \
                 WHERE id = ?1 AND id IN (SELECT connection FROM leaving)",
                [id],
            )?;
            if named > 0 {
                database.execute("DELETE FROM leaving WHERE connection = ?1", [id])?;
                set_aside::take_back(database, id)?;
            }
            Ok(())
        })
    }

    /// The connections still to be revoked, the longest waiting first. [`Vault::forget`] removes one.
    pub fn leaving(&self) -> Result<Vec<Leaving>, VaultError> {
        let database = self.database()?;
        let query = format!(
            "SELECT {COLUMNS}, left_as, left_at FROM connection JOIN (SELECT connection, alias AS left_as, since AS left_at \
             FROM leaving) ON connection = id ORDER BY left_at, id"
        );
        let mut query = database.prepare(&query)?;
        let leaving = query.query_map([], |row| {
            let since = row.get::<_, Instant>("left_at")?.0;
            Ok(Leaving { record: Record::from_row(row)?, alias: row.get("left_as")?, since })
        })?;
        Ok(leaving.collect::<Result<_, _>>()?)
    }
}

/// Records the time of a sign-in. A pause that its org asked for is over: it has just given tokens.
pub(super) fn note_sign_in(
    database: &Transaction<'_>,
    id: &str,
    at: OffsetDateTime,
) -> Result<(), VaultError> {
    set(database, id, "not_before", None)?;
    set(database, id, "signed_in_at", Some(&Instant(at)))
}

/// Changes a connection's status, reason and since, and adds the line to its history.
pub(super) fn change_status(database: &Transaction<'_>, id: &str, change: &Change) -> Result<(), VaultError> {
    let before: Option<(Word<Status>, Option<Word<Code>>)> = database
        .query_row("SELECT status, reason FROM connection WHERE id = ?1", [id], |row| {
            // A code that only newer programs know counts as none.
            Ok((row.get(0)?, row.get(1).ok().flatten()))
        })
        .optional()?;
    let (Word(status), reason) = before.ok_or(VaultError::Gone)?;
    // A refusal counts from when it was first given, though the org was away before.
    let is_new_refusal = change.reason.is_some_and(|code| !code.is_passing())
        && change.reason != reason.map(|reason| reason.0);
    let checked_at = change.confirmed.then_some(Instant(change.at));
    database.execute(
        "UPDATE connection SET status = ?2, reason = ?3, checked_at = coalesce(?4, checked_at) WHERE id = ?1",
        params![id, Word(change.status), change.reason.map(Word), checked_at],
    )?;
    if status != change.status || is_new_refusal {
        set(database, id, "since", Some(&Instant(change.at)))?;
    }
    change.line.as_ref().map_or(Ok(()), |line| store::note(database, id, change.at, line))
}

/// Forgets when the Consumer Secret was pasted, so that it can no longer be copied.
pub(super) fn forget_paste(database: &Transaction<'_>, id: &str) -> Result<(), VaultError> {
    set(database, id, "pasted_at", None)
}

/// Sets one column of a connection's facts.
pub(super) fn set(
    database: &Transaction<'_>,
    id: &str,
    column: &'static str,
    value: Option<&dyn rusqlite::ToSql>,
) -> Result<(), VaultError> {
    let statement = format!(
        "INSERT INTO standing (connection, {column}) VALUES (?1, ?2) ON CONFLICT (connection) DO UPDATE SET {column} = ?2"
    );
    database.prepare(&statement)?.execute(params![id, value])?;
    Ok(())
}

/// Reads a row of [`STANDINGS`], by number: a look-up by name takes longer than the reading.
fn from_row(row: &Row<'_>, copies: &Copies) -> rusqlite::Result<(String, HealthRecord)> {
    let moment =
        |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<Instant>>(column)?.map(|at| at.0));
    let seconds =
        |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Duration::seconds));
    let health_record = HealthRecord {
        since: moment(1)?,
        not_before: moment(2)?,
        // A number that only newer programs know counts as none.
        told: row.get::<_, Option<i64>>(3)?.and_then(|days| u8::try_from(days).ok()),
        pasted_at: moment(4)?,
        signed_in_at: moment(5)?,
        limits: Limits { idle: seconds(6)?, ends_at: moment(7)?, survived: seconds(8)? },
        copied: copies.has(row.get_ref(9)?.as_str_or_null()?, row.get(10)?),
        // A code that only newer versions know is replaced by one that all versions know.
        missing: row
            .get::<_, Option<String>>(11)?
            .map(|_| row.get::<_, Word<Code>>(11).map_or(Code::VaultKeyLost, |word| word.0)),
    };
    Ok((row.get(0)?, health_record))
}
