/**
 * The step of waiting until Salesforce knows the app: the questions meanwhile, and the result.
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { StepMark } from '../../../src-tauri/bindings/StepMark'
 * @import { Verdict } from '../../../src-tauri/bindings/Verdict'
 * @import { App } from '../app.js'
 * @import { Stage } from '../attempts.js'
 * @import { Child } from '../dom.js'
 * @import { Foot } from '../foot.js'
 * @import { View } from './setup.js'
 * @import { Told } from './setup-sign-in.js'
 */

import { signInBrowser } from '../browsers.js';
import { announce, h, region } from '../dom.js';
import { elapsed, markOf } from '../journey.js';
import { ago, asFailure, lately } from '../model.js';
import { button, failureNote, fixes, heading, note, prose, underWay } from '../parts.js';
import { awaited, readiness } from '../pasting.js';
import { beginAnew } from './reconnect.js';
import { folds, shownOf, stageContent, stageFoot, tick } from './sign-in.js';
import { foldsOf } from './setup-step.js';
import * as words from '../words.js';

const text = words.wait;

/**
 * The state of the wait: `asking` under way, `overdue` in vain, `ready` to begin, `over` with an app that is known or a
 * sign-in that has gone on, `untold` without an answer about the key.
 * @typedef {'asking' | 'overdue' | 'ready' | 'over' | 'untold' | 'notPasted'} Waiting
 * @typedef {{ waits: Waiting, id: string, shown: ReturnType<typeof shownOf> | null, created: boolean, isKnown: boolean, callback: boolean,
 *   mark: Pick<StepMark, 'message' | 'fix' | 'exact'> }} Shown
 */

/**
 * @param {App} app @param {Step} step @param {string} eyebrow @param {Told} told
 * @returns {View}
 */
