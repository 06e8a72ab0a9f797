/**
 * Whether programs are given tokens: what is said while they are not, and where that is decided.
 * @import { App } from './app.js'
 */

import { announce, h } from './dom.js';
import { host } from './host.js';
import { asFailure, lately } from './model.js';
import { button, failureNote, note } from './parts.js';
import * as words from './words.js';

const text = words.handingOut;

/** @param {boolean} wanted @param {HTMLElement} trouble where a failure is shown */
async function decide(wanted, trouble) {
  await host.handOut(wanted).then(() => {
    trouble.replaceChildren();
    announce(wanted ? text.goesOn : text.isPaused);
  }, (thrown) => trouble.replaceChildren(failureNote(asFailure(thrown))));
}

/** Above every screen, while no program is given a token. @param {string} since */
export function pausedNote(since) {
  const trouble = h('div', { role: 'status' });
  return note('wait', [
    h('p', {}, text.since(lately(since, new Date()))),
    button(text.goOn, () => void decide(true, trouble), { class: 'small', 'data-testid': 'resume' }), trouble,
  ], 'paused');
}

/** The part of the settings where it is decided. @param {App} app */
export function handingOutPart(app) {
  const trouble = h('div', { role: 'status' });
  const pause = button(text.pause, () => void decide(false, trouble), { 'data-testid': 'pause', 'aria-describedby': 'pause-hint' });
  const paused = h('p', {}, text.isPaused);
  const element = h('section', { class: 'stack tight' }, h('h2', {}, text.title),
    h('p', { class: 'hint', id: 'pause-hint' }, text.hint), paused, h('div', {}, pause), trouble);
  return { element, update() {
    const isPaused = Boolean(app.snapshot?.paused_since);
    paused.hidden = !isPaused;
    pause.hidden = isPaused;
  } };
}
