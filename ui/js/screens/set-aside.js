/**
 * What can be brought back of connections that were disconnected: the last one at once, all of them for a while.
 * @import { App } from '../app.js'
 * @import { OrgKind } from '../../../src-tauri/bindings/OrgKind'
 * @import { SetAsideView } from '../../../src-tauri/bindings/SetAsideView'
 */

import { announce, fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { badge, day, lately } from '../model.js';
import { badgeMark, button, hostName, note, orgOfQuestion } from '../parts.js';
import * as words from '../words.js';

const text = words.setAside;

/** @typedef {{ id: string, alias: string, kind: OrgKind, host: string, user: string, since: string, until: string }} Kept */

/**
 * @param {App} app
 * @param {(thrown: unknown) => void} tell
 */
export function setAsidePart(app, tell) {
  const undoPlace = h('div', { role: 'status' });
  const summary = h('summary', {});
  const list = h('ul', { class: 'list' });
  // Made once, so that it stays open while its lines change.
  const element = h('details', { class: 'fold', hidden: true, 'data-testid': 'set-aside' }, summary,
    h('div', { class: 'fold-body' }, h('p', { class: 'quiet small' }, text.lead), list));

  /** What the question is about. @type {Kept | null} */
  let asked = null;
  const org = h('div', {});
  const keep = button(text.keep, () => dialog.close(), { class: 'primary', autofocus: true, 'data-testid': 'forget-keep' });
  const sure = button(text.forget, () => void forget(), { class: 'danger', 'data-testid': 'forget-sure' });
  const dialog = h('dialog', { 'aria-labelledby': 'forget-question', 'data-testid': 'forget-dialog' },
    h('h2', { id: 'forget-question' }, text.question), org, h('p', {}, text.forgetMeans), h('div', { class: 'acts end' }, keep, sure));

  const drawUndo = region(undoPlace, (/** @type {Kept | null} */ kept) => kept && note('calm', [
    h('p', {}, text.kept(kept.alias, kept.until)),
    h('div', {}, button(text.undo, () => void bringBack(kept), { 'data-testid': 'disconnect-undo' })),
  ], 'disconnected'));
  const drawSummary = region(summary, (/** @type {number} */ count) => text.heading(count));
  const drawLines = region(list, (/** @type {Kept[]} */ all) => all.map((kept) => row(kept)));

  /** @param {Kept} kept */
  function row(kept) {
    const { alias, kind, host: orgHost, user, since, until } = kept;
    // Two may have had the same name.
    const whose = `${alias}, ${text.since(since)}`;
    return h('li', { class: 'row off', 'data-testid': 'set-aside-row' },
      h('i', { class: 'light', 'aria-hidden': 'true' }),
      h('div', { class: 'who' }, h('div', { class: 'name' }, h('strong', {}, alias), badgeMark(badge(kind))),
        h('div', { class: 'lines' }, h('small', { class: 'host' }, hostName(orgHost)), h('small', {}, user))),
      h('div', { class: 'state' }, h('small', {}, text.since(since)), h('small', {}, text.until(until))),
      h('div', { class: 'acts' },
        button(text.bringBack, () => void bringBack(kept), { class: 'small', 'data-testid': 'bring-back', 'aria-label': words.connections.of(text.bringBack, whose) }),
        button(`${text.forget} …`, () => ask(kept), { class: 'small', 'data-testid': 'forget-set-aside', 'aria-label': words.connections.of(text.forget, whose) })));
  }

  /** @param {Kept} kept */
  async function bringBack({ id, alias }) {
    try {
      const back = await host.bringBack(id);
      app.disconnected = null;
      await app.refresh();
      app.go({ name: 'connections', said: back.alias === alias ? text.back(alias) : text.backAs(alias, back.alias) });
    } catch (thrown) {
      await tooLate(thrown);
    }
  }

  /** @param {Kept} kept */
  function ask(kept) {
    asked = kept;
    fill(org, orgOfQuestion({ words: kept.alias, kind: kept.kind, host: kept.host, user: kept.user }));
    dialog.showModal();
  }

  async function forget() {
    if (!asked) return;
    const { id, alias } = asked;
    dialog.close();
    asked = null;
    try {
      await host.forgetSetAside(id);
      announce(text.forgotten(alias));
      await app.refresh();
    } catch (thrown) {
      await tooLate(thrown);
    }
  }

  /** Another face may have been quicker: what is kept now is shown, and why nothing came of it said. @param {unknown} thrown */
  async function tooLate(thrown) {
    await app.refresh();
    tell(thrown);
  }

  return {
    element, undo: undoPlace, dialog,
    update() {
      const now = new Date();
      const all = (app.snapshot?.set_aside ?? []).map((one) => shown(one, now));
      drawUndo(all.find(({ id }) => id === app.disconnected) ?? null);
      element.hidden = all.length === 0;
      drawSummary(all.length);
      drawLines(all);
    },
  };
}

/** @param {SetAsideView} kept @param {Date} now @returns {Kept} */
function shown({ id, alias, kind, host: orgHost, username: user, since, until }, now) {
  return { id, alias, kind, host: orgHost, user, since: lately(since, now), until: day(until, now) };
}
