/**
 * The step of signing in: the sign-in under way, or the way to it.
 * @import { SetupView } from '../../../src-tauri/bindings/SetupView'
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { StepMark } from '../../../src-tauri/bindings/StepMark'
 * @import { App } from '../app.js'
 * @import { Stage } from '../attempts.js'
 * @import { Child } from '../dom.js'
 * @import { Foot } from '../foot.js'
 * @import { Pasted } from './pair.js'
 * @import { View } from './setup.js'
 */

import { h, region } from '../dom.js';
import { markOf, placeOf, wrong } from '../journey.js';
import { asFailure, lately } from '../model.js';
import { button, failureNote, fixes, heading, note, prose } from '../parts.js';
import { readiness } from '../pasting.js';
import { beginAnew } from './reconnect.js';
import { folds, shownOf, stageContent, stageFoot, tick } from './sign-in.js';
import { actionsOf, foldsOf, pairsOf, picturesOf } from './setup-step.js';
import * as words from '../words.js';

/**
 * The facts that a set-up gives its sign-in steps.
 * @typedef {{ setup: () => SetupView | null, attempt: () => { id: string, stage: Stage } | null, pair: Pasted, steps: () => Step[],
 *   go: (step: string) => void, connect: () => Promise<void>, wait: () => void, starting: () => boolean, orgHost: string }} Told
 * @typedef {{ id: string, short: string, number: number }} Back a step to look at again
 */

export const OVER = ['failed', 'cancelled', 'gone'];

/**
 * The sign-in of this set-up to show; a new pair replaces one that is over.
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
export function signInStep(app, step, eyebrow, told) {
  const { setup, pair, go, connect, starting, steps } = told;
  const text = words.signIn;
  const clock = h('span', { 'data-testid': 'next-check' });
  const place = h('div', { class: 'stack roomy' });
  const trouble = h('div', { role: 'status' });
  const element = h('div', { class: 'step', 'data-testid': 'step-sign_in' }, trouble, place);
  const parts = folds((id) => void again(id));
  const failed = (/** @type {unknown} */ thrown) => trouble.replaceChildren(failureNote(asFailure(thrown)));

  const draw = region(place, (/** @type {{ id: string | null, shown: ReturnType<typeof shownOf> | null, ready: boolean, mark: Pick<StepMark, 'message' | 'fix' | 'exact'> | null, back: Back[] }} */ { id, shown, ready, mark, back }) => {
    if (id && shown) return ofStage(stageContent(id, shown, eyebrow, clock, parts), shown.stage.name, back);
    return [heading(step.title, { eyebrow }),
      pairsOf([step], [{
        tell: [
          mark && note('bad', [h('b', { class: 'note-title' }, prose(mark.message ?? words.guide.wrong)), fixes(mark.fix, mark.exact)], 'wrong'),
          !ready && note('wait', [h('b', { class: 'note-title' }, text.needsPair), h('p', {}, text.needsPairWhy)], 'needs-pair'),
          ready && pair.user.element,
          ready && pair.more(),
          actionsOf(step)],
        show: [picturesOf(step)],
      }]), foldsOf([step])];
  });

  /** Adds the help for the browser beside it. @param {Child[]} content @param {Stage['name']} name @param {Back[]} back @returns {Child[]} */
  function ofStage([top, ...rest], name, back) {
    if (name === 'browser') return [top, pairsOf([step], [{ tell: [...actionsOf(step, [], true), ...rest], show: [picturesOf(step)] }]), foldsOf([step])];
    return [top, ...rest, name === 'failed' && leadBack(back, go)];
  }

  /** @param {string} id @param {{ user?: string | null }} [other] */
  async function again(id, other) {
    const next = await beginAnew(app, id, other).catch(failed);
    if (!next) return;
    app.signIns.set(told.orgHost, next);
    app.changed();
  }

  const kept = () => (pair.isThere() ? null : setup()?.pair_until ?? null);
  const ready = () => readiness(pair.now()).ready || kept() !== null;

  /** Leads back to who signs in. */
  function toForm() {
    app.signIns.delete(told.orgHost);
    app.changed();
  }

  /** The foot after the end: an existing connection stays; without one both values are needed again. @param {string} id @returns {Foot} */
  function over(id) {
    const { again: tryAgain, somebodyElse, form, formLine, connection, stays, paste, kept: keptLine } = words.attempt.failed;
    const until = kept();
    const seen = app.seen.get(id);
    if (until) {
      return {
        line: keptLine(lately(until, new Date())),
        third: { words: somebodyElse, run: toForm, testid: 'other-user' },
        second: { words: paste, run: () => go('paste'), testid: 'paste-other' },
        // A window that has not followed the sign-in does not know whom it was for.
        primary: { words: tryAgain, run: () => (seen?.kind && seen.user !== undefined ? void again(id) : toForm()) },
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
        id: known?.id ?? null, shown: known && shownOf(app, known.id, known.stage, { knows: markOf(view, 'wait').mark === 'proved' }), ready: ready(),
        mark: mark ? { message: mark.message, fix: mark.fix, exact: mark.exact } : null,
        back: view ? wrong(steps(), view).filter(({ id }) => id !== step.id).map(({ id, short }) => ({ id, short, number: placeOf(steps(), id).number })) : [],
      });
    },
    /** @returns {Foot} */
    foot() {
      const known = current(told);
      if (known?.stage.name === 'connected') return { primary: { words: words.connected.done, run: () => go('connected') } };
      if (known && OVER.includes(known.stage.name)) return over(known.id);
      if (known) return stageFoot(app, known.id, known.stage, failed, (user) => void again(known.id, { user })) ?? {};
      if (!ready()) return { primary: { words: text.toPaste, run: () => go('paste') } };
      return { line: starting() ? text.starting : text.readyLine, primary: { words: text.open, run: () => void connect(), ready: !starting() } };
    },
  };
}

/** @param {Back[]} list @param {(step: string) => void} go */
function leadBack(list, go) {
  return list.length > 0 && h('div', { class: 'acts' }, list.map(({ id, short, number }) => button(words.paste.stepOf(number, short), () => go(id), { 'data-testid': `back-to-${id}` })));
}
