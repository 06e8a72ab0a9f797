/**
 * One connection: its facts, its checks, its history, and what can be done with it.
 * @import { ConnectionDetail } from '../../../src-tauri/core/bindings/ConnectionDetail'
 * @import { Failure } from '../../../src-tauri/core/bindings/Failure'
 * @import { Finding } from '../../../src-tauri/core/bindings/Finding'
 * @import { App, Screen } from '../app.js'
 */

import { announce, h, region } from '../dom.js';
import { host } from '../host.js';
import { addressOf, asFailure, checkLines, checkSummary, day, farewell, moment, row } from '../model.js';
import { badgeMark, button, checkList, facts, failureNote, field, heading } from '../parts.js';
import { reconnect } from './reconnect.js';
import * as words from '../words.js';

/**
 * @param {App} app
 * @param {string} alias
 * @param {boolean} checkNow
 * @returns {Screen}
 */
export function connectionScreen(app, alias, checkNow) {
  /** @type {{ detail: ConnectionDetail | null, failure: Failure | null, findings: Finding[] | null, checking: boolean }} */
  const state = { detail: null, failure: null, findings: null, checking: false };
  let drawnFor = '';

  const head = h('div', {});
  const factsPlace = h('div', {});
  const trouble = h('div', { role: 'status' });
  const checksPlace = h('div', { class: 'stack' });
  const historyPlace = h('div', {});
  const checkButton = button(words.connections.check, () => void check(), { 'data-testid': 'check' });
  const reconnectButton = button(words.connections.reconnect, () => void attempt(() => reconnect(app, alias)), { 'data-testid': 'reconnect' });
  const element = h('div', { class: 'page', 'data-testid': 'screen-connection' },
    button(`‹ ${words.detail.back}`, () => app.go({ name: 'connections' }), { class: 'plain back', 'data-testid': 'back' }),
    head, h('div', { class: 'acts' }, reconnectButton, checkButton), trouble,
    h('div', { class: 'two' },
      h('div', { class: 'stack' }, factsPlace, checksPlace),
      h('section', { class: 'stack' }, h('h2', {}, words.detail.history), historyPlace)),
    h('section', { class: 'more stack' }, h('h2', {}, words.detail.more),
      renamePart(app, alias),
      h('details', { class: 'fold' }, h('summary', { 'data-testid': 'new-pair' }, words.detail.newPair), h('div', { class: 'fold-body' }, h('p', { class: 'quiet' }, words.detail.newPairWhy),
        button(words.detail.newPair, () => { const known = view(); if (known) app.go({ name: 'add', address: addressOf(known.host, known.kind), alias }); }))),
      disconnectPart(app, alias)));

  /** The newest the agent has told of this connection. */
  function view() {
    return app.snapshot?.connections.find((connection) => connection.alias === alias) ?? state.detail;
  }

  const drawHead = region(head, (/** @type {ReturnType<typeof row> | null} */ model) => model
    ? heading(model.alias, { eyebrow: badgeMark(model.badge), lead: `${model.status}${model.detail ? `. ${model.detail}` : ''}` })
    : heading(alias, state.detail ? { lead: words.detail.gone } : {}));
  const drawFacts = region(factsPlace, (/** @type {[string, string][]} */ pairs) => facts(pairs));
  const drawTrouble = region(trouble, (/** @type {Failure | null} */ failure) => failure && failureNote(failure));
  const drawChecks = region(checksPlace, (/** @type {{ findings: Finding[] | null, checking: boolean }} */ { findings, checking }) => [
    checking && h('p', { class: 'calm-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), words.detail.checking),
    !checking && findings && h('h2', {}, words.detail.checks),
    !checking && findings && checkList(checkLines(findings, false)),
  ]);
  const drawHistory = region(historyPlace, (/** @type {{ at: string, text: string }[]} */ lines) => lines.length === 0
    ? h('p', { class: 'quiet' }, words.detail.noHistory)
    : h('ol', { class: 'history', 'data-testid': 'history' }, lines.map(({ at, text }) => h('li', {}, h('time', {}, at), h('span', {}, text)))));

  function update() {
    const now = new Date();
    const known = view();
    drawHead(known ? row(known, now) : null);
    reconnectButton.classList.toggle('primary', known?.status === 'needs_you' || known?.status === 'not_connected');
    if (known) {
      const { host: orgHost, org_name: name, org_id: id, username, checked_at: checked, safe_until: safe } = known;
      drawFacts([
        [words.detail.user, username], [words.detail.host, orgHost], [words.detail.org, name ?? words.detail.unknown], [words.detail.orgId, id],
        [words.detail.checked, checked ? moment(checked, now) : words.status.neverChecked], [words.detail.safeUntil, safe ? day(safe, now) : words.detail.unknown],
      ]);
    }
    drawTrouble(state.failure);
    drawChecks({ findings: state.findings, checking: state.checking });
    drawHistory((state.detail?.history ?? []).map(({ at, text }) => ({ at: moment(at, now), text })));
    const newest = JSON.stringify(known);
    if (newest !== drawnFor && app.snapshot) {
      drawnFor = newest;
      void load();
    }
  }

  async function load() {
    await host.show(alias).then((detail) => { state.detail = detail; }, (thrown) => { state.failure = asFailure(thrown); });
    if (element.isConnected) app.changed();
  }

  /** @param {() => Promise<void>} action */
  async function attempt(action) {
    state.failure = null;
    await action().catch((thrown) => { state.failure = asFailure(thrown); });
    if (element.isConnected) app.changed();
  }

  async function check() {
    if (state.checking) return;
    state.checking = true;
    checkButton.setAttribute('aria-disabled', 'true');
    app.changed();
    await attempt(async () => {
      state.findings = (await host.check(alias)).checks;
      announce(words.add.checks.result(checkSummary(state.findings)));
    }).finally(() => { state.checking = false; checkButton.removeAttribute('aria-disabled'); });
    if (element.isConnected) app.changed();
    await load();
  }

  if (checkNow) queueMicrotask(() => void check());
  return {
    element, update,
    org: () => { const known = view(); return known ? { words: known.alias, host: known.host, kind: known.kind } : null; },
  };
}

/** @param {App} app @param {string} alias */
function renamePart(app, alias) {
  const name = field({ id: 'new-name', label: words.detail.newName });
  name.input.value = alias;
  const save = h('form', { class: 'fold-body inline-form', novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const renamed = name.input.value.trim();
    host.rename(alias, renamed).then(
      () => { announce(words.detail.renamed(renamed)); app.go({ name: 'connection', alias: renamed }); },
      (thrown) => { name.notes([{ message: asFailure(thrown).message, blocks: true }]); name.input.focus(); },
    );
  } }, name.element, h('button', { type: 'submit', 'data-testid': 'rename-save' }, words.detail.save));
  return h('details', { class: 'fold' }, h('summary', { 'data-testid': 'rename' }, words.detail.rename), save);
}

/** @param {App} app @param {string} alias */
function disconnectPart(app, alias) {
  const trouble = h('div', { role: 'status' });
  const keep = button(words.detail.keep, () => dialog.close(), { 'data-testid': 'disconnect-keep' });
  const sure = button(words.detail.disconnect, () => void leave(), { class: 'danger', 'data-testid': 'disconnect-confirm' });
  const dialog = h('dialog', { 'aria-labelledby': 'disconnect-question', 'data-testid': 'disconnect-dialog' },
    h('h2', { id: 'disconnect-question' }, words.detail.askDisconnect(alias)), h('p', {}, words.detail.disconnectMeans), trouble,
    h('div', { class: 'acts end' }, keep, sure));

  async function leave() {
    if (sure.getAttribute('aria-disabled')) return;
    sure.setAttribute('aria-disabled', 'true');
    sure.textContent = words.detail.disconnecting;
    try {
      const answer = await host.disconnect(alias);
      dialog.close();
      app.go({ name: 'connections', said: farewell(alias, answer) });
    } catch (thrown) {
      trouble.replaceChildren(failureNote(asFailure(thrown)));
      sure.removeAttribute('aria-disabled');
      sure.textContent = words.detail.disconnect;
    }
  }

  return h('details', { class: 'fold' }, h('summary', { 'data-testid': 'disconnect-more' }, words.detail.disconnect),
    h('div', { class: 'fold-body' }, h('p', { class: 'quiet' }, words.detail.disconnectWhy),
      button(`${words.detail.disconnect} …`, () => dialog.showModal(), { class: 'danger', 'data-testid': 'disconnect' })), dialog);
}
