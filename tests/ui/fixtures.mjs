// What the agent says in the tests of the page, in the forms of src-tauri/core/bindings.
const minute = 60_000;
const since = (/** @type {number} */ milliseconds) => new Date(Date.now() - milliseconds).toISOString();

/** @param {string} code @param {string} message @param {string[]} [fix] */
export const failure = (code, message, fix = []) => ({ code, message, fix, retryable: false });

/** @param {object} [more] */
export const connection = (more = {}) => ({
  alias: 'Acme', host: 'acme.my.salesforce.com', kind: 'production', org_id: '00D5g00000AbCdEEAV', org_name: 'Acme Corporation',
  username: 'datatrax@acme.com', instance_url: 'https://acme.my.salesforce.com', status: 'connected', reason: null,
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

export const snapshot = (/** @type {object} */ more = {}) => ({ connections: [], attempts: [], setups: [], leaving: [], vault_trouble: null, ...more });

export const address = {
  origin: 'https://acme--uat.sandbox.my.salesforce.com', host: 'acme--uat.sandbox.my.salesforce.com', kind: 'sandbox', words: 'Sandbox uat of acme',
  setup_url: 'https://acme--uat.sandbox.my.salesforce-setup.com/lightning/setup/ManageExternalClientApplication/home',
  callbacks: ['https://www.getdatatrax.com/auth/salesforce/callback', 'http://localhost:17177/auth/salesforce/callback'],
};
export const production = { ...address, origin: 'https://acme.my.salesforce.com', host: 'acme.my.salesforce.com', kind: 'production', words: 'Production of acme' };
export const practice = { ...address, origin: 'http://localhost:8371', host: 'localhost:8371', kind: 'practice', words: 'Practice org on this computer' };

export const understanding = (/** @type {object} */ more = {}) => ({ address, meant: [], notes: [], key_length: 85, secret_length: 64, ...more });

/** @param {string} id @param {string} title @param {string} state @param {string} message @param {object} [more] */
export const finding = (id, title, state, message, more = {}) => ({ id, title, state, message, fix: [], code: null, ...more });
export const allGood = [
  finding('address', 'Address', 'pass', 'The address names an org.'),
  finding('key', 'Consumer Key', 'pass', 'The org knows the Consumer Key.'),
  finding('secret', 'Consumer Secret', 'pass', 'The Consumer Secret belongs to the Consumer Key.'),
  finding('callback', 'Callback URL', 'pass', 'An address that leads back to this computer stands in Callback URL.'),
];
export const wrongSecret = allGood.with(2, finding('secret', 'Consumer Secret', 'fail', 'Salesforce knows this key, but not this secret.', {
  code: 'secret_wrong', fix: ['Open Consumer Key and Secret again, copy the secret with its copy icon, and paste it here.', 'If someone rotated the app’s details today, copy both.'],
}));

/** @param {string} phase @param {object} [more] */
export const attempt = (phase, more = {}) => ({
  id: 'a1', alias: 'acme--uat', host: address.host, kind: 'sandbox', phase, authorize_url: null, next_check_at: null, found: null, question: null, ...more,
});
export const authorizeUrl = `https://${address.host}/services/oauth2/authorize?response_type=code&client_id=3MVG9example&redirect_uri=http%3A%2F%2Flocalhost%3A17177%2Fauth%2Fsalesforce%2Fcallback&state=dtxc1.example`;
export const identity = { org_id: '00D5g00000AbCdEEAV', org_name: 'Acme Corporation', user_id: '0055g00000XyZ', username: 'jane.admin@acme.com.uat', kind: 'sandbox' };

export const detail = (/** @type {object} */ more = {}) => ({
  ...connection(), history: [
    { at: since(4 * minute), text: 'Checked: all good.' },
    { at: since(26 * 60 * minute), text: 'Access renewed.' },
    { at: since(9 * 24 * 60 * minute), text: 'Connected as datatrax@acme.com.' },
  ], ...more,
});

export const settings = (/** @type {object} */ more = {}) => ({
  start_at_login: false, keep_alive: true, theme: 'system', log: 'info', proxy: null, authority: null,
  file: '/home/jane/.local/share/datatrax-connect/settings.toml', trouble: null, overruled: [], ...more,
});

/** A script that answers everything. @param {object} [more] */
export const script = (more = {}) => ({
  standing: [{ ok: { state: 'ready' } }], snapshot: [{ ok: snapshot() }], understand: [{ ok: understanding() }], validate: [{ ok: { checks: allGood } }],
  connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }], reconnect: [{ ok: { attempt: 'a1', alias: 'Acme, dev2' } }], open_sign_in: [{ ok: null }], open_setup: [{ ok: null }],
  paste_back: [{ ok: null }], answer: [{ ok: null }], cancel: [{ ok: null }], show: [{ ok: detail() }], rename: [{ ok: connection() }], check: [{ ok: { checks: allGood } }],
  disconnect: [{ ok: { revoked: true, proved_at: new Date().toISOString() } }],
  beginning: [{ ok: { place: null, theme: 'system' } }], remember: [{ ok: null }], ready: [{ ok: null }], settings: [{ ok: settings() }], set: [{ ok: settings() }], ...more,
});
