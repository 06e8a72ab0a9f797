/**
 * The steps to do in Salesforce that one screen shows: the task, the values, the pictures, and the org's answer about them.
 * @import { SetupView } from '../../../src-tauri/bindings/SetupView'
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { StepMark } from '../../../src-tauri/bindings/StepMark'
 * @import { App } from '../app.js'
 * @import { Child } from '../dom.js'
 * @import { Foot } from '../foot.js'
 * @import { View } from './setup.js'
 */

import { fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { WEIGHTS, markOf } from '../journey.js';
import { asFailure } from '../model.js';
import { failureNote, fixes, heading, note, prose, sentence, valueCard } from '../parts.js';
import { pictureFigure } from '../picture.js';
import { appFilesFold } from './app-files.js';
import * as words from '../words.js';

const text = words.guide;
/** A picture shown among the variants, since most orgs do not need it. */
const OLDER_WAY = 'app-manager';
/** The step whose values are needed by those alone who go there by hand. */
const BY_HAND = 'open';
/** The step whose address a button opens. */
const PORTAL = 'connected';

/**
 * Text, and what is shown beside it, or below it if there is no room.
 * @typedef {(Child | Child[])[]} Parts
 * @typedef {{ tell: Parts, show: Parts }} Pair
 */

/**
 * The frame of a screen: the place in the guide, what to do, and what is folded away since few need it.
 * @param {Step[]} all the steps of the screen
 * @param {string} eyebrow
 * @param {Pair[]} pairs
 * @param {string} [title] where that is not the one of the first step
 */
export function stepFrame(all, eyebrow, pairs, title = all[0]?.title ?? '') {
  return h('div', { class: 'step', 'data-testid': `step-${all.find(({ on }) => on === null)?.id}` }, heading(title, { eyebrow }), pairsOf(all, pairs), foldsOf(all));
}

/** @param {Step[]} all @param {Pair[]} pairs */
export function pairsOf(all, pairs) {
  const ids = all.map(({ id }) => id);
  const shape = ids.includes('paste') ? 'guided even' : all.every(({ pictures }) => pictures.length === 0) ? 'guided even' : ids.includes('sign_in') ? 'guided' : 'guided long';
  return h('div', { class: shape }, pairs.flatMap(({ tell, show }) => [h('div', { class: 'stack tell' }, ...tell), h('div', { class: 'stack show', 'data-later': true }, ...show)]));
}

/** @param {Step} step @param {string[]} [more] further labels of buttons @param {boolean} [last] whether only the last sentence is shown, with its number */
export function actionsOf(step, more = [], last = false) {
  const labels = [...step.values.map(({ label }) => label), ...more];
  const begins = last ? step.do.length : 1;
  // Steps that stand together have a list each.
  const list = h('ol', { class: last ? 'actions alone' : 'actions', start: last ? begins : null, 'aria-label': `${text.actions}: ${step.title}` }, step.do.slice(begins - 1).map((action) => h('li', {}, h('span', {}, sentence(action, labels)))));
  list.style.setProperty('--before', String(begins - 1));
  return step.do.length === 0 ? [] : [list];
}

/** @param {Step} step `value-ID-N` is the id of its Nth value, `value-ID-variant-N` the Nth of its variants */
export function valuesOf({ id, values }) {
  return values.length > 0 && h('div', { class: 'values' }, values.map((value, at) => valueOf(value, `${id}-${at + 1}`)));
}

/** A value to copy, or one that is chosen in the form. @param {Step['values'][number]} value @param {string} id */
function valueOf({ label, value, hint, tick }, id) {
  if (!tick) return valueCard(label, value, id, hint);
  return h('div', { class: 'value ticked' }, h('span', { class: 'value-label' }, label),
    h('span', { class: 'tick-mark', 'aria-hidden': 'true' }, '✓'), h('span', { class: 'value-text', 'data-testid': `value-${id}` }, value), hint && h('p', { class: 'value-hint' }, hint));
}

/** The pictures of the usual way. @param {Step} step */
export function picturesOf({ pictures }) {
  return pictures.filter(({ name }) => name !== OLDER_WAY).map(pictureFigure);
}

/** What is folded away. @param {Step[]} all */
export function foldsOf(all) {
  return h('div', { class: 'folds', 'data-later': true }, variantsOf(all), moreOf(all));
}

/** How the steps are shown to be done, why they are needed, and what is good to know. @param {Step[]} all */
export function moreOf(all) {
  return h('details', { class: 'fold', 'data-testid': 'more' }, h('summary', {}, text.more), h('div', { class: 'fold-body' },
    all.flatMap((step) => [h('p', {}, step.why), step.id === PORTAL && valuesOf(step), ...step.notes.map(({ title, text: more }) => h('div', {}, h('b', {}, title), h('p', { class: 'quiet' }, sentence(more)))),
      h('p', { class: 'proof' }, h('b', {}, text.proof), ' ', step.proof.text)])));
}

/** What to do where the screen looks different. @param {Step[]} all */
export function variantsOf(all) {
  const older = all.flatMap(({ pictures }) => pictures).find(({ name }) => name === OLDER_WAY);
  const byHand = all.find(({ id }) => id === BY_HAND);
  return all.some(({ variants }) => variants.length > 0) && h('details', { class: 'fold variants', 'data-testid': 'variants' },
    h('summary', {}, all.some(({ pictures }) => pictures.length > 0) ? text.variants : text.variantsElse),
    h('div', { class: 'fold-body' }, h('dl', { class: 'cases' },
      byHand && [h('dt', {}, text.byHand), h('dd', {}, text.byHandHow, valuesOf(byHand))],
      all.flatMap((step) => casesOf(step))),
    older && pictureFigure(older)));
}

/** @param {Step} step */
function casesOf(step) {
  const all = step.variants.flatMap(({ values }) => values);
  return step.variants.flatMap(({ when, do: action, values }) => [
    h('dt', {}, when), h('dd', {}, sentence(action), values.map((value) => valueCard(value.label, value.value, `${step.id}-variant-${all.indexOf(value) + 1}`, value.hint)))]);
}

/** Shows the org's remark on a step, if a person has to look at it. @param {HTMLElement} place @returns {(mark: StepMark) => boolean} */
export function markNote(place) {
  return region(place, ({ mark, message, fix, exact }) => (mark === 'wrong' || (message !== null && mark !== 'proved'))
    && note(mark === 'wrong' ? 'bad' : 'wait', [h('b', { class: 'note-title' }, prose(message ?? text.wrong)), fixes(fix, exact)], mark === 'wrong' ? 'wrong' : 'mark'));
}

/** The mark of several steps that one has to look at first. @param {SetupView | null} setup @param {Step[]} all @returns {StepMark} */
export function remarkOn(setup, all) {
  const marks = all.map(({ id }) => markOf(setup, id));
  const weakest = WEIGHTS.flatMap((weight) => marks.filter(({ mark }) => mark === weight));
  const first = weakest[0] ?? { id: '', mark: 'open', message: null, fix: [] };
  return first.mark === 'wrong' ? first : marks.find(({ message, mark }) => message !== null && mark !== 'proved') ?? first;
}

/** What to do and to enter. @param {Step} step @returns {Child[]} */
function partOf(step) {
  return [...actionsOf(step), step.id !== BY_HAND && valuesOf(step)];
}

/**
 * @param {App} app
 * @param {Step[]} all the steps of the screen
 * @param {string} eyebrow
 * @param {{ setup: () => SetupView | null, done: (done: boolean) => void, checkAgain: () => void, extra?: HTMLElement }} told
 * @returns {View}
 */
export function guidedStep(app, all, eyebrow, { setup, done, checkAgain, extra }) {
  const markPlace = h('div', { role: 'status' });
  const opener = all.some(({ id }) => id === BY_HAND) ? setupOpener(app, setup) : null;
  const element = stepFrame(all, eyebrow, [{
    tell: [markPlace, ...all.map((step, at) => (at === 0 ? h('div', { class: 'stack' }, partOf(step)) : h('section', { class: 'stack', 'data-testid': `step-${step.id}` }, h('h2', {}, step.title), partOf(step)))), opener?.said, extra],
    show: [all.flatMap(picturesOf)],
  }]);
  // Who deploys the app needs none of what is entered by hand.
  if (opener) element.append(appFilesFold(() => setup()?.pasted_address ?? null));
  const drawMark = markNote(markPlace);
  const doneWords = all.at(-1)?.done || text.done;

  /** The actions of the screen. @param {StepMark['mark']} mark @returns {Foot} */
  function actions(mark) {
    const isDone = { words: doneWords, run: () => done(true) };
    const second = mark === 'said' ? { words: text.undo, run: () => done(false), testid: 'undo' } : mark === 'doubted' ? { words: text.corrected, run: checkAgain, testid: 'corrected' } : null;
    if (!opener) return { second, primary: isDone };
    const open = { words: opener.opened() ? text.setupAgain : text.setup, run: () => void opener.open(), testid: 'open-setup' };
    // Setup is opened first; whoever has it open goes on.
    if (mark === 'open' && !opener.opened()) return { second: { ...isDone, testid: 'skip' }, primary: open };
    return { third: second, second: open, primary: isDone };
  }

  return {
    element,
    update: () => { drawMark(remarkOn(setup(), all)); },
    foot() {
      const { mark } = remarkOn(setup(), all);
      if (mark === 'wrong') return { line: text.marks.wrong, primary: { words: text.corrected, run: checkAgain } };
      return { line: mark === 'open' ? '' : text.marks[mark], ...actions(mark) };
    },
  };
}

/** Opens Setup in the browser. @param {App} app @param {() => SetupView | null} setup */
function setupOpener(app, setup) {
  let opened = false;
  const told = h('div', { role: 'status' });

  return {
    said: told,
    opened: () => opened,
    async open() {
      const known = setup();
      if (!known) return;
      try {
        opened = await host.openSetup(known.pasted_address);
        fill(told, opened && h('p', { class: 'quiet small' }, text.setupOpened));
      } catch (thrown) {
        const { code } = asFailure(thrown);
        opened = code === 'unexpected';
        fill(told, opened ? note('wait', [h('p', {}, text.noSetup), valueCard(text.setupAddress, known.address.setup_url, 'setup-address')]) : failureNote(asFailure(thrown)));
      }
      app.changed();
    },
  };
}
