/**
 * Every text of the page, in one place. Salesforce's own labels stand as Salesforce writes them; words for errors and
 * checks come with them from the agent.
 * @import { OrgKind } from '../../src-tauri/core/bindings/OrgKind'
 * @import { CheckId } from '../../src-tauri/core/bindings/CheckId'
 * @import { CheckState } from '../../src-tauri/core/bindings/CheckState'
 */

export const product = 'Datatrax Connect';

/** @type {Record<OrgKind, string>} */
export const kinds = {
  production: 'PRODUCTION',
  sandbox: 'SANDBOX',
  developer: 'DEVELOPER',
  scratch: 'SCRATCH',
  other: 'OTHER',
  practice: 'PRACTICE',
};

export const rail = {
  navigation: 'Main',
  connections: 'Connections',
  add: 'Add an org',
  settings: 'Settings',
  /** @param {number} step @param {number} steps */
  progress: (step, steps) => `Step ${step} of ${steps}`,
  journey: 'Progress',
  org: 'Your org',
  app: 'Create the app',
  paste: 'Paste and check',
  signIn: 'Sign in',
  connected: 'Connected',
  done: 'done',
  wrong: 'needs you',
};

export const standing = {
  starting: 'Datatrax Connect is starting its background part. This page goes on by itself.',
  away: 'The background part of Datatrax Connect has stopped. It is being started again; nothing stored is lost.',
  lost: 'The background part of Datatrax Connect cannot be reached. It is tried again by itself.',
};

export const connections = {
  heading: 'Connections',
  loading: 'Reading the connections.',
  emptyHeading: 'Connect your first org',
  empty:
    'An admin creates one External Client App in each Salesforce org. Datatrax Connect shows how, checks what you paste, and keeps the connection.',
  emptyPoints: [
    'It takes about ten minutes, most of it in Salesforce Setup.',
    'You sign in with your own browser, on your org’s own page.',
    'Keys and tokens stay on this computer, encrypted.',
  ],
  add: 'Add an org',
  filter: 'Find a connection',
  noMatch: 'No connection has this in its name, host or user.',
  underWay: 'Sign-ins under way',
  goOn: 'Go on',
  list: 'Connections',
  check: 'Check',
  reconnect: 'Reconnect',
  details: 'Details',
  /** @param {string} action @param {string} alias */
  of: (action, alias) => `${action} ${alias}`,
  one: 'Your connection is well.',
  /** @param {number} count */
  allWell: (count) => `All ${count} are well.`,
  /** @param {number} well @param {number} all */
  wellOf: (well, all) => `${well} of ${all} ${well === 1 ? 'is' : 'are'} well.`,
  /** @param {number} count */
  needYou: (count) => (count === 1 ? 'One needs you.' : `${count} need you.`),
  /** @param {number} count */
  unreachable: (count) => (count === 1 ? 'One cannot be reached at the moment.' : `${count} cannot be reached at the moment.`),
  /** @param {number} count */
  signedOut: (count) => (count === 1 ? 'One is not connected.' : `${count} are not connected.`),
};

export const status = {
  connected: 'Connected',
  /** @param {string} day */
  safeUntil: (day) => `Connected, safe until ${day}`,
  needsYou: 'Needs you',
  notConnected: 'Not connected',
  unreachable: 'Not reachable, still connected',
  keepTrying: 'We keep trying. Nothing to do.',
  signInAgain: 'Reconnect signs you in again.',
  neverChecked: 'Not checked yet',
  /** @param {string} when */
  checked: (when) => `Checked ${when}`,
};

export const time = {
  now: 'just now',
  /** @param {number} count */
  minutes: (count) => (count === 1 ? '1 minute ago' : `${count} minutes ago`),
  /** @param {number} count */
  hours: (count) => (count === 1 ? '1 hour ago' : `${count} hours ago`),
};

export const detail = {
  back: 'All connections',
  host: 'My Domain',
  org: 'Org',
  user: 'Signed in as',
  orgId: 'Organization ID',
  checked: 'Last checked',
  safeUntil: 'Safe until',
  unknown: 'Not known',
  checks: 'Checks',
  checking: 'Checking the connection. This takes a few seconds.',
  /** @param {string} when */
  checkedAt: (when) => `Checked ${when}.`,
  history: 'History',
  noHistory: 'Nothing has happened yet.',
  rename: 'Rename',
  newName: 'New name',
  save: 'Save the name',
  /** @param {string} alias */
  renamed: (alias) => `Renamed to ${alias}.`,
  newPair: 'Use another key and secret',
  newPairWhy: 'For when the External Client App was created again, or its details were rotated in Salesforce.',
  disconnect: 'Disconnect',
  disconnectWhy: 'Salesforce revokes the tokens, and this computer forgets the connection.',
  /** @param {string} alias */
  askDisconnect: (alias) => `Disconnect ${alias}?`,
  disconnectMeans:
    'Salesforce is asked to revoke the tokens. Then this computer forgets the key, the secret, the tokens and the history. Programs that use this connection stop working. The External Client App in the org stays as it is.',
  keep: 'Keep it',
  disconnecting: 'Disconnecting',
  more: 'More',
  gone: 'This connection is no longer here.',
};

