// What the agent says in the tests of the page, in the forms of src-tauri/bindings.
/**
 * @import { AddressView } from '../../src-tauri/bindings/AddressView'
 * @import { AttemptView } from '../../src-tauri/bindings/AttemptView'
 * @import { Code } from '../../src-tauri/bindings/Code'
 * @import { ConnectionDetail } from '../../src-tauri/bindings/ConnectionDetail'
 * @import { ConnectionView } from '../../src-tauri/bindings/ConnectionView'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { Finding } from '../../src-tauri/bindings/Finding'
 * @import { Identity } from '../../src-tauri/bindings/Identity'
 * @import { PasteNote } from '../../src-tauri/bindings/PasteNote'
 * @import { SettingsView } from '../../src-tauri/bindings/SettingsView'
 * @import { Snapshot } from '../../src-tauri/bindings/Snapshot'
 * @import { Understanding } from '../../src-tauri/bindings/Understanding'
 * @import { Verdict } from '../../src-tauri/bindings/Verdict'
 * @import { Script } from './host.browser.js'
 */
const minute = 60_000;
const since = (/** @type {number} */ milliseconds) => new Date(Date.now() - milliseconds).toISOString();

/** @param {Code} code @param {string} message @param {string[]} [fix] @returns {Failure} */
export const failure = (code, message, fix = []) => ({ code, message, fix, retryable: false });

/** @param {Partial<ConnectionView>} [more] @returns {ConnectionView} */
export const connection = (more = {}) => ({
  alias: 'Acme', host: 'acme.my.salesforce.com', kind: 'production', org_id: '00D5g00000AbCdEEAV', org_name: 'Acme Corporation',
  username: 'datatrax@acme.com', instance_url: 'https://acme.my.salesforce.com', status: 'connected', reason: null, secret_until: new Date(Date.now() + 30 * minute).toISOString(),
  safe_until: new Date(Date.now() + 30 * 24 * 60 * minute).toISOString(), checked_at: since(4 * minute), ...more,
});

export const connections = [
  connection(),
  connection({ alias: 'Acme, uat', host: 'acme--uat.sandbox.my.salesforce.com', kind: 'sandbox', username: 'datatrax@acme.com.uat' }),
  connection({
    alias: 'Acme, dev2', host: 'acme--dev2.sandbox.my.salesforce.com', kind: 'sandbox', username: 'datatrax@acme.com.dev2', status: 'needs_you', safe_until: null,
    checked_at: since(3 * 60 * minute), reason: failure('refresh_token_dead', 'The org no longer accepts this sign-in. It was revoked, or has expired.', ['Reconnect and sign in again.']),
  }),
  connection({ alias: 'Globex', host: 'globex.my.salesforce.com', username: 'integration@globex.example', status: 'unreachable', checked_at: since(70 * minute) }),
  connection({ alias: 'Rehearsal', host: 'localhost:8371', kind: 'practice', username: 'admin@practice.example', status: 'not_connected', safe_until: null, checked_at: null }),
];

/** @param {Partial<Snapshot>} [more] @returns {Snapshot} */
export const snapshot = (more = {}) => ({ connections: [], attempts: [], setups: [], leaving: [], vault_trouble: null, ...more });

/** @type {AddressView} */
export const address = {
  origin: 'https://acme--uat.sandbox.my.salesforce.com', host: 'acme--uat.sandbox.my.salesforce.com', kind: 'sandbox', words: 'Sandbox uat of acme',
  setup_url: 'https://acme--uat.sandbox.my.salesforce-setup.com/lightning/setup/ManageExternalClientApplication/home',
  callbacks: ['https://www.getdatatrax.com/auth/salesforce/callback', 'http://localhost:17177/auth/salesforce/callback'],
};
/** @type {AddressView} */
export const production = { ...address, origin: 'https://acme.my.salesforce.com', host: 'acme.my.salesforce.com', kind: 'production', words: 'Production of acme' };
/** @type {AddressView} */
export const practice = { ...address, origin: 'http://localhost:8371', host: 'localhost:8371', kind: 'practice', words: 'Practice org on this computer' };

/** @param {Partial<Understanding>} [more] @returns {Understanding} */
export const understanding = (more = {}) => ({ address, meant: [], notes: [], key_length: 85, secret_length: 64, looks: { looks: 'may_ask' }, ...more });

/** @param {PasteNote['field']} field @param {Code} code @param {string} message @param {boolean} [blocks] @returns {PasteNote} */
export const note = (field, code, message, blocks = true) => ({ field, blocks, code, message, fix: [] });

