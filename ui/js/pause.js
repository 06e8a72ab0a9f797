/**
 * The question before a sign-in to an org that has asked for a pause.
 */

import { h } from './dom.js';
import { inOwnTime } from './health.js';
import { asFailure } from './model.js';
import { button } from './parts.js';
import { askIn, question } from './vault.js';
import * as words from './words.js';

const text = words.pause;

/** @returns {(thrown: unknown) => Promise<boolean>} whether to sign in all the same */
export function pauseAsker() {
  return async (thrown) => {
    const failure = asFailure(thrown);
    return failure.code === 'pause_asked' && askIn(failure, ({ message }, { done, leave }) => [
      question(text.heading), h('p', {}, inOwnTime(message, new Date())),
      h('div', { class: 'acts end' }, button(text.anyway, done, { 'data-testid': 'pause-anyway' }), button(text.wait, leave, { class: 'primary', 'data-testid': 'pause-wait' }))]);
  };
}
