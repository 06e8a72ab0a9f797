/**
 * The steps of waiting and signing in: by themselves where a sign-in is under way, else what leads to it.
 * @import { SetupView } from '../../../src-tauri/core/bindings/SetupView'
 * @import { Step } from '../../../src-tauri/core/bindings/Step'
 * @import { App } from '../app.js'
 * @import { Stage } from '../attempts.js'
 * @import { Foot } from '../foot.js'
 * @import { Pasted } from './pair.js'
 * @import { View } from './setup.js'
 */

import { h, region } from '../dom.js';
import { elapsed, keptUntil, wrong } from '../journey.js';
import { ago, asFailure, lately } from '../model.js';
import { button, failureNote, fixes, heading, note, prose, underWay } from '../parts.js';
import { isNotActive, readiness } from '../pasting.js';
import { shownOf, stageContent, stageFoot, tick } from './sign-in.js';
import { actionsOf, pairsOf, picturesOf, proofOf, variantsOf } from './setup-step.js';
import * as words from '../words.js';

/**
 * What the steps of a sign-in are told by the set-up they belong to.
 * @typedef {{ setup: () => SetupView | null, attempt: () => { id: string, stage: Stage } | null, pair: Pasted, steps: () => Step[],
 *   go: (step: string) => void, connect: () => Promise<void>, starting: () => boolean, orgHost: string }} Told
 * @typedef {'notPasted' | 'ready' | 'over'} Waiting where the waiting stands while no sign-in waits
 */

const OVER = ['failed', 'cancelled', 'gone'];

/**
 * The sign-in of this set-up that is to be shown; one that is over gives way to a new pair.
 * @param {Told} told
 */
function current({ attempt, pair }) {
  const known = attempt();
  return known && !(OVER.includes(known.stage.name) && pair.isThere()) ? known : null;
}

/**
 * @param {App} app @param {Step} step @param {string} eyebrow @param {Told} told
 * @returns {View}
 */
export function waitStep(app, step, eyebrow, told) {
  const { setup, pair, go, connect, starting } = told;
  const text = words.wait;
  const clock = h('span', { 'data-testid': 'next-check' });
  const since = h('p', { 'data-testid': 'since-create' });
  const place = h('div', { class: 'stack roomy' });
  const trouble = h('div', { role: 'status' });
  const element = h('div', { class: 'step', 'data-testid': 'step-wait' }, trouble, place);
  const failed = (/** @type {unknown} */ thrown) => trouble.replaceChildren(failureNote(asFailure(thrown)));

  /** @returns {Waiting} */
  function waiting() {
    const stage = told.attempt()?.stage.name;
    if (stage === 'browser' || stage === 'finishing' || stage === 'confirming' || stage === 'connected') return 'over';
    const now = pair.now();
    if (readiness(now).ready && now.findings) return isNotActive(now.findings) ? 'ready' : 'over';
    return 'notPasted';
  }

  /** @returns {{ id: string, stage: Stage } | null} */
  function live() {
    const known = current(told);
    return known && (known.stage.name === 'waiting' || known.stage.name === 'checking') ? known : null;
  }

  const draw = region(place, (/** @type {{ id: string | null, shown: ReturnType<typeof shownOf> | null, waits: Waiting, created: boolean }} */ { id, shown, waits, created }) => {
    if (id && shown) return stageContent(id, shown, eyebrow, clock);
    if (waits === 'ready') return [heading(text.heading, { eyebrow, lead: text.readyLead }), created && underWay(text.sinceCreate, since), pair.user.element];
    if (waits === 'over') return [heading(text.over, { eyebrow, lead: text.overLead }), created && underWay(text.sinceCreate, since)];
    return [heading(step.title, { eyebrow, lead: step.why }), created ? underWay(text.sinceCreate, since) : h('p', { class: 'quiet' }, text.notCreated), note('good', [h('b', {}, text.notPastedHeading), ' ', text.notPasted])];
  });

  return {
    element,
    update() {
      const known = live();
      const created = setup()?.created_at ?? null;
      since.textContent = created ? `${text.created(ago(created, new Date()))} ${elapsed(created, new Date())}` : '';
      tick(clock, known?.stage ?? null);
      draw({ id: known?.id ?? null, shown: known && shownOf(app, known.id, known.stage, created && ago(created, new Date())), waits: waiting(), created: created !== null });
    },
    foot() {
      const known = live();
      if (known) return stageFoot(app, known.id, known.stage, failed) ?? {};
      if (waiting() === 'ready') return { line: starting() ? words.signIn.starting : '', primary: { words: text.ready, run: () => void connect(), ready: !starting() } };
      if (waiting() === 'over') return { primary: { words: words.paste.goOn, run: () => go('sign_in') } };
      return { primary: { words: text.toPaste, run: () => go('paste') } };
    },
  };
}

