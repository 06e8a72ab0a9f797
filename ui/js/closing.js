/**
 * Closing the window: what goes on without it is said once.
 * @import { App } from './app.js'
 */

import { fill, h } from './dom.js';
import { host } from './host.js';
import { asFailure } from './model.js';
import { button, failureNote } from './parts.js';
import * as words from './words.js';

const text = words.closing;

/**
 * Says once, when the window is closed, what goes on without it.
 * @param {App} app
 * @param {() => Promise<void>} askToQuit
 */
export function listenForClosing(app, askToQuit) {
  const means = h('p', {});
  const trouble = h('div', { role: 'status' });
  const failed = (/** @type {unknown} */ thrown) => fill(trouble, failureNote(asFailure(thrown)));
  const close = () => void host.closeWindow().catch(failed);
  const quit = () => { dialog.close(); void askToQuit(); };
  const dialog = h('dialog', { 'aria-labelledby': 'closing-question', 'data-testid': 'closing-dialog' },
    h('h2', { id: 'closing-question' }, text.question), means, trouble,
    h('div', { class: 'acts end' },
      button(text.quitInstead, quit, { 'data-testid': 'closing-quit' }),
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
