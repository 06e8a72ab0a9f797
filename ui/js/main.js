/**
 * Starts the page and shows one screen at a time.
 * @import { Place, Screen } from './app.js'
 */

import { App, showTheme } from './app.js';
import { h, region } from './dom.js';
import { host } from './host.js';
import { title } from './model.js';
import { failureNote } from './parts.js';
import { rail } from './rail.js';
import { addScreen } from './screens/add.js';
import { attemptScreen } from './screens/attempt.js';
import { connectionScreen } from './screens/connection.js';
import { connectionsScreen } from './screens/connections.js';
import { settingsScreen } from './screens/settings.js';
import * as words from './words.js';

const HEARTBEAT = 1000;

/** @param {string} id */
function place(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  return element;
}

const stage = place('stage');
/** @type {Screen | null} */
let screen = null;
/** @type {Place} */
let here = { name: 'connections' };
let visited = false;

const app = new App(update, visit);
const drawRail = rail(place('rail'), app);
const drawTrouble = region(place('trouble'), (/** @type {ReturnType<typeof trouble>} */ shown) => [
  shown.line && h('p', { class: 'calm-line', 'data-testid': 'standing' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), shown.line),
  shown.failure && failureNote(shown.failure, 'standing-failure'),
  shown.vault && failureNote(shown.vault, 'vault-trouble'),
]);

/** What stands above every screen while it is so. */
function trouble() {
  const { standing, met, snapshot } = app;
  const lost = standing.state === 'lost';
  return {
    line: standing.state === 'ready' ? null : lost ? words.standing.lost : met ? words.standing.away : words.standing.starting,
    failure: lost ? standing.failure : null,
    vault: snapshot?.vault_trouble ?? null,
  };
}

/** @param {Place} next */
function visit(next) {
  screen?.leave?.();
  here = next;
  remember(next);
  screen = build(next);
  stage.replaceChildren(screen.element);
  update();
  // The first screen leaves the focus where the platform puts it.
  if (visited) screen.element.querySelector('h1')?.focus({ preventScroll: true });
  visited = true;
}

/** @param {Place} next @returns {Screen} */
function build(next) {
  switch (next.name) {
    case 'connections': return connectionsScreen(app, next.said ?? null);
    case 'connection': return connectionScreen(app, next.alias, next.check ?? false);
    case 'add': return addScreen(app, next.address === undefined ? app.draft : { address: next.address, alias: next.alias ?? '' });
    case 'attempt': return attemptScreen(app, next.id);
    case 'settings': return settingsScreen(app);
  }
}

function update() {
  drawTrouble(trouble());
  screen?.update();
  const org = screen?.org?.() ?? null;
  document.body.dataset.kind = org?.kind ?? '';
  const wanted = title(org?.kind ?? null, org?.words ?? null);
  if (document.title !== wanted) document.title = wanted;
  drawRail({ place: here.name, org, journey: screen?.journey?.() ?? null, count: app.snapshot?.connections.length ?? null });
}

// Links and dropped things never lead the window away.
for (const kind of ['dragover', 'drop']) document.addEventListener(kind, (event) => event.preventDefault());

/** The next window begins where this one was. @param {Place} place */
function remember(place) {
  const [name, detail] = [place.name, 'alias' in place ? place.alias : 'id' in place ? place.id : ''];
  const wanted = name === 'connection' ? { name, alias: detail ?? '' } : name === 'attempt' ? { name, id: detail ?? '' } : { name };
  void host.remember(wanted).catch(() => {});
}

/** A sign-in that is over when the window begins again has nothing to show. @param {Place} place */
const isThere = (place) => (place.name === 'attempt' ? Boolean(app.attempt(place.id))
  : place.name !== 'connection' || Boolean(app.snapshot?.connections.some(({ alias }) => alias === place.alias)));

async function begin() {
  const { place, theme } = await host.beginning().catch(() => ({ place: null, theme: /** @type {const} */ ('system') }));
  showTheme(theme);
  visit(place && place.name !== 'attempt' ? place : here);
  void host.ready().catch(() => {});
  await host.onPlace((called) => visit(called));
  await app.start();
  if (place && here.name === 'connections' && isThere(place)) visit(place);
  else if (!isThere(here)) visit({ name: 'connections' });
}
void begin();
setInterval(() => { if (!document.hidden) update(); }, HEARTBEAT);