/** @param {Finding['id']} id @param {string} title @param {Finding['state']} state @param {string} message @param {Partial<Finding>} [more] @returns {Finding} */
export const finding = (id, title, state, message, more = {}) => ({ id, title, state, message, fix: [], code: null, ...more });
export const allGood = [
  finding('address', 'Address', 'pass', 'The address names an org.'),
  finding('key', 'Consumer Key', 'pass', 'The org knows the Consumer Key.'),
  finding('secret', 'Consumer Secret', 'pass', 'The Consumer Secret belongs to the Consumer Key.'),
  finding('callback', 'Callback URL', 'pass', 'An address that leads back to this computer is in Callback URL.'),
];
export const wrongSecret = allGood.with(2, finding('secret', 'Consumer Secret', 'fail', 'Salesforce knows this key, but not this secret.', {
  code: 'secret_wrong', fix: ['Open Consumer Key and Secret again, copy the secret with its copy icon, and paste it here.', 'If someone rotated the app’s details today, copy both.'],
}));

/** The two scopes, as Setup lists them. */
export const SCOPES = ['Manage user data via APIs (api)', 'Perform requests at any time (refresh_token, offline_access)'];
/** What is to be put right first. @param {Finding | undefined} finding @param {string} step @returns {Verdict} */
export function mend(finding, step) {
  if (!finding) throw new Error('there is no such finding');
  const { id, message, fix, exact = [] } = finding;
  return { verdict: 'mend', check: id, step, message, fix, exact, hosted_helps: id === 'callback' };
}
/** @type {Verdict} */
const ready = { verdict: 'ready', key_known: true };
/** What the org answers about a pair, and what follows from it. */
export const answers = {
  allGood: { checks: allGood, verdict: ready },
  wrongSecret: { checks: wrongSecret, verdict: mend(wrongSecret[2], 'paste') },
};

/** @param {AttemptView['phase']} phase @param {Partial<AttemptView>} [more] @returns {AttemptView} */
export const attempt = (phase, more = {}) => ({
  id: 'a1', alias: 'acme--uat', host: address.host, kind: 'sandbox', phase, authorize_url: null, next_check_at: null, found: null, question: null, waits_for: null, noticed: null, ...more,
});
export const authorizeUrl = `https://${address.host}/services/oauth2/authorize?response_type=code&client_id=3MVG9example&redirect_uri=http%3A%2F%2Flocalhost%3A17177%2Fauth%2Fsalesforce%2Fcallback&state=dtxc1.example`;
/** @type {Identity} */
export const identity = { org_id: '00D5g00000AbCdEEAV', org_name: 'Acme Corporation', user_id: '0055g00000XyZ', username: 'jane.admin@acme.com.uat', kind: 'sandbox' };

/** @param {Partial<ConnectionDetail>} [more] @returns {ConnectionDetail} */
export const detail = (more = {}) => ({
  ...connection(), history: [
    { at: since(4 * minute), text: 'Checked: all good.' },
    { at: since(26 * 60 * minute), text: 'Access renewed.' },
    { at: since(9 * 24 * 60 * minute), text: 'Connected as datatrax@acme.com.' },
  ], ...more,
});

/** @param {Partial<SettingsView>} [more] @returns {SettingsView} */
export const settings = (more = {}) => ({
  start_at_login: false, keep_alive: true, ask_programs: false, theme: 'system', log: 'info', proxy: null, authority: null,
  file: '/home/jane/.local/share/datatrax-connect/settings.toml', trouble: null, overruled: [], tray: 'off', ...more,
});

/** A script that answers everything. @param {Script} [more] @returns {Script} */
export const script = (more = {}) => ({
  agent_state: [{ ok: { state: 'ready' } }], snapshot: [{ ok: snapshot() }], understand: [{ ok: understanding() }], validate: [{ ok: answers.allGood }],
  connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }], reconnect: [{ ok: { attempt: 'a1', alias: 'Acme, dev2' } }], open_sign_in: [{ ok: null }], open_setup: [{ ok: null }],
  paste_back: [{ ok: null }], answer: [{ ok: null }], cancel: [{ ok: null }], show: [{ ok: detail() }], rename: [{ ok: connection() }], check: [{ ok: { checks: allGood } }],
  disconnect: [{ ok: { revoked: true, proved_at: new Date().toISOString() } }],
  known_orgs: [{ ok: [] }], browsers: [{ ok: [] }], beginning: [{ ok: { place: null, theme: 'system', appearance: null } }], remember: [{ ok: null }], remember_appearance: [{ ok: null }], ready: [{ ok: null }], practice: [{ ok: null }], closing_told: [{ ok: null }], close_window: [{ ok: null }], quit: [{ ok: null }], settings: [{ ok: settings() }], set: [{ ok: settings() }], ...more,
});
