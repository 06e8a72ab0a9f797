/**
 * Closing the window, and ending the whole program: each with what goes on, and what does not.
 * @import { App } from './app.js'
 */

import { fill, h } from './dom.js';
import { host } from './host.js';
import { asFailure } from './model.js';
import { asking, button, failureNote } from './parts.js';
import * as words from './words.js';

const text = words.closing;

/** Says once, when the window is closed, what goes on without it. @param {App} app */
export function listenForClosing(app) {
  const means = h('p', {});
  const trouble = h('div', { role: 'status' });
  const failed = (/** @type {unknown} */ thrown) => fill(trouble, failureNote(asFailure(thrown)));
  const close = () => void host.closeWindow().catch(failed);
  const dialog = h('dialog', { 'aria-labelledby': 'closing-question', 'data-testid': 'closing-dialog' },
    h('h2', { id: 'closing-question' }, text.question), means, trouble,
    h('div', { class: 'acts end' },
      button(text.quitInstead, () => void host.quit().catch(failed), { 'data-testid': 'closing-quit' }),
      button(text.stay, () => dialog.close(), { 'data-testid': 'closing-stay' }),
      button(text.close, close, { class: 'primary', autofocus: true, 'data-testid': 'closing-close' })));

  async function closing() {
    const { connections = [], attempts = [] } = app.snapshot ?? {};
    if (connections.length + attempts.length === 0 || app.agentState.state !== 'ready') {
      close();
      return;
    }
    await host.closingTold().catch(() => {});
    const starts = app.settings ?? await host.settings().catch(() => null);
    fill(means, text.means(starts?.start_at_login ?? false), attempts.length > 0 && ` ${text.signIns}`);
    document.body.append(dialog);
    for (const open of document.querySelectorAll('dialog[open]')) if (open instanceof HTMLDialogElement) open.close();
    dialog.showModal();
  }

  return host.onClosing(() => void closing());
}

/** The part of the settings that ends the whole program. @param {App} app */
export function quitPart(app) {
  const place = h('div', {});
  const element = h('section', { class: 'last stack tight' }, h('h2', {}, text.quit), h('p', { class: 'quiet' }, text.quitWhy),
    h('div', {}, button(`${text.quit} …`, ask, { 'data-testid': 'quit' })), place);

  function ask() {
    const means = app.snapshot?.attempts.length ? `${text.quitWhy} ${text.quitSignIns}` : text.quitWhy;
    const dialog = asking('quit', { question: text.quitQuestion, means, keep: text.quitKeep, sure: text.quit }, null, async () => { await host.quit(); });
    fill(place, dialog);
    dialog.showModal();
  }

  return element;
}
