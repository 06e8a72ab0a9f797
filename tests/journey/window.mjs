// The window beside a practice org: node window.mjs PATH-TO-DTX PATH-TO-WINDOW FOLDER
// The agent runs in a D-Bus session of its own with a keyring of its own below FOLDER, so that the person's keyring is
// not touched; the window runs in the person's session, where it opens the browser.
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { integrationUser, output, practiceOrg, runToEnd, start, Trouble } from "./programs.mjs";

const [dtx = "dtx", window = "datatrax-connect", folder = "."] = process.argv.slice(2);
const WITH_KEYRING = fileURLToPath(new URL("with-keyring", import.meta.url));
const TRIES = 100;

await runToEnd(async () => {
  const { org, end } = await practiceOrg(dtx);
  const user = integrationUser(org);
  const agent = start("dbus-run-session", ["--", WITH_KEYRING, folder, dtx, "agent"]);
  await agentRuns();
  console.log(`
A practice org runs on this computer: a stand-in for a Salesforce org. Nothing leaves the computer.
The window opens beside it. To connect the practice org, paste these:

  Address           ${org.address}
  Consumer Key      ${org.key}
  Consumer Secret   ${org.secret}

and sign in, in the browser that opens, as

  Username          ${user.username}
  Password          ${user.password}

Close the window to end; what was made is then thrown away.
`);
  const code = await start(window, []).ended;
  await output(dtx, ["agent", "stop"]);
  await agent.ended;
  end();
  if (code !== 0) throw new Trouble(`The window ended with exit code ${code}.`);
});

async function agentRuns() {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (JSON.parse(await output(dtx, ["agent", "status", "--json"])).running) return;
    await pause(100);
  }
  throw new Trouble("The agent did not start.");
}
