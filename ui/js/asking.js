/**
 * The question whether a program may be given tokens of a connection, above whatever screen is shown. It stands for as long as the
 * program waits.
 * @import { ProgramAsks } from '../../src-tauri/bindings/ProgramAsks'
 * @import { App } from './app.js'
 */

import { announce, h } from './dom.js';
import { host } from './host.js';
import { asFailure } from './model.js';
import { button, failureNote, orgOfQuestion } from './parts.js';
import { askerName } from './uses.js';
import * as words from './words.js';

const text = words.asking;

/** @param {App} app @returns {() => void} to be called after every change */
export function programsAsker(app) {
  /** @type {{ question: string, dialog: HTMLDialogElement } | null} */
  let shown = null;

  return () => {
    const asking = app.snapshot?.asking ?? [];
    if (shown && !asking.some(({ question }) => question === shown?.question)) {
      shown.dialog.close();
      shown.dialog.remove();
      shown = null;
    }
    const [first] = asking;
    // Another question that stands already is answered first.
    if (shown || !first || document.querySelector('dialog[open]')) return;
    shown = { question: first.question, dialog: dialogOf(first, app.snapshot?.connections.find(({ alias }) => alias === first.alias)?.group ?? null) };
    document.body.append(shown.dialog);
    shown.dialog.showModal();
  };
}

/** @param {ProgramAsks} asks @param {import('../../src-tauri/bindings/Group').Group | null} group */
function dialogOf(asks, group) {
  const { alias, kind, host: orgHost, username, program } = asks;
  const trouble = h('div', { role: 'status' });
  /** @param {boolean} allowed */
  async function answer(allowed) {
    await host.consent(alias, program, allowed).then(() => {
      dialog.close();
      announce(allowed ? text.isAllowed : text.isRefused);
    }, (thrown) => trouble.replaceChildren(failureNote(asFailure(thrown))));
  }
  const dialog = h('dialog', { 'aria-labelledby': 'asking-question', 'data-testid': 'asking-dialog' },
    h('h2', { id: 'asking-question' }, text.question), orgOfQuestion({ words: alias, kind, host: orgHost, user: username, group }),
    h('p', {}, h('code', { 'data-testid': 'asking-program' }, askerName(asks))), text.means.map((line) => h('p', {}, line)), trouble,
    h('div', { class: 'acts end' },
      button(text.later, () => dialog.close(), { 'data-testid': 'asking-later' }),
      button(text.allow, () => void answer(true), { 'data-testid': 'asking-allow' }),
      button(text.refuse, () => void answer(false), { class: 'primary', autofocus: true, 'data-testid': 'asking-refuse' })));
  return dialog;
}
