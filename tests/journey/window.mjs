// The window beside a practice org: node window.mjs PATH-TO-DTX PATH-TO-WINDOW
import { spawnSync } from "node:child_process";
import { integrationUser, practiceOrg, runToEnd, start, Trouble } from "./programs.mjs";

const [dtx = "dtx", window = "datatrax-connect"] = process.argv.slice(2);

await runToEnd(async () => {
  const { org, end } = await practiceOrg(dtx);
  const user = integrationUser(org);
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
  // The window starts an agent, which would outlive it and this home, however this program ends.
  process.once("exit", () => spawnSync(dtx, ["agent", "stop"], { stdio: "ignore" }));
  const code = await start(window, []).ended;
  end();
  if (code !== 0) throw new Trouble(`The window ended with exit code ${code}.`);
});
