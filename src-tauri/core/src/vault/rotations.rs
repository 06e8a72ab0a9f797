//! Rotations under way: each with its plan, and with the pairs beside the one in use. A pair comes into use in the same
//! transaction as what proves it, so that at any moment one pair and the tokens belong together.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use time::OffsetDateTime;

use super::{
    IN_USE, Vault, VaultError,
    cipher::{DataKey, Field},
    health_records::{self, Change},
    record::{COLUMNS, Pair, Record},
    store,
};
use crate::guide::rotation::{EndProof, Plan};

const IN_FORCE: [Field; 2] = [Field::ConsumerKey, Field::ConsumerSecret];
const NEXT: [Field; 2] = [Field::NextKey, Field::NextSecret];
const FORMER: [Field; 2] = [Field::FormerKey, Field::FormerSecret];

/// The history's line for a pair that came into use.
const PROVED_BY_REFRESH: &str = "Key and secret are rotated: a refresh with the new pair worked.";
const PROVED_BY_SIGN_IN: &str = "Key and secret are rotated: the sign-in with the new pair worked.";

impl Vault {
    /// Stores the plan for this connection, unless there is one, which is then told what is new: whether it was exposed.
    pub fn begin_rotation(&self, id: &str, begun: &Plan) -> Result<Plan, VaultError> {
        self.writing(|database| {
            let plan = match plan_of(database, id)? {
                Some(mut plan) => {
                    if begun.exposed() {
                        plan.note_exposure();
                    }
                    plan
                }
                None => begun.clone(),
            };
            put_plan(database, id, &plan)?;
            Ok(plan)
        })
    }

    /// The plan of a connection's rotation.
    pub fn rotation(&self, id: &str) -> Result<Option<Plan>, VaultError> {
        plan_of(&*self.database()?, id)
    }

    /// All plans, by the id of the connection.
    pub fn plans(&self) -> Result<BTreeMap<String, Plan>, VaultError> {
        let database = self.database()?;
        let mut query = database.prepare("SELECT connection, plan FROM rotation")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows = rows.collect::<Result<Vec<(String, String)>, _>>()?;
        // A plan that only newer programs know must not make its connection unreadable.
        Ok(rows.into_iter().filter_map(|(id, plan)| Some((id, read(&plan).ok()?))).collect())
    }

    /// All rotations of connections in use, by alias.
    pub fn rotations(&self) -> Result<Vec<(Record, Plan)>, VaultError> {
        let database = self.database()?;
        let query = format!(
            "SELECT {COLUMNS}, plan FROM connection JOIN (SELECT connection, plan FROM rotation) ON connection = id \
             WHERE {IN_USE} ORDER BY alias"
        );
        let mut query = database.prepare(&query)?;
        let rows = query.query_map([], |row| Ok((Record::from_row(row)?, row.get::<_, String>("plan")?)))?;
        rows.map(|row| {
            let (record, plan) = row?;
            Ok((record, read(&plan)?))
        })
        .collect()
    }

