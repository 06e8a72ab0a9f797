/**
 * Whether the org is there, asked while the first steps are read: a slip in its name is told before anything is made for it.
 * @import { Finding } from '../../../src-tauri/bindings/Finding'
 * @import { SetupView } from '../../../src-tauri/bindings/SetupView'
 * @import { App } from '../app.js'
 */

import { announce, h, region } from '../dom.js';
import { host } from '../host.js';
import { addressOf } from '../model.js';
import { button, fixes, note, prose } from '../parts.js';
import * as words from '../words.js';

/** The steps at which nothing of the org is known yet. */
const EARLY = ['org', 'open', 'oauth', 'security'];

/** @param {App} app @param {() => SetupView | null} setup */
export function reachPart(app, setup) {
  /** @type {{ finding: Finding | null, asked: string }} */
  const state = { finding: null, asked: '' };
  const element = h('div', { role: 'status' });
  const draw = region(element, (/** @type {Finding | null} */ finding) => finding && note('wait', [
    h('b', { class: 'note-title' }, prose(finding.message)), fixes(finding.fix, finding.exact),
    h('div', { class: 'acts' }, button(words.org.otherAddress, () => other(), { 'data-testid': 'other-address' })),
  ], 'not-reached'));

  function other() {
    const known = setup();
    app.go(known ? { name: 'add', address: addressOf(known.host, known.address.kind) } : { name: 'add' });
  }

  /** @param {SetupView} known */
  async function ask({ pasted_address: address }) {
    // What cannot be asked now is asked with the pair.
    const finding = await host.reach(address).catch(() => null);
    const isThere = finding === null || finding.state === 'pass';
    if (finding && !isThere && state.finding?.message !== finding.message) announce(finding.message);
    state.finding = isThere ? null : finding;
    if (element.isConnected) app.changed();
  }

  return {
    element,
    /** Asks at the first step that is shown, and again at each until the org was there. @param {string} shown */
    update(shown) {
      const known = setup();
      const isEarly = known !== null && known.found_at === null && known.alias === null && EARLY.includes(shown);
      if (isEarly && state.asked !== shown && (state.asked === '' || state.finding !== null)) {
        state.asked = shown;
        void ask(known);
      }
      draw(isEarly ? state.finding : null);
    },
  };
}
