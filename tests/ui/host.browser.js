/**
 * The host in a plain browser, for tests: served in place of `ui/js/host.tauri.js`, answers from a script of JSON.
 *
 * `globalThis.script` maps each command to its answers, `{ ok: value }` or `{ fail: Failure }`; the last one stays.
 * `globalThis.calls` holds what was asked, and what was shown then; `globalThis.tell(event, payload)` is the agent speaking. Set-ups are kept here
 * as the agent keeps them, from those in the first snapshot on, where the script has no answer of its own.
 *
 * @typedef {{ ok: unknown } | { fail: unknown } | { never: true }} Answer
 * @typedef {{ id: string, mark: string, message: string | null, fix: string[] }} StepMark
 * @typedef {{ host: string, step: string, steps: StepMark[], created_at: string | null, updated_at: string, alias: string | null, attempt: string | null }} Setup
 * @typedef {{ script: Record<string, Answer[]>, calls: { command: string, args: any, heading: string | null, shown: string }[], tell: (event: string, payload: any) => void,
 *   setups: Map<string, Setup> | undefined, freshSetup: Setup | undefined }} Told
 */

const told = /** @type {Told} */ (/** @type {unknown} */ (globalThis));
/** @type {Map<string, ((payload: unknown) => void)[]>} */
const heard = new Map();

told.calls = [];
told.tell = (event, payload) => {
  if (event === 'notice' && payload.method === 'snapshot') keep(payload.params);
  heard.get(event)?.forEach((listener) => listener(payload));
};

/** A snapshot holds the set-ups as they stand; those it brings take the place of the kept ones. @param {{ setups: Setup[], attempts: { id: string, host: string }[] }} snapshot */
function keep(snapshot) {
  // As an older agent tells it.
  if (!snapshot.setups) return;
  told.setups ??= new Map();
  for (const setup of snapshot.setups) told.setups.set(setup.host, setup);
  snapshot.setups = [...told.setups.values()].map((setup) => ({ ...setup, attempt: snapshot.attempts.find(({ host }) => host === setup.host)?.id ?? null }));
}

/** @type {Record<string, (args: any) => unknown>} */
const keeper = {
  set_up: () => {
    const fresh = told.freshSetup;
    if (!fresh) throw new Error('the test begins no set-up');
    const known = told.setups?.get(fresh.host);
    return known ?? change(fresh, {});
  },
  go_to: ({ host, step }) => change(setup(host), { step }),
  step_done: ({ host, step, done }) => {
    const known = setup(host);
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

/** @param {Setup} known @param {Partial<Setup>} more */
function change(known, more) {
  const changed = { ...known, ...more, updated_at: new Date().toISOString() };
  told.setups ??= new Map();
  told.setups.set(changed.host, changed);
  return changed;
}

/**
 * @param {string} command
 * @param {object} [args]
 */
export async function invoke(command, args = {}) {
  told.calls.push({ command, args: structuredClone(args), heading: document.querySelector('#stage h1')?.textContent ?? null, shown: command === 'ready' ? document.querySelector('main')?.innerText ?? '' : '' });
  const answers = told.script[command];
  const answer = answers && answers.length > 1 ? answers.shift() : answers?.[0];
  if (!answer && keeper[command]) return structuredClone(keeper[command](args));
  if (!answer) throw new Error(`the test's script has no answer to ${command}`);
  if ('never' in answer) return new Promise(() => {});
  if ('fail' in answer) throw answer.fail;
  const value = structuredClone(answer.ok);
  if (command === 'snapshot') keep(/** @type {any} */ (value));
  return value;
}

/**
 * @param {string} event
 * @param {(payload: any) => void} listener
 */
export async function listen(event, listener) {
  heard.set(event, [...(heard.get(event) ?? []), listener]);
}
