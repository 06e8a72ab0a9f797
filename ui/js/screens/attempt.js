/**
 * A sign-in for a stored connection, from the first check to the connection or the failure.
 * @import { App, Screen } from '../app.js'
 */

import { announce, fill, h, region } from '../dom.js';
import { foot } from '../foot.js';
import { addressOf, asFailure } from '../model.js';
import { failureNote } from '../parts.js';
import { beginAnew, reconnect } from './reconnect.js';
import { folds, shownOf, stageContent, stageFoot, tick } from './sign-in.js';
import * as words from '../words.js';

const text = words.attempt;

/**
 * @param {App} app
 * @param {string} id
 * @returns {Screen}
 */
export function attemptScreen(app, id) {
  const content = h('div', { class: 'stack roomy' });
  const trouble = h('div', { role: 'status' });
  const page = h('div', { class: 'page' }, trouble, content);
  const bar = foot();
  const element = h('div', { class: 'screen', 'data-testid': 'screen-attempt' }, page, bar.element);
  const clock = h('span', { 'data-testid': 'next-check' });
  const failed = (/** @type {unknown} */ thrown) => fill(trouble, failureNote(asFailure(thrown)));
  const anew = (/** @type {{ user?: string | null }} */ other = {}) => void beginAnew(app, id, other).then((next) => { if (next) app.go({ name: 'attempt', id: next }); }, failed);
  const parts = folds(() => anew());
  let drawnName = '';

  const org = () => app.seen.get(id);
  const draw = region(content, (/** @type {{ shown: ReturnType<typeof shownOf>, alias: string }} */ { shown, alias }) =>
    stageContent(id, shown, alias ? text.eyebrow(alias) : undefined, clock, parts));

  function update() {
    const current = app.stage(id);
    element.dataset.stage = current.name;
    tick(clock, current);
    draw({ shown: shownOf(app, id, current), alias: org()?.alias ?? '' });
    bar.show(stageFoot(app, id, current, failed, (user) => anew({ user })) ?? { second: { words: text.back, run: () => app.go({ name: 'connections' }), testid: 'all-connections' }, primary: over(current) });
    if (drawnName && drawnName !== current.name) {
      trouble.replaceChildren();
      page.scrollTop = 0;
      const h1 = page.querySelector('h1');
      h1?.focus();
      announce(h1?.textContent ?? '');
    }
    drawnName = current.name;
  }

  /** The actions once the sign-in is over. @param {import('../attempts.js').Stage} current */
  function over(current) {
    const rotation = app.snapshot?.rotations?.find((one) => one.alias === org()?.alias);
    // A sign-in for a rotation leads back to it, however it ended.
    if (rotation) return { words: words.rotate.goOn, run: () => app.go({ name: 'rotate', alias: rotation.alias }) };
    if (current.name === 'connected') return { words: text.connected.show, run: () => app.go({ name: 'connection', alias: current.alias }) };
    const known = org();
    const stored = app.snapshot?.connections.some(({ alias }) => alias === known?.alias);
    if (stored && known && !(current.name === 'failed' && current.way !== 'again')) return { words: text.failed.again, run: () => void reconnect(app, known.alias).catch(failed) };
    const address = known?.host && known.kind ? addressOf(known.host, known.kind) : '';
    return { words: text.failed.form, run: () => app.go(address ? { name: 'add', address, alias: known?.alias } : { name: 'add' }) };
  }

  return {
    element, update,
    org: () => { const known = org(); return known?.kind ? { words: known.alias, host: known.host, kind: known.kind } : null; },
  };
}