export const disconnected = {
  /** @param {string} alias */
  proved: (alias) => `${alias} is disconnected. Salesforce has confirmed that its tokens no longer work.`,
  /** @param {string} alias */
  revoked: (alias) => `${alias} is disconnected and its tokens are revoked.`,
  /** @param {string} alias */
  later: (alias) => `${alias} is disconnected here. The org could not be reached: its tokens are revoked as soon as it answers.`,
  /** @param {string} alias */
  notRevoked: (alias) => `${alias} is forgotten here, but Salesforce did not revoke its tokens. In Setup, open Connected Apps OAuth Usage and revoke them there.`,
};

export const add = {
  heading: 'Connect an org',
  lead: 'Keep this window beside Salesforce. One External Client App is needed in each org, production and sandboxes alike.',
  org: {
    heading: 'Which org?',
    label: 'Address of your org',
    hint: 'Any address from its browser tab will do.',
    example: 'acme--uat.sandbox.my.salesforce.com',
  },
  app: {
    heading: 'Create the app in Salesforce',
    lead: 'Already created? Go on to the key and the secret.',
    skip: 'Go to the key and the secret',
    setup: 'Open Setup in the browser',
    needsOrg: 'The guide adapts to your org once its address stands above.',
    next: 'Done, next step',
    /** What the person has done, by step. @type {Record<string, string>} */
    done: {
      open: 'The form is open',
      details: 'I have filled these in',
      oauth: 'I have entered these',
      security: 'I pressed Create',
      copy: 'I have both values',
    },
    proof: 'How you know',
    variants: 'My screen looks different',
    noSetup: 'The browser did not open. Copy this address into it.',
    setupAddress: 'Address of the page',
  },
  paste: {
    heading: 'Paste the key and the secret',
    lead: 'They are checked before any browser opens, stored encrypted on this computer, and never shown again.',
    key: 'Consumer Key',
    secret: 'Consumer Secret',
    show: 'Show',
    hide: 'Hide',
    /** @param {string} what */
    toggle: (what) => `${what} the Consumer Secret`,
    keyHint: 'From Consumer Key and Secret in the app’s OAuth Settings.',
    secretHint: 'From the same page.',
    /** @param {number} count */
    length: (count) => (count === 1 ? '1 character' : `${count} characters`),
    exchange: 'Exchange the two values',
    exchanged: 'The two values are exchanged.',
  },
  checks: {
    heading: 'Checks',
    again: 'Check again',
    next: 'Once both values stand here',
    running: 'Asking the org',
    /** @param {string} what */
    result: (what) => `Checks: ${what}`,
  },
  signIn: {
    heading: 'Sign in',
    user: 'Who will sign in?',
    userHint: 'Optional. The username, such as an integration user’s. Every load runs with this user’s rights.',
    alias: 'Name of this connection',
    aliasHint: 'Optional. Taken from the org when left empty.',
    button: 'Sign in with Salesforce',
    starting: 'Starting the sign-in',
  },
  notYet: {
    org: 'Start with the address of your org.',
    address: 'Put the address right first.',
    pair: 'Paste the Consumer Key and the Consumer Secret.',
    exchange: 'Exchange the two values first.',
    blocked: 'Put right what is marked above first.',
    failed: 'Put right what the checks found, then check again.',
    ready: 'Nothing has been stored yet.',
  },
};

/** @type {Record<CheckId, string>} */
export const checkTitles = {
  address: 'Address',
  tls: 'Secure connection',
  key: 'Consumer Key',
  secret: 'Consumer Secret',
  callback: 'Callback URL',
  scopes: 'Scopes',
  org: 'Org',
  api: 'API',
};

/** @type {Record<CheckState | 'next' | 'running', string>} */
export const checkStates = {
  pass: 'Good',
  warn: 'Look at this',
  fail: 'Not right',
  unknown: 'Cannot tell',
  skip: 'Not checked',
  next: 'Not yet',
  running: 'Checking',
};

export const checkSummary = {
  none: 'nothing could be told.',
  good: 'all good.',
  /** @param {string[]} titles */
  wrong: (titles) => `${titles.join(' and ')} not right.`,
  /** @param {string[]} titles */
  look: (titles) => `look at ${titles.join(' and ')}.`,
};

