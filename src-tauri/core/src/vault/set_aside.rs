//! What is kept for a while of connections that were disconnected: name, org, history, group and the like, under an id to which no
//! secret was ever bound. The tokens keep the former id until they are revoked, so neither waits for the other. The copy beside
//! the database has none of it.

use rusqlite::{Connection, Transaction, params};
use time::{Duration, OffsetDateTime};

use super::{
    Vault, VaultError,
    cipher::random_name,
    groups, health_records,
    record::{COLUMNS, Instant, Record, Word},
    store,
};
use crate::{contract::view::Status, explain::Code};

/// How long it is kept.
pub(crate) const KEPT_FOR: Duration = Duration::days(30);

/// The most that are kept: the last ones.
pub(crate) const MOST: u32 = 100;

/// What goes with a connection's name. Secrets, a rotation and what was learnt of the tokens stay with the tokens, and so does
/// which programs may have them.
const OF_THE_NAME: [&str; 4] = ["history", "asker", "membership", "setup"];

/// The condition for one that is still kept at `?1`, also where the clock was put back meanwhile.
const IN_TIME: &str = "abs(since - ?1) < ?2";

/// The history's line for the time of the disconnect, once it is brought back.
const DISCONNECTED: &str = "Disconnected. Its key, secret and tokens do not come back.";

/// What is set aside of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Under its id it can be brought back.
    pub record: Record,
    /// The name that the connection had.
    pub alias: String,
    /// The id that it had.
    pub was: String,
    pub since: OffsetDateTime,
}

impl SetAside {
    /// Until when it is kept.
    pub fn until(&self) -> OffsetDateTime {
        self.since + KEPT_FOR
    }
}

impl Vault {
    /// What is set aside and still kept, the latest first.
    pub fn set_aside(&self, now: OffsetDateTime) -> Result<Vec<SetAside>, VaultError> {
        kept(&*self.database()?, now)
    }

    /// Brings a connection back under its name, or the next free one: to be signed in to with key and secret entered anew.
    /// `None` where nothing is kept under this id any more.
    pub fn bring_back(&self, id: &str, now: OffsetDateTime) -> Result<Option<Record>, VaultError> {
        let back = self.writing(|database| {
            let found = kept(database, now)?.into_iter().find(|one| one.record.id == id);
            let Some(SetAside { alias, since, .. }) = found else { return Ok(None) };
            let name = free_name(database, &alias)?;
            let line = if name == alias {
                "Brought back. Key and secret have to be entered anew.".to_owned()
            } else {
                format!("Brought back as {name}: another connection is called {alias} now. Key and secret have to be entered anew.")
            };
            database.execute(
                "UPDATE connection SET alias = ?2, status = ?3, reason = ?4 WHERE id = ?1",
                params![id, name, Word(Status::NotConnected), Word(Code::BroughtBack)],
            )?;
            database.execute("DELETE FROM set_aside WHERE connection = ?1", [id])?;
            health_records::set(database, id, "since", Some(&Instant(now)))?;
            store::note(database, id, since, DISCONNECTED)?;
            store::note(database, id, now, &line)?;
            store::record(database, "id = ?1", id)
        })?;
        if back.is_some() {
            self.renew_copy();
        }
        Ok(back)
    }

    /// Forgets at once what is set aside under this id, or of the connection that had it. `false` where there is nothing.
    pub fn forget_set_aside(&self, id: &str) -> Result<bool, VaultError> {
        self.drop_set_aside("connection = ?1 OR was = ?1", params![id])
    }

    /// Forgets what was kept long enough. Writes nothing where there is none.
    pub fn forget_old_set_aside(&self, now: OffsetDateTime) -> Result<bool, VaultError> {
        let condition = format!("NOT {IN_TIME}");
        let is_due: bool = self.database()?.query_row(
            &format!("SELECT EXISTS (SELECT 1 FROM set_aside WHERE {condition})"),
            limits(now),
            |row| row.get(0),
        )?;
        if is_due { self.drop_set_aside(&condition, limits(now)) } else { Ok(false) }
    }

