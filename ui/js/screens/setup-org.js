/**
 * Which org: its address, or one of the begun set-ups; and the actions for a whole set-up.
 * @import { SetupView } from '../../../src-tauri/bindings/SetupView'
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { App } from '../app.js'
 * @import { View } from './setup.js'
 */

import { h } from '../dom.js';
import { host } from '../host.js';
import { placeOf, screenOf } from '../journey.js';
import { badge } from '../model.js';
import { asking, badgeMark, button, facts, hostName, note, sentence, valueCard } from '../parts.js';
import { practicePart } from './practice.js';
import { markNote, remarkOn, stepFrame } from './setup-step.js';
import * as words from '../words.js';

const text = words.org;

/**
 * The first step once the org is chosen.
 * @param {App} app
 * @param {Step[]} all the steps of the screen
 * @param {string} eyebrow
 * @param {{ known: SetupView, setup: () => SetupView | null, done: () => void, checkAgain: () => void, restarted: (setup: SetupView) => void }} told
 * @returns {View}
 */
export function orgStep(app, all, eyebrow, { known: { host: orgHost, address }, setup, done, checkAgain, restarted }) {
  const org = { words: address.words, kind: address.kind, host: orgHost };
  const again = asking('start-over', { question: text.askStartOver, means: text.startOverMeans, keep: text.keep, sure: text.startOver }, org, async () => restarted(await host.startOver(orgHost)));
  const remove = asking('remove', { question: text.askRemove, means: text.removeMeans, keep: text.keep, sure: text.remove }, org, async () => {
    await app.removeSetup(orgHost, address.words);
    app.go({ name: 'connections' });
  });
  const markPlace = h('div', { role: 'status' });
  const drawMark = markNote(markPlace);
  const element = stepFrame(all, eyebrow, [{ tell: [
    markPlace,
    facts([[text.chosen, h('strong', { 'data-testid': 'org-words' }, address.words)], [text.kind, badgeMark(badge(address.kind))], [text.host, h('code', {}, hostName(orgHost))]]),
    kindNote(address.kind),
    h('section', { class: 'stack tight manage' }, h('h2', {}, text.manage),
      h('div', { class: 'acts' },
        button(text.another, () => app.go({ name: 'add' }), { 'data-testid': 'another-org' }),
        button(`${text.startOver} …`, () => again.showModal(), { 'data-testid': 'start-over' }),
        button(`${text.remove} …`, () => remove.showModal(), { class: 'danger', 'data-testid': 'remove' })), again, remove),
  ], show: [needs(all, () => app.go({ name: 'requests', address: setup()?.pasted_address }))] }]);
  return {
    element,
    update: () => { drawMark(remarkOn(setup(), all)); },
    foot: () => (remarkOn(setup(), all).mark === 'wrong' ? { line: words.guide.marks.wrong, primary: { words: words.guide.corrected, run: checkAgain } } : { line: '', primary: { words: text.haveAll, run: done } }),
  };
}

/** What is needed before one begins. @param {Step[]} all @param {() => void} ask leads to a request to an admin */
export function needs(all, ask) {
  return all.filter(({ on }) => on !== null).map((step) => h('section', { class: 'stack tight needs', 'data-testid': `step-${step.id}` },
    h('h2', {}, step.title), h('ul', { class: 'points' }, step.do.map((action) => h('li', {}, h('span', {}, sentence(action))))), step.values.map(({ label, value, hint }, at) =>
      h('details', { class: 'fold message', 'data-testid': 'message' }, h('summary', {}, text.message), h('div', { class: 'fold-body' },
        h('div', {}, button(words.requests.toRequests, ask, { 'data-testid': 'to-requests' })), valueCard(label, value, `${step.id}-${at + 1}`, hint))))));
}

/** A note about this kind of org. @param {string} kind */
export function kindNote(kind) {
  if (kind === 'production') return note('calm', text.production, 'kind-note');
  return kind === 'practice' ? note('calm', text.practice, 'kind-note') : null;
}

/**
 * The set-ups that were begun.
 * @param {App} app
 * @param {SetupView[]} setups
 * @param {Step[]} steps
 */
export function begunList(app, setups, steps) {
  return h('section', { class: 'stack tight', 'data-testid': 'begun' }, h('h2', {}, text.begunHeading),
    h('ul', { class: 'begun' }, setups.map(({ host: orgHost, address, step }) => {
      const { number } = placeOf(steps, step);
      return h('li', {}, h('div', { class: 'who' },
        h('span', { class: 'name' }, h('strong', {}, address.words), badgeMark(badge(address.kind))),
        h('small', {}, hostName(orgHost)), number > 0 && h('small', {}, text.at(number, steps.find(({ id }) => id === screenOf(steps, step))?.short ?? ''))),
      button(text.goOn, () => app.go({ name: 'set_up', host: orgHost }), { 'aria-label': text.goOnWith(`${address.words}, ${orgHost}`), 'data-testid': 'begun-go-on' }));
    })));
}

/** How to rehearse without an org. @param {App} app */
export function rehearsal(app) {
  return h('details', { class: 'fold', 'data-testid': 'rehearse' }, h('summary', {}, text.rehearse),
    h('div', { class: 'fold-body' }, h('p', { class: 'quiet' }, text.rehearseHow), practicePart(app)));
}
