/**
 * What is copied of a connection for elsewhere: its address, its user, or the command that hands out a token.
 * @import { App } from './app.js'
 */

import { h } from './dom.js';
import { addressOf } from './model.js';
import * as words from './words.js';

/** @typedef {'address' | 'user' | 'command'} Part */

/** @param {App} app @param {string} alias @param {Part} part @returns {Promise<string>} what to say of it: the value itself where the clipboard was not to be had */
export async function copyPart(app, alias, part) {
  const known = app.snapshot?.connections.find((one) => one.alias === alias);
  if (!known) return '';
  const value = { address: addressOf(known.host, known.kind), user: known.username, command: commandOf(alias) }[part];
  return await toClipboard(value) ? words.copy.said(words.connections.copied[part]) : value;
}

/** Where a page may not write to the clipboard, the platform's own copying takes what is selected. @param {string} value @returns {Promise<boolean>} */
async function toClipboard(value) {
  if (await navigator.clipboard?.writeText(value).then(() => true, () => false)) return true;
  const focused = document.activeElement;
  const held = h('textarea', { class: 'unseen', readonly: true, tabindex: -1, 'aria-hidden': 'true' }, value);
  // What is outside of an open question cannot be selected.
  (document.querySelector('dialog[open]') ?? document.body).append(held);
  held.select();
  const done = document.execCommand('copy');
  held.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}

/** What hands out a token of a connection. @param {string} alias */
export function commandOf(alias) {
  return `dtx token ${quoted(alias)}`;
}

/** A name as one word of a command line. @param {string} name */
function quoted(name) {
  return /^[\w.-]+$/.test(name) ? name : `"${name}"`;
}
