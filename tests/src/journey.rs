use practice_org::{Options, Org};
use serde_json::Value;
use url::Url;

use crate::{Desk, Dtx, Ended, Person, Press, until};

/// The index of the practice org's integration user.
pub const INTEGRATION: usize = 1;
/// The username of that user.
pub const INTEGRATION_USER: &str = "integration@practice.example";

/// A practice org with default options.
pub async fn org() -> Org {
    Org::start(Options::default()).await.unwrap()
}

/// The number of requests to this endpoint of the org.
pub fn asked(org: &Org, endpoint: &str) -> u64 {
    org.counters().requests.get(endpoint).copied().unwrap_or_default()
}

impl Desk {
    /// Waits until an agent answers on this desk.
    pub async fn until_agent_runs(&self) {
        until("the agent", async || self.agent_pid().await).await;
    }

    /// Starts an agent with additional environment variables, and waits until it listens.
    pub async fn agent(&self, environment: &[(&str, &str)]) -> Dtx {
        let mut agent = self.start_with(&["agent"], &[&[("DATATRAX_LOG", "info")], environment].concat());
        agent.hint("the agent is ready").await;
        agent
    }

    /// Stops this agent, and waits for its end.
    pub async fn stop(&self, agent: Dtx) {
        assert_eq!(self.dtx(&["agent", "stop"]).await.code, 0, "the agent stops");
        agent.ended().await;
    }

    /// The process of the running agent.
    pub async fn agent_pid(&self) -> Option<String> {
        let status = self.dtx(&["agent", "status", "--json"]).await.json().pop()?;
        (status["running"] == true).then(|| status["pid"].to_string())
    }

    /// Starts `dtx connect` to a practice org under this alias, with its pair and with `more` arguments.
    pub async fn connecting(&self, org: &Org, alias: &str, more: &[&str]) -> Dtx {
        self.connecting_with(org, (&org.key(), &org.secret()), alias, more).await
    }

    /// The same with the pair of another app of the org.
    pub async fn connecting_with(
        &self,
        org: &Org,
        (key, secret): (&str, &str),
        alias: &str,
        more: &[&str],
    ) -> Dtx {
        let address = org.address();
        let mut arguments = vec!["connect", &address, "--alias", alias, "--key", key];
        arguments.extend(["--secret-stdin", "--no-browser", "--json"]);
        arguments.extend(more);
        let mut dtx = self.start(&arguments);
        dtx.say(secret).await;
        dtx
    }

    /// Connects a practice org, with its integration user signing in. Returns the `connected` event.
    pub async fn connect(&self, org: &Org, alias: &str) -> Value {
        let mut dtx = self.connecting(org, alias, &[]).await;
        dtx.sign_in(&mut Person::of(org, INTEGRATION), Press::Allow).await;
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 0, "connected: {ended:?}");
        ended.last()
    }

    /// Runs `dtx … --json`, which must succeed, and returns its last object.
    pub async fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.dtx(&[arguments, &["--json"]].concat()).await;
        assert_eq!(ended.code, 0, "dtx {arguments:?}: {ended:?}");
        ended.last()
    }

    /// The access token that `dtx token` prints.
    pub async fn token(&self, alias: &str) -> String {
        let Ended { code, output, error } = self.dtx(&["token", alias]).await;
        assert_eq!(code, 0, "a token: {error}");
        output.trim_end_matches('\n').to_owned()
    }

    /// The aliases that `dtx list` shows.
    pub async fn aliases(&self) -> Vec<String> {
        let list = self.json(&["list"]).await;
        let connections = list["connections"].as_array().expect("a list of connections");
        connections.iter().map(|connection| connection["alias"].as_str().unwrap().to_owned()).collect()
    }

    /// Asserts that nothing of a sign-in is left in the list, in the database, or at the org.
    pub async fn assert_nothing_left(&self, org: &Org) {
        assert_eq!(self.aliases().await, Vec::<String>::new(), "nothing is listed");
        let database = rusqlite::Connection::open(self.home().join("connections.db")).unwrap();
        for table in ["connection", "secret", "history"] {
            let rows: i64 =
                database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
            assert_eq!(rows, 0, "nothing in the table {table}");
        }
        let counters = org.counters();
        let alive = (counters.access_tokens_alive, counters.refresh_tokens_alive);
        assert_eq!(alive, (0, 0), "every token that was made was given back");
        assert_eq!(counters.secrets_in_query, 0, "no secret was in an address");
    }
}

impl Dtx {
    /// Waits for the address to open, and answers there as this person.
    pub async fn sign_in(&mut self, person: &mut Person, press: Press) {
        let authorize = self.event("authorize").await;
        person.sign_in(authorize["url"].as_str().expect("an address to open"), press).await;
    }

    /// Waits for the browser's part, plays it, and returns the callback address without visiting it.
    pub async fn way_back(&mut self, org: &Org) -> Url {
        let authorize = self.event("authorize").await;
        Person::of(org, INTEGRATION).answer(authorize["url"].as_str().unwrap(), Press::Allow).await
    }
}
