// Every screen of the page, each with the way to it: what the accessibility test walks through and the pictures show.
import { at } from './browser.mjs';
import * as say from './fixtures.mjs';
import { connectionScreens } from './screens-connections.mjs';
import { explainScreens } from './screens-explain.mjs';
import { guideScreens } from './screens-guide.mjs';
import { helpScreens } from './screens-help.mjs';
import { requestScreens } from './screens-requests.mjs';
import { rotationScreens } from './screens-rotate.mjs';

/** @typedef {{ name: string, script: import('./host.browser.js').Script, go: (page: import('playwright-core').Page) => Promise<void> }} Shown */

/** @type {Shown[]} */
export const screens = [
  { name: 'starting', script: say.script({ agent_state: [{ ok: { state: 'starting' } }], snapshot: [{ never: true }] }), go: (page) => at(page, 'agent-state').waitFor() },
  { name: 'lost', script: say.script({ agent_state: [{ ok: { state: 'lost', failure: say.failure('agent_busy', 'The background part of another version is running.', ['Wait until it has finished.']) } }], snapshot: [{ never: true }] }), go: (page) => at(page, 'agent-failure').waitFor() },
  { name: 'stopped', script: say.script({ agent_state: [{ ok: { state: 'stopped', quit: true, sign_ins: ['Acme'], ended: 0 } }] }), go: (page) => at(page, 'stopped').waitFor() },
  { name: 'stopped-with-key', script: say.script({ agent_state: [{ ok: { state: 'stopped', quit: false, sign_ins: [], ended: 2 } }] }), go: (page) => at(page, 'stopped').waitFor() },
  { name: 'quit', script: say.script({ beginning: [{ ok: { place: { name: 'quit' }, theme: 'system', appearance: null } }], snapshot: [{ ok: say.snapshot({ connections: say.connections }) }], vault: [{ ok: { guard: 'session', locked: false, session_only: 5 } }] }), go: (page) => at(page, 'quit-sure').waitFor() },
  { name: 'quit-nothing-ends', script: say.script({ beginning: [{ ok: { place: { name: 'quit' }, theme: 'system', appearance: null } }], vault: [{ ok: { guard: 'keychain', locked: false } }] }), go: (page) => at(page, 'quit-sure').waitFor() },
  { name: 'vault', script: say.script({ snapshot: [{ ok: say.snapshot({ vault_trouble: say.failure('keychain_locked', 'The keychain is locked, so nothing can be stored.', ['Unlock it and try again.']) }) }] }), go: (page) => at(page, 'vault-trouble').waitFor() },
  ...connectionScreens,
  ...rotationScreens,
  ...guideScreens,
  ...helpScreens,
  ...explainScreens,
  ...requestScreens,
];
