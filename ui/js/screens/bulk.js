/**
 * What is done with several connections at once: checks a few at a time, sign-ins one after another, each with its progress.
 * @import { App } from '../app.js'
 */

import { announce, fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, note } from '../parts.js';
import * as words from '../words.js';

const text = words.bulk;
/** How many orgs are asked at a time. */
const LANES = 4;
/** The stages in which a sign-in is over. */
const OVER = ['connected', 'failed', 'cancelled', 'gone'];

/** @typedef {{ act: 'check' | 'reconnect', all: string[], done: number, now: string, attempt: string, good: number, bad: { alias: string, why: string }[], stopped: boolean, left: boolean }} Work */

/** What was found the last time: for whoever looks at one of the connections and comes back, or has not seen it yet. @type {{ line: string, bad: Work['bad'], seen: boolean } | null} */
let found = null;

/**
 * @param {App} app
 * @param {() => string[]} chosen the names, in the order of the table
 * @param {() => void} clear
 * @param {(alias: string) => void} visit shows one of them
 * @param {boolean} back whether somebody comes back to it from one of the connections
 */
export function bulkPart(app, chosen, clear, visit, back) {
  /** @type {Work | null} */
  let work = null;
  /** @type {(() => void) | null} */
  let signedIn = null;
  const place = h('div', {});
  const result = h('div', { role: 'status' });
  const element = h('div', { class: 'bulk' }, place, result);

  const draw = region(place, (/** @type {{ count: number, work: Pick<Work, 'act' | 'done' | 'now' | 'attempt'> & { of: number } | null }} */ { count, work: under }) => {
    if (under) return progress(under);
    return count > 0 && h('div', { class: 'acts', role: 'group', 'aria-label': text.chosen(count), 'data-testid': 'bulk' }, h('b', {}, text.chosen(count)),
      button(text.check, () => void checkAll(), { class: 'primary small', 'data-testid': 'bulk-check' }), button(text.reconnect, () => void reconnectAll(), { 'data-testid': 'bulk-reconnect' }), button(text.clear, clear, { class: 'plain', 'data-testid': 'bulk-clear' }));
  });

  /** @param {Pick<Work, 'act' | 'done' | 'now' | 'attempt'> & { of: number }} under */
  function progress({ act, done, now, attempt, of }) {
    const line = act === 'check' ? text.checked(done, of) : text.signingIn(done + 1, of, now);
    return h('div', { class: 'acts', role: 'group', 'aria-label': line, 'data-testid': 'bulk-progress' }, h('progress', { value: done, max: of, 'aria-label': line }), h('span', {}, line),
      attempt && button(text.show, () => app.go({ name: 'attempt', id: attempt }), { 'data-testid': 'bulk-show' }), button(text.stop, stop, { 'data-testid': 'bulk-stop' }));
  }

  /** @param {Work['act']} act @returns {Work | null} */
  function begin(act) {
    const all = chosen();
    if (work || all.length === 0) return null;
    work = { act, all, done: 0, now: '', attempt: '', good: 0, bad: [], stopped: false, left: false };
    found = null;
    showFound();
    app.changed();
    return work;
  }

  async function checkAll() {
    const mine = begin('check');
    if (!mine) return;
    const waiting = [...mine.all];
    const lane = async () => {
      for (let alias = waiting.shift(); alias && !mine.stopped; alias = waiting.shift()) {
        const name = alias;
        await host.check(name).then(({ checks }) => {
          const trouble = checks.find(({ state }) => state === 'fail') ?? checks.find(({ state }) => state === 'warn' || state === 'unknown');
          if (trouble) mine.bad.push({ alias: name, why: trouble.message });
          else mine.good += 1;
        }, (thrown) => { mine.bad.push({ alias: name, why: asFailure(thrown).message }); });
        mine.done += 1;
        app.changed();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    end(mine, text.checksDone(mine.good, mine.done));
  }

  async function reconnectAll() {
    const mine = begin('reconnect');
    if (!mine) return;
    for (const alias of mine.all) {
      if (mine.stopped) break;
      mine.now = alias;
      await signIn(mine, alias).catch((thrown) => { mine.bad.push({ alias, why: asFailure(thrown).message }); });
      if (!mine.stopped) mine.done += 1;
      app.changed();
    }
    end(mine, text.signInsDone(mine.good, mine.done));
  }

  /** @param {Work} mine @param {string} alias */
  async function signIn(mine, alias) {
    const known = app.snapshot?.connections.find((one) => one.alias === alias);
    const { attempt } = await host.reconnect({ name: alias, key: null, secret: null, user: null, accept_user: null });
    mine.attempt = attempt;
    app.follow({ attempt, alias }, { alias, host: known?.host ?? '', kind: known?.kind ?? null });
    app.changed();
    if (!mine.stopped) await new Promise((passed) => { signedIn = () => passed(undefined); update(); });
    const stage = app.stage(attempt);
    mine.attempt = '';
    if (stage.name === 'connected') mine.good += 1;
    else if (!mine.stopped) mine.bad.push({ alias, why: stage.name === 'failed' ? stage.failure.message : text.notSignedIn });
  }

  function stop() {
    if (!work) return;
    work.stopped = true;
    if (work.attempt) void host.cancel(work.attempt).catch(() => {});
    signedIn?.();
  }

  /** @param {Work} mine @param {string} line */
  function end(mine, line) {
    work = null;
    const said = mine.left && mine.done < mine.all.length ? text.left(mine.done, mine.all.length) : line;
    found = { line: said, bad: mine.bad, seen: element.isConnected };
    if (!found.seen) return;
    announce(said);
    showFound();
    void app.refresh();
    app.changed();
  }

  function showFound() {
    fill(result, found && note(found.bad.length ? 'wait' : 'calm', [h('b', {}, found.line), found.bad.length > 0 && h('ul', { class: 'fixes' }, found.bad.map(({ alias, why }) =>
      h('li', {}, button(alias, () => visit(alias), { class: 'link', 'data-testid': 'bulk-trouble' }), ' ', why)))], 'bulk-result'));
  }

  function update() {
    if (work?.attempt && signedIn && OVER.includes(app.stage(work.attempt).name)) {
      const passed = signedIn;
      signedIn = null;
      passed();
    }
    draw({ count: chosen().length, work: work && { act: work.act, done: work.done, now: work.now, attempt: work.attempt, of: work.all.length } });
  }

  if (found?.seen && !back) found = null;
  if (found) found.seen = true;
  showFound();
  return {
    element, update,
    /** Begins nothing more; the sign-in under way goes on. */
    leave() {
      if (!work) return;
      Object.assign(work, { stopped: true, left: true });
      signedIn?.();
    },
  };
}
