/**
 * Words of the connections and of one connection.
 * @import { Group } from '../health.js'
 * @import { Needs } from '../../../src-tauri/bindings/Needs'
 */

import { names } from './names.js';

const capital = (/** @type {string} */ name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

export const connections = {
  heading: 'Connections',
  loading: 'Reading the connections.',
  emptyHeading: 'Connect your first org',
  empty:
    'Datatrax Connect guides you through the External Client App that Datatrax needs in your Salesforce org, and checks what you paste before any browser opens. Then it keeps the connection alive and hands programs on this computer a fresh token.',
  emptyPoints: [
    'It takes about ten minutes, most of it in Salesforce Setup.',
    'You sign in with your own browser, on your org’s own page.',
    'Keys and tokens are kept encrypted on this computer. You paste key and secret into the Datatrax portal too.',
  ],
  rehearse: 'Rehearse first, without Salesforce',
  rehearseHow: 'A practice org on this computer has Setup pages like those of Salesforce, and users to sign in as. It is marked PRACTICE everywhere.',
  noneYet: 'No connection yet. Go on with what you have begun.',
  add: 'Add an org',
  filter: 'Find a connection',
  filterHint: 'Name, host, user, kind or group. From anywhere: Ctrl+K',
  /** @param {number} found @param {number} all */
  found: (found, all) => (found === 1 ? `1 of ${all} connections` : `${found} of ${all} connections`),
  noMatch: 'No connection has this in its name, host, user, org or kind.',
  clear: 'Show all',
  /** @type {Record<Group, string>} */
  groups: { needs: capital(names.status.needs_you), soon: 'May end soon', away: capital(names.status.unreachable), paused: capital(names.status.paused), well: capital(names.status.connected) },
  check: 'Check',
  checkAgain: 'Check again',
  reconnect: 'Reconnect',
  newPair: 'Paste new key and secret',
  open: 'Open org',
  rename: 'Rename',
  disconnect: 'Disconnect',
  /** @param {string} alias */
  opened: (alias) => `${alias} opens in your browser.`,
  copyAddress: 'Copy the address',
  copyUser: 'Copy the username',
  copyCommand: 'Copy the command for a token',
  /** @type {Record<'address' | 'user' | 'command', string>} */
  copied: { address: 'The address', user: 'The username', command: 'The command' },
  views: 'How the connections are shown',
  cards: 'Cards',
  table: 'Table',
  /** @type {Record<import('../sorting.js').Column, string>} */
  columns: { name: 'Name', kind: 'Kind', group: 'Group', org: 'Org', user: 'User', state: 'State', used: 'Last used' },
  choose: 'Choose',
  chooseAll: 'Choose all',
  details: 'Details',
  menu: 'More',
  /** @param {number} count */
  andMore: (count) => (count === 1 ? 'and one more' : `and ${count} more`),
  likely: 'Most likely:',
  /** @param {string} action @param {string} alias */
  of: (action, alias) => `${action}, ${alias}`,
  one: 'Your connection is well.',
  /** @param {number} count */
  allWell: (count) => (count === 2 ? 'Both are well.' : `All ${count} are well.`),
  /** @param {number} well @param {number} all */
  wellOf: (well, all) => `${well} of ${all} ${well === 1 ? 'is' : 'are'} well.`,
  needYou: { one: 'One needs you.', other: '# need you.' },
  endSoon: { one: 'One may end soon.', other: '# may end soon.' },
  unreachable: { one: 'One cannot be reached at the moment.', other: '# cannot be reached at the moment.' },
  paused: { one: 'Salesforce asks for a pause for one.', other: 'Salesforce asks for a pause for #.' },
};

/** Several connections at once. */
export const bulk = {
  /** @param {number} count */
  chosen: (count) => `${count} chosen`,
  check: 'Check them',
  reconnect: 'Reconnect, one after another',
  clear: 'Choose none',
  stop: 'Stop',
  show: 'Show this sign-in',
  notSignedIn: 'Nobody signed in.',
  /** @param {number} done @param {number} all */
  checked: (done, all) => `${done} of ${all} checked`,
  /** @param {number} at @param {number} all @param {string} alias */
  signingIn: (at, all, alias) => `Sign-in ${at} of ${all}: ${alias}`,
  /** @param {number} done @param {number} all */
  left: (done, all) => `${done} of ${all} were done. The list was left then, so the others were not begun.`,
  /** @param {number} good @param {number} done */
  checksDone: (good, done) => `${good} of ${done} checked are good.`,
  /** @param {number} good @param {number} done */
  signInsDone: (good, done) => `${good} of ${done} are connected again.${good > 0 ? ' The Datatrax portal has sign-ins of its own, which this does not renew.' : ''}`,
};

export const moved = {
  act: 'The files were moved here',
  question: 'Were the files of Datatrax Connect moved here?',
  means: [
    'They seem to be a copy. Yes means that the original is used no more, on no computer: the connections then go on here, with the tokens in these files.',
    'If both are to be used, do not say so, but reconnect each connection here: the original keeps its own sign-ins. A token that is used in two places can end the sign-in in both.',
  ],
  leave: 'Not now',
  sure: 'Yes, they were moved',
  done: 'The connections go on here.',
};

export const pause = {
  heading: 'Salesforce has asked for a pause',
  wait: 'Not now',
  anyway: 'Sign in now all the same',
};

export const unfinished = {
  heading: 'Not finished yet',
  goOn: 'Go on',
  /** @param {number} step @param {number} steps @param {string} title */
  at: (step, steps, title) => (title ? `Step ${step} of ${steps}: ${title}` : `Step ${step} of ${steps}`),
  /** @param {string} when */
  touched: (when) => `You were here ${when}`,
  phases: {
    checking: 'The key, the secret and the callback are being checked',
    waiting: 'Waiting until Salesforce has activated the app. It goes on by itself',
    browser: 'Waiting for the sign-in in your browser',
    finishing: 'Finishing the sign-in',
    confirming: 'Is it the right user and org? Nothing is stored until you answer',
  },
  portal: 'Still to do: connect it in the Datatrax portal',
  /** @param {number} count */
  portals: (count) => `${count} connections are still to be connected in the Datatrax portal`,
  remove: 'Remove',
  undo: 'Undo',
  /** @param {string} org */
  restored: (org) => `The set-up of ${org} is back.`,
  /** @param {string} alias */
  newKeyFor: (alias) => `New key for ${alias}`,
  /** @param {string} org */
  removed: (org) => `The set-up of ${org} is removed. What was created in Salesforce stays there.`,
};

/** What can be brought back of connections that were disconnected. */
export const setAside = {
  /** @param {string} alias @param {string} day */
  kept: (alias, day) => `Name and history of ${alias} are kept until ${day}, and neither key, secret nor tokens.`,
  undo: 'Undo',
  /** @param {number} count */
  heading: (count) => `Disconnected lately (${count})`,
  lead: 'Name, org, history, group and browser are kept for 30 days, and neither key, secret nor tokens. What is brought back needs key and secret pasted anew, and a sign-in.',
  /** @param {string} when */
  since: (when) => `Disconnected ${when}`,
  /** @param {string} day */
  until: (day) => `Kept until ${day}`,
  bringBack: 'Bring back',
  forget: 'Forget now',
  question: 'Forget what is kept of this connection?',
  forgetMeans: 'Its name and history are deleted from this computer now. They cannot be brought back then.',
  keep: 'Keep it',
  /** @param {string} alias */
  back: (alias) => `${alias} is back, with its history. To use it, paste key and secret again and sign in.`,
  /** @param {string} alias @param {string} name */
  backAs: (alias, name) => `${alias} is back as ${name}, since another connection has its name now. To use it, paste key and secret again and sign in.`,
  /** @param {string} alias */
  forgotten: (alias) => `Nothing is kept of ${alias} any more.`,
};

export const leaving = {
  heading: 'Still to be revoked',
  lead: 'Disconnected here already, and of no use to any program. Salesforce is told as soon as the org can be reached; nothing to do.',
  /** @param {string} when */
  since: (when) => `Disconnected ${when}`,
  again: 'Try now',
  trying: 'Trying',
};

export const status = {
  connected: 'Connected',
  /** @param {string} day */
  endsSoon: (day) => `Connected, may end on ${day}`,
  reachOnce: 'The org has to be reached once before that. This is tried by itself; Check tries it now.',
  /** @type {Record<Needs, string>} */
  needs: { sign_in: 'Needs you: sign in again', new_pair: 'Needs you: paste a new key and secret', setting: 'Needs you: a setting in Salesforce' },
  /** @param {string} when */
  since: (when) => `Since ${when}`,
  notConnected: 'Not connected',
  unreachable: 'Not reachable',
  /** @param {string} when */
  unreachableSince: (when) => `Not reachable since ${when}`,
  /** @param {string} away */
  awayButKept: (away) => `${away}, still connected`,
  /** @param {string} away @param {string} day */
  awayAndEnds: (away, day) => `${away}, may end on ${day}`,
  copied: 'Needs you: are these files a copy, or were they moved?',
  pausing: 'Salesforce asks for a pause',
  paused: 'Salesforce asks for a pause, still connected',
  /** @param {string} when */
  pausedUntil: (when) => `Salesforce asks for a pause until ${when}, still connected`,
  afterPause: 'It goes on by itself after the pause. Nothing to do.',
  keepTrying: 'We keep trying. Nothing to do.',
  signInAgain: 'Reconnect signs you in again.',
  rotating: 'Needs you: go on with the rotation',
  neverChecked: 'Not checked yet',
  never: 'Never',
  /** @param {string} when */
  checked: (when) => `Checked ${when}`,
};

/** Groups of connections, such as a client's. */
export const groups = {
  group: 'Group',
  heading: 'Group',
  why: 'A client or a project. Its name and colour stand wherever this org is named.',
  name: 'Name of the group',
  nameHint: 'Empty: in no group.',
  colour: 'Colour',
  /** @type {Record<import('../../../src-tauri/bindings/Colour').Colour, string>} */
  colours: { blue: 'Blue', violet: 'Violet', pink: 'Pink', teal: 'Teal', olive: 'Olive', brown: 'Brown', grey: 'Grey' },
  save: 'Save the group',
  /** @param {string} alias @param {string} group */
  saved: (alias, group) => `${alias} is in the group ${group}.`,
  /** @param {string} alias */
  none: (alias) => `${alias} is in no group.`,
};

/** In which browser an org's pages open. */
export const browsers = {
  heading: 'Browser',
  why: 'Where the sign-in and the pages of this org open.',
  label: 'Open pages of this org in',
  once: 'Open this page in',
  default: 'The default browser',
  ask: 'Ask each time',
  private: 'In a private window',
  gone: 'One that is not found any more',
  asChosen: 'As it is chosen',
  /** @param {string} browser @param {string} profile */
  profile: (browser, profile) => `${browser}, ${profile}`,
  save: 'Save the browser',
  use: 'Sign in with it',
  used: 'The sign-in opens there.',
  saved: 'The browser is saved.',
  question: 'In which browser?',
  open: 'Open',
  leave: 'Not now',
  seen: 'All right',
};

/** The record of use. */
export const uses = {
  unknown: 'an unknown program',
  /** @param {string} program */
  through: (program) => `through dtx, called by ${program}`,
  tokens: { one: '1 token', other: '# tokens' },
  /** @param {number} count */
  fresh: (count) => `${count} fresh`,
  /** @param {number} count */
  run: (count) => `${count} for dtx run`,
  none: 'No record',
  /** @param {string} program @param {string} when */
  allowed: (program, when) => `${program}: allowed since ${when}`,
  /** @param {string} program @param {string} when */
  refused: (program, when) => `${program}: refused since ${when}`,
};

export const detail = {
  back: 'All connections',
  loading: 'Reading the connection.',
  health: 'How it is',
  causes: 'What most likely led to it',
  fix: 'What to do',
  facts: 'Facts',
  host: 'My Domain',
  org: 'Org',
  user: 'Signed in as',
  orgId: 'Organization ID',
  instance: 'Instance address',
  command: 'Command for programs',
  checked: 'Last checked',
  used: 'Last used',
  uses: 'Programs that were given tokens',
  noUses: 'None so far, as far as it is recorded.',
  consents: 'What you said of programs',
  takeBack: 'Take back',
  /** @param {string} program */
  takeBackOf: (program) => `Take back what was said of ${program}`,
  takenBack: 'Taken back: it is asked about again.',
  safeUntil: 'Safe, even unused, until',
  scopes: 'OAuth Scopes',
  rotation: 'Refresh tokens',
  rotates: 'A refresh replaces them.',
  steady: 'No refresh has replaced one so far.',
  policy: 'Refresh Token Policy',
  unknown: 'Not known',
  checks: 'Checks',
  checking: 'Checking the connection. This takes a few seconds.',
  history: 'History',
  noHistory: 'Nothing has happened yet.',
  newName: 'New name',
  save: 'Save the name',
  cancel: 'Cancel',
  /** @param {string} alias */
  renamed: (alias) => `Renamed to ${alias}.`,
  guide: 'Set-up guide of this org',
  besideGuide: 'The app, beside the guide',
  besideGuideWhy: 'The org is asked about every line of Callback URL as well. That needs no right beyond those of the connection, and no secret.',
  compare: 'Compare with the guide',
  appFiles: {
    title: 'The app as files, for Salesforce CLI',
    why: 'Writes the app as the guide makes it as files into a new folder in Downloads: for review and version control, or to make it again in this org. Neither key nor secret is in them.',
    email: 'Contact Email has a stand-in: change it in the file under externalClientApps first. An app that is made anew has a new key and secret.',
  },
  tryWithoutSecret: 'Compare, and try it without the secret',
  askWithoutSecret: 'Try one refresh without the Consumer Secret?',
  withoutSecretMeans: [
    'It shows whether the app requires the secret, as in the guide. An app that requires it refuses, and nothing changes. One that does not sends new tokens, which are stored as after every refresh.',
    'It is sent once, and not again after an answer that is not clear. The next refresh with the secret then shows how the connection is.',
  ],
  withoutSecretOnce: 'Try it once',
  notWithoutSecret: 'Leave it',
  newPair: 'Use another key and secret',
  newPairWhy: 'For when the External Client App was created again, or its key and secret were rotated in Salesforce already. Name and history stay.',
  disconnectWhy: 'Salesforce revokes the tokens, that is proved, and this computer forgets them. Name and history can be brought back for 30 days.',
  portalGoesOn: 'The Datatrax portal has a sign-in of its own, which this does not end. An admin can revoke it in Setup, on External Client Apps OAuth Usage.',
  /** @param {string} alias */
  askDisconnect: (alias) => `Disconnect ${alias}?`,
  /** @param {string} alias */
  typeName: (alias) => `This is production. Type ${alias} to disconnect it`,
  typeNameFirst: 'Type the name of the connection first.',
  portal: 'Datatrax portal',
  portalSaid: 'The portal’s step is done.',
  portalWhy: 'One thing is left for this connection: paste key and secret into the Datatrax portal, and authorize there.',
  portalDone: 'To connect this org in the Datatrax portal once more.',
  disconnectMeans:
    'Salesforce is asked to revoke the tokens, and asked again whether they are dead. Then this computer forgets the key, the secret and the tokens. Name and history can be brought back for 30 days. Programs that use this connection stop working. The External Client App in the org stays as it is.',
  keep: 'Keep it',
  disconnecting: 'Disconnecting',
};

export const disconnected = {
  /** @param {string} alias */
  proved: (alias) => `${alias} is disconnected. Salesforce has confirmed that its tokens no longer work.`,
  /** @param {string} alias */
  revoked: (alias) => `${alias} is disconnected and its tokens are revoked.`,
  /** @param {string} alias */
  later: (alias) => `${alias} is disconnected here, and its tokens are still to be revoked: the org could not be reached or has not confirmed it, or the key of the vault is not there now. This is tried again by itself.`,
  /** @param {string} alias */
  notRevoked: (alias) => `${alias} is disconnected here, but Salesforce did not revoke its tokens. In Setup, Quick Find, open External Client Apps OAuth Usage and revoke them there.`,
  proof: {
    revoked: 'Salesforce has revoked the tokens.',
    notRevoked: 'Salesforce has not revoked the tokens.',
    /** @param {string} when */
    dead: (when) => `Asked again at ${when}, Salesforce says that they are dead.`,
    notProved: 'Asked again, Salesforce did not say whether they are dead.',
    forgotten: 'This computer has forgotten key, secret and tokens.',
  },
  /** @param {string} alias */
  again: (alias) => `${alias} is disconnected again. It had no tokens: nobody had signed in since it was brought back.`,
};
