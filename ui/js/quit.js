/**
 * The question before the program is quit: asked by the settings, by closing the window, and by Quit in the tray when sign-ins
 * would end with the agent.
 * @import { App } from './app.js'
 */

import { h } from './dom.js';
import { host } from './host.js';
import { asFailure } from './model.js';
import { button, failureNote, orgsOfQuestion } from './parts.js';
import * as words from './words.js';

const text = words.quit;

/** @param {App} app @returns {() => Promise<void>} asks, unless the question stands already */
export function quitAsker(app) {
  let stands = false;
  return async () => {
    if (stands) return;
    stands = true;
    const ending = await host.vault().then((vault) => vault.session_only ?? 0, () => null);
    const trouble = h('div', { role: 'status' });
    const dialog = h('dialog', { 'aria-labelledby': 'quit-question', 'data-testid': 'quit-dialog', onclose: () => {
      stands = false;
      dialog.remove();
    } });
    const toSettings = () => { dialog.close(); app.go({ name: 'settings' }); };
    const quit = () => void host.quit().then(() => dialog.close(), (thrown) => trouble.replaceChildren(failureNote(asFailure(thrown))));
    const means = ending === null ? [text.unknown] : ending > 0 ? [...text.ends(ending)] : [text.means];
    const { connections = [], attempts = [] } = app.snapshot ?? {};
    if (attempts.length) means.push(text.signIns);
    const isSafe = ending === 0;
    // Where a new key and secret are needed anyhow, nothing ends. Sign-ins under way end whatever keeps the key.
    const kept = isSafe ? [] : connections.filter(({ health }) => health?.needs !== 'new_pair');
    const orgs = orgsOfQuestion([...kept, ...attempts.filter(({ alias }) => !kept.some((one) => one.alias === alias))]);
    dialog.append(h('h2', { id: 'quit-question' }, text.question), orgs ?? '', ...means.map((line) => h('p', {}, line)), trouble, h('div', { class: 'acts end' },
      button(text.keep, () => dialog.close(), { autofocus: true, 'data-testid': 'quit-keep' }), ...(isSafe ? [] : [button(text.another, toSettings, { 'data-testid': 'quit-settings' })]),
      button(text.sure, quit, { class: isSafe ? 'primary' : 'danger', 'data-testid': 'quit-sure' })));
    document.body.append(dialog);
    dialog.showModal();
  };
}

/** The part of the settings that quits the whole program. @param {App} app */
export function quitPart(app) {
  const ask = quitAsker(app);
  return h('section', { class: 'last stack tight' }, h('h2', {}, text.title), h('p', { class: 'quiet' }, text.why),
    h('div', {}, button(`${text.title} …`, () => void ask(), { 'data-testid': 'quit' })));
}
