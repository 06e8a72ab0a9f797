/**
 * A step to do in Salesforce: the task, the values, the picture, and the org's answer about it.
 * @import { SetupView } from '../../../src-tauri/bindings/SetupView'
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { StepMark } from '../../../src-tauri/bindings/StepMark'
 * @import { App } from '../app.js'
 * @import { Child } from '../dom.js'
 * @import { View } from './setup.js'
 */

import { fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { markOf } from '../journey.js';
import { asFailure } from '../model.js';
import { button, failureNote, fixes, heading, note, prose, sentence, valueCard } from '../parts.js';
import { pictureFigure } from '../picture.js';
import * as words from '../words.js';

const text = words.guide;
/** A picture shown among the variants, since most orgs do not need it. */
const OLDER_WAY = 'app-manager';

/** Steps whose values are typed into a form: each value is before the picture with that field filled in. */
const ENTERED = new Set(['details', 'oauth']);

/**
 * Text, and what is shown beside it, or below it if there is no room.
 * @typedef {(Child | Child[])[]} Parts
 * @typedef {{ tell: Parts, show: Parts }} Pair
 */

/**
 * The frame of every step: the place in the guide, what to do, and why.
 * @param {Step} step
 * @param {string} eyebrow
 * @param {Pair[]} pairs
 * @param {Parts} [end] the end of the step
 */
export function stepFrame(step, eyebrow, pairs, end = []) {
  return h('div', { class: 'step', 'data-testid': `step-${step.id}` }, heading(step.title, { eyebrow, lead: step.why }), pairsOf(step, pairs, end));
}

/** @param {Step} step @param {Pair[]} pairs @param {Parts} end */
export function pairsOf({ id, pictures }, pairs, end) {
  const shape = pictures.length === 0 && id !== 'paste' ? 'one' : `guided${pairs.length > 1 ? ' twice' : ''}${id === 'oauth' ? ' long' : ''}${id === 'paste' ? ' even' : ''}`;
  return h('div', { class: shape }, pairs.flatMap(({ tell, show }) => [h('div', { class: 'stack tell' }, ...tell), h('div', { class: 'stack show' }, ...show)]), h('div', { class: 'stack tell' }, ...end));
}

/** @param {Step} step @param {string[]} [more] further labels of buttons */
export function actionsOf(step, more = []) {
  const labels = [...step.values.map(({ label }) => label), ...more];
  return step.do.length === 0 ? [] : [h('ol', { class: 'actions', 'aria-label': text.actions }, step.do.map((action) => h('li', {}, h('span', {}, sentence(action, labels)))))];
}

/** @param {Step} step `value-ID-N` is the id of its Nth value, `value-ID-variant-N` the Nth of its variants */
export function valuesOf({ id, values }) {
  return values.map(({ label, value, hint }, at) => valueCard(label, value, `${id}-${at + 1}`, hint));
}

/** The notes that must not be missed, in one place. @param {Step} step */
export function notesOf({ notes }) {
  return notes.length === 0 ? [] : [note('wait', notes.map(({ title, text: more }) => h('div', {}, h('b', {}, title), h('p', {}, sentence(more)))))];
}

/** The pictures of the usual way. @param {Step} step */
export function picturesOf({ pictures }) {
  return pictures.filter(({ name }) => name !== OLDER_WAY).map(pictureFigure);
}

/** How the step is shown to be done. @param {Step} step */
export function proofOf({ proof }) {
  return h('p', { class: 'proof' }, h('b', {}, text.proof), ' ', proof.text);
}

/** What to do where the screen looks different. @param {Step} step */
export function variantsOf(step) {
  const older = step.pictures.find(({ name }) => name === OLDER_WAY);
  const all = step.variants.flatMap(({ values }) => values);
  return step.variants.length > 0 && h('details', { class: 'fold variants', 'data-testid': 'variants' }, h('summary', {}, step.pictures.length > 0 ? text.variants : text.variantsElse),
    h('div', { class: 'fold-body' }, h('dl', { class: 'cases' }, step.variants.flatMap(({ when, do: action, values }) => [
      h('dt', {}, when), h('dd', {}, sentence(action), values.map((value) => valueCard(value.label, value.value, `${step.id}-variant-${all.indexOf(value) + 1}`, value.hint)))])),
    older && pictureFigure(older)));
}

/** Shows the org's remark on a step, if a person has to look at it. @param {HTMLElement} place @returns {(mark: StepMark) => boolean} */
export function markNote(place) {
  return region(place, ({ mark, message, fix, exact }) => (mark === 'wrong' || (message !== null && mark !== 'proved'))
    && note(mark === 'wrong' ? 'bad' : 'wait', [h('b', { class: 'note-title' }, prose(message ?? text.wrong)), fixes(fix, exact)], mark === 'wrong' ? 'wrong' : 'mark'));
}

/**
 * @param {App} app
 * @param {Step} step
 * @param {string} eyebrow
 * @param {{ setup: () => SetupView | null, done: (done: boolean) => void, checkAgain: () => void, extra?: HTMLElement }} told
 * @returns {View}
 */
export function guidedStep(app, step, eyebrow, { setup, done, checkAgain, extra }) {
  const markPlace = h('div', { role: 'status' });
  const start = [markPlace, actionsOf(step), step.id === 'open' && [setupButton(setup), onTopOffer(app)]];
  const rest = ENTERED.has(step.id) ? [] : valuesOf(step);
  const element = stepFrame(step, eyebrow, pairsWith(step, start, extra), [rest, notesOf(step), step.pictures.length === 0 && variantsOf(step), proofOf(step)]);
  const drawMark = markNote(markPlace);

  return {
    element,
    update: () => { drawMark(markOf(setup(), step.id)); },
    foot() {
      const { mark } = markOf(setup(), step.id);
      if (mark === 'wrong') return { line: text.marks.wrong, primary: { words: text.corrected, run: checkAgain } };
      return {
        line: mark === 'open' ? '' : text.marks[mark],
        second: mark === 'said' ? { words: text.undo, run: () => done(false), testid: 'undo' } : mark === 'doubted' ? { words: text.corrected, run: checkAgain, testid: 'corrected' } : null,
        primary: { words: step.done || text.done, run: () => done(true) },
      };
    },
  };
}

/**
 * Puts each picture beside its subject: the sentences, or the values to enter.
 * @param {Step} step @param {Parts} start @param {HTMLElement} [extra]
 * @returns {Pair[]}
 */
function pairsWith(step, start, extra) {
  const pictures = picturesOf(step);
  if (!ENTERED.has(step.id)) return [{ tell: start, show: [pictures, pictures.length > 0 && variantsOf(step)] }];
  const values = valuesOf(step);
  if (pictures.length < 2) return [{ tell: [...start, values, extra], show: [pictures, variantsOf(step)] }];
  return [{ tell: [...start, values[0], extra], show: [pictures[0]] }, { tell: values.slice(1), show: [pictures.slice(1), variantsOf(step)] }];
}

/** @param {() => SetupView | null} setup */
function setupButton(setup) {
  const told = h('div', { role: 'status' });
  const open = button(text.setup, () => void openSetup(), { class: 'wanted', 'data-testid': 'open-setup' });

  async function openSetup() {
    const known = setup();
    if (!known) return;
    try {
      await host.openSetup(known.pasted_address);
      open.textContent = text.setupAgain;
      fill(told, h('p', { class: 'quiet small' }, text.setupOpened));
    } catch (thrown) {
      const { code } = asFailure(thrown);
      fill(told, code === 'unexpected' ? note('wait', [h('p', {}, text.noSetup), valueCard(text.setupAddress, known.address.setup_url, 'setup-address')]) : failureNote(asFailure(thrown)));
    }
  }

  return h('div', { class: 'stack tight' }, h('div', { class: 'acts' }, open), told);
}

/** @param {App} app */
function onTopOffer(app) {
  const box = h('input', { type: 'checkbox', id: 'on-top', 'data-testid': 'on-top', onchange: () => void app.keepOnTop(box.checked) });
  box.checked = app.onTop;
  return h('div', { class: 'tick offer' }, box, h('label', { for: 'on-top' }, text.onTop, h('small', {}, text.onTopOffer)));
}
