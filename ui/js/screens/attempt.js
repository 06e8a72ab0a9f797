/**
 * One sign-in, from the first check to the connection or to what went wrong.
 * @import { App, Screen } from '../app.js'
 * @import { Stage } from '../model.js'
 */

import { announce, h, region } from '../dom.js';
import { host } from '../host.js';
import { addressOf, asFailure, badge, countdown, journeyOfAttempt, stage } from '../model.js';
import { badgeMark, bar, button, facts, failureNote, field, heading, note, valueCard } from '../parts.js';
import { reconnect } from './reconnect.js';
import * as words from '../words.js';

const text = words.attempt;

/**
 * @param {App} app
 * @param {string} id
 * @returns {Screen}
 */
export function attemptScreen(app, id) {
  const page = h('div', { class: 'page' });
  const foot = h('div', { class: 'foot' });
  const element = h('div', { class: 'screen', 'data-testid': 'screen-attempt' }, page, foot);
  const clock = h('p', { 'data-testid': 'next-check' });
  let drawnName = '';

  const at = () => stage(app.attempt(id), app.outcomes.get(id), app.seen.has(id) && app.snapshot !== null);
  const org = () => app.seen.get(id);
  const drawPage = region(page, (/** @type {Shown} */ shown) => draw(id, shown, clock));
  const drawFoot = region(foot, (/** @type {Stage} */ current) => bar(...actions(app, id, current)));

  function update() {
    const current = at();
    const left = current.name === 'waiting' ? countdown(current.nextCheckAt, new Date()) : null;
    clock.textContent = left ? text.waiting.next(left) : text.waiting.asking;
    element.dataset.stage = current.name;
    drawPage({ stage: current, notOpened: app.notOpened.has(id), alias: org()?.alias ?? '' });
    drawFoot(current);
    if (drawnName && drawnName !== current.name) {
      page.scrollTop = 0;
      const h1 = page.querySelector('h1');
      h1?.focus();
      announce(h1?.textContent ?? '');
    }
    drawnName = current.name;
  }

  return {
    element, update,
    org: () => { const known = org(); return known?.kind ? { words: known.alias, host: known.host, kind: known.kind } : null; },
    journey: () => journeyOfAttempt(at().name),
  };
}

/** @typedef {{ stage: Stage, notOpened: boolean, alias: string }} Shown */

/**
 * @param {string} id
 * @param {Shown} shown
 * @param {HTMLElement} clock
 */
function draw(id, { stage: current, notOpened, alias }, clock) {
  const eyebrow = alias ? text.eyebrow(alias) : undefined;
  switch (current.name) {
    case 'checking':
    case 'finishing':
      return [heading(text[current.name].heading, { eyebrow, lead: text[current.name].lead }), underWay(text[current.name].line)];
    case 'waiting':
      return [heading(text.waiting.heading, { eyebrow, lead: text.waiting.lead }), underWay(text.waiting.line, clock),
        note('good', [h('b', {}, text.waiting.calm), ' ', text.waiting.calmMore])];
    case 'browser':
      return [heading(text.browser.heading, { eyebrow, lead: text.browser.lead }), notOpened && note('wait', text.browser.notOpened, 'not-opened'),
        valueCard(text.browser.address, current.url, 'sign-in-address'), h('p', { class: 'quiet' }, text.browser.limit), pasteBack(id)];
    case 'confirming':
      return [heading(text.confirming.heading, { eyebrow, lead: text.confirming.lead }),
        current.question && note('wait', [h('b', {}, current.question.message), fixList(current.question.fix)], 'question'),
        facts([
          [text.confirming.user, h('strong', { 'data-testid': 'found-user' }, current.found.username)],
          [text.confirming.org, current.found.org_name ?? words.detail.unknown],
          [text.confirming.orgId, current.found.org_id],
          [text.confirming.kind, badgeMark(badge(current.found.kind))],
        ])];
    case 'connected':
      return [heading(text.connected.heading, { eyebrow: badgeMark(badge(current.kind)), lead: text.connected.lead(current.alias) }),
        facts([[text.connected.user, h('strong', { 'data-testid': 'connected-user' }, current.username)], [words.detail.orgId, current.orgId]]),
        valueCard(text.connected.instance, current.instance, 'instance')];
    case 'failed':
      return [heading(text.failed.heading, { eyebrow, lead: text.failed.lead }), failureNote(current.failure)];
    case 'cancelled':
    case 'gone':
      return [heading(text[current.name].heading, { eyebrow, lead: text[current.name].lead })];
  }
}

