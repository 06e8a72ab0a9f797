//! Requests to somebody with the rights. The private half of a request's key is encrypted like a connection's secrets, and
//! destroyed when the request ends.

use rusqlite::{Connection, OptionalExtension, Row, params};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::{
    Vault, VaultError,
    cipher::DataKey,
    key_records,
    record::{Instant, Word},
};
use crate::contract::view::RequestStanding;

/// The most requests that can be answered at a time.
pub(crate) const MOST_OPEN: i64 = 100;

/// How long a request that has ended is known, so that a late answer to it is told why.
const KNOWN_FOR: Duration = Duration::days(180);

/// The name of the place to which a private key is bound.
const PRIVATE_KEY: &str = "request_key";

const COLUMNS: &str = "id, origin, asked_by, asked_at, expires_at, public_key, standing, ended_at";

/// How often a key that was replaced meanwhile is looked for again.
const TRIES: usize = 3;

/// A stored request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminRequest {
    pub id: String,
    /// The origin of the org's address.
    pub origin: String,
    pub asked_by: String,
    pub asked_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    /// In base 64.
    pub public_key: String,
    pub standing: RequestStanding,
    pub ended_at: Option<OffsetDateTime>,
}

impl AdminRequest {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            origin: row.get(1)?,
            asked_by: row.get(2)?,
            asked_at: row.get::<_, Instant>(3)?.0,
            expires_at: row.get::<_, Instant>(4)?.0,
            public_key: row.get(5)?,
            standing: row.get::<_, Word<_>>(6)?.0,
            ended_at: row.get::<_, Option<Instant>>(7)?.map(|at| at.0),
        })
    }

    /// What its private key is bound to: altered in the database, it opens no more.
    fn bound(&self) -> String {
        let Self { id, origin, expires_at, public_key, .. } = self;
        format!("{id}\n{origin}\n{}\n{public_key}", expires_at.unix_timestamp_nanos())
    }
}

