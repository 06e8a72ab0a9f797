// Starts dtx and reads what it prints, for the programs beside this one.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** @typedef {{username: string, password: string, role: string}} User */
/** @typedef {{address: string, setup_url: string, inbox_url: string, key: string, secret: string, users: User[], control: {url: string, header: string, value: string}}} PracticeOrg */

/** Ends the journey with words for the person who started it. */
export class Trouble extends Error {}

/**
 * A running program whose lines of output are read one by one. It ends with this process.
 * @param {string} program
 * @param {string[]} args
 */
export function start(program, args) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const end = () => child.kill("SIGTERM");
  process.once("exit", end);
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Trouble(`${program} cannot be started: ${error.message}`)));
    child.once("close", (code) => {
      process.removeListener("exit", end);
      resolve(code ?? 1);
    });
  });
  return { lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), stdin: child.stdin, ended, end };
}

/**
 * Runs a program to its end and gives what it printed.
 * @param {string} program
 * @param {string[]} args
 */
export async function output(program, args) {
  const running = start(program, args);
  running.stdin.end();
  /** @type {string[]} */
  const lines = [];
  for (let line = await running.lines.next(); !line.done; line = await running.lines.next()) lines.push(line.value);
  const code = await running.ended;
  if (code !== 0) throw new Trouble(`${[program, ...args].join(" ")} ended with exit code ${code}.`);
  return lines.join("\n");
}

/**
 * Starts a practice org, which runs as long as this process.
 * @param {string} dtx
 * @param {string[]} [args] further ones
 * @returns {Promise<{org: PracticeOrg, end: () => void}>}
 */
export async function practiceOrg(dtx, args = []) {
  const running = start(dtx, ["practice", "--json", ...args]);
  const first = await running.lines.next();
  if (first.done) throw new Trouble("The practice org did not start.");
  return { org: JSON.parse(first.value), end: running.end };
}

/**
 * The user whom a connection should be made with.
 * @param {PracticeOrg} org
 */
export function integrationUser(org) {
  const user = org.users.find(({ role }) => role === "integration");
  if (!user) throw new Trouble("The practice org has no integration user.");
  return user;
}

/**
 * Runs what a program does, and turns trouble into words and an exit code.
 * @param {() => Promise<void>} what
 */
export async function runToEnd(what) {
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.once(signal, () => process.exit(130));
  try {
    await what();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Trouble ? error.message : (error instanceof Error && error.stack) || error}\n`);
    process.exit(1);
  }
}
