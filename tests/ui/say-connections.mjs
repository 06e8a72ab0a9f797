// What the agent says of connections, of what is not finished, and of the vault, in the forms of src-tauri/bindings.
/**
 * @import { ConnectionDetail } from '../../src-tauri/bindings/ConnectionDetail'
 * @import { ConnectionView } from '../../src-tauri/bindings/ConnectionView'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { Health } from '../../src-tauri/bindings/Health'
 * @import { LeavingView } from '../../src-tauri/bindings/LeavingView'
 * @import { SetAsideView } from '../../src-tauri/bindings/SetAsideView'
 * @import { SetupView } from '../../src-tauri/bindings/SetupView'
 * @import { Snapshot } from '../../src-tauri/bindings/Snapshot'
 * @import { Step } from '../../src-tauri/bindings/Step'
 * @import { Script } from './host.browser.js'
 */
import * as say from './fixtures.mjs';

const minute = 60_000;
const day = 24 * 60 * minute;
const iso = (/** @type {number} */ fromNow) => new Date(Date.now() + fromNow).toISOString();
const isoDay = (/** @type {number} */ fromNow) => iso(fromNow).slice(0, 10);

/** @param {Partial<Health>} [more] @returns {Health} */
export const health = (more = {}) => ({ at_risk: false, since: null, text: `Connected. For this sign-in nothing has to be done: even if nothing renewed it from now on, it would be safe until ${isoDay(30 * day)}.`, causes: [], needs: null, ...more });

export const fine = say.connection({ health: health() });
export const grouped = { ...fine, group: { name: 'Acme, Inc.', colour: /** @type {const} */ ('violet') } };
export const sandbox = say.connection({ alias: 'Acme, uat', host: 'acme--uat.sandbox.my.salesforce.com', kind: 'sandbox', username: 'datatrax@acme.com.uat', checked_at: iso(-26 * 60 * minute), health: health() });
export const ended = say.connection({
  alias: 'Globex', host: 'globex.my.salesforce.com', username: 'integration@globex.example', status: 'needs_you', safe_until: null, checked_at: iso(-3 * day),
  reason: say.failure('refresh_token_dead', 'Salesforce no longer accepts the sign-in of Globex.', ['Reconnect Globex and sign in once.']),
  health: health({
    since: iso(-2 * day), text: 'Somebody has to sign in once more. Name, settings and history stay.', needs: 'sign_in', causes: [
      'Somebody ended it in Setup, External Client Apps OAuth Usage, or the user ended it.',
      'The same user signed in to the same app elsewhere: of more than five sign-ins the oldest ends.',
      'The app’s Refresh Token Policy ended it: at once, or after a fixed time.',
    ],
  }),
});
export const refreshed = say.connection({
  alias: 'Acme, dev2', host: 'acme--dev2.sandbox.my.salesforce.com', kind: 'sandbox', username: 'datatrax@acme.com.dev2', status: 'needs_you', safe_until: null, checked_at: iso(-3 * 60 * minute),
  reason: say.failure('key_unknown', 'acme--dev2.sandbox.my.salesforce.com does not know the Consumer Key of Acme, dev2.', ['Copy both values again in Setup.']),
  health: health({
    since: iso(-3 * 60 * minute), text: 'Somebody has to sign in once more. Name, settings and history stay.', needs: 'new_pair', causes: [
      'The sandbox was refreshed. Its External Client App, with key and sign-ins, is gone: create the app again there as the guide shows, then reconnect with its new Consumer Key and Consumer Secret.',
      'Consumer Key and Consumer Secret were rotated in Setup: copy both again, and reconnect with them.',
    ],
  }),
});
export const setting = say.connection({
  alias: 'Initech', host: 'initech.my.salesforce.com', username: 'loader@initech.example', status: 'needs_you', safe_until: null, checked_at: iso(-8 * 60 * minute),
  reason: say.failure('api_disabled', 'The user loader@initech.example may not use the API.', ['Give the user’s profile or a permission set API Enabled.', 'Then press Check again.']),
  health: health({ since: iso(-8 * 60 * minute), text: 'The sign-in is kept and works again as soon as a setting in Salesforce is changed.', needs: 'setting' }),
});
export const lost = say.connection({
  alias: 'Umbrella', host: 'umbrella.my.salesforce.com', username: 'loader@umbrella.example', status: 'needs_you', safe_until: null, checked_at: null,
  reason: say.failure('vault_key_lost', 'The keychain no longer has the key that the stored sign-ins were encrypted with. They cannot be read by anybody any more. Names, settings and history are kept.', ['Reconnect each connection: paste Consumer Key and Consumer Secret, and sign in once.']),
  health: health({ since: iso(-minute), text: 'Somebody has to sign in once more. Name, settings and history stay.', needs: 'new_pair' }),
});
export const withoutKeyring = say.connection({ ...lost, alias: 'Wonka', host: 'wonka.my.salesforce.com', username: 'loader@wonka.example', reason: say.failure('keychain_empty', 'KWallet answers, and has nothing yet that a key could be kept in.') });
export const risky = say.connection({
  alias: 'Soylent', host: 'soylent.my.salesforce.com', username: 'loader@soylent.example', status: 'unreachable', safe_until: iso(5 * day), checked_at: iso(-25 * day),
  health: health({ at_risk: true, since: iso(-20 * day), text: `It may end on ${isoDay(5 * day)}: until then the org has to be reached once.` }),
});
export const away = say.connection({
  alias: 'Vandelay', host: 'vandelay.my.salesforce.com', kind: 'developer', username: 'art@vandelay.example', status: 'unreachable', checked_at: iso(-70 * minute),
  health: health({ since: iso(-65 * minute), text: `The org could not be reached since ${iso(-65 * minute).replace('T', ' ').slice(0, 16)} UTC. The sign-in is kept, and this is tried again by itself.` }),
});
export const rehearsal = say.connection({ alias: 'Rehearsal', host: 'localhost:8371', kind: 'practice', username: 'admin@practice.example', instance_url: 'http://localhost:8371', health: health() });

