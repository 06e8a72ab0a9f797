// The whole journey in the terminal, against a practice org: node terminal.mjs PATH-TO-DTX
import { signInAndAllow } from "./person.mjs";
import { integrationUser, output, practiceOrg, runToEnd, start, Trouble } from "./programs.mjs";

const [dtx = "dtx"] = process.argv.slice(2);
const ALIAS = "practice";
let steps = 0;

await runToEnd(async () => {
  step("Start a practice org: a stand-in for a Salesforce org that runs on this computer. Nothing leaves the computer.");
  shown("dtx practice --json");
  const { org, end } = await practiceOrg(dtx);
  const user = integrationUser(org);
  told(`It answers at ${org.address}.`);
  told("Its External Client App stands ready, with a Consumer Key and a Consumer Secret, as an admin makes them in Setup.");

  step("Connect it. dtx gets the address, the Consumer Key and, on its standard input, the Consumer Secret.");
  shown(`dtx connect ${org.address} --alias ${ALIAS} --key ${org.key.slice(0, 9)}… --secret-stdin --no-browser --json`);
  told("Before any browser opens, dtx asks the org whether the key is known, the callback registered and the pair right.");
  await connect(org, user);

  step("Look at what is kept. Tokens and secret are encrypted in one file; the key to it is in the keychain.");
  shown("dtx list");
  quoted(await output(dtx, ["list"]));

  step("Check the connection, from the address to a call.");
  shown(`dtx check ${ALIAS}`);
  quoted(await output(dtx, ["check", ALIAS]));

  step("Use it: dtx hands an access token to a program, which then asks the org a real question.");
  shown(`dtx token ${ALIAS} --json`);
  const token = JSON.parse(await output(dtx, ["token", ALIAS, "--json"]));
  const answer = await query(token, "SELECT Name, OrganizationType, IsSandbox FROM Organization");
  for (const record of answer.records) {
    told(`The org answers: its name is ${record.Name}, its edition ${record.OrganizationType}.`);
  }
  if (answer.records.length === 0) throw new Trouble("The org answered without a record.");

  end();
  console.log("\nThat was the whole way: from an address and two pasted values to a connection that works.");
  console.log("All of it stood in a folder that is now thrown away.");
});

/**
 * Runs `dtx connect` and plays the person whom it waits for.
 * @param {import("./programs.mjs").PracticeOrg} org
 * @param {import("./programs.mjs").User} user
 */
async function connect(org, user) {
  const running = start(dtx, [
    ...["connect", org.address, "--alias", ALIAS, "--key", org.key],
    ...["--secret-stdin", "--no-browser", "--json"],
  ]);
  running.stdin.end(`${org.secret}\n`);
  let connected = false;
  for (let line = await running.lines.next(); !line.done; line = await running.lines.next()) {
    const event = JSON.parse(line.value);
    if (event.event === "authorize") {
      told("All three are right. Now a person opens the sign-in address in a browser. Here this program plays the person, who");
      const page = await signInAndAllow(event.url, user, (what) => told(`  - ${what}`));
      const { origin } = new URL(page.address);
      if (origin === new URL(org.address).origin) throw new Trouble(`The sign-in ended on the org's own page: ${page.address}`);
      told(`  - is sent back to ${origin}, where dtx waits for exactly this sign-in`);
    } else if (event.event === "waiting") {
      told(`dtx waits (${event.for}).`);
    } else if (event.event === "connected") {
      connected = true;
      told(`Connected: "${event.alias}" is org ${event.org_id}, signed in as ${event.username}.`);
    } else if (event.event === "failed") {
      throw new Trouble([event.message, ...(event.fix ?? [])].join("\n"));
    }
  }
  const code = await running.ended;
  if (!connected || code !== 0) throw new Trouble(`dtx connect ended with exit code ${code} and no connection.`);
}

/**
 * One call of Salesforce's REST API.
 * @param {{access_token: string, instance_url: string, api_version: string}} token
 * @param {string} soql
 * @returns {Promise<{records: {Name: string, OrganizationType: string}[]}>}
 */
async function query({ access_token, instance_url, api_version }, soql) {
  const version = api_version.startsWith("v") ? api_version : `v${api_version}`;
  const path = `/services/data/${version}/query?q=${encodeURIComponent(soql)}`;
  shown(`GET ${instance_url}${decodeURIComponent(path)}`);
  const answer = await fetch(instance_url + path, { headers: { authorization: `Bearer ${access_token}` } });
  if (!answer.ok) throw new Trouble(`The org refused the call with status ${answer.status}.`);
  return answer.json();
}

/** @param {string} text */
function step(text) {
  steps += 1;
  console.log(`\n${steps}. ${text}`);
}

/** @param {string} text */
function told(text) {
  console.log(`   ${text}`);
}

/** @param {string} command */
function shown(command) {
  console.log(`   $ ${command}`);
}

/** @param {string} text what a program printed */
function quoted(text) {
  for (const line of text.split("\n")) console.log(`   | ${line}`);
}
