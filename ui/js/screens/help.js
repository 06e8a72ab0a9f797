/**
 * Help: about this program, its log, diagnostics, keys and licences. It needs no background part.
 * @import { About } from '../../../src-tauri/bindings/About'
 * @import { Licences } from '../../../src-tauri/bindings/Licences'
 * @import { App, Screen } from '../app.js'
 */

import { announce, fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, facts, failureNote, heading, note } from '../parts.js';
import * as words from '../words.js';

const text = words.help;
const HOUR = 3_600_000;

/** @param {App} app @returns {Screen} */
export function helpScreen(app) {
  const trouble = h('div', { role: 'status' });
  const about = h('div', {}, h('p', { class: 'quiet' }, text.reading));
  const log = logPart(app, tell);
  const element = h('div', { class: 'page help', 'data-testid': 'screen-help' },
    heading(text.heading, { lead: text.lead }), trouble,
    section('help-explain', words.explain.heading, words.explain.inHelp, button(words.explain.toExplain, () => app.go({ name: 'explain' }), { class: 'primary', 'data-testid': 'to-explain' })),
    section('help-requests', words.requests.heading, words.requests.inHelp, button(words.requests.toHere, () => app.go({ name: 'requests' }), { 'data-testid': 'to-requests' })),
    section('help-computer', text.computer, text.computerWhy, button(text.look, () => app.go({ name: 'computer' }), { 'data-testid': 'to-computer' })),
    log.element, exportPart(),
    section('help-about', text.about, '', about, licencesPart()),
    section('help-keys', text.keys, text.keysWhy, facts(text.keyList)),
    section('help-more', text.further, text.guide, opener(text.portal, 'open-portal', text.openedPortal, () => host.openPortal(), tell)));

  /** @param {unknown} thrown */
  function tell(thrown) {
    fill(trouble, failureNote(asFailure(thrown)));
    trouble.scrollIntoView({ block: 'nearest' });
  }

  host.about().then((told) => fill(about, aboutFacts(told)), (thrown) => fill(about, failureNote(asFailure(thrown))));
  host.settings().then((settings) => app.takeSettings(settings), () => {});
  return { element, update: log.update };
}

/** @param {About} about */
function aboutFacts({ version, licence, system, web_view: webView, logs }) {
  return facts([[text.version, `${words.product} ${version}`], [text.licence, licence], [text.system, system], ...(webView ? [/** @type {[string, string]} */ ([text.webView, webView])] : []), [text.logs, logs]]);
}

/**
 * @param {string} id @param {string} title @param {string} why
 * @param {...(HTMLElement | false)} content
 */
function section(id, title, why, ...content) {
  return h('section', { class: 'stack', 'aria-labelledby': id },
    h('div', { class: 'stack tight' }, h('h2', { id }, title), why && h('p', { class: 'quiet' }, why)), content.map((one) => h('div', {}, one)));
}

/** A button that opens something outside the window, and says so. @param {string} name @param {string} testid @param {string} said @param {() => Promise<unknown>} open @param {(thrown: unknown) => void} tell */
function opener(name, testid, said, open, tell) {
  return button(name, () => void open().then(() => announce(said), tell), { 'data-testid': testid });
}

/** The log: where it is, and more of it for a while. @param {App} app @param {(thrown: unknown) => void} tell */
function logPart(app, tell) {
  const more = h('div', { class: 'stack tight' });
  const draw = region(more, (/** @type {{ until: string | null, overruled: boolean }} */ { until, overruled }) => [
    h('p', { class: 'quiet', 'data-testid': 'log-level' }, overruled ? text.overruled : until ? text.moreUntil(time(until)) : text.moreWhy),
    h('div', {}, until
      ? button(text.lessNow, () => void set(null), { 'data-testid': 'log-less' })
      : button(text.more, () => void set(new Date(Date.now() + HOUR).toISOString()), { 'data-testid': 'log-more' })),
  ]);

  /** @param {string | null} until */
  async function set(until) {
    try {
      app.takeSettings(await host.set({ setting: 'debug_until', value: until }));
      announce(until ? text.moreUntil(time(until)) : text.lessNow);
    } catch (thrown) {
      tell(thrown);
    }
  }

  return {
    element: section('help-log', text.log, text.logWhy, opener(text.openLog, 'open-logs', text.openedLog, () => host.openLogs(), tell), more),
    update() {
      const until = app.settings?.debug_until ?? null;
      const overruled = app.settings?.overruled.some(({ setting }) => setting === 'log') ?? false;
      draw({ until: until && new Date(until) > new Date() ? until : null, overruled });
    },
  };
}

/** A time of today, as this computer writes it. @param {string} at */
function time(at) {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

function exportPart() {
  const names = h('input', { type: 'checkbox', id: 'export-names', 'data-testid': 'export-names', 'aria-describedby': 'export-names-hint' });
  const result = h('div', { role: 'status', 'data-testid': 'export-result' });
  const start = button(text.export, () => void run(), { 'data-testid': 'export' });

  async function run() {
    if (start.getAttribute('aria-disabled') === 'true') return;
    start.setAttribute('aria-disabled', 'true');
    fill(result, h('p', { class: 'calm-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), text.exporting));
    try {
      const { file } = await host.exportDiagnostics(names.checked);
      fill(result, note('good', [h('p', {}, text.exported), facts([[text.file, file]]),
        h('p', {}, opener(text.openExported, 'open-exported', text.openedExported, () => host.openExported(), told))], 'exported'));
      announce(text.exported);
    } catch (thrown) {
      told(thrown);
    }
    start.removeAttribute('aria-disabled');
  }

  /** @param {unknown} thrown */
  function told(thrown) {
    fill(result, failureNote(asFailure(thrown)));
  }

  return section('help-export', text.export, text.exportWhy,
    h('div', { class: 'field' }, h('label', { class: 'tick', for: 'export-names' }, names, h('span', {}, text.names)), h('p', { class: 'hint', id: 'export-names-hint' }, text.namesWhy)),
    start, result);
}

/** The licences, read when they are unfolded. */
function licencesPart() {
  const body = h('div', { class: 'fold-body' });
  let asked = false;
  const fold = h('details', { class: 'fold', 'data-testid': 'licences', ontoggle: () => { if (fold.open && !asked) read(); } },
    h('summary', {}, text.licences), body);

  function read() {
    asked = true;
    fill(body, h('p', { class: 'quiet' }, text.readingLicences));
    host.licences().then((licences) => fill(body, ...texts(licences)), (thrown) => fill(body, failureNote(asFailure(thrown))));
  }
  return fold;
}

/** @param {Licences} licences @returns {HTMLElement[]} */
function texts({ own, libraries }) {
  const shown = (/** @type {string} */ title, /** @type {string} */ content) => [h('h3', {}, title), h('pre', { class: 'licence', tabindex: 0, role: 'region', 'aria-label': title }, content)];
  return [h('p', { class: 'quiet' }, text.licencesWhy), ...shown(text.own, own),
    ...(libraries === null ? [h('h3', {}, text.libraries), h('p', { class: 'quiet', 'data-testid': 'no-libraries' }, text.noLibraries)] : shown(text.libraries, libraries))];
}