    /// Removes the connections that are set aside and fulfil the condition, from the files too.
    fn drop_set_aside(&self, condition: &str, values: impl rusqlite::Params) -> Result<bool, VaultError> {
        let statement = format!(
            "DELETE FROM connection WHERE id IN (SELECT connection FROM set_aside WHERE {condition})"
        );
        let is_dropped = self.writing(|database| {
            let dropped = database.execute(&statement, values)?;
            groups::drop_empty(database)?;
            Ok(dropped > 0)
        })?;
        if is_dropped {
            self.empty_journal();
            self.renew_copy();
        }
        Ok(is_dropped)
    }
}

/// Sets aside what goes with the name of a connection that is leaving, which keeps its tokens.
pub(super) fn begin(database: &Transaction<'_>, id: &str) -> Result<(), VaultError> {
    let aside = random_name()?;
    database.execute(
        "INSERT INTO connection (id, alias, origin, kind, org_id, org_name, user_id, username, instance_url, api_version, scope, \
         created_at, status, checked_at, rotates, browser) SELECT ?2, char(31) || ?2, origin, kind, org_id, org_name, user_id, username, \
         instance_url, api_version, scope, created_at, ?3, checked_at, rotates, browser FROM connection WHERE id = ?1",
        params![id, aside, Word(Status::NotConnected)],
    )?;
    move_all(database, id, &aside)?;
    database.execute(
        "INSERT INTO set_aside (connection, alias, was, since) SELECT ?2, alias, ?1, since FROM leaving WHERE connection = ?1",
        params![id, aside],
    )?;
    database.execute(
        "DELETE FROM connection WHERE id IN (SELECT connection FROM set_aside ORDER BY since DESC, connection LIMIT -1 OFFSET ?1)",
        [MOST],
    )?;
    groups::drop_empty(database)
}

/// Gives a connection that is in use after all what was set aside of it.
pub(super) fn take_back(database: &Transaction<'_>, id: &str) -> Result<(), VaultError> {
    let mut query = database.prepare("SELECT connection FROM set_aside WHERE was = ?1")?;
    let aside: Vec<String> = query.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for aside in aside {
        move_all(database, &aside, id)?;
        database.execute("DELETE FROM connection WHERE id = ?1", [aside])?;
    }
    Ok(())
}

fn move_all(database: &Connection, from: &str, to: &str) -> Result<(), VaultError> {
    for table in OF_THE_NAME {
        // What is there already is as new.
        let change = format!("UPDATE OR IGNORE {table} SET connection = ?2 WHERE connection = ?1");
        database.execute(&change, [from, to])?;
    }
    Ok(())
}

fn kept(database: &Connection, now: OffsetDateTime) -> Result<Vec<SetAside>, VaultError> {
    let query = format!(
        "SELECT {COLUMNS}, left_as, was, left_at FROM connection JOIN (SELECT connection, alias AS left_as, was, since AS left_at \
         FROM set_aside WHERE {IN_TIME}) ON connection = id ORDER BY left_at DESC, id"
    );
    let mut query = database.prepare(&query)?;
    let kept = query.query_map(limits(now), |row| {
        Ok(SetAside {
            record: Record::from_row(row)?,
            alias: row.get("left_as")?,
            was: row.get("was")?,
            since: row.get::<_, Instant>("left_at")?.0,
        })
    })?;
    Ok(kept.collect::<Result<_, _>>()?)
}

/// The values of [`IN_TIME`].
fn limits(now: OffsetDateTime) -> (Instant, i64) {
    (Instant(now), i64::try_from(KEPT_FOR.whole_nanoseconds()).unwrap_or(i64::MAX))
}

/// The name, or with the first number behind it that no connection has.
fn free_name(database: &Connection, alias: &str) -> Result<String, VaultError> {
    let mut query = database.prepare("SELECT EXISTS (SELECT 1 FROM connection WHERE alias = ?1)")?;
    let mut name = alias.to_owned();
    let mut number = 1;
    while query.query_row([&name], |row| row.get(0))? {
        number += 1;
        name = format!("{alias}-{number}");
    }
    Ok(name)
}
