/**
 * The host in a plain browser, for tests: served in place of `ui/js/host.tauri.js`, answers from a script of JSON.
 *
 * `globalThis.script` maps each command to its answers, `{ ok: value }` or `{ fail: Failure }`; the last one stays.
 * `globalThis.calls` holds what was asked, `globalThis.tell(event, payload)` is the agent speaking.
 *
 * @typedef {{ ok: unknown } | { fail: unknown } | { never: true }} Answer
 * @typedef {{ script: Record<string, Answer[]>, calls: { command: string, args: unknown }[], tell: (event: string, payload: unknown) => void }} Told
 */

const told = /** @type {Told} */ (/** @type {unknown} */ (globalThis));
/** @type {Map<string, ((payload: unknown) => void)[]>} */
const heard = new Map();

told.calls = [];
told.tell = (event, payload) => heard.get(event)?.forEach((listener) => listener(payload));

/**
 * @param {string} command
 * @param {object} [args]
 */
export async function invoke(command, args = {}) {
  told.calls.push({ command, args });
  const answers = told.script[command];
  const answer = answers && answers.length > 1 ? answers.shift() : answers?.[0];
  if (!answer) throw new Error(`the test's script has no answer to ${command}`);
  if ('never' in answer) return new Promise(() => {});
  if ('fail' in answer) throw answer.fail;
  return structuredClone(answer.ok);
}

/**
 * @param {string} event
 * @param {(payload: any) => void} listener
 */
export async function listen(event, listener) {
  heard.set(event, [...(heard.get(event) ?? []), listener]);
}
