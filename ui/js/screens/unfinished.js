/**
 * Work beside the connections: unfinished set-ups and sign-ins, and connections still to be revoked.
 * @import { App } from '../app.js'
 * @import { OrgKind } from '../../../src-tauri/bindings/OrgKind'
 * @import { Phase } from '../../../src-tauri/bindings/Phase'
 * @import { Snapshot } from '../../../src-tauri/bindings/Snapshot'
 */

import { announce, h, region } from '../dom.js';
import { host } from '../host.js';
import { placeOf, screenOf } from '../journey.js';
import { ago, badge, lately } from '../model.js';
import { badgeMark, button, hostName, note } from '../parts.js';
import * as words from '../words.js';

/**
 * @typedef {{ title: string, kind: OrgKind, host: string, line: string, touched: string, setup: string | null, attempt: string | null }} Line
 * @typedef {{ alias: string, host: string, since: string, again: boolean }} Gone
 */

/** From more than so many portal steps on, they are folded away. */
const MANY_PORTALS = 3;

/**
 * @param {App} app
 * @param {(thrown: unknown) => void} tell
 */
export function unfinishedPart(app, tell) {
  const undoPlace = h('div', { role: 'status' });
  const linesPlace = h('div', {});
  const leaving = h('div', {});
  /** @type {import('../../../src-tauri/bindings/Step').Step[]} */
  let guide = [];
  let asked = false;

  const drawUndo = region(undoPlace, (/** @type {App['removed']} */ removed) => removed && note('calm', [
    h('p', {}, words.unfinished.removed(removed.words)), h('div', {}, button(words.unfinished.undo, () => void undo(removed.words), { 'data-testid': 'setup-undo' }))], 'setup-removed'));
  /** Whether the portal steps were unfolded. */
  let isUnfolded = false;
  const drawLines = region(linesPlace, (/** @type {{ begun: Line[], portals: Line[] }} */ { begun, portals: left }) => begun.length + left.length > 0
    && h('section', { class: 'group', 'data-testid': 'unfinished', 'aria-labelledby': 'unfinished-heading' },
      h('h2', { class: 'group-name', id: 'unfinished-heading' }, words.unfinished.heading),
      begun.length > 0 && h('ul', { class: 'list' }, begun.map((line) => lineRow(line))), portalList(left)));
  const drawLeaving = region(leaving, (/** @type {Gone[]} */ gone) => gone.length > 0
    && h('section', { class: 'group', 'data-testid': 'leaving', 'aria-labelledby': 'leaving-heading' },
      h('h2', { class: 'group-name', id: 'leaving-heading' }, words.leaving.heading), h('p', { class: 'quiet small' }, words.leaving.lead),
      h('ul', { class: 'list' }, gone.map((one) => goneRow(one)))));

  /** @param {Line[]} left */
  function portalList(left) {
    const list = h('ul', { class: 'list' }, left.map((line) => lineRow(line, false)));
    if (left.length <= MANY_PORTALS) return left.length > 0 && list;
    return h('details', { class: 'fold', open: isUnfolded, ontoggle: (event) => { isUnfolded = /** @type {HTMLDetailsElement} */ (event.target).open; }, 'data-testid': 'portals' },
      h('summary', {}, words.unfinished.portals(left.length)), h('div', { class: 'fold-body' }, list));
  }

  /** @param {Line} line @param {boolean} [removable] */
  function lineRow({ title, kind, host: orgHost, line, touched, setup, attempt }, removable = true) {
    // Two practice orgs have the same words.
    const whose = `${title}, ${orgHost}`;
    const goOn = setup ? () => app.go({ name: 'set_up', host: setup }) : () => app.go({ name: 'attempt', id: attempt ?? '' });
    return h('li', { class: 'row unfinished', 'data-testid': removable ? 'setup' : 'portal-left' },
      h('i', { class: 'light', 'aria-hidden': 'true' }),
      h('div', { class: 'who' }, h('div', { class: 'name' }, h('strong', {}, title), badgeMark(badge(kind))), h('div', { class: 'lines' }, h('small', { class: 'host' }, hostName(orgHost)))),
      h('div', { class: 'state' }, h('span', { class: 'status', 'data-testid': 'setup-at' }, line), touched && h('small', {}, touched)),
      h('div', { class: 'acts' },
        button(words.unfinished.goOn, goOn, { class: 'primary small', 'data-testid': 'setup-go-on', 'aria-label': words.connections.of(words.unfinished.goOn, whose) }),
        removable && setup && button(words.unfinished.remove, () => void remove(setup, title), { 'data-testid': 'setup-remove', 'aria-label': words.connections.of(words.unfinished.remove, whose) })));
  }

  /** @param {Gone} gone */
  function goneRow({ alias, host: orgHost, since, again }) {
    const retry = button(words.leaving.again, () => void tryNow(alias, retry), { 'data-testid': 'leaving-again', 'aria-label': words.connections.of(words.leaving.again, alias) });
    return h('li', { class: 'row off', 'data-testid': 'leaving-row' },
      h('i', { class: 'light', 'aria-hidden': 'true' }),
      h('div', { class: 'who' }, h('div', { class: 'name' }, h('strong', {}, alias)), h('div', { class: 'lines' }, h('small', { class: 'host' }, hostName(orgHost)))),
      h('div', { class: 'state' }, h('small', {}, since)), h('div', { class: 'acts' }, again && retry));
  }

  /** @param {string} orgHost @param {string} title */
  async function remove(orgHost, title) {
    try {
      await app.removeSetup(orgHost, title);
      announce(words.unfinished.removed(title));
    } catch (thrown) {
      tell(thrown);
    }
  }

  /** @param {string} title */
  async function undo(title) {
    await app.restoreSetup().then(() => announce(words.unfinished.restored(title)), tell);
    app.changed();
  }

  /** @param {string} alias @param {HTMLButtonElement} pressed */
  async function tryNow(alias, pressed) {
    if (pressed.getAttribute('aria-disabled')) return;
    pressed.setAttribute('aria-disabled', 'true');
    pressed.textContent = words.leaving.trying;
    try {
      const answer = await host.disconnect(alias);
      if (answer.revoked === 'later') announce(words.disconnected.later(alias));
      await app.refresh();
    } catch (thrown) {
      tell(thrown);
    }
    pressed.removeAttribute('aria-disabled');
    pressed.textContent = words.leaving.again;
  }

  /** Reads the steps' names from the guide. */
  function learnTitles() {
    if (asked) return;
    asked = true;
    app.guide('').then((steps) => {
      guide = steps;
      app.changed();
    }, () => { asked = false; });
  }

  /** @param {Snapshot} snapshot @param {Date} now @returns {Line[]} */
  function lines({ connections, setups, attempts }, now) {
    const begun = setups.filter(({ alias }) => !alias);
    if (begun.length > 0) learnTitles();
    const guided = new Set(begun.map(({ host: orgHost }) => orgHost));
    const phase = (/** @type {Phase | undefined} */ at) => at && words.unfinished.phases[at];
    return [
      ...begun.map(({ host: orgHost, address, step, updated_at: touched }) => ({
        title: newKeyFor(connections, orgHost) ?? address.words, kind: address.kind, host: orgHost, setup: orgHost, attempt: null,
        line: phase(attempts.find((attempt) => attempt.host === orgHost)?.phase)
          ?? at(step),
        touched: words.unfinished.touched(ago(touched, now)),
      })),
      ...attempts.filter((attempt) => !guided.has(attempt.host)).map(({ id, alias, host: orgHost, kind, phase: at }) => ({
        title: alias, kind, host: orgHost, setup: null, attempt: id, line: phase(at) ?? '', touched: '',
      })),
    ];
  }

  /** The connections whose step in the Datatrax portal is left. A practice org has none there. @param {Snapshot} snapshot @returns {Line[]} */
  function portals({ setups }) {
    return setups.filter(({ alias, address }) => alias && address.kind !== 'practice').map(({ alias, host: orgHost, address }) => ({
      title: alias ?? '', kind: address.kind, host: orgHost, setup: orgHost, attempt: null, line: words.unfinished.portal, touched: '',
    }));
  }

  /** Where a set-up is, once the guide is read. @param {string} step */
  function at(step) {
    const { number, count } = placeOf(guide, step);
    return count ? words.unfinished.at(number, count, guide.find(({ id }) => id === screenOf(guide, step))?.short ?? '') : '';
  }

  /** What the set-up of an org that is connected already is for. @param {Snapshot['connections']} connections @param {string} orgHost */
  function newKeyFor(connections, orgHost) {
    const alias = app.names.get(orgHost) ?? connections.find((one) => one.host === orgHost)?.alias;
    return connections.some((one) => one.alias === alias) && alias ? words.unfinished.newKeyFor(alias) : null;
  }

  return {
    element: linesPlace, undo: undoPlace, leaving,
    /** Whether there is unfinished work. */
    any: () => linesPlace.childElementCount > 0 || leaving.childElementCount > 0,
    update() {
      const { snapshot } = app;
      if (!snapshot) return;
      const now = new Date();
      const taken = new Set(snapshot.connections.map(({ alias }) => alias));
      drawUndo(app.removed && !app.setup(app.removed.host) ? app.removed : null);
      drawLines({ begun: lines(snapshot, now), portals: portals(snapshot) });
      drawLeaving(snapshot.leaving.map(({ alias, host: orgHost, since }) => ({
        // If a connection has this name now, the request would concern that one.
        alias, host: orgHost, since: words.leaving.since(lately(since, now)), again: !taken.has(alias),
      })));
    },
  };
}