    /// Changes a plan, whole or not at all, and returns it with what the change says. A pasted pair that the plan no longer
    /// has is removed. `None` where no rotation is under way.
    pub fn change_rotation<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut Plan) -> T,
    ) -> Result<Option<(Plan, T)>, VaultError> {
        self.writing(|database| {
            let Some(mut plan) = plan_of(database, id)? else { return Ok(None) };
            let said = change(&mut plan);
            put_plan(database, id, &plan)?;
            if plan.pasted_at().is_none() {
                remove(database, id, NEXT)?;
            }
            Ok(Some((plan, said)))
        })
    }

    /// Notes in the plan that the sign-in of an exposed pair was ended, with the change of the connection's status that this is: all
    /// or nothing. `None` where no rotation is under way.
    pub fn end_sign_in(
        &self,
        id: &str,
        proof: EndProof,
        change: &Change,
    ) -> Result<Option<Plan>, VaultError> {
        self.writing(|database| {
            let Some(mut plan) = plan_of(database, id)? else { return Ok(None) };
            if plan.sign_in_ended(proof).is_ok() {
                put_plan(database, id, &plan)?;
                health_records::change_status(database, id, change)?;
            }
            Ok(Some(plan))
        })
    }

    /// Keeps a pasted pair beside the one in use, with the change of its plan, which says whether the pair is awaited; if not,
    /// nothing is changed. `None` where no rotation is under way.
    pub fn keep_next_pair(
        &self,
        id: &str,
        next: &Pair,
        change: impl Fn(&mut Plan) -> bool,
    ) -> Result<Option<(Plan, bool)>, VaultError> {
        self.sealing_for(id, |database, key| {
            let owner = store::record(database, "id = ?1", id)?.ok_or(VaultError::Gone)?;
            let Some(mut plan) = plan_of(database, id)? else { return Ok(None) };
            let is_awaited = change(&mut plan);
            if is_awaited {
                put_plan(database, id, &plan)?;
                put_pair(database, key, &owner, NEXT, next)?;
            }
            Ok(Some((plan, is_awaited)))
        })
    }

    /// The pasted pair that is not in use yet, if there is one.
    pub fn next_pair(&self, id: &str) -> Result<Option<Pair>, VaultError> {
        self.pair_beside(id, NEXT)
    }

    /// The pair that was replaced, if it is still kept.
    pub fn former_pair(&self, id: &str) -> Result<Option<Pair>, VaultError> {
        self.pair_beside(id, FORMER)
    }

    fn pair_beside(&self, id: &str, fields: [Field; 2]) -> Result<Option<Pair>, VaultError> {
        let [first, _] = fields;
        let is_there = store::sealed(&*self.database()?, id, first)?.is_some();
        if !is_there {
            return Ok(None);
        }
        let (_, [key, secret]) = self.secrets(id, fields)?;
        Ok(Some(Pair { key, secret }))
    }

    /// Ends a rotation: its plan is gone, and with it both pairs beside the one in use. Succeeds where there is none.
    pub fn end_rotation(&self, id: &str, at: OffsetDateTime, line: &str) -> Result<(), VaultError> {
        self.writing(|database| end(database, id, at, line))?;
        self.empty_journal();
        Ok(())
    }

    /// Puts the former pair back in use, and ends the rotation.
    ///
    /// # Errors
    /// [`VaultError::Gone`] where it is no longer kept.
    pub fn bring_back_former_pair(&self, id: &str, at: OffsetDateTime, line: &str) -> Result<(), VaultError> {
        self.sealing_for(id, |database, key| {
            let owner = store::record(database, "id = ?1", id)?.ok_or(VaultError::Gone)?;
            let former = open_pair(database, key, &owner, FORMER)?.ok_or(VaultError::Gone)?;
            put_pair(database, key, &owner, IN_FORCE, &former)?;
            // The half hour was that of the new one.
            health_records::forget_paste(database, id)?;
            end(database, id, at, line)
        })?;
        self.empty_journal();
        Ok(())
    }
}

/// Brings the pasted pair into use, which a refresh has proved, within the transaction that stores the refresh's tokens.
pub(super) fn prove(
    database: &Transaction<'_>,
    key: &DataKey,
    owner: &Record,
    at: OffsetDateTime,
) -> Result<(), VaultError> {
    let Some(mut plan) = plan_of(database, &owner.id)? else { return Ok(()) };
    let Some(next) = open_pair(database, key, owner, NEXT)? else { return Ok(()) };
    if let Some(former) = open_pair(database, key, owner, IN_FORCE)? {
        put_pair(database, key, owner, FORMER, &former)?;
    }
    put_pair(database, key, owner, IN_FORCE, &next)?;
    remove(database, &owner.id, NEXT)?;
    plan.proved(at);
    put_plan(database, &owner.id, &plan)?;
    store::note(database, &owner.id, at, PROVED_BY_REFRESH)
}

/// Whether a sign-in with this pair, which was begun for a rotation, still is for it: the pair is awaited, or in use already. Of a pair
/// that another key of the vault encrypts, which cannot be compared here, a plan tells enough.
pub(super) fn has(
    database: &Transaction<'_>,
    key: &DataKey,
    owner: Option<&Record>,
    pair: &Pair,
) -> Result<bool, VaultError> {
    let Some(owner) = owner else { return Ok(false) };
    let is_planned = plan_of(database, &owner.id)?.is_some();
    let may_be = |fields: [Field; 2]| -> Result<bool, VaultError> {
        let account = store::sealed(database, &owner.id, fields[0])?.map(|(account, _)| account);
        if is_planned && account.is_some_and(|account| account != key.account()) {
            return Ok(true);
        }
        Ok(open_pair(database, key, owner, fields)?.as_ref() == Some(pair))
    };
    Ok(may_be(IN_FORCE)? || (is_planned && may_be(NEXT)?))
}

/// A rotation as it was before a sign-in is stored, which may change what secrets are bound to.
pub(super) struct Before {
    plan: Plan,
    in_force: Option<Pair>,
    next: Option<Pair>,
    former: Option<Pair>,
}