export const copied = say.connection({
  alias: 'Tyrell', host: 'tyrell.my.salesforce.com', username: 'loader@tyrell.example', status: 'needs_you', safe_until: null, checked_at: iso(-2 * 60 * minute),
  reason: say.failure('home_copied', 'The files of Datatrax Connect seem to be a copy: the token of Tyrell was stored last on another computer, or in another file. Its org replaces that token at every use, and using one twice would end the connection for the original too. So nothing was sent.', ['If the files were moved here, and the original is used no more, say so: dtx vault --moved. Then everything goes on.', 'If both are to be used, reconnect here: sign in once. The original keeps its own sign-in.']),
  health: health({ text: 'These files seem to be a copy. Nothing is sent to the org before you say whether they were moved here, or sign in here; a token that is still good is handed out.', needs: 'sign_in' }),
});

/** One of each. */
export const each = [fine, refreshed, sandbox, ended, setting, rehearsal, risky, away];

/** @param {number} count */
export const many = (count) => Array.from({ length: count }, (_, at) => say.connection({
  alias: `Org ${at}`, host: `org-${at}.my.salesforce.com`, username: `loader@org-${at}.example`, kind: at % 3 === 0 ? 'production' : 'sandbox', health: health(),
}));

const STEPS = ['org', 'before', 'open', 'details', 'oauth', 'security', 'copy', 'paste', 'wait', 'sign_in', 'connected'];
/** @param {Partial<SetupView>} [more] @returns {SetupView} */
export const setup = (more = {}) => ({
  host: say.address.host, address: say.address, pasted_address: say.address.origin, step: 'oauth',
  steps: STEPS.map((id, at) => ({ id, mark: at < 4 ? 'said' : 'open', message: null, fix: [] })),
  created_at: null, updated_at: iso(-40 * minute), findings: [], found_at: null, audit: null, audited_at: null, alias: null, attempt: null, pair_until: null, ...more,
});
/** @type {LeavingView} */
export const leaving = { alias: 'Hooli', host: 'hooli.my.salesforce.com', since: iso(-2 * day) };
/** What is kept of Acme, once it is disconnected. @type {SetAsideView} */
export const setAside = { id: 'aside-1', alias: 'Acme', host: 'acme.my.salesforce.com', kind: 'production', username: 'datatrax@acme.com', since: iso(-2 * minute), until: iso(30 * day) };
export const gone = { revoked: true, proved_at: iso(0), set_aside: setAside };
export const broughtBack = say.connection({
  status: 'not_connected', safe_until: null, checked_at: iso(-26 * 60 * minute),
  reason: say.failure('brought_back', 'Acme was disconnected, and brought back with its name and history alone. Its key, secret and tokens are gone for good.', ['Reconnect it: paste Consumer Key and Consumer Secret, and sign in once.']),
  health: health({ since: iso(-minute), text: 'Paste Consumer Key and Consumer Secret again, and sign in once. Name and history are as they were.', needs: 'new_pair' }),
});
/** @type {Step[]} */
export const guide = STEPS.map((id) => ({ id, on: { before: 'org', details: 'open', copy: 'paste' }[id] ?? null, title: id, short: id === 'oauth' ? 'Callback URL and scopes' : id, do: [], done: '', why: '', values: [], notes: [], variants: [], pictures: [], proof: { text: '', checks: [] } }));

/** @param {ConnectionView} connection @returns {ConnectionDetail} */
export const detail = (connection) => ({
  ...connection, seen: {
    scopes: ['api', 'refresh_token'], rotates: true, unused_limit: 129_600, ends_at: null,
    policy: 'As far as this org has shown, it ends a sign-in that is not used for 36 hours.',
  }, uses: [used(12).use], history: [
    { at: iso(-3 * 60 * minute), text: `Could not be reached since ${iso(-5 * 60 * minute).replace('T', ' ').slice(0, 16)} UTC.` },
    { at: iso(-26 * 60 * minute), text: 'Access renewed.' },
    { at: iso(-9 * day), text: `Connected as ${connection.username}.` },
  ],
});

