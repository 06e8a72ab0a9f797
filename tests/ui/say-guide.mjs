// What the agent says of a guided set-up, in the forms of src-tauri/bindings. The guide is the one that ships.
/**
 * @import { CallbackLine } from '../../src-tauri/bindings/CallbackLine'
 * @import { AttemptView } from '../../src-tauri/bindings/AttemptView'
 * @import { Findings } from '../../src-tauri/bindings/Findings'
 * @import { Finding } from '../../src-tauri/bindings/Finding'
 * @import { Mark } from '../../src-tauri/bindings/Mark'
 * @import { SetupView } from '../../src-tauri/bindings/SetupView'
 * @import { Snapshot } from '../../src-tauri/bindings/Snapshot'
 * @import { Step } from '../../src-tauri/bindings/Step'
 * @import { StepMark } from '../../src-tauri/bindings/StepMark'
 * @import { Verdict } from '../../src-tauri/bindings/Verdict'
 * @import { Script } from './host.browser.js'
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as say from './fixtures.mjs';

const minute = 60_000;
const iso = (/** @type {number} */ fromNow) => new Date(Date.now() + fromNow).toISOString();
const file = fileURLToPath(new URL('../../src-tauri/core/src/words/guide.toml', import.meta.url));
const CALLBACKS = ['https://www.getdatatrax.com/auth/salesforce/callback', ...[17177, 27177, 7177].map((port) => `http://localhost:${port}/auth/salesforce/callback`), 'com.getdatatrax.connect://auth/salesforce/callback'];
/** What is filled in for the org. @type {Record<string, string>} */
const FILLED = {
  callbacks: CALLBACKS.join('\n'), org: 'Sandbox uat of acme', host: say.address.host, setup_url: say.address.setup_url,
  app_manager_url: 'https://acme--uat.sandbox.my.salesforce-setup.com/lightning/setup/NavigationMenus/home', portal: 'https://www.getdatatrax.com/',
};

/** @type {any[]} */
const told = JSON.parse(execFileSync('python3', ['-c', 'import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], "rb"))["steps"]))', file], { encoding: 'utf8' }));
/** @type {Step[]} */
export const steps = told.map((step) => ({
  on: null, done: '', pictures: [], ...step,
  notes: (step.notes ?? []).map((/** @type {any} */ { title, text, window }) => ({ title, text: window ?? text })),
  variants: (step.variants ?? []).map((/** @type {any} */ { when, do: action, window, values }) => ({ when, do: window ?? action, values: filled(values) })),
  values: filled(step.values),
}));

/** @param {any[]} [values] */
function filled(values = []) {
  return values.map((value) => ({ hint: null, tick: false, ...value, value: value.value.replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => FILLED[name] ?? assertFilled(name)) }));
}

/** @param {string} name @returns {never} */
function assertFilled(name) {
  throw new Error(`the guide fills in {${name}}, which this does not know`);
}

/** @param {Record<string, Partial<StepMark>>} [marks] what differs from open, by step @returns {StepMark[]} */
export const marks = (marks = {}) => steps.map(({ id }) => ({ id, mark: 'open', message: null, fix: [], ...marks[id] }));
/** @param {Mark} mark @returns {Partial<StepMark>} */
const marked = (mark) => ({ mark });
const [said, proved, implied] = [marked('said'), marked('proved'), marked('implied')];

/** Begun a moment ago. @param {Partial<SetupView>} [more] @returns {SetupView} */
export const setup = (more = {}) => ({
  host: say.address.host, address: say.address, pasted_address: say.address.origin, step: 'before', steps: marks({ org: proved }),
  created_at: null, updated_at: iso(-40 * minute), findings: [], found_at: null, audit: null, audited_at: null, verdict: undefined, alias: null, attempt: null, pair_until: null, ...more,
});
/** Everything in Salesforce is done. */
export const created = (/** @type {Partial<SetupView>} */ more = {}) => setup({
  step: 'paste', created_at: iso(-3 * minute), steps: marks({ org: proved, before: said, open: said, details: said, oauth: said, security: said, copy: said }), ...more,
});
/** The org has said that all is right. */
export const checked = (/** @type {Partial<SetupView>} */ more = {}) => created({
  step: 'sign_in', steps: marks({ org: proved, before: said, open: proved, details: implied, oauth: proved, security: implied, copy: proved, paste: proved, wait: proved }), ...more,
});
/** The org knows the key, and a callback line differs. */
export const wrongCallback = (/** @type {Partial<SetupView>} */ more = {}) => created({
  findings: notRegistered, found_at: iso(-minute), verdict: answers.notRegistered.verdict,
  steps: marks({ org: proved, before: said, open: proved, details: implied, oauth: { mark: 'wrong', message: 'The app has http://localhost:17177/auth/salesforce/callback/ in place of http://localhost:17177/auth/salesforce/callback.', fix: ['In Setup, open the app, click Edit, and paste the whole block into Callback URL.', 'Save, and wait a few minutes.'] }, security: said, copy: proved, paste: said }), ...more,
});
export const production = { ...setup(), host: say.production.host, address: say.production, pasted_address: say.production.origin };
export const practice = { ...setup(), host: say.practice.host, address: say.practice, pasted_address: say.practice.origin };