export function waitStep(app, step, eyebrow, told) {
  const { setup, attempt, pair, go, connect, starting, orgHost } = told;
  const clock = h('span', { 'data-testid': 'next-check' });
  const since = h('p', { 'data-testid': 'since-create' });
  const place = h('div', { class: 'stack roomy' });
  const trouble = h('div', { role: 'status' });
  const named = h('p', { class: 'quiet small', role: 'status', 'data-testid': 'named' });
  const name = button(text.name, () => void haveSignIn(), { 'data-testid': 'name-user' });
  const naming = h('div', { class: 'stack tight' }, pair.user.element, h('div', { class: 'acts' }, name), named);
  const browser = signInBrowser('wait-browser');
  const used = h('p', { class: 'quiet small', role: 'status', 'data-testid': 'wait-browser-used' });
  const choosing = h('details', { class: 'fold', ontoggle: browser.read }, h('summary', { 'data-testid': 'browser-open' }, words.browsers.heading),
    h('div', { class: 'fold-body' }, browser.element, button(words.browsers.use, () => void openThere(), { 'data-testid': 'wait-browser-use' })));
  const element = h('div', { class: 'step', 'data-testid': 'step-wait' }, trouble, place, h('div', { class: 'one' }, naming, choosing, used, foldsOf([step])));
  const failed = (/** @type {unknown} */ thrown) => trouble.replaceChildren(failureNote(asFailure(thrown)));
  /** Whether the check under way belongs to the wait. */
  let began = false;

  /** The sign-in that waits. */
  function live() {
    const known = attempt();
    return known && (known.stage.name === 'waiting' || known.stage.name === 'checking') ? known : null;
  }

  /** The verdict on the present pair. @returns {Verdict | null} */
  function verdict() {
    const now = pair.now();
    if (pair.isThere()) return readiness(now).ready ? now.verdict : null;
    return setup()?.pair_until ? setup()?.verdict ?? null : null;
  }

  /** @returns {Waiting} */
  function waiting() {
    const stage = attempt()?.stage ?? null;
    if (live() || began) return 'asking';
    if (stage?.name === 'failed' && stage.way === 'wait' && !pair.isThere()) return 'overdue';
    if (stage && ['browser', 'finishing', 'confirming', 'connected'].includes(stage.name)) return 'over';
    const follows = verdict();
    if (!follows) return 'notPasted';
    if (follows.verdict === 'waits') return 'ready';
    return isKnown(follows) || markOf(setup(), step.id).mark === 'proved' ? 'over' : 'untold';
  }

  /** Names the user to sign in: the wait begins anew, with the same pair. */
  async function haveSignIn() {
    const known = live();
    const user = pair.user.input.value.trim();
    if (!known || !user) {
      pair.user.input.focus();
      return;
    }
    if (await anew(known.id, { user })) announce(text.named(user));
  }

  /** Chooses the browser: the wait begins anew as well. */
  async function openThere() {
    const known = live();
    if (known && await anew(known.id, { browser: browser.choice() })) used.textContent = words.browsers.used;
  }

  /** @param {string} id @param {Parameters<typeof beginAnew>[2]} other @returns {Promise<boolean>} whether it has begun */
  async function anew(id, other) {
    const next = await beginAnew(app, id, other).catch(failed);
    if (!next) return false;
    app.signIns.set(orgHost, next);
    app.changed();
    return true;
  }

  // The browser has no part in the wait.
  const parts = folds(() => {});
  const draw = region(place, (/** @type {Shown} */ shown) => content(shown));

  /** @param {Shown} model @returns {Child[]} */
  function content({ waits, id, shown, created, isKnown, callback, mark }) {
    const time = created && underWay(text.sinceCreate, since);
    if (shown?.stage.name === 'failed') return [heading(text.overdue, { eyebrow, lead: text.overdueLead }), failureNote(shown.stage.failure, 'failure', shown.stage.exact)];
    if (shown && !id) return [heading(text.heading, { eyebrow, lead: text.handing }), underWay(text.line)];
    if (shown) return stageContent(id, shown, eyebrow, clock, parts);
    switch (waits) {
      case 'ready': return [heading(step.title, { eyebrow, lead: callback ? text.callbackReadyLead : text.readyLead }), time];
      case 'over': return [heading(text.over, { eyebrow, lead: isKnown ? text.overLead : text.overElse }), time];
      case 'untold': return [heading(text.untold, { eyebrow, lead: text.untoldLead }), time];
      default: return [heading(step.title, { eyebrow, lead: step.why }), time || h('p', { class: 'quiet' }, text.notCreated),
        mark.message && note('wait', [h('b', { class: 'note-title' }, prose(mark.message)), fixes(mark.fix, mark.exact)], 'mark'),
        note('good', [h('b', {}, text.notPastedHeading), ' ', text.notPasted])];
    }
  }

  /** The stage to draw: the wait, also while it is only beginning. @param {Waiting} waits @returns {Stage | null} */
  function stageOf(waits) {
    const stage = attempt()?.stage ?? null;
    if (waits === 'overdue') return stage;
    if (waits !== 'asking') return null;
    return began ? { name: 'waiting', nextCheckAt: null, told: null, lacks: null, key: pair.now().understanding?.key ?? setup()?.pair_key ?? null } : stage;
  }

  return {
    element,
    update() {
      const known = live();
      if (starting() && waiting() === 'ready') began = true;
      if (began && !starting() && known?.stage.name !== 'checking') began = false;
      const created = setup()?.created_at ?? null;
      const waits = waiting();
      const stage = stageOf(waits);
      const id = known?.id ?? '';
      const { message, fix, exact } = markOf(setup(), step.id);
      since.textContent = created ? `${text.created(ago(created, new Date()))} ${elapsed(created, new Date())}` : '';
      naming.hidden = waits !== 'ready' && waits !== 'asking';
      name.hidden = known?.stage.name !== 'waiting';
      choosing.hidden = name.hidden;
      const user = known ? app.seen.get(known.id)?.user : null;
      const line = user ? text.named(user) : '';
      if (named.textContent !== line) named.textContent = line;
      tick(clock, stage);
      draw({
        waits, id, shown: stage && shownOf(app, id, stage, { created: created && ago(created, new Date()) }), created: created !== null,
        isKnown: markOf(setup(), step.id).mark === 'proved' || isKnown(verdict()), callback: awaited(verdict()) === 'callback', mark: { message, fix, exact },
      });
    },
    /** @returns {Foot} */
    foot() {
      const known = live();
      const until = setup()?.pair_until ?? null;
      const line = starting() ? words.signIn.starting : until && !pair.isThere() ? words.attempt.failed.kept(lately(until, new Date())) : '';
      const begin = { words: text.ready, run: () => { app.signIns.delete(orgHost); void connect(); }, ready: !starting() };
      switch (waiting()) {
        case 'asking': return known ? stageFoot(app, known.id, known.stage, failed, () => {}) ?? {} : { line };
        case 'ready': return { line, primary: begin };
        case 'overdue': return until
          ? { line, second: { words: words.attempt.failed.paste, run: () => go('paste'), testid: 'paste-other' }, primary: { ...begin, words: text.again } }
          : { primary: { words: text.toPaste, run: () => go('paste') } };
        case 'untold': return { second: { words: text.toChecks, run: () => go('paste'), testid: 'to-checks' }, primary: { words: words.paste.goOn, run: () => go('sign_in') } };
        case 'over': return { primary: { words: words.paste.goOn, run: () => go('sign_in') } };
        default: return { primary: { words: text.toPaste, run: () => go('paste') } };
      }
    },
  };
}

/** Whether the org knows the app. @param {Verdict | null} verdict */
function isKnown(verdict) {
  return verdict?.verdict === 'ready' && verdict.key_known;
}