export const passphraseNeeded = say.failure('passphrase_needed', 'The vault is protected with a passphrase, which has not been told yet.', ['In a terminal, run the command again and type the passphrase.']);
export const keychainMissing = say.failure('keychain_missing', 'This computer offers no keychain to this session, so there is no safe place for the key of the vault. Nothing is ever stored unencrypted.', ['On a Linux desktop, install and start gnome-keyring or KWallet, sign in again and try once more.', 'Or protect the vault with a passphrase: run dtx vault passphrase in a terminal.']);
/** @type {Failure} */
export const keychainLocked = { ...say.failure('keychain_locked', 'The keychain is locked.', ['Unlock it, usually with the password of your user account, and try again.']), retryable: true };

export const keyElsewhere = say.failure('vault_key_elsewhere', 'The key that the stored sign-ins are encrypted with was given to GNOME Keyring, and KWallet answers now. Nothing is lost: they work again where GNOME Keyring answers.', ['Sign in to the desktop, or open the program, that has GNOME Keyring.', 'To go on here with a new key: dtx vault keychain --start-over. The stored sign-ins are kept; a connection that is needed here too has to be reconnected, with its Consumer Key and Consumer Secret.']);
/** @type {Failure} */
export const keychainDeclined = { ...say.failure('keychain_declined', 'The question of the keychain (KeePassXC) was answered with no, or its window was closed. Nothing is lost. It asks again when you try again, and not before.', ['Try again, and allow it.', 'KeePassXC says of dtx that it cannot be checked: it keeps its memory closed to other programs. What is asked for is the entry Datatrax Connect.', 'A no that KeePassXC remembers holds until the program that it was said to has ended. Quit Datatrax Connect in the tray, or run dtx agent stop, and try again.']), retryable: true };
export const keychainEmpty = say.failure('keychain_empty', 'KWallet answers, and has nothing yet that a key could be kept in: no keyring, no wallet, no open database.', ['GNOME Keyring: try again and choose a password in the window that opens. KWallet: open KWalletManager and make a wallet. KeePassXC: open a database, and choose the group that is shared in its settings under Secret Service Integration.']);
/** @type {Failure} */
export const paused = { ...say.failure('pause_asked', 'globex.my.salesforce.com has asked for a pause until 2126-12-01 10:00 UTC: there were too many sign-ins or requests, or its servers are being worked on. A sign-in before then would most likely fail after the browser, so no browser was opened. Nothing is lost.', ['Try again after 2126-12-01 10:00:00 UTC.']), retryable: true, retry_at: '2126-12-01T10:00:00Z' };
export const sessionEnded = say.connection({
  alias: 'Stark', host: 'stark.my.salesforce.com', username: 'loader@stark.example', status: 'needs_you', safe_until: null, checked_at: null,
  reason: say.failure('vault_session_ended', 'The key of the vault was kept for one session, as was chosen, and that session is over. The sign-ins of that time cannot be read by anybody any more. Names, settings and history are kept.', ['Reconnect each connection: paste Consumer Key and Consumer Secret, and sign in once.', 'To keep sign-ins longer, have the key kept another way: in the window under Settings, Key of the vault; in a terminal with dtx vault keychain, or dtx vault passphrase.']),
  health: health({ since: iso(-minute), text: 'Paste Consumer Key and Consumer Secret again, and sign in once. Name, settings and history stay.', needs: 'new_pair' }),
});

/** A program that was given tokens, the last one so many minutes ago. @param {number} minutes */
export function used(minutes) {
  const by = { program: '/usr/bin/python3.12', through_dtx: true };
  const at = iso(-minutes * minute);
  return { last: { ...by, at }, use: { ...by, first_at: iso(-9 * day), last_at: at, token: 40, fresh: 2, run: 0 } };
}

/** A program that waits for an answer. @param {string} question @param {string} [program] @returns {import('../../src-tauri/bindings/ProgramAsks').ProgramAsks} */
export function asks(question, program = '/usr/bin/python3.12') {
  const { alias, host, kind, username } = fine;
  return { question, alias, host, kind, username, program, through_dtx: true, until: iso(minute) };
}

/** What was said of a program. @param {string} program @param {boolean} allowed */
export const consent = (program, allowed) => ({ program, allowed, at: iso(-day) });

/** A script that answers what the screens of the connections ask. @param {ConnectionView[]} connections @param {Partial<Snapshot>} [snapshot] @param {Script} [more] */
export const script = (connections, snapshot = {}, more = {}) => say.script({
  snapshot: [{ ok: say.snapshot({ connections, ...snapshot }) }], guide: [{ ok: guide }], show: [{ ok: detail(connections[0] ?? fine) }],
  vault: [{ ok: { guard: 'keychain', locked: false } }], unlock: [{ ok: null }], protect: [{ ok: { guard: 'passphrase', locked: false } }],
  open_org: [{ ok: null }], remove_setup: [{ ok: null }], ...more,
});