/** @type {Finding[]} */
export const notActive = [
  say.finding('address', 'Address', 'pass', 'The address names an org.'),
  say.finding('key', 'Consumer Key', 'warn', 'acme--uat.sandbox.my.salesforce.com does not know this Consumer Key. A new External Client App is usually known after 2 to 10 minutes, at times only after 30.', { code: 'key_unknown', fix: ['If the app was made less than 30 minutes ago, wait: until it is known everywhere, a right key is answered like this, too.'] }),
  say.finding('secret', 'Consumer Secret', 'unknown', 'Whether the Consumer Secret is right could not be told. This does not stop you.'),
  say.finding('callback', 'Callback URL', 'unknown', 'What is in Callback URL could not be told. This does not stop you.'),
];
export const notRegistered = say.allGood.with(3, say.finding('callback', 'Callback URL', 'fail', 'None of the addresses of Datatrax Connect is in Callback URL.', { code: 'callback_missing', fix: ['Open the app in Setup and paste the whole block into Callback URL.'] }));

/** Ends in the lines that it wants entered. @param {string} text @param {string[]} lines */
const entering = (text, lines) => ({ fix: `${text}\n${lines.join('\n')}`, exact: [{ of: 0, text, lines, scopes: [] }] });
/** @param {string} line @param {CallbackLine['state']} state @param {string} message @param {string | null} [near] @returns {CallbackLine} */
const line = (line, state, message, near = null) => ({ line, state, message, registered_as: near });
/** With what they come to. @param {ReturnType<typeof line>[]} lines @param {boolean} [alone] */
const judged = (lines, alone = false) => ({ lines, told: { missing: lines.filter(({ state }) => state === 'fail' || state === 'warn').map((one) => one.line), hosted_alone: alone } });
export const audit = judged(CALLBACKS.map((callback, at) => (at === 1 ? line(callback, 'warn', 'The app has it with a / at the end.', `${callback}/`) : at === 3 ? line(callback, 'fail', 'This line is not registered.') : line(callback, 'pass', 'This line is registered.'))));

