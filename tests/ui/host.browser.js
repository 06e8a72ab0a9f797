/**
 * The host in a plain browser, for tests: served in place of `ui/js/host.tauri.js`, answers from a script of JSON.
 *
 * `globalThis.script` maps each command to its answers, `{ ok: value }` or `{ fail: Failure }`; the last one stays.
 * `globalThis.calls` holds what was asked, and what was shown then; `globalThis.tell(event, payload)` is the agent speaking. Set-ups are kept here
 * as the agent keeps them, from those in the first snapshot on, where the script has no answer of its own.
 *
 * What it answers is typed as the window's own answers are: a script that says what the window never says is no script.
 *
 * @import { Commands, Events } from '../../src-tauri/bindings/Window'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { SetupView } from '../../src-tauri/bindings/SetupView'
 * @import { Snapshot } from '../../src-tauri/bindings/Snapshot'
 * @import { Given } from '../../ui/js/host.tauri.js'
 */

/** @template T @typedef {{ ok: T } | { fail: Failure } | { never: true }} Answer */
/** @typedef {{ [C in keyof Commands]?: Answer<Commands[C]['reply']>[] }} Answers */
/** What a test has the host say; `fresh` is the set-up that can be begun. @typedef {Answers & { fresh?: SetupView[] }} Script */
/**
 * @typedef {{ script: Answers, calls: { command: keyof Commands, args: any, heading: string | null, shown: string }[],
 *   tell: <E extends keyof Events>(event: E, payload: Events[E]) => void,
 *   setups: Map<string, SetupView> | undefined, freshSetup: SetupView | undefined }} Told
 */

const told = /** @type {Told} */ (/** @type {unknown} */ (globalThis));
/** @type {Map<keyof Events, ((payload: any) => void)[]>} */
const heard = new Map();

told.calls = [];
told.tell = (event, payload) => {
  if (event === 'notice') {
    const notice = /** @type {Events['notice']} */ (payload);
    if (notice.method === 'snapshot') keep(notice.params);
  }
  heard.get(event)?.forEach((listener) => listener(payload));
};

/** A snapshot holds the set-ups as they stand; those it brings take the place of the kept ones. @param {Snapshot} snapshot */
function keep(snapshot) {
  // As an older agent tells it.
  if (!snapshot.setups) return;
  told.setups ??= new Map();
  for (const setup of snapshot.setups) told.setups.set(setup.host, setup);
  snapshot.setups = [...told.setups.values()].map((setup) => ({ ...setup, attempt: snapshot.attempts.find(({ host }) => host === setup.host)?.id ?? null }));
}

/** @type {{ [C in keyof Commands]?: (args: Commands[C]['args']) => Commands[C]['reply'] }} */
const remembered = {
  set_up: () => {
    const fresh = told.freshSetup;
    if (!fresh) throw new Error('the test begins no set-up');
    const known = told.setups?.get(fresh.host);
    return known ?? change(fresh, {});
  },
  go_to: ({ host, step }) => change(setup(host), { step }),
  step_done: ({ host, step, done }) => {
    const known = setup(host);
    /** @type {SetupView['steps']} */
    const steps = known.steps.map((one) => (one.id === step ? { ...one, mark: done ? 'said' : 'open', message: null, fix: [] } : one));
    const at = steps.findIndex(({ id }) => id === step);
    const next = steps.find(({ mark }, index) => index > at && (mark === 'open' || mark === 'wrong'));
    return change(known, { steps, step: done ? next?.id ?? step : step, ...(done && step === 'security' ? { created_at: new Date().toISOString() } : {}) });
  },
  start_over: ({ host }) => change(setup(host), { step: 'before', created_at: null, steps: setup(host).steps.map(({ id }) => ({ id, mark: id === 'org' ? 'proved' : 'open', message: null, fix: [] })) }),
  remove_setup: ({ host }) => { told.setups?.delete(host); return null; },
};

/** @param {string} host */
function setup(host) {
  const known = told.setups?.get(host);
  if (!known) throw new Error(`no set-up of ${host} is kept`);
  return known;
}

/** @param {SetupView} known @param {Partial<SetupView>} more */
function change(known, more) {
  const changed = { ...known, ...more, updated_at: new Date().toISOString() };
  told.setups ??= new Map();
  told.setups.set(changed.host, changed);
  return changed;
}

/**
 * @template {keyof Commands} C
 * @param {C} command
 * @param {Given<C>} given
 * @returns {Promise<Commands[C]['reply']>}
 */
export async function invoke(command, ...given) {
  const args = given[0] ?? {};
  told.calls.push({ command, args: structuredClone(args), heading: document.querySelector('#stage h1')?.textContent ?? null, shown: command === 'ready' ? document.querySelector('main')?.innerText ?? '' : '' });
  const answers = told.script[command];
  const answer = answers && answers.length > 1 ? answers.shift() : answers?.[0];
  const kept = remembered[command];
  if (!answer && kept) return structuredClone(kept(args));
  if (!answer) throw new Error(`the test's script has no answer to ${command}`);
  if ('never' in answer) return new Promise(() => {});
  if ('fail' in answer) throw answer.fail;
  const value = structuredClone(answer.ok);
  if (command === 'snapshot') keep(/** @type {Snapshot} */ (value));
  return value;
}

/**
 * @template {keyof Events} E
 * @param {E} event
 * @param {(payload: Events[E]) => void} listener
 */
export async function listen(event, listener) {
  heard.set(event, [...(heard.get(event) ?? []), listener]);
}
