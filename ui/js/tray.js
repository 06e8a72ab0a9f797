/**
 * A note, shown once: this desktop has no tray icon, and what would add one.
 * @import { App } from './app.js'
 */

import { fill, h } from './dom.js';
import { early } from './early.js';
import { host } from './host.js';
import { button, note } from './parts.js';
import * as words from './words.js';

const text = words.settings;

/** Whether the note was read; true until that is known. */
let read = true;
void early.beginning.then((beginning) => { read = beginning?.tray_note_read ?? true; });

/** @param {App} app */
export function trayNote(app) {
  const element = h('div', { hidden: true });
  let asked = false;

  function dismiss() {
    read = true;
    void host.trayNoteRead().catch(() => {});
    update();
    document.querySelector('h1')?.focus();
  }

  function update() {
    if (!read && !asked && !app.settings && app.snapshot) {
      asked = true;
      host.settings().then((settings) => app.takeSettings(settings), () => {});
    }
    const wanted = !read && app.settings?.tray === 'missing';
    if (wanted !== element.hidden) return;
    element.hidden = !wanted;
    fill(element, wanted && note('wait', [h('p', { class: 'note-title' }, text.noTray), h('p', {}, text.noTrayMore),
      h('div', {}, button(text.understood, dismiss, { 'data-testid': 'no-tray-read' }))], 'no-tray'));
  }

  return { element, update };
}
