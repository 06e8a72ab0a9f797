/**
 * The rotation of a connection's key and secret, at the step where it is. What each step says and leads on with is the agent's.
 * @import { RotationMove } from '../../../src-tauri/bindings/RotationMove'
 * @import { RotationView } from '../../../src-tauri/bindings/RotationView'
 * @import { Picture } from '../../../src-tauri/bindings/Picture'
 * @import { App, Screen } from '../app.js'
 * @import { Foot } from '../foot.js'
 */

import { announce, fill, h, region } from '../dom.js';
import { foot } from '../foot.js';
import { host } from '../host.js';
import { addressOf, asFailure } from '../model.js';
import { asking, button, checkList, failureNote, heading, note, prose, underWay } from '../parts.js';
import { pictureFigure } from '../picture.js';
import { checkLinesBeforeSignIn, notesOf, swap } from '../pasting.js';
import { setupWay } from '../setup-way.js';
import { pastedPair } from './pair.js';
import { handOver } from './portal.js';
import * as words from '../words.js';

const text = words.rotate;
/** The step of the guide whose pictures show where Setup has key and secret. */
const IN_SETUP = 'copy';
/** That of the two values themselves. */
const VALUES = 'consumer-details';
/** The questions to the org that need no word of the person. @type {Partial<Record<RotationView['step'], RotationMove>>} */
const ASKED = { prove: 'prove', end_former: 'look' };
/** What leads on, where a word of the person does. @type {Partial<Record<RotationView['step'], RotationMove>>} */
const ON = { agree: 'agree', end_sign_in: 'end_sign_in', stage: 'staged', rotate: 'rotated', prove: 'prove', hand_over: 'handed_over', end_former: 'finish' };

