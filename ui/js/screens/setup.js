/**
 * The guided set-up of one org: what belongs together on one screen.
 * @import { SetupView } from '../../../src-tauri/bindings/SetupView'
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { App, Screen } from '../app.js'
 * @import { Foot } from '../foot.js'
 */

import { announce, fill, h } from '../dom.js';
import { foot } from '../foot.js';
import { host } from '../host.js';
import { beside, markOf, placeOf, screenOf, stepOfStage, stops, together } from '../journey.js';
import { asFailure } from '../model.js';
import { failureNote, heading } from '../parts.js';
import { waitsByItself } from '../pasting.js';
import { pastedPair } from './pair.js';
import { callbackAudit } from './setup-callbacks.js';
import { connectedStep } from './setup-connected.js';
import { orgStep } from './setup-org.js';
import { pasteStep } from './setup-paste.js';
import { reachPart } from './setup-reach.js';
import { OVER, signInStep } from './setup-sign-in.js';
import { guidedStep } from './setup-step.js';
import { waitStep } from './setup-wait.js';
import * as words from '../words.js';
import { ofName } from '../words/names.js';

/** @typedef {{ element: HTMLElement, update(): void, foot(): Foot }} View one step */

/**
 * @param {App} app
 * @param {string} orgHost
 * @returns {Screen}
 */
