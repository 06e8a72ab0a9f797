/**
 * The guide in plain form: its steps in order, one open at a time, each beside the part of the page it belongs to.
 * @import { AddressView } from '../../../src-tauri/core/bindings/AddressView'
 * @import { Step } from '../../../src-tauri/core/bindings/Step'
 */

import { fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { stepsByPart } from '../model.js';
import { button, note, valueCard } from '../parts.js';
import * as words from '../words.js';

/**
 * @param {() => string} address what stands in the address field
 * @param {() => void} toPaste leads on to the paste fields
 */
export function guideParts(address, toPaste) {
  const app = h('ol', { class: 'guide', 'data-testid': 'guide' });
  const org = h('ol', { class: 'guide aside' });
  const signIn = h('ol', { class: 'guide aside' });
  const drawApp = steps(app, (at) => next(app, at, toPaste));
  const drawOrg = steps(org, null);
  const drawSignIn = steps(signIn, null);
  const setup = setupButton(address);
  let asked = '';

  return {
    org, signIn,
    app: h('div', { class: 'stack' },
      h('p', { class: 'quiet' }, words.add.app.lead, ' ', button(words.add.app.skip, toPaste, { class: 'link', 'data-testid': 'skip-guide' })),
      setup.element, app),
    /** Adapts the guide to the org. @param {AddressView | null} understood */
    show(understood) {
      setup.show(understood);
      const wanted = understood?.origin ?? 'any org';
      if (wanted === asked) return;
      asked = wanted;
      void host.guide(understood ? address() : '').then((all) => {
        if (asked !== wanted) return;
        const parts = stepsByPart(all);
        drawOrg(parts.org);
        drawApp(parts.app);
        drawSignIn(parts.signIn);
      }, () => { asked = ''; });
    },
  };
}

/** @param {() => string} address */
function setupButton(address) {
  /** @type {AddressView | null} */
  let org = null;
  const trouble = h('div', { role: 'status' });
  const open = button(words.add.app.setup, () => void openSetup(), { 'data-testid': 'open-setup' });
  const needsOrg = h('p', { class: 'quiet' }, words.add.app.needsOrg);

  async function openSetup() {
    if (!org) return;
    const { setup_url: url } = org;
    const opened = await host.openSetup(address()).then(() => true, () => false);
    fill(trouble, !opened && note('wait', [h('p', {}, words.add.app.noSetup), valueCard(words.add.app.setupAddress, url, 'setup-address')]));
  }

  return {
    element: h('div', { class: 'stack' }, h('div', { class: 'acts' }, open, needsOrg), trouble),
    /** @param {AddressView | null} understood */
    show(understood) {
      org = understood;
      open.hidden = !understood;
      needsOrg.hidden = Boolean(understood);
    },
  };
}

/**
 * @param {HTMLElement} list
 * @param {((at: number) => void) | null} done null where the page itself knows when a step is done
 */
function steps(list, done) {
  return region(list, (/** @type {Step[]} */ shown) => shown.map((step, at) => item(step, done !== null && at === 0, done && (() => done(at)))));
}

/**
 * Opens the step after this one, or leads on.
 * @param {HTMLElement} list
 * @param {number} at
 * @param {() => void} onward
 */
function next(list, at, onward) {
  const folds = list.querySelectorAll(':scope > li > details');
  folds[at]?.removeAttribute('open');
  folds[at]?.parentElement?.classList.add('done');
  const following = folds[at + 1];
  if (!following) {
    onward();
    return;
  }
  following.setAttribute('open', '');
  following.querySelector('summary')?.focus();
}

/**
 * @param {Step} step
 * @param {boolean} open
 * @param {(() => void) | null} done
 */
function item(step, open, done) {
  const text = words.add.app;
  return h('li', { 'data-testid': `step-${step.id}` },
    h('details', { class: 'step', name: 'guide', open },
      h('summary', {}, h('span', { class: 'box', 'aria-hidden': 'true' }), h('span', {}, step.title)),
      h('div', { class: 'step-body' },
        h('ol', { class: 'actions' }, step.do.map((action) => h('li', {}, action))),
        step.values.map(({ label, value, hint }) => h('div', { class: 'stack tight' },
          valueCard(label, value, `value-${step.id}`), hint && h('p', { class: 'value-hint' }, hint))),
        step.notes.map(({ title, text: more }) => note('wait', [h('b', {}, title), ' ', more])),
        step.why && h('p', { class: 'quiet small' }, step.why),
        h('p', { class: 'quiet small' }, h('b', {}, `${text.proof}: `), step.proof.text),
        step.variants.length > 0 && h('details', { class: 'variants' }, h('summary', {}, text.variants),
          h('ul', {}, step.variants.map(({ when, do: action }) => h('li', {}, h('b', {}, when), ' ', action)))),
        done && h('div', {}, button(text.done[step.id] ?? text.next, done, { 'data-testid': `step-done-${step.id}` })))));
}