/** @param {string[]} fix */
function fixList(fix) {
  return fix.length > 0 && h('ul', { class: 'fixes' }, fix.map((step) => h('li', {}, step)));
}

/**
 * @param {string} title
 * @param {HTMLElement} [more]
 */
function underWay(title, more) {
  return h('ul', { class: 'checks' }, h('li', { class: 'running' }, h('span', { class: 'dot', 'aria-hidden': 'true' }),
    h('div', { class: 'check-text' }, h('div', { class: 'check-title' }, h('b', {}, title)), more)));
}

/** @param {string} id */
function pasteBack(id) {
  const address = field({ id: 'paste-back', label: text.browser.pasteBack, mono: true });
  return h('details', { class: 'fold' }, h('summary', { 'data-testid': 'paste-back-open' }, text.browser.stuck),
    h('form', { class: 'fold-body stack', novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      const { value } = address.input;
      if (!value.trim()) { address.input.focus(); return; }
      address.input.value = '';
      host.pasteBack(id, value).then(() => address.notes([]), (thrown) => {
        address.notes([{ message: asFailure(thrown).message, blocks: true }]);
        address.input.focus();
      });
    } }, h('p', { class: 'quiet' }, text.browser.stuckWhy), address.element, h('div', {}, h('button', { type: 'submit', 'data-testid': 'paste-back-send' }, text.browser.send))));
}

/**
 * @param {App} app
 * @param {string} id
 * @param {Stage} current
 */
function actions(app, id, current) {
  const trouble = h('p', { class: 'grow', role: 'status' });
  /** @param {Promise<unknown>} asked */
  const tell = (asked) => void asked.catch((thrown) => { trouble.textContent = asFailure(thrown).message; });
  const cancel = button(text.cancel, () => tell(host.cancel(id)), { class: 'plain', 'data-testid': 'cancel' });
  const all = button(text.back, () => app.go({ name: 'connections' }), { class: 'plain', 'data-testid': 'all-connections' });
  const known = app.seen.get(id);
  const stored = app.snapshot?.connections.some(({ alias }) => alias === known?.alias);
  const toForm = (/** @type {string} */ label) => button(label, () => app.go({
    name: 'add', address: known?.host && known.kind ? addressOf(known.host, known.kind) : '', alias: known?.alias ?? '',
  }), { class: 'primary', 'data-testid': 'try-again' });
  const again = () => stored && known
    ? button(text.failed.again, () => tell(reconnect(app, known.alias)), { class: 'primary', 'data-testid': 'try-again' })
    : toForm(text.failed.again);

  switch (current.name) {
    case 'checking':
    case 'finishing':
    case 'waiting':
      return [cancel, trouble];
    case 'browser':
      return [cancel, trouble, button(text.browser.again, () => void app.openSignIn(id), { class: 'primary', 'data-testid': 'open-again' })];
    case 'confirming':
      return [button(text.confirming.decline, () => tell(host.answer(id, false)), { 'data-testid': 'decline' }), trouble,
        button(text.confirming.accept(current.found.username), () => tell(host.answer(id, true)), { class: 'primary', 'data-testid': 'accept' })];
    case 'connected':
      return [all, trouble, button(text.connected.show, () => app.go({ name: 'connection', alias: current.alias }), { class: 'primary', 'data-testid': 'show-connection' })];
    case 'failed':
      return [all, trouble, current.toForm ? toForm(text.failed.form) : again()];
    case 'cancelled':
    case 'gone':
      return [all, trouble, again()];
  }
}
