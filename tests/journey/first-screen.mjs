// The window's first screen, as its page shows it: node first-screen.mjs PATH-TO-WEBDRIVER PATH-TO-THE-WINDOW
// On Linux the driver is WebKitWebDriver, on Windows msedgedriver.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { runToEnd, Trouble } from "./programs.mjs";

const HEADING = "Connect your first org";
const PATIENCE = 300_000;

const [driver = "WebKitWebDriver", window = "datatrax-connect"] = process.argv.slice(2);
const port = await freePort();
// Without the variable WebKit's driver would wait for the window for ever.
const running = spawn(driver, [`--port=${port}`], { stdio: "ignore", env: { ...process.env, TAURI_WEBVIEW_AUTOMATION: "true" } });
process.once("exit", () => running.kill());

await runToEnd(async () => {
  await until("the driver listens", () => ask("GET", "/status"));
  const { sessionId } = await ask("POST", "/session", { capabilities: { alwaysMatch: capabilities() } });
  const script = { script: "return document.querySelector('h1')?.textContent ?? ''", args: [] };
  const seen = await until("the page has a heading", () => ask("POST", `/session/${sessionId}/execute/sync`, script));
  await ask("DELETE", `/session/${sessionId}`);
  if (seen !== HEADING) throw new Trouble(`The first screen is headed "${seen}", not "${HEADING}".`);
  console.log(`The window shows: ${seen}`);
});

/** Which program the driver starts, in each driver's own words. */
function capabilities() {
  if (process.platform !== "win32") return { "webkitgtk:browserOptions": { binary: window, args: [] } };
  return { browserName: "webview2", "ms:edgeOptions": { binary: window, args: [], webviewOptions: {} } };
}

/**
 * Asks the driver.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
async function ask(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" } });
  const { value } = await answer.json();
  if (!answer.ok) throw new Trouble(`${method} ${path}: ${value.message}`);
  return value;
}

/**
 * Tries again until there is something.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} attempt
 * @returns {Promise<T>}
 */
async function until(what, attempt) {
  const end = Date.now() + PATIENCE;
  let trouble = "nothing came";
  while (Date.now() < end) {
    try {
      const found = await attempt();
      if (found) return found;
    } catch (error) {
      trouble = String(error);
    }
    await sleep(100);
  }
  throw new Trouble(`Until ${what} took too long: ${trouble}`);
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}