const whole = entering('In the External Client App, Settings tab, OAuth Settings, put these lines into Callback URL, one each, exactly as shown:', CALLBACKS);
/** Of an app that is still new: none of the lines is known. */
export const notRegisteredYet = say.allGood.with(3, say.finding('callback', 'Callback URL', 'warn', 'None of the addresses that lead back to this computer is in Callback URL, or the app is not active everywhere yet.', { code: 'callback_missing', fix: [whole.fix, 'Save, wait a few minutes and check again.'], exact: whole.exact }));
const doubt = notRegisteredYet[3];
export const doubted = (/** @type {Partial<SetupView>} */ more = {}) => created({
  findings: notRegisteredYet, found_at: iso(-minute), verdict: answers.notRegisteredYet.verdict, audited_at: iso(-minute / 2),
  audit: judged(CALLBACKS.map((callback, at) => line(callback, at < 3 ? 'fail' : 'skip', at < 3 ? 'The app does not have this line, or the change has not arrived everywhere yet.' : 'Not asked about yet.'))),
  steps: marks({ org: proved, before: said, open: proved, details: implied, oauth: { mark: 'doubted', message: doubt?.message, fix: doubt?.fix, exact: whole.exact }, security: said, copy: proved, paste: proved, wait: proved }), ...more,
});
/** A key that the org did not know when it was last asked. */
export const unknownKey = (/** @type {Partial<SetupView>} */ more = {}) => created({
  findings: notActive, found_at: iso(-minute), verdict: answers.doubtedKey.verdict,
  steps: marks({ org: proved, before: said, open: said, details: said, oauth: said, security: said, copy: said, paste: said, wait: { message: notActive[1]?.message, fix: notActive[1]?.fix } }), ...more,
});
/** Nothing could be told. */
/** @type {Finding[]} */
export const outOfReach = say.allGood.map((found) => (found.id === 'address' ? { ...found, state: 'unknown', message: 'The org is not available at the moment.', fix: ['Try again in a few minutes.'] } : { ...found, state: 'unknown', message: 'Could not be told. This does not stop you.' }));
/** @param {'activation' | 'callback'} what @param {boolean} [byItself] @returns {Verdict} */
const waits = (what, byItself = false) => ({ verdict: 'waits', what, by_itself: byItself });
/** @type {Verdict} */
const untold = { verdict: 'ready', key_known: false };
/** What the org answers about a pair, and what follows from it. @satisfies {Record<string, Findings>} */
export const answers = {
  notActive: { checks: notActive, verdict: waits('activation', true) },
  /** A key that may be a wrong one, or of an app that nobody said was made. */
  doubtedKey: { checks: notActive, verdict: waits('activation') },
  notRegistered: { checks: notRegistered, verdict: say.mend(notRegistered[3], 'oauth') },
  notRegisteredYet: { checks: notRegisteredYet, verdict: waits('callback') },
  outOfReach: { checks: outOfReach, verdict: untold },
};
/** A wait for a callback line. @satisfies {() => Partial<AttemptView>} */
export const lacksCallback = () => ({ waits_for: say.failure('callback_missing', doubt?.message ?? '', doubt?.fix), lacks: { what: 'callback', exact: whole.exact } });
export const denied = () => checked({ pair_until: iso(20 * minute), steps: marks({ org: proved, before: said, open: proved, oauth: proved, copy: proved, paste: proved, wait: proved, sign_in: { mark: 'wrong', message: 'Allow was not pressed, so Salesforce gave no access.', fix: ['Sign in again and press Allow.'] } }) });
/** A step of every mark. */
export const eachMark = () => created({ step: 'wait', steps: marks({ org: proved, before: proved, open: said, details: said, oauth: { mark: 'wrong', message: 'The app has another line.', fix: [] }, security: { mark: 'doubted', message: 'To be looked at.', fix: [] }, copy: proved }) });
const added = entering('Add this line as the first in Callback URL, exactly as shown:', CALLBACKS.slice(0, 1));
const first = { fix: [added.fix], exact: added.exact };
/** Connected, and the line that the portal comes back by is missing. */
export const portalDoubted = () => checked({
  step: 'connected', alias: 'acme--uat', audited_at: iso(-minute), audit: judged(CALLBACKS.map((callback, at) => line(callback, at === 0 ? 'fail' : 'pass', at === 0 ? 'The app does not have this line, or the change has not arrived everywhere yet.' : 'The app has this line.'))),
  steps: marks({ org: proved, before: said, open: proved, oauth: proved, copy: proved, paste: proved, wait: proved, sign_in: proved, connected: { mark: 'doubted', message: 'The line that the Datatrax portal comes back by is not in Callback URL.', ...first } }),
});
/** What the agent keeps of the lines, one of them with a slip. */
export const slipped = (/** @type {Partial<SetupView>} */ more = {}) => wrongCallback({ audit, audited_at: iso(-2 * minute), ...more });

export const hostedAlone = judged(CALLBACKS.map((callback, at) => (at === 0 ? line(callback, 'pass', 'This line is registered.') : line(callback, 'fail', 'This line is not registered.'))), true);

/** A script for a set-up that is under way, and the place to begin there. @param {SetupView} kept @param {Script} [more] @param {Partial<Snapshot>} [snapshot] */
export const script = (kept, more = {}, snapshot = {}) => say.script({
  beginning: [{ ok: { place: { name: 'set_up', host: kept.host }, theme: 'system', appearance: null } }], snapshot: [{ ok: say.snapshot({ setups: [kept], ...snapshot }) }],
  guide: [{ ok: steps }], reach: [{ ok: say.finding('address', 'Address', 'pass', 'The address names an org.') }], keep_on_top: [{ ok: null }], audit_callbacks: [{ ok: audit }], copy_key: [{ ok: { cleared_after_seconds: 600 } }], copy_secret: [{ ok: { cleared_after_seconds: 60 } }], open_portal: [{ ok: null }], ...more,
});
/** A script in which a set-up can be begun. @param {Script} [more] @param {SetupView} [fresh] */
export const beginning = (more = {}, fresh = setup()) => script(fresh, { beginning: [{ ok: { place: { name: 'connections' }, theme: 'system', appearance: null } }], snapshot: [{ ok: say.snapshot() }], fresh: [fresh], ...more });