impl Before {
    /// `None` where no rotation is under way. A pair that another key of the vault encrypts counts as gone.
    pub(super) fn of(
        database: &Transaction<'_>,
        key: &DataKey,
        owner: Option<&Record>,
    ) -> Result<Option<Self>, VaultError> {
        let Some(owner) = owner else { return Ok(None) };
        let Some(plan) = plan_of(database, &owner.id)? else { return Ok(None) };
        let open = |fields| open_pair(database, key, owner, fields);
        let (in_force, next, former) = (open(IN_FORCE)?, open(NEXT)?, open(FORMER)?);
        Ok(Some(Self { plan, in_force, next, former }))
    }

    /// Follows a sign-in that was stored with this pair. One with another pair than before proves that pair.
    pub(super) fn follow(
        mut self,
        database: &Transaction<'_>,
        key: &DataKey,
        owner: &Record,
        pair: &Pair,
        at: OffsetDateTime,
    ) -> Result<(), VaultError> {
        let is_other = match (&self.in_force, &self.next) {
            (Some(before), _) => before != pair,
            (None, Some(next)) => next == pair,
            (None, None) => false,
        };
        match (is_other, self.plan.is_proved()) {
            (true, false) => {
                self.plan.proved(at);
                (self.former, self.next) = (self.in_force, None);
                store::note(database, &owner.id, at, PROVED_BY_SIGN_IN)?;
            }
            (false, false) => self.plan.signed_in_again(),
            (_, true) => {}
        }
        if self.next.is_none() && self.plan.pasted_at().is_some() {
            self.plan.lose_pair();
        }
        for (fields, kept) in [(NEXT, &self.next), (FORMER, &self.former)] {
            match kept {
                Some(kept) => put_pair(database, key, owner, fields, kept)?,
                None => remove(database, &owner.id, fields)?,
            }
        }
        put_plan(database, &owner.id, &self.plan)
    }
}

fn end(database: &Connection, id: &str, at: OffsetDateTime, line: &str) -> Result<(), VaultError> {
    remove(database, id, NEXT)?;
    remove(database, id, FORMER)?;
    let ended = database.execute("DELETE FROM rotation WHERE connection = ?1", [id])?;
    if ended > 0 { store::note(database, id, at, line) } else { Ok(()) }
}

/// A refresh has worked: an end of the sign-in that was begun has not come about. A plan that cannot be read holds up no refresh.
pub(super) fn sign_in_works(database: &Transaction<'_>, id: &str) -> Result<(), VaultError> {
    if let Ok(Some(mut plan)) = plan_of(database, id)
        && plan.ends_sign_in()
        && !plan.has_ended_sign_in()
    {
        plan.sign_in_not_ended();
        put_plan(database, id, &plan)?;
    }
    Ok(())
}

fn plan_of(database: &Connection, id: &str) -> Result<Option<Plan>, VaultError> {
    let mut query = database.prepare("SELECT plan FROM rotation WHERE connection = ?1")?;
    let plan: Option<String> = query.query_row([id], |row| row.get(0)).optional()?;
    plan.map(|plan| read(&plan)).transpose()
}

fn read(plan: &str) -> Result<Plan, VaultError> {
    serde_json::from_str(plan).map_err(|_| VaultError::Unreadable)
}

fn put_plan(database: &Connection, id: &str, plan: &Plan) -> Result<(), VaultError> {
    let plan = serde_json::to_string(plan).map_err(|error| VaultError::failed(error.classify()))?;
    let change = "INSERT INTO rotation (connection, plan) VALUES (?1, ?2) \
                  ON CONFLICT (connection) DO UPDATE SET plan = excluded.plan";
    database.execute(change, params![id, plan])?;
    Ok(())
}

fn open_pair(
    database: &Connection,
    key: &DataKey,
    owner: &Record,
    [first, second]: [Field; 2],
) -> Result<Option<Pair>, VaultError> {
    let open = |field| match store::sealed(database, &owner.id, field)? {
        Some((account, sealed)) if account == key.account() => key.open(owner, field, &sealed).map(Some),
        _ => Ok(None),
    };
    Ok(open(first)?.zip(open(second)?).map(|(key, secret)| Pair { key, secret }))
}

fn put_pair(
    database: &Connection,
    key: &DataKey,
    owner: &Record,
    [first, second]: [Field; 2],
    pair: &Pair,
) -> Result<(), VaultError> {
    store::put_secret(database, key, owner, first, &pair.key)?;
    store::put_secret(database, key, owner, second, &pair.secret)
}

fn remove(database: &Connection, id: &str, fields: [Field; 2]) -> Result<(), VaultError> {
    let [first, second] = fields.map(Field::word);
    database
        .execute("DELETE FROM secret WHERE connection = ?1 AND field IN (?2, ?3)", [id, first, second])?;
    Ok(())
}
