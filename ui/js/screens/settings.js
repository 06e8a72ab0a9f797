/**
 * The settings. A change is stored at once; a text when it is saved.
 * @import { Change } from '../../../src-tauri/bindings/Change'
 * @import { SettingsView } from '../../../src-tauri/bindings/SettingsView'
 * @import { App, Screen } from '../app.js'
 */

import { handingOutPart } from '../handing-out.js';
import { quitPart } from '../quit.js';
import { announce, h, region } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { facts, failureNote, field, heading } from '../parts.js';
import { vaultPart } from './settings-vault.js';
import * as words from '../words.js';

const text = words.settings;

/** @param {App} app @returns {Screen} */
export function settingsScreen(app) {
  const trouble = h('div', { role: 'status' });
  const fileTrouble = h('div', {});
  const loading = h('p', { class: 'quiet' }, text.loading);
  const file = h('div', {});
  const tray = h('p', { class: 'hint', hidden: true, 'data-testid': 'no-tray' }, `${text.noTray} ${text.noTrayMore}`);
  const parts = [
    toggle('start_at_login', text.startAtLogin, text.startAtLoginHint, ({ start_at_login: wanted }) => wanted, change),
    toggle('keep_alive', text.keepAlive, text.keepAliveHint, ({ keep_alive: wanted }) => wanted, change),
    toggle('ask_programs', text.askPrograms, text.askProgramsHint, ({ ask_programs: wanted }) => wanted ?? false, change),
    choice('theme', text.theme, '', text.themes, ({ theme }) => theme, change),
    choice('log', text.log, text.logHint, text.levels, ({ log }) => log, change),
    line('proxy', text.proxy, text.proxyHint, 'http://proxy.example:8080', ({ proxy }) => proxy, change),
    line('authority', text.authority, text.authorityHint, '/etc/ssl/company.pem', ({ authority }) => authority, change),
  ];
  const vault = vaultPart(app);
  const handingOut = handingOutPart(app);
  const [login, keepAlive, askPrograms, theme, log, proxy, authority] = parts;
  const form = h('div', { class: 'stack', hidden: true },
    login?.element, tray, keepAlive?.element, theme?.element, log?.element,
    handingOut.element, askPrograms?.element,
    vault.element,
    h('h2', {}, text.network), proxy?.element, authority?.element, file, quitPart(app));
  const element = h('div', { class: 'page', 'data-testid': 'screen-settings' },
    heading(text.heading, { lead: text.lead }), fileTrouble, trouble, loading, form);

  const drawFileTrouble = region(fileTrouble, (/** @type {SettingsView['trouble']} */ failure) => failure && failureNote(failure, 'settings-trouble'));
  const drawFile = region(file, (/** @type {string} */ path) => facts([[text.file, path]]));

  /** @param {Change} wanted @param {string} name */
  async function change(wanted, name) {
    try {
      app.takeSettings(await host.set(wanted));
      trouble.replaceChildren();
      announce(text.saved(name));
      return null;
    } catch (thrown) {
      update();
      return asFailure(thrown);
    }
  }

  function update() {
    const { settings } = app;
    loading.hidden = settings !== null;
    form.hidden = settings === null;
    if (!settings) return;
    drawFileTrouble(settings.trouble);
    drawFile(settings.file);
    tray.hidden = settings.tray !== 'missing';
    for (const part of parts) part.show(settings);
    vault.update();
    handingOut.update();
  }

  host.settings().then((settings) => app.takeSettings(settings), (thrown) => trouble.replaceChildren(failureNote(asFailure(thrown))));
  return { element, update, leave: vault.leave };
}

/**
 * @typedef {(change: Change, name: string) => Promise<import('../../../src-tauri/bindings/Failure').Failure | null>} Store
 * @typedef {{ element: HTMLElement, show(settings: SettingsView): void }} Part
 */

/** The variable that overrules a setting. @param {SettingsView} settings @param {string} setting */
function overruledBy(settings, setting) {
  const found = settings.overruled.find((overruled) => overruled.setting === setting);
  return found ? text.overruled(found.variable) : '';
}

/**
 * @param {'start_at_login' | 'keep_alive' | 'ask_programs'} setting @param {string} name @param {string} hint
 * @param {(settings: SettingsView) => boolean} value @param {Store} store @returns {Part}
 */
function toggle(setting, name, hint, value, store) {
  const trouble = h('div', { role: 'status' });
  const input = h('input', { type: 'checkbox', id: setting, 'data-testid': setting, 'aria-describedby': `${setting}-hint`, onchange: () => {
    void store({ setting, value: input.checked }, name).then((failure) => trouble.replaceChildren(...(failure ? [failureNote(failure)] : [])));
  } });
  const element = h('div', { class: 'field' },
    h('label', { class: 'tick', for: setting }, input, h('span', {}, name)), h('p', { class: 'hint', id: `${setting}-hint` }, hint), trouble);
  return { element, show: (settings) => { input.checked = value(settings); } };
}

/**
 * @template {string} Value
 * @param {'theme' | 'log'} setting @param {string} name @param {string} hint @param {Record<Value, string>} choices
 * @param {(settings: SettingsView) => string} value @param {Store} store @returns {Part}
 */
function choice(setting, name, hint, choices, value, store) {
  const trouble = h('div', { role: 'status' });
  const hintLine = h('p', { class: 'hint', id: `${setting}-hint` }, hint);
  const input = h('select', { id: setting, 'data-testid': setting, 'aria-describedby': `${setting}-hint`, onchange: () => {
    const change = /** @type {Change} */ ({ setting, value: input.value });
    void store(change, name).then((failure) => trouble.replaceChildren(...(failure ? [failureNote(failure)] : [])));
  } }, Object.entries(choices).map(([word, shown]) => h('option', { value: word }, String(shown))));
  const element = h('div', { class: 'field' }, h('label', { for: setting }, name), input, hintLine, trouble);
  return { element, show: (settings) => {
    input.value = value(settings);
    hintLine.textContent = overruledBy(settings, setting) || hint;
  } };
}

/**
 * @param {'proxy' | 'authority'} setting @param {string} name @param {string} hint @param {string} placeholder
 * @param {(settings: SettingsView) => string | null} value @param {Store} store @returns {Part}
 */
function line(setting, name, hint, placeholder, value, store) {
  const part = field({ id: setting, label: name, hint, placeholder, mono: true });
  /** The last value shown from the settings; text typed since then stays. @type {string | null} */
  let shown = null;
  const element = h('form', { class: 'inline-form', novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    shown = null;
    void store({ setting, value: part.input.value.trim() || null }, name)
      .then((failure) => part.notes(failure ? [{ message: failure.message, blocks: true }] : []));
  } }, part.element, h('button', { type: 'submit', 'aria-label': text.saveOf(name), 'data-testid': `${setting}-save` }, text.save));
  return { element, show: (settings) => {
    const now = value(settings) ?? '';
    if (shown === null && document.activeElement === part.input) return;
    if (now !== shown) part.input.value = now;
    shown = now;
    part.hint(overruledBy(settings, setting) || hint);
  } };
}
