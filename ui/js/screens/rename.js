/**
 * The name of a connection as the heading of its screen, changed in place.
 * @import { App } from '../app.js'
 */

import { announce, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, field } from '../parts.js';
import * as words from '../words.js';

const text = words.detail;

/** @param {App} app @param {string} alias */
export function renamePart(app, alias) {
  const name = field({ id: 'new-name', label: text.newName });
  const open = button(words.connections.rename, edit, { class: 'plain', 'data-testid': 'rename' });
  const shown = h('div', { class: 'title' }, h('h1', { tabindex: -1, 'data-testid': 'heading' }, alias), open);
  const form = h('form', { class: 'inline-form', novalidate: true, hidden: true, onsubmit: (event) => {
    event.preventDefault();
    void save();
  }, onkeydown: (event) => { if (/** @type {KeyboardEvent} */ (event).key === 'Escape') cancel(); } },
  name.element, h('div', { class: 'acts' },
    h('button', { type: 'submit', class: 'primary', 'data-testid': 'rename-save' }, text.save), button(text.cancel, cancel, { 'data-testid': 'rename-cancel' })));

  function edit() {
    name.input.value = alias;
    name.notes([]);
    show(true);
    name.input.focus();
    name.input.select();
  }

  function cancel() {
    show(false);
    open.focus();
  }

  /** @param {boolean} editing */
  function show(editing) {
    form.hidden = !editing;
    // The screen keeps its heading for screen readers during the change.
    shown.classList.toggle('unseen', editing);
    open.hidden = editing;
  }

  async function save() {
    const renamed = name.input.value.trim();
    if (renamed === alias) {
      cancel();
      return;
    }
    try {
      await host.rename(alias, renamed);
      announce(text.renamed(renamed));
      app.go({ name: 'connection', alias: renamed });
    } catch (thrown) {
      name.notes([{ message: asFailure(thrown).message, blocks: true }]);
      name.input.focus();
    }
  }

  return { element: h('div', { class: 'naming' }, shown, form), edit };
}
