/**
 * The step for the Consumer Key and the Consumer Secret, and their checks.
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { CheckLine } from '../model.js'
 * @import { View } from './setup.js'
 * @import { Told } from './setup-sign-in.js'
 */

import { h, region } from '../dom.js';
import { doubted, markOf, placeOf, screenOf, wrong } from '../journey.js';
import { ago, counted, lately } from '../model.js';
import { button, checkList, failureNote, note, prose } from '../parts.js';
import { awaited, checkLinesBeforeSignIn, failedAt, isKeyCut, notesOf, readiness, swap, waitsByItself } from '../pasting.js';
import { callbackAudit } from './setup-callbacks.js';
import { actionsOf, picturesOf, stepFrame } from './setup-step.js';
import * as words from '../words.js';

const text = words.paste;

/**
 * @typedef {{ id: string, short: string, number: number, message: string }} LeadBack
 */

/**
 * @param {Step[]} all the steps of the screen
 * @param {string} eyebrow
 * @param {Told} told
 * @returns {View}
 */
export function pasteStep(all, eyebrow, { setup, attempt, pair, go, wait, steps, starting }) {
  const swapPlace = h('div', { role: 'status' });
  const checksPlace = h('div', { class: 'stack tight' });
  const backPlace = h('div', {});
  const waitPlace = h('div', {});
  const trouble = h('div', { role: 'status' });
  const audit = callbackAudit('audit', { setup, key: pair.keyText, toPaste: () => pair.key.input.focus(), comeBackHosted: () => { pair.comeBackHosted(); go('sign_in'); } });
  const [before] = all;
  const step = all.find(({ on }) => on === null);
  const [keyHint = '', secretHint = ''] = step?.do ?? [];
  const checksPart = h('section', { class: 'stack tight', 'aria-labelledby': 'checks-heading' }, h('h2', { id: 'checks-heading' }, text.checks), checksPlace, trouble, backPlace, audit.element);
  const pictures = h('div', { class: 'stack' }, all.flatMap(picturesOf));
  const element = stepFrame(all, eyebrow, [{
    tell: [before && h('section', { 'data-testid': `step-${before.id}`, 'aria-label': before.title }, actionsOf(before)), pair.key.element, swapPlace, pair.secret.element, waitPlace, h('p', { class: 'quiet small' }, text.kept)],
    show: [checksPart, pictures],
  }], step?.title);

  const drawSwap = region(swapPlace, (/** @type {string | null} */ message) => message !== null && note('bad', [
    h('b', { class: 'note-title' }, message), button(text.exchange, pair.exchange, { class: 'primary small', 'data-testid': 'exchange' })], 'swapped'));
  const drawChecks = region(checksPlace, (/** @type {{ lines: CheckLine[], when: string | null }} */ { lines, when }) => [
    checkList(lines), when && h('p', { class: 'quiet small', 'data-testid': 'earlier' }, `${text.earlier} ${words.status.checked(when)}.`)]);
  const drawTrouble = region(trouble, (/** @type {ReturnType<typeof pair.failure>} */ failure) => failure && failureNote(failure));
  const drawBack = region(backPlace, (/** @type {{ wrong: LeadBack[], look: LeadBack[], isNew: boolean }} */ { wrong: put, look, isNew }) => [
    put.length > 0 && note('bad', [h('b', { class: 'note-title' }, text.leadsTo), ...put.map(leadBack)], 'wrong-steps'),
    look.length > 0 && note('wait', [h('b', { class: 'note-title' }, text.look), ...look.map(leadBack), isNew && h('p', {}, text.noCallback)], 'doubted-steps'),
  ]);
  const leadBack = (/** @type {LeadBack} */ { id, short, number, message }) =>
    h('div', { class: 'lead-back' }, h('p', {}, prose(message)), button(text.stepOf(number, short), () => go(id), { 'data-testid': `back-to-${id}` }));
  const drawWait = region(waitPlace, (/** @type {{ wanted: boolean, doubted: boolean }} */ { wanted, doubted: isDoubted }) => wanted
    && h('div', { class: 'stack tight', 'data-testid': 'not-active' }, isDoubted ? note('wait', [h('b', {}, text.notKnown), ' ', text.notKnownMore]) : note('calm', [h('b', {}, text.notActive), ' ', text.notActiveMore])));

  /** The checks of the present values, or the last ones of this org. */
  function checks() {
    const now = pair.now();
    const known = setup();
    const earlier = !now.key && !now.secret && known?.findings.length && known.found_at ? known : null;
    const failedInField = [...failedAt(now.findings, 'key'), ...failedAt(now.findings, 'secret')].map(({ message }) => message);
    const findings = earlier ? earlier.findings : now.findings;
    const waits = awaited(earlier ? earlier.verdict : now.verdict) === 'activation';
    const lines = checkLinesBeforeSignIn(findings, now.checking)
      // Remarks shown beside the field are not repeated.
      .map((line) => (failedInField.includes(line.message) ? { ...line, fix: [] } : line))
      .map((line) => (waits && line.id === 'key' ? { ...line, stateWord: words.wait.line } : line));
    return { lines, when: earlier ? ago(earlier.found_at ?? '', new Date()) : null };
  }

  function leadsBack() {
    const known = setup();
    if (!known || pair.now().checking) return { wrong: [], look: [], isNew: false };
    /** @param {Step[]} list @returns {LeadBack[]} */
    const lead = (list) => list.filter(({ id }) => !all.some((one) => one.id === id) && id !== 'sign_in').map(({ id }) => ({
      id, ...screen(id), message: markOf(known, id).message ?? '',
    }));
    return { wrong: lead(wrong(steps(), known)), look: lead(doubted(steps(), known)), isNew: awaited(pair.now().verdict) === 'callback' };
  }

  /** The screen of a step, by its number and name. @param {string} id */
  function screen(id) {
    return { number: placeOf(steps(), id).number, short: steps().find((one) => one.id === screenOf(steps(), id))?.short ?? '' };
  }

  return {
    element,
    update() {
      const now = pair.now();
      const asked = now.key || now.secret || checks().when !== null;
      checksPart.hidden = !asked;
      pictures.hidden = asked;
      const { understanding, findings } = now;
      pair.key.hint(now.key && understanding ? counted(text.length, understanding.key_length) : keyHint);
      pair.secret.hint(now.secret && understanding ? counted(text.length, understanding.secret_length) : secretHint);
      pair.key.notes(now.key ? [...notesOf(understanding, 'key'), ...failedAt(findings, 'key')] : [], findings !== null);
      pair.secret.notes(now.secret ? [...notesOf(understanding, 'secret'), ...failedAt(findings, 'secret')] : [], findings !== null);
      drawSwap(now.key && now.secret ? swap(understanding) : null);
      drawChecks(checks());
      drawTrouble(pair.failure());
      drawWait({ wanted: awaited(now.verdict) === 'activation', doubted: !waitsByItself(now) });
      drawBack(leadsBack());
      audit.update(now.key && swap(understanding) === null && findings !== null);
    },
    foot() {
      const now = pair.now();
      const { ready, line } = readiness(now);
      const waits = awaited(now.verdict) !== null;
      const live = attempt()?.stage.name;
      if (!now.key && !now.secret && live && ['checking', 'waiting', 'browser', 'finishing', 'confirming'].includes(live)) {
        return { line: '', primary: { words: text.goOn, run: () => go(live === 'waiting' ? 'wait' : 'sign_in') } };
      }
      const until = setup()?.pair_until ?? null;
      if (!now.key && !now.secret && until) {
        const stillNew = awaited(setup()?.verdict) !== null;
        return { line: words.attempt.failed.kept(lately(until, new Date())), primary: { words: stillNew ? text.wait : text.goOn, run: () => go(stillNew ? 'wait' : 'sign_in') } };
      }
      // What is wrong in Setup is put right there: the way to it is the main one.
      const mend = now.verdict?.verdict === 'mend' && !ready && !now.checking ? now.verdict : null;
      if (mend && steps().some(({ id }) => id === mend.step) && !all.some(({ id }) => id === mend.step)) {
        const { number, short } = screen(mend.step);
        return {
          line, second: { words: text.again, run: pair.checkAgain, testid: 'check-again' },
          primary: { words: text.stepOf(number, short), run: () => go(mend.step) },
        };
      }
      const again = now.findings && !now.checking ? { words: text.again, run: pair.checkAgain, testid: 'check-again' } : null;
      if (isKeyCut(now)) {
        return { line, third: again, second: { words: text.wait, run: wait, testid: 'wait-all-the-same' }, primary: { words: text.mendKey, run: pair.mendKey } };
      }
      return {
        line: starting() ? words.signIn.starting : line,
        second: again,
        primary: { words: waits ? text.wait : text.goOn, ready: ready && !starting(), run: waits ? wait : () => go('sign_in') },
      };
    },
  };
}
