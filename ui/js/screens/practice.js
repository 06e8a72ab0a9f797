/**
 * A practice org of this window: started, shown with its users, and stopped.
 * @import { Practice } from '../../../src-tauri/bindings/Practice'
 * @import { App } from '../app.js'
 */

import { announce, fill, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, failureNote, valueCard } from '../parts.js';
import * as words from '../words.js';

const text = words.practice;

/** @param {App} app */
export function practicePart(app) {
  const shown = h('div', { class: 'stack' });
  const trouble = h('div', { role: 'status' });
  const element = h('div', { class: 'stack practice', 'data-testid': 'practice' }, shown, trouble);

  /** @param {Practice | null} running */
  function draw(running) {
    fill(shown, running ? runs(running) : h('div', {}, button(text.start, () => void start(), { 'data-testid': 'start-practice' })));
  }

  async function start() {
    const pressed = shown.querySelector('button');
    if (pressed?.getAttribute('aria-disabled')) return;
    pressed?.setAttribute('aria-disabled', 'true');
    announce(text.starting);
    trouble.replaceChildren();
    await host.startPractice().then((running) => {
      draw(running);
      announce(text.running);
      shown.querySelector('button')?.focus();
    }, (thrown) => {
      draw(null);
      fill(trouble, failureNote(asFailure(thrown)));
    });
  }

  /** @param {Practice} running */
  function runs({ address, users }) {
    return [
      h('p', {}, h('b', {}, text.running), ' ', text.until),
      h('div', { class: 'acts' }, button(text.connect, () => app.go({ name: 'add', address }), { class: 'primary', 'data-testid': 'connect-practice' }),
        button(text.stop, () => void host.stopPractice().then(() => draw(null), (thrown) => fill(trouble, failureNote(asFailure(thrown)))), { 'data-testid': 'stop-practice' })),
      valueCard(text.address, address, 'practice-address'),
      h('h3', {}, text.users),
      h('ul', { class: 'list users', 'data-testid': 'practice-users' }, users.map(({ username, password, role }, at) => h('li', {},
        h('p', {}, h('strong', {}, username), ' ', h('span', { class: 'quiet' }, text.roles[role] ?? '')), valueCard(text.password, password, `password-${at + 1}`)))),
    ];
  }

  draw(null);
  void host.practice().then((running) => { if (running) draw(running); }, () => {});
  return element;
}