export const attempt = {
  /** @param {string} alias */
  eyebrow: (alias) => `Signing in: ${alias}`,
  cancel: 'Cancel the sign-in',
  back: 'All connections',
  checking: {
    heading: 'Checking the key, the secret and the callback',
    lead: 'This takes a few seconds. Nothing has been stored yet.',
    line: 'Asking the org',
  },
  waiting: {
    heading: 'Salesforce is activating your app',
    lead: 'This usually takes 2 to 10 minutes, sometimes 30. You can close this window: the background part keeps asking.',
    line: 'Not active yet',
    /** @param {string} left */
    next: (left) => `Next check in ${left}`,
    asking: 'Asking Salesforce',
    calm: 'Nothing is wrong.',
    calmMore: 'The sign-in goes on the moment Salesforce knows the app.',
  },
  browser: {
    heading: 'Go on in your browser',
    lead: 'Sign in as the user whose rights Datatrax is to have, then press Allow. This page goes on by itself.',
    notOpened: 'No browser opened by itself. Copy the address below into your browser.',
    address: 'Sign-in address',
    again: 'Open again',
    limit: 'The sign-in stays open for 15 minutes.',
    stuck: 'The browser ended on a page that does not go on?',
    stuckWhy: 'Copy the whole address from the browser’s address bar and paste it here.',
    pasteBack: 'Address the browser ended on',
    send: 'Use this address',
  },
  finishing: {
    heading: 'Finishing the sign-in',
    lead: 'The org and the user are being looked at. Nothing has been stored yet.',
    line: 'Reading who signed in',
  },
  confirming: {
    heading: 'Is this the right user and org?',
    lead: 'Nothing is stored until you answer.',
    user: 'Signed in as',
    org: 'Org',
    orgId: 'Organization ID',
    kind: 'Kind',
    /** @param {string} user */
    accept: (user) => `Yes, connect as ${user}`,
    decline: 'No, do not keep it',
  },
  connected: {
    heading: 'Connected',
    /** @param {string} alias */
    lead: (alias) => `${alias} is stored and ready. Programs on this computer can ask for access with dtx token.`,
    user: 'Signed in as',
    instance: 'Instance address',
    show: 'Show the connection',
    all: 'All connections',
  },
  failed: {
    heading: 'The sign-in did not work',
    lead: 'Nothing has been stored.',
    again: 'Try again',
    form: 'Back to the key and the secret',
  },
  cancelled: {
    heading: 'The sign-in was cancelled',
    lead: 'Nothing has been stored.',
  },
  gone: {
    heading: 'This sign-in is over',
    lead: 'It was interrupted before it was complete, so nothing of it has been stored. Start it again.',
  },
};

export const settings = {
  heading: 'Settings',
  lead: 'They hold for the background part, the window and dtx alike.',
  loading: 'Reading the settings.',
  startAtLogin: 'Start with the login',
  startAtLoginHint: 'The background part starts when you sign in to this computer, and keeps the connections without this window.',
  keepAlive: 'Keep connections alive',
  keepAliveHint: 'A connection that nobody uses is refreshed about once a day, so that Salesforce does not end it.',
  theme: 'Appearance',
  themes: { system: 'As the desktop', light: 'Light', dark: 'Dark' },
  log: 'Log',
  logHint: 'How much the log of the background part tells. It never holds a key, a secret or a token.',
  levels: { error: 'Errors only', warn: 'Warnings', info: 'What happens', debug: 'More', trace: 'Everything' },
  network: 'Network',
  proxy: 'Proxy',
  proxyHint: 'For Salesforce’s hosts. Leave it empty to use what the system is set up with.',
  authority: 'Added certificate authority',
  authorityHint: 'A file of PEM certificates to trust besides the system’s, for networks that look into TLS.',
  save: 'Save',
  /** @param {string} name */
  saveOf: (name) => `Save ${name}`,
  /** @param {string} name */
  saved: (name) => `${name}: saved.`,
  /** @param {string} variable */
  overruled: (variable) => `${variable} is set in the environment and decides in place of this.`,
  file: 'File',
};

export const failure = {
  fix: 'What to do',
  details: 'Details',
  code: 'Code',
  retry: 'The same may work in a moment, without changing anything.',
  unexpected: 'Something went wrong that has no words yet. Try once more; if it stays, the code below helps to find it.',
};

export const copy = {
  button: 'Copy',
  done: 'Copied',
  failed: 'Press Ctrl+C',
  /** @param {string} label */
  label: (label) => `Copy ${label}`,
  /** @param {string} label */
  said: (label) => `${label} copied.`,
  /** @param {string} label */
  selected: (label) => `${label} is selected. Press Ctrl+C to copy it.`,
};
