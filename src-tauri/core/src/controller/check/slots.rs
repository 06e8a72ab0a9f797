//! How many sign-ins a user has with the app: Salesforce keeps five, and the sixth ends the oldest, also that of another
//! computer.

use std::{cmp::Ordering, collections::BTreeMap};

use tokio::time::timeout;

use super::{LONGEST_CHECK, late};
use crate::{
    contract::view::{CheckId, CheckState, Finding, SetupPage, Token},
    controller::{Controller, whereabouts::instance},
    explain::{self, setup},
    lifecycle::health,
    org::{
        address::Address,
        oauth::{Owner, Trouble},
        rest::{Api, ApiAccess, SignIn},
        salesforce::SIGN_INS_AT_ONCE,
    },
    vault::Record,
};

/// What the name of an app has in it where the guide was followed. A connection does not know what its app is called.
const NAME: &str = "datatrax";
/// What can be done once all are used.
const FIX: [&str; 2] = [
    "Before somebody signs in with this app as the same user once more, on whichever computer: in Setup, Quick Find, External \
     Client Apps OAuth Usage (or Connected Apps OAuth Usage), end the sign-ins that nobody uses any more.",
    "Or give each further computer a user of its own.",
];

impl Controller {
    /// How many of the sign-ins that the app can have of this user are used. No secret of any of them is asked for.
    pub(super) async fn slots_finding(
        &self,
        record: &Record,
        address: &Address,
        token: &Token,
        called: &Result<ApiAccess, Trouble>,
    ) -> Finding {
        if called.is_err() {
            return explain::finding(CheckId::Slots, CheckState::Skip, None, &[]);
        }
        let user = record.username.as_str();
        match timeout(LONGEST_CHECK, self.sign_ins(record, address, token)).await {
            Ok(Some(all)) => of_sign_ins(&all, user, address.host()),
            Ok(None) => untold(&format!("The org does not show {user} which sign-ins there are.")),
            Err(_) => late(CheckId::Slots, address.host(), LONGEST_CHECK),
        }
    }

    /// `None` where the org does not tell.
    async fn sign_ins(&self, record: &Record, address: &Address, token: &Token) -> Option<Vec<SignIn>> {
        let owner = Owner::of_ids(&record.org_id, &record.user_id)?;
        let instance = instance(token).ok()?;
        let api = Api::new(self.http(), address, &instance, &token.access_token).ok()?;
        api.sign_ins(&token.api_version, &owner).await.ok()
    }
}

fn untold(why: &str) -> Finding {
    explain::finding(CheckId::Slots, CheckState::Unknown, None, &[("why", why)])
}

fn of_sign_ins(all: &[SignIn], user: &str, host: &str) -> Finding {
    let mut apps = BTreeMap::<&str, Vec<&SignIn>>::new();
    for one in all {
        apps.entry(&one.app).or_default().push(one);
    }
    let is_ours = |app: &str| app.to_lowercase().contains(NAME);
    let most_used = apps.into_iter().max_by_key(|(app, sign_ins)| (is_ours(app), sign_ins.len()));
    let Some((app, sign_ins)) = most_used else {
        return untold(&format!("The org lists no sign-in of {user}, not even this one."));
    };
    let (count, most) = (sign_ins.len(), SIGN_INS_AT_ONCE);
    let say = |state, more: &[(&str, &str)]| {
        let (count, most) = (count.to_string(), most.to_string());
        let facts = [("used", count.as_str()), ("most", most.as_str()), ("user", user)];
        explain::finding(CheckId::Slots, state, None, &[&facts[..], more].concat())
    };
    match count.cmp(&most) {
        _ if !is_ours(app) => untold(&format!(
            "The org lists no sign-in of {user} with an app called Datatrax, and {count} with {app}. Whether that is the app of this \
             connection cannot be told."
        )),
        Ordering::Less => say(CheckState::Pass, &[("app", app)]),
        Ordering::Equal => {
            let oldest = sign_ins.into_iter().min_by_key(|one| one.made_at);
            let made = oldest.map(|one| health::minute(one.made_at)).unwrap_or_default();
            let used_at = oldest.and_then(|one| one.used_at);
            let last = used_at.map(|at| format!("last used {}", health::minute(at)));
            let last = last.unwrap_or_else(|| "of which no use is told".to_owned());
            let found = say(CheckState::Warn, &[("app", app), ("made", &made), ("last", &last)]);
            let setup = Some(Box::new(setup::link(SetupPage::OauthUsage, Some(host))));
            Finding { fix: FIX.map(str::to_owned).into(), setup, ..found }
        }
        Ordering::Greater => untold(&format!(
            "The org lists {count} sign-ins of {user} with {app}. More than {most} are not known of, so they cannot be told."
        )),
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime};

    use super::*;

    const USER: &str = "ada@acme.example";
    const HOST: &str = "acme.my.salesforce.com";

    /// This many sign-ins with an app, the oldest last, as nobody promises an order.
    fn with(app: &str, count: i64) -> Vec<SignIn> {
        let at = |days| OffsetDateTime::UNIX_EPOCH + Duration::days(days);
        let one = |day| SignIn { app: app.to_owned(), made_at: at(day), used_at: Some(at(day + 100)) };
        (1..=count).rev().map(one).collect()
    }

    #[test]
    fn the_sign_ins_of_the_app_are_counted_and_the_oldest_is_named_once_all_are_used() {
        use CheckState::{Pass, Unknown, Warn};
        let other = with("Data Loader", 5);
        for (all, state, part) in [
            (
                with("Datatrax Connect", 1),
                Pass,
                "1 of 5 are used: those of ada@acme.example with Datatrax Connect.",
            ),
            (
                with("DATATRAX", 5),
                Warn,
                "the next sign-in ends the oldest: that of 1970-01-02 00:00 UTC, last used 1970-04-12 00:00 UTC.",
            ),
            (with("Datatrax", 6), Unknown, "lists 6 sign-ins of ada@acme.example with Datatrax."),
            (
                [with("Datatrax", 2), other.clone()].concat(),
                Pass,
                "2 of 5 are used: those of ada@acme.example with Datatrax.",
            ),
            ([with("Acme's app", 1), other].concat(), Unknown, "and 5 with Data Loader."),
            (Vec::new(), Unknown, "lists no sign-in of ada@acme.example, not even"),
        ] {
            let found = of_sign_ins(&all, USER, HOST);
            assert_eq!(found.state, state, "{found:?}");
            assert!(found.message.contains(part), "{part}: {found:?}");
            assert_eq!(found.fix.is_empty(), state != Warn, "{found:?}");
        }
        let full = of_sign_ins(&with("Datatrax", 5), USER, HOST);
        let setup = full.setup.expect("a way into Setup");
        assert_eq!((setup.page, setup.host.as_deref()), (SetupPage::OauthUsage, Some(HOST)));
        let unused = [
            &with("Datatrax", 4)[..],
            &[SignIn { used_at: None, made_at: OffsetDateTime::UNIX_EPOCH, app: "Datatrax".to_owned() }],
        ];
        let found = of_sign_ins(&unused.concat(), USER, HOST);
        assert!(found.message.ends_with("1970-01-01 00:00 UTC, of which no use is told."), "{found:?}");
    }
}
