/**
 * One step that is done in Salesforce: what to do, the values, the picture, and what the org says of it.
 * @import { SetupView } from '../../../src-tauri/core/bindings/SetupView'
 * @import { Step } from '../../../src-tauri/core/bindings/Step'
 * @import { App } from '../app.js'
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
/** Shown beside the variants: most orgs do not need it. */
const OLDER_WAY = { picture: 'app-manager', page: '/NavigationMenus/' };

/**
 * The frame that every step of the guide has: where one is, what to do, and why.
 * @param {Step} step
 * @param {string} eyebrow
 * @param {HTMLElement[]} main
 * @param {HTMLElement[]} aside
 */
export function stepFrame(step, eyebrow, main, aside) {
  return h('div', { class: 'step', 'data-testid': `step-${step.id}` },
    heading(step.title, { eyebrow, lead: step.why }),
    h('div', { class: step.pictures.length > 0 || step.id === 'paste' ? 'two guided' : 'one' }, h('div', { class: 'stack' }, main), h('div', { class: 'stack' }, aside)));
}

/** @param {Step} step @param {string[]} [more] further labels of what is to be pressed */
export function actionsOf(step, more = []) {
  const labels = [...step.values.map(({ label }) => label), ...more];
  return step.do.length === 0 ? [] : [h('ol', { class: 'actions', 'aria-label': text.actions }, step.do.map((action) => h('li', {}, h('span', {}, sentence(action, labels)))))];
}

/** @param {Step} step @param {boolean} [older] those of the older way in place of the usual ones */
export function valuesOf({ id, values }, older = false) {
  const cards = values.map(({ label, value, hint }, at) => ({ older: value.includes(OLDER_WAY.page), card: () => valueCard(label, value, `${id}-${at + 1}`, hint) }));
  return cards.filter((one) => one.older === older).map(({ card }) => card());
}

/** What must not be missed, in one place. @param {Step} step */
export function notesOf({ notes }) {
  return notes.length === 0 ? [] : [note('wait', notes.map(({ title, text: more }) => h('div', {}, h('b', {}, title), h('p', {}, sentence(more)))))];
}

/** The pictures, the variants, and how one knows. @param {Step} step */
export function asideOf(step) {
  const { pictures, variants, proof } = step;
  const older = pictures.find(({ name }) => name === OLDER_WAY.picture);
  return [
    ...pictures.filter((picture) => picture !== older).map(pictureFigure),
    variants.length > 0 && variantsOf(step, older),
    h('p', { class: 'proof' }, h('b', {}, text.proof), ' ', proof.text),
  ].filter((part) => part instanceof HTMLElement);
}

/** What to do where the screen looks different. @param {Step} step @param {import('../../../src-tauri/core/bindings/Picture').Picture} [older] */
export function variantsOf(step, older) {
  return h('details', { class: 'fold variants', 'data-testid': 'variants' }, h('summary', {}, text.variants),
    h('div', { class: 'fold-body' }, h('dl', { class: 'cases' }, step.variants.flatMap(({ when, do: action }) => [h('dt', {}, when), h('dd', {}, sentence(action))])),
      older && pictureFigure(older), valuesOf(step, true)));
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
  const main = [markPlace, ...actionsOf(step), ...(step.id === 'open' ? [setupButton(setup), onTopOffer(app)] : []), ...valuesOf(step), extra, ...notesOf(step)];
  const element = stepFrame(step, eyebrow, main.filter((part) => part instanceof HTMLElement), asideOf(step));
  const drawMark = region(markPlace, (/** @type {ReturnType<typeof markOf>} */ { mark, message, fix }) =>
    mark === 'wrong' && note('bad', [h('b', { class: 'note-title' }, prose(message ?? text.wrong)), fixes(fix)], 'wrong'));

  return {
    element,
    update: () => { drawMark(markOf(setup(), step.id)); },
    foot() {
      const { mark } = markOf(setup(), step.id);
      if (mark === 'wrong') return { line: text.marks.wrong, primary: { words: text.corrected, run: checkAgain } };
      return {
        line: mark === 'open' ? '' : text.marks[mark],
        second: mark === 'said' ? { words: text.undo, run: () => done(false), testid: 'undo' } : null,
        primary: { words: step.done || text.done, run: () => done(true) },
      };
    },
  };
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