export function setupScreen(app, orgHost) {
  /** `told`: the step in the newest snapshot; `asked`: the number of requests under way. @type {{ steps: Step[], shown: string, told: string, asked: number, stage: string, starting: boolean, reading: boolean }} */
  const state = { steps: [], shown: '', told: '', asked: 0, stage: '', starting: false, reading: false };
  /** @type {View | null} */
  let view = null;

  const setup = () => app.setup(orgHost);
  const pair = pastedPair(app, () => setup()?.pasted_address ?? '', () => { if (waitsByItself(pair.now())) wait(); }, { answered: (given) => void openAnswer(given) });
  const trouble = h('div', { role: 'status' });
  const reach = reachPart(app, setup);
  const page = h('div', { class: 'page' }, heading(words.guide.loading));
  const bar = foot();
  const element = h('div', { class: 'screen', 'data-testid': 'screen-set-up', onkeydown: (event) => enter(event) }, page, bar.element);
  pair.alias.input.value = app.names.get(orgHost) ?? '';

  /** Enter in a field presses the primary button. @param {Event} event */
  function enter(event) {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter' || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLInputElement)) return;
    if (event.target.type === 'checkbox' || event.target.form) return;
    event.preventDefault();
    bar.act();
  }

  /** The newest sign-in of this set-up. */
  function attempt() {
    const ids = [app.signIns.get(orgHost), setup()?.attempt].filter((id) => id !== null && id !== undefined);
    const known = ids.map((id) => ({ id, stage: app.stage(id) }));
    // A sign-in that has just replaced another appears a moment later.
    return known.find(({ stage }) => !OVER.includes(stage.name)) ?? known[0] ?? null;
  }

  /** Shows the screen of a step. @param {string} wanted */
  function show(wanted) {
    const id = screenOf(state.steps, wanted);
    const known = setup();
    const step = state.steps.find((one) => one.id === id);
    if (!known || !step) return;
    const moved = state.shown !== '' || page.contains(document.activeElement);
    state.shown = id;
    view = build(known, step);
    element.dataset.step = id;
    trouble.replaceChildren();
    page.replaceChildren(trouble, reach.element, view.element);
    page.scrollTop = 0;
    draw();
    if (moved) focus(id);
  }

  /** The heading, or the first of the fields that a step is for. @param {string} id */
  function focus(id) {
    const first = id === 'paste' && !pair.keyText() ? pair.key.input : page.querySelector('h1');
    first?.focus({ preventScroll: true });
  }

  /** @param {SetupView} known @param {Step} step @returns {View} */
  function build(known, step) {
    const { number, count } = placeOf(state.steps, step.id);
    const eyebrow = words.guide.step(number, count);
    const all = together(state.steps, step.id);
    const told = { setup, attempt, pair, go, connect, wait, steps: () => state.steps, starting: () => state.starting, orgHost };
    switch (step.id) {
      case 'org': return orgStep(app, all, eyebrow, { known, setup, done: () => void done(true), checkAgain: () => void checkAgain(), restarted });
      case 'paste': return pasteStep(all, eyebrow, told);
      case 'wait': return waitStep(app, step, eyebrow, told);
      case 'sign_in': return signInStep(app, step, eyebrow, told);
      case 'connected': return connectedStep(app, step, eyebrow, told);
      default: return guided(all, eyebrow);
    }
  }

  /** @param {Step[]} all the steps of the screen @param {string} eyebrow */
  function guided(all, eyebrow) {
    const audit = all[0]?.id === 'oauth' ? callbackAudit('audit', { setup, key: pair.keyText, toPaste: () => go('paste') }) : null;
    const one = guidedStep(app, all, eyebrow, { setup, done: (is) => void done(is), checkAgain: () => void checkAgain(), extra: audit?.element });
    return { ...one, update: () => {
      one.update();
      audit?.update(Boolean(pair.keyText()) || ['doubted', 'wrong'].includes(markOf(setup(), 'oauth').mark));
    } };
  }

  /** Shows a step after an answer was taken in: the rail follows. @param {string} id */
  function move(id) {
    show(id);
    app.changed();
  }

  /** @param {string} wanted a step */
  function go(wanted) {
    const id = screenOf(state.steps, wanted);
    if (id === state.shown) return;
    const seen = state.shown === 'paste' && pair.isThere() && markOf(setup(), 'copy').mark === 'open';
    show(id);
    void ask(async () => {
      // Both values are here, so that they were revealed.
      if (seen) await host.stepDone(orgHost, 'copy', true);
      return host.goTo(orgHost, id);
    });
  }

  /** A look at a screen from the rail: where the set-up is left stays as it was. @param {string} id */
  function look(id) {
    if (id !== state.shown) move(id);
  }

  /** The steps of a screen that the person can call done. @param {string} screen */
  function said(screen) {
    const all = together(state.steps, screen);
    const able = all.filter((step) => step.done !== '');
    return able.length > 0 ? able : all;
  }

  /** Says of all that a screen shows that it is done, or not. @param {boolean} is */
  async function done(is) {
    const { shown } = state;
    const all = said(shown);
    const answer = await ask(async () => {
      let last = null;
      for (const { id } of is ? all : all.toReversed()) last = await host.stepDone(orgHost, id, is);
      return last ?? host.goTo(orgHost, shown);
    });
    if (!answer || state.shown !== shown) return;
    if (is) announce(words.guide.said(placeOf(state.steps, shown).number, state.steps.find(({ id }) => id === shown)?.short ?? ''));
    if (screenOf(state.steps, answer.step) !== shown) move(answer.step);
  }

  /** After a change in Salesforce: with the pair at hand the org is asked at once. */
  async function checkAgain() {
    const wrong = together(state.steps, state.shown).find(({ id }) => ['wrong', 'doubted'].includes(markOf(setup(), id).mark));
    const answer = await ask(() => host.stepDone(orgHost, wrong?.id ?? state.shown, true));
    if (!answer) return;
    if (!pair.isThere() && answer.step !== 'sign_in') {
      move(answer.step);
      return;
    }
    // The failed sign-in is replaced by the request for the pair, unless that is kept.
    app.signIns.delete(orgHost);
    go('paste');
    if (pair.isThere()) pair.checkAgain();
  }

  /** @param {SetupView} again */
  function restarted(again) {
    app.signIns.delete(orgHost);
    pair.clear();
    state.told = again.step;
    app.takeSetup(again);
    move(again.step);
  }

  /** Sends a request about this set-up; snapshots sent before its answer do not move the page. @param {() => Promise<SetupView>} question */
  async function ask(question) {
    state.asked += 1;
    try {
      const answer = await question();
      state.told = answer.step;
      app.takeSetup(answer);
      return answer;
    } catch (thrown) {
      fill(trouble, failureNote(asFailure(thrown)));
      return null;
    } finally {
      state.asked -= 1;
    }
  }

  /** An admin's answer, for this org alone: the agent keeps what it holds, and the sign-in is next. @param {string} given */
  async function openAnswer(given) {
    try {
      const opened = await host.openAnswer(given, orgHost);
      announce(words.requests.opened(opened.request.number, orgHost));
      // How a former sign-in ended says nothing of this pair.
      app.signIns.delete(orgHost);
      pair.clear();
      await app.refresh();
      go('sign_in');
    } catch (thrown) {
      fill(trouble, failureNote(asFailure(thrown)));
      trouble.scrollIntoView({ block: 'nearest' });
    }
  }

  /** Starts the wait: the agent then has the pair, and goes on without this window. */
  function wait() {
    if (state.shown === 'paste') go('wait');
    void connect();
  }

  async function connect() {
    const known = setup();
    if (!known || state.starting) return;
    state.starting = true;
    app.changed();
    const [alias, user, browser] = [pair.alias.input.value.trim() || null, pair.user.input.value.trim() || null, pair.browser.chosen()];
    try {
      const { address, key, secret } = pair.values();
      const { hosted } = pair.now();
      // Without them, the agent uses those of the last try.
      const started = await host.connect({ address, key: key || null, secret: secret || null, alias, user, accept_user: null, hosted, ...(browser && { browser }) });
      pair.clear();
      app.signIns.set(orgHost, started.attempt);
      app.follow(started, { alias: started.alias, host: orgHost, kind: known.address.kind, user, hosted });
    } catch (thrown) {
      refuse(asFailure(thrown));
    }
    state.starting = false;
    app.changed();
  }

  /** @param {import('../../../src-tauri/bindings/Failure').Failure} failure */
  function refuse(failure) {
    if (ofName.includes(failure.code) && pair.showName()) {
      pair.alias.notes([{ message: failure.message, fix: failure.fix, blocks: true }]);
      pair.alias.input.focus();
    } else {
      fill(trouble, failureNote(failure));
      trouble.scrollIntoView({ block: 'nearest' });
    }
  }

  function update() {
    const known = setup();
    if (!known) {
      if (app.snapshot) gone();
      return;
    }
    if (!state.steps.length) state.steps = app.guideAtHand(known.pasted_address);
    if (!state.steps.length) {
      void read(known.pasted_address);
      return;
    }
    if (state.asked === 0 && known.step !== state.told) {
      state.told = known.step;
      if (screenOf(state.steps, known.step) !== state.shown) show(known.step);
    }
    follow();
    draw();
  }

  /** Moves to the step of the sign-in's stage. */
  function follow() {
    const current = attempt()?.stage ?? null;
    const name = current?.name ?? '';
    if (name === state.stage) return;
    state.stage = name;
    const step = stepOfStage(current, state.shown);
    if (step && step !== state.shown) {
      go(step);
    } else if (state.shown === 'sign_in' || state.shown === 'wait') {
      draw();
      page.scrollTop = 0;
      page.querySelector('h1')?.focus({ preventScroll: true });
    }
    const told = page.querySelector('h1')?.textContent;
    if (name && told) announce(told);
  }

  function draw() {
    view?.update();
    reach.update(state.shown);
    const before = beside(state.steps, state.shown, -1);
    // A new key and secret for a connection were asked for there.
    const alias = app.names.get(orgHost);
    const renewed = state.shown === 'paste' ? app.snapshot?.connections.find((one) => one.alias === alias) : null;
    const back = renewed ? () => app.go({ name: 'connection', alias: renewed.alias }) : before && state.shown !== 'connected' ? () => go(before.id) : null;
    bar.show({ back, ...view?.foot() });
  }

  function gone() {
    view = null;
    page.replaceChildren(heading(words.guide.gone, { lead: words.guide.goneLead }));
    bar.show({ primary: { words: words.attempt.back, run: () => app.go({ name: 'connections' }) } });
  }

  /** Reads the guide for this org, with its own values. @param {string} address */
  async function read(address) {
    if (state.reading) return;
    state.reading = true;
    try {
      state.steps = await app.guide(address);
      app.changed();
    } catch (thrown) {
      page.replaceChildren(failureNote(asFailure(thrown)));
    }
  }

  return {
    element, update,
    leave: () => { pair.clear(); void app.keepOnTop(false); },
    org: () => setup()?.address ?? null,
    journey: () => (state.shown && setup() ? { stops: stops(state.steps, setup(), state.shown), go: look } : null),
  };
}