impl Vault {
    /// Stores a new request with its private key.
    ///
    /// # Errors
    /// [`VaultError::RequestsFull`], and those of encrypting.
    pub fn add_request(&self, request: &AdminRequest, private_key: &[u8]) -> Result<(), VaultError> {
        self.sealing(|database, key| {
            let open: i64 = database.query_row(
                "SELECT count(*) FROM admin_request WHERE private_key IS NOT NULL",
                [],
                |row| row.get(0),
            )?;
            if open >= MOST_OPEN {
                return Err(VaultError::RequestsFull);
            }
            let sealed = key.seal_bytes(&request.bound(), PRIVATE_KEY, private_key)?;
            database.execute(
                "INSERT INTO admin_request (id, origin, asked_by, asked_at, expires_at, public_key, standing, private_key, \
                 key_account) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    request.id,
                    request.origin,
                    request.asked_by,
                    Instant(request.asked_at),
                    Instant(request.expires_at),
                    request.public_key,
                    Word(request.standing),
                    sealed,
                    key.account(),
                ],
            )?;
            Ok(())
        })
    }

    /// All requests that are known, newest first.
    pub fn requests(&self) -> Result<Vec<AdminRequest>, VaultError> {
        let database = self.database()?;
        let mut query =
            database.prepare(&format!("SELECT {COLUMNS} FROM admin_request ORDER BY asked_at DESC, id"))?;
        Ok(query.query_map([], AdminRequest::from_row)?.collect::<Result<_, _>>()?)
    }

    pub fn request(&self, id: &str) -> Result<Option<AdminRequest>, VaultError> {
        one(&*self.database()?, id)
    }

    /// The private key of a request. `None` where it was destroyed, or there is no such request.
    ///
    /// # Errors
    /// Those of the key that it is encrypted with.
    pub fn request_key(&self, id: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        for _ in 0..TRIES {
            let (request, sealed, key_record) = {
                let database = self.database()?;
                let query = "SELECT private_key, key_account FROM admin_request WHERE id = ?1";
                let found: Option<(Option<Vec<u8>>, Option<String>)> =
                    database.query_row(query, [id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                let Some((Some(sealed), Some(account))) = found else { return Ok(None) };
                let key_record = key_records::of(&database, &account)?.ok_or(VaultError::KeyLost)?;
                (one(&database, id)?.ok_or(VaultError::Unreadable)?, sealed, key_record)
            };
            let key = self.read_key(&key_record)?;
            if !self.settled(&key_record, &key)? {
                return key.open_bytes(&request.bound(), PRIVATE_KEY, &sealed).map(Some);
            }
        }
        Err(VaultError::Busy)
    }

    /// Ends a request, and destroys its private key. `false` where it had ended before: of two that end it, one does.
    pub fn end_request(
        &self,
        id: &str,
        standing: RequestStanding,
        at: OffsetDateTime,
    ) -> Result<bool, VaultError> {
        let ended = self.writing(|database| {
            let ended = end(database, "id = ?3", standing, at, id)?;
            key_records::drop_unused(database)?;
            Ok(ended > 0)
        })?;
        self.empty_journal();
        Ok(ended)
    }

    /// Ends every request whose time is over, and forgets those that ended long ago. Writes nothing where there is none.
    pub fn end_expired_requests(&self, now: OffsetDateTime) -> Result<bool, VaultError> {
        let due = "SELECT EXISTS (SELECT 1 FROM admin_request WHERE (private_key IS NOT NULL AND expires_at <= ?1) \
                   OR ended_at <= ?2)";
        let long_ago = now - KNOWN_FOR;
        let is_due: bool =
            self.database()?.query_row(due, params![Instant(now), Instant(long_ago)], |row| row.get(0))?;
        if !is_due {
            return Ok(false);
        }
        self.writing(|database| {
            end(database, "expires_at <= ?3", RequestStanding::Expired, now, Instant(now))?;
            database.execute("DELETE FROM admin_request WHERE ended_at <= ?1", [Instant(long_ago)])?;
            key_records::drop_unused(database)
        })?;
        self.empty_journal();
        Ok(true)
    }
}

fn one(connection: &Connection, id: &str) -> Result<Option<AdminRequest>, VaultError> {
    let mut query = connection.prepare(&format!("SELECT {COLUMNS} FROM admin_request WHERE id = ?1"))?;
    Ok(query.query_row([id], AdminRequest::from_row).optional()?)
}

/// Ends the open requests that fulfil the condition on `?3`. Returns their number.
fn end(
    connection: &Connection,
    condition: &str,
    standing: RequestStanding,
    at: OffsetDateTime,
    value: impl rusqlite::ToSql,
) -> Result<usize, VaultError> {
    let change = format!(
        "UPDATE admin_request SET standing = ?1, ended_at = ?2, private_key = NULL, key_account = NULL \
         WHERE private_key IS NOT NULL AND {condition}"
    );
    Ok(connection.execute(&change, params![Word(standing), Instant(at), value])?)
}

/// Ends a request whose answer has connected the org. One that has ended meanwhile stays as it ended.
pub(super) fn answered(connection: &Connection, id: &str, at: OffsetDateTime) -> Result<(), VaultError> {
    end(connection, "id = ?3", RequestStanding::Answered, at, id).map(drop)
}

/// Ends the requests whose private keys were encrypted with this key, which is gone for good.
pub(super) fn lose(connection: &Connection, account: &str, at: OffsetDateTime) -> Result<(), VaultError> {
    end(connection, "key_account = ?3", RequestStanding::Lost, at, account).map(drop)
}

/// Encrypts every private key of this key with the other one.
pub(super) fn seal_anew(connection: &Connection, old: &DataKey, key: &DataKey) -> Result<(), VaultError> {
    let mut query = connection
        .prepare(&format!("SELECT {COLUMNS}, private_key FROM admin_request WHERE key_account = ?1"))?;
    let sealed: Vec<(AdminRequest, Vec<u8>)> = query
        .query_map([old.account()], |row| Ok((AdminRequest::from_row(row)?, row.get(8)?)))?
        .collect::<Result<_, _>>()?;
    for (request, sealed) in sealed {
        let private_key = old.open_bytes(&request.bound(), PRIVATE_KEY, &sealed)?;
        let sealed = key.seal_bytes(&request.bound(), PRIVATE_KEY, &private_key)?;
        connection.execute(
            "UPDATE admin_request SET private_key = ?2, key_account = ?3 WHERE id = ?1",
            params![request.id, sealed, key.account()],
        )?;
    }
    Ok(())
}