/** @param {App} app @param {string} alias @returns {Screen} */
export function rotateScreen(app, alias) {
  /** @type {{ busy: boolean, asked: string, over: RotationView | null, way: Picture[] }} */
  const state = { busy: false, asked: '', over: null, way: [] };
  let drawnStep = '';

  const known = () => app.snapshot?.connections.find((one) => one.alias === alias) ?? null;
  const view = () => state.over ?? app.snapshot?.rotations?.find((one) => one.alias === alias) ?? null;
  const address = () => { const one = known(); return one ? addressOf(one.host, one.kind) : ''; };
  const pair = pastedPair(app, address, () => {}, { asksOrg: false });
  const hand = handOver(app, alias);
  const told = h('div', { class: 'stack' });
  const trouble = h('div', { role: 'status' });
  const byRest = h('div', {});
  const work = h('div', { role: 'status' });
  const swapPlace = h('div', { role: 'status' });
  const fields = h('div', { class: 'stack', hidden: true }, pair.key.element, swapPlace, pair.secret.element);
  const shown = h('div', { class: 'stack show', 'data-later': true });
  const takeBack = h('div', {});
  const page = h('div', { class: 'page' }, h('div', { class: 'step one' }, told, byRest, trouble, work, fields, hand.element, shown), takeBack);
  const bar = foot();
  const element = h('div', { class: 'screen', 'data-testid': 'screen-rotate' }, page, bar.element);

  const drawTold = region(told, (/** @type {{ title: string, says: string[], place: [number, number] | null, setup: RotationView['setup'], exposed: boolean, mayBe: boolean } | null} */ model) => model === null
    ? h('p', { class: 'quiet' }, text.loading)
    : [heading(model.title, { eyebrow: model.place ? text.eyebrow(alias, ...model.place) : alias }),
      h('ul', { class: 'points', 'data-testid': 'rotation-says' }, model.says.map((line) => h('li', {}, prose(line)))),
      model.exposed && note('calm', text.exposedMore),
      model.mayBe && h('div', {}, button(text.exposed, () => void act(() => host.rotate(alias, true)), { class: 'small', 'data-testid': 'exposed' })), model.setup && setupWay(model.setup)]);
  const drawByRest = region(byRest, (/** @type {NonNullable<RotationView['by_rest']> | null} */ offer) => offer && h('details', { class: 'fold', 'data-testid': 'by-rest', 'data-later': true }, h('summary', {}, offer.does),
    h('div', { class: 'fold-body stack' }, h('ul', { class: 'points' }, offer.says.map((line) => h('li', {}, prose(line)))), h('div', {}, button(text.byRestYes, () => on('by_rest'), { class: 'small', 'data-testid': 'by-rest-yes' })))));
  const drawWork = region(work, (/** @type {boolean} */ busy) => busy && underWay(text.asking));
  const drawSwap = region(swapPlace, (/** @type {string | null} */ message) => message !== null && note('bad', [
    h('b', { class: 'note-title' }, message), h('button', { type: 'button', class: 'primary small', onclick: pair.exchange, 'data-testid': 'exchange' }, words.paste.exchange)], 'swapped'));
  const drawShown = region(shown, (/** @type {{ lines: ReturnType<typeof checkLinesBeforeSignIn>, pictures: Picture[] }} */ { lines, pictures }) => [
    lines.length > 0 && h('section', { class: 'stack tight', 'aria-labelledby': 'checks-heading' }, h('h2', { id: 'checks-heading' }, text.checks), checkList(lines)),
    ...pictures.map(pictureFigure)]);

  /** What Setup looks like at this step: first the way to the page, where it is opened. @param {RotationView} now @returns {Picture[]} */
  function picturesAt({ step, exposed, former }) {
    if (step === 'end_former' && former === 'dead') return [];
    // A pair that was exposed is staged and rotated in one visit, and then stands where the former one stood.
    if (exposed && step === 'paste') return state.way.filter(({ name }) => name === VALUES);
    const own = [...text.pictures[step] ?? [], ...(exposed && step === 'stage' ? text.pictures.rotate ?? [] : [])];
    return step === 'stage' ? [...state.way.filter(({ name }) => name !== VALUES), ...own] : own;
  }

  /** Takes in the agent's answer before its next snapshot. @param {RotationView} answer */
  function take(answer) {
    const isOver = answer.step === 'finished' || answer.step === 'taken_back';
    const others = app.snapshot?.rotations?.filter((one) => one.alias !== alias) ?? [];
    if (app.snapshot) app.snapshot = { ...app.snapshot, rotations: isOver ? others : [...others, answer] };
    state.over = isOver ? answer : null;
  }

  /** @param {() => Promise<RotationView>} ask */
  async function act(ask) {
    if (state.busy) return;
    state.busy = true;
    fill(trouble);
    app.changed();
    await ask().then(take, refuse);
    state.busy = false;
    app.changed();
  }

  /** @param {unknown} thrown */
  function refuse(thrown) {
    const failure = asFailure(thrown);
    fill(trouble, failureNote(failure));
    announce(failure.message);
  }

  /** @param {RotationMove} what */
  const on = (what) => void act(() => host.rotateOn(alias, what));

  async function paste() {
    const { key, secret } = pair.values();
    await act(() => host.rotatePaste(alias, key, secret));
    if (view()?.step !== 'paste') pair.clear();
  }

  async function signIn() {
    if (state.busy) return;
    state.busy = true;
    fill(trouble);
    try {
      const started = await host.rotateSignIn({ name: alias, user: null, accept_user: null });
      const one = known();
      app.follow(started, { alias: started.alias, host: one?.host ?? '', kind: one?.kind ?? null });
      app.go({ name: 'attempt', id: started.attempt });
    } catch (thrown) {
      refuse(thrown);
    } finally {
      state.busy = false;
      app.changed();
    }
  }

  function askToTakeBack() {
    const one = known();
    const now = view();
    const means = now?.sign_in_ended ? text.takeBackEnded : now?.exposed ? text.takeBackExposed : text.takeBackMeans;
    const dialog = asking('take-back', { question: text.takeBackOf(alias), means, keep: text.stay, sure: text.takeBack },
      one && { words: one.alias, kind: one.kind, host: one.host, user: one.username }, async () => { take(await host.rotateOn(alias, 'take_back')); app.changed(); });
    fill(takeBack, dialog);
    dialog.showModal();
  }

  /** Whether both values are there and nothing about their looks stops them. */
  function isPasted() {
    const { key, secret, understanding } = pair.now();
    return key && secret && understanding?.looks?.looks === 'may_ask';
  }

  /** @param {RotationView} now @returns {Foot} */
  function actions(now) {
    const toConnection = () => app.go({ name: 'connection', alias });
    const { step, does, exposed } = now;
    if (step === 'finished' || step === 'taken_back') return { primary: { words: text.toConnection, run: toConnection } };
    const back = now.back ? () => on('back') : toConnection;
    const third = { words: text.takeBack, run: askToTakeBack, testid: 'take-back' };
    const lead = ON[step];
    // That somebody else may have the pair is found out at any time.
    const second = exposed ? null : { words: text.exposed, run: () => void act(() => host.rotate(alias, true)), testid: 'exposed' };
    const primary = lead ? { words: does, ready: !state.busy, run: () => on(lead) } : null;
    if (step === 'end_sign_in') return { back, third, primary, second: { words: text.keep, run: () => on('keep_sign_in'), testid: 'keep-sign-in' } };
    if (step === 'paste') return { back, third, second, line: isPasted() ? '' : text.needed, primary: { words: text.use, ready: isPasted() && !state.busy, run: () => void paste() } };
    if (step === 'sign_in') {
      const { attempt } = now;
      return { back, third, second, primary: { words: does, ready: !state.busy, run: () => (attempt ? app.go({ name: 'attempt', id: attempt }) : void signIn()) } };
    }
    // A pair that was exposed, or that is past its time, and still works is ended first: nothing else leads on.
    if (now.waits) return { back, third, primary: { words: does, ready: !state.busy, run: () => on('look') } };
    if (step === 'end_former') return { back, third, primary, second: { words: text.again, run: () => on('look'), testid: 'look' } };
    return { back, third, second, primary };
  }

  function update() {
    const now = view();
    const at = now ? now.steps.findIndex(({ step }) => step === now.step) : -1;
    drawTold(now && { title: now.title, says: now.says, place: at >= 0 ? [at + 1, now.steps.length] : null, setup: now.setup, exposed: now.step === 'agree' && !now.exposed, mayBe: now.step === 'end_former' && !now.exposed });
    drawByRest(now?.by_rest ?? null);
    drawWork(state.busy);
    fields.hidden = now?.step !== 'paste';
    hand.element.hidden = now?.step !== 'hand_over';
    const { key, secret, understanding } = pair.now();
    pair.key.notes(key ? notesOf(understanding, 'key') : []);
    pair.secret.notes(secret ? notesOf(understanding, 'secret') : []);
    drawSwap(key && secret ? swap(understanding) : null);
    drawShown({
      lines: now?.step === 'prove' && now.findings.length > 0 ? checkLinesBeforeSignIn(now.findings, false) : [],
      pictures: now ? picturesAt(now) : [],
    });
    hand.update();
    bar.show(now ? actions(now) : { back: () => app.go({ name: 'connection', alias }) });
    // News may tell of the step before the answer that leads to it, while nothing else can be asked.
    if (now && !state.busy && state.asked !== now.step) {
      state.asked = now.step;
      const asked = ASKED[now.step];
      if (asked) queueMicrotask(() => on(asked));
    }
    if (!now || drawnStep === now.step) return;
    const before = drawnStep;
    drawnStep = now.step;
    if (before) {
      page.scrollTop = 0;
      const h1 = page.querySelector('h1');
      h1?.focus();
      announce(h1?.textContent ?? '');
    }
  }

  app.guide(address()).then((steps) => { state.way = steps.find(({ id }) => id === IN_SETUP)?.pictures ?? []; app.changed(); }, () => {});
  if (!view()) void act(() => host.rotate(alias, false));
  return {
    element, update,
    leave: () => pair.clear(),
    org: () => { const one = known(); return one ? { words: one.alias, host: one.host, kind: one.kind } : null; },
  };
}