/**
 * @param {App} app @param {Step} step @param {string} eyebrow @param {Told} told
 * @returns {View}
 */
export function signInStep(app, step, eyebrow, told) {
  const { setup, pair, go, connect, starting, steps } = told;
  const text = words.signIn;
  const clock = h('span', { 'data-testid': 'next-check' });
  const place = h('div', { class: 'stack roomy' });
  const trouble = h('div', { role: 'status' });
  const element = h('div', { class: 'step', 'data-testid': 'step-sign_in' }, trouble, place);
  const failed = (/** @type {unknown} */ thrown) => trouble.replaceChildren(failureNote(asFailure(thrown)));

  const draw = region(place, (/** @type {{ id: string | null, shown: ReturnType<typeof shownOf> | null, ready: boolean, mark: { message: string | null, fix: string[] } | null, back: { id: string, short: string, number: number }[] }} */ { id, shown, ready, mark, back }) => {
    if (id && shown) return [...stageContent(id, shown, eyebrow, clock), shown.stage.name === 'failed' && leadBack(back, go)];
    return [heading(step.title, { eyebrow, lead: step.why }),
      pairsOf(step, [{
        tell: [
          mark && note('bad', [h('b', { class: 'note-title' }, prose(mark.message ?? words.guide.wrong)), fixes(mark.fix)], 'wrong'),
          !ready && note('wait', [h('b', { class: 'note-title' }, text.needsPair), h('p', {}, text.needsPairWhy)], 'needs-pair'),
          ready && pair.user.element,
          ready && h('details', { class: 'fold' }, h('summary', { 'data-testid': 'name-open' }, text.more), h('div', { class: 'fold-body' }, pair.alias.element)),
          actionsOf(step)],
        show: [picturesOf(step), variantsOf(step)],
      }], [proofOf(step)])];
  });

  const kept = () => (pair.isThere() ? null : keptUntil(setup(), new Date()));
  const ready = () => readiness(pair.now()).ready || kept() !== null;

  /** A connection that is there stays; without one both values are needed again. @returns {Foot} */
  function over() {
    const { again, form, formLine, connection, stays, paste, kept: keptLine } = words.attempt.failed;
    const until = kept();
    if (until && !setup()?.alias) {
      return {
        line: keptLine(lately(until, new Date())),
        second: { words: paste, run: () => go('paste'), testid: 'paste-other' },
        primary: { words: again, run: () => { app.signIns.delete(told.orgHost); app.changed(); } },
      };
    }
    const back = setup()?.alias ? 'connected' : 'paste';
    return { line: back === 'paste' ? formLine : stays, primary: { words: back === 'paste' ? form : connection, run: () => { app.signIns.delete(told.orgHost); go(back); } } };
  }

  return {
    element,
    update() {
      const known = current(told);
      const mark = setup()?.steps.find(({ id, mark: is }) => id === step.id && is === 'wrong');
      const view = setup();
      tick(clock, known?.stage ?? null);
      draw({
        id: known?.id ?? null, shown: known && shownOf(app, known.id, known.stage, null), ready: ready(),
        mark: mark ? { message: mark.message, fix: mark.fix } : null,
        back: view ? wrong(steps(), view).filter(({ id }) => id !== step.id).map(({ id, short }) => ({ id, short, number: steps().findIndex((one) => one.id === id) + 1 })) : [],
      });
    },
    /** @returns {Foot} */
    foot() {
      const known = current(told);
      if (known?.stage.name === 'connected') return { primary: { words: words.connected.done, run: () => go('connected') } };
      if (known && OVER.includes(known.stage.name)) return over();
      if (known) return stageFoot(app, known.id, known.stage, failed) ?? {};
      if (!ready()) return { primary: { words: text.toPaste, run: () => go('paste') } };
      return { line: starting() ? text.starting : text.readyLine, primary: { words: text.open, run: () => void connect(), ready: !starting() } };
    },
  };
}

/** @param {{ id: string, short: string, number: number }[]} list @param {(step: string) => void} go */
function leadBack(list, go) {
  return list.length > 0 && h('div', { class: 'acts' }, list.map(({ id, short, number }) => button(words.paste.stepOf(number, short), () => go(id), { 'data-testid': `back-to-${id}` })));
}
