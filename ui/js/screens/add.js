/**
 * The first step while no org is chosen: an address, or one of the set-ups that were begun.
 * @import { AddressView } from '../../../src-tauri/bindings/AddressView'
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { SetupView } from '../../../src-tauri/bindings/SetupView'
 * @import { Understanding } from '../../../src-tauri/bindings/Understanding'
 * @import { App, Screen } from '../app.js'
 */

import { announce, debounced, fill, h, region } from '../dom.js';
import { foot } from '../foot.js';
import { host } from '../host.js';
import { markOf, placeOf, stops, together } from '../journey.js';
import { asFailure } from '../model.js';
import { button, failureNote, field, note } from '../parts.js';
import { notesOf, opensSession } from '../pasting.js';
import { knownOrgs } from './known-orgs.js';
import { begunList, kindNote, needs, rehearsal } from './setup-org.js';
import { actionsOf, stepFrame } from './setup-step.js';
import * as words from '../words.js';

const text = words.org;
const TYPING_PAUSE = 200;
/** The step that is read together with the address. */
const PREPARED = 'before';
/** The first step for a new key and secret of a connection. */
const NEW_PAIR_STEP = 'paste';

/**
 * @param {App} app
 * @param {{ address?: string, alias?: string }} given an alias is that of a connection that gets a new key and secret
 * @returns {Screen}
 */
export function addScreen(app, given) {
  /** @type {{ understanding: Understanding | null, steps: Step[], starting: boolean }} */
  const state = { understanding: null, steps: [], starting: false };
  let typed = 0;

  const address = field({ id: 'address', label: text.label, hint: text.hint, placeholder: text.example, mono: true });
  const meantPlace = h('div', {});
  const aboutPlace = h('div', { role: 'status' });
  const begunPlace = h('div', {});
  const known = knownOrgs(app, fillIn);
  const trouble = h('div', { role: 'status' });
  const page = h('div', { class: 'page' });
  const bar = foot();
  const element = h('form', { class: 'screen', novalidate: true, 'data-testid': 'screen-add', onsubmit: (event) => { event.preventDefault(); bar.act(); } }, page, bar.element);

  address.input.value = given.address ?? app.draft;
  const understandSoon = debounced(TYPING_PAUSE, () => void understand());
  address.input.addEventListener('input', () => {
    typed += 1;
    if (!address.input.value.trim()) state.understanding = null;
    understandSoon();
    app.changed();
  });

  const drawAbout = region(aboutPlace, (/** @type {{ kind: string | null, begun: boolean, alias: string | null }} */ { kind, begun, alias }) => [
    begun && note('good', text.begun, 'begun-note'), alias && note('wait', [h('p', {}, text.connected(alias)), h('div', {}, button(text.toConnection, () => app.go({ name: 'connection', alias }), { 'data-testid': 'to-connection' }))], 'connected-note'), kind && kindNote(kind),
  ]);
  const drawMeant = region(meantPlace, (/** @type {{ meant: AddressView[] }} */ { meant }) => meant.length > 0
    && h('div', { class: 'acts', role: 'group', 'aria-label': text.meant }, meant.map((org) => button(text.use(org.host), () => use(org), { 'data-testid': 'meant' }))));
  const drawBegun = region(begunPlace, (/** @type {{ setups: SetupView[], steps: Step[] }} */ { setups, steps }) => setups.length > 0 && begunList(app, setups, steps));

  /** @param {Step[]} steps */
  function drawSteps(steps) {
    state.steps = steps;
    const all = together(steps, 'org');
    const { number, count } = placeOf(steps, 'org');
    fill(page, stepFrame(all, words.guide.step(number, count),
      [{ tell: [begunPlace, all[0] && actionsOf(all[0]), address.element, meantPlace, aboutPlace, known.element, trouble, rehearsal(app)], show: [needs(all, () => app.go({ name: 'requests', address: address.input.value }))] }]));
    app.changed();
  }

  async function understand() {
    const asked = typed;
    const answer = await host.understand({ address: address.input.value, key: '', secret: '' }).catch(() => null);
    if (asked !== typed || !answer) return;
    const before = state.understanding?.address?.words;
    state.understanding = address.input.value.trim() ? answer : null;
    // An address that opens a session does not stay on the page.
    if (answer.address && opensSession(answer)) address.input.value = answer.address.origin;
    const org = state.understanding?.address;
    if (org && org.words !== before) announce(org.words);
    app.changed();
  }

  /** An address that is known already, as if it was typed. @param {string} origin */
  function fillIn(origin) {
    typed += 1;
    address.input.value = origin;
    address.input.focus();
    void understand();
  }

  /** The person chooses an org. @param {AddressView} org */
  function use(org) {
    const warnings = state.understanding?.notes.filter(({ blocks }) => !blocks) ?? [];
    typed += 1;
    address.input.value = org.origin;
    state.understanding = { address: org, meant: [], notes: warnings, key_length: 0, secret_length: 0 };
    announce(org.words);
    address.input.focus();
    app.changed();
  }

  async function begin() {
    if (state.starting) return;
    state.starting = true;
    try {
      let setup = await host.setUp(address.input.value);
      if (given.alias) {
        app.names.set(setup.host, given.alias);
        setup = await host.goTo(setup.host, NEW_PAIR_STEP);
      } else if (setup.step === PREPARED && markOf(setup, PREPARED).mark === 'open') {
        // What is needed was read here.
        setup = await host.stepDone(setup.host, PREPARED, true);
      }
      address.input.value = '';
      app.takeSetup(setup);
      app.go({ name: 'set_up', host: setup.host });
    } catch (thrown) {
      state.starting = false;
      fill(trouble, failureNote(asFailure(thrown)));
      trouble.scrollIntoView({ block: 'nearest' });
    }
  }

  function update() {
    const org = state.understanding?.address ?? null;
    const filled = Boolean(address.input.value.trim());
    const begun = Boolean(org && app.setup(org.host));
    const connected = app.snapshot?.connections.find(({ host: orgHost }) => orgHost === org?.host);
    address.hint(org?.words ?? text.hint);
    address.element.classList.toggle('understood', Boolean(org));
    address.notes(filled ? notesOf(state.understanding, 'address') : []);
    drawMeant({ meant: filled ? state.understanding?.meant ?? [] : [] });
    drawAbout({ kind: org?.kind ?? null, begun, alias: begun ? null : connected?.alias ?? null });
    known.update();
    drawBegun({ setups: app.snapshot?.setups ?? [], steps: state.steps });
    bar.show({
      line: org ? '' : !filled ? text.needed : state.understanding?.meant?.length ? text.unsure : text.notYet,
      second: { words: text.short, run: () => app.go({ name: 'short', address: address.input.value }), testid: 'short' },
      primary: { words: begun ? text.resume : text.begin, run: () => void begin(), ready: Boolean(org) },
    });
  }

  const atHand = app.guideAtHand('');
  if (atHand.length > 0) drawSteps(atHand);
  else void app.guide('').then(drawSteps, (thrown) => fill(page, failureNote(asFailure(thrown))));
  if (given.alias) void begin();
  else if (address.input.value) understandSoon();
  return {
    element, update,
    // The one thing to do here is to name the org.
    arrive: () => {
      if (!address.input.isConnected) return false;
      address.input.focus();
      return true;
    },
    leave: () => { app.draft = opensSession(state.understanding) && !state.understanding?.address ? '' : address.input.value; },
    org: () => state.understanding?.address ?? null,
    journey: () => ({ stops: stops(state.steps, null, 'org'), go: () => announce(words.rail.needsOrg) }),
  };
}
