/** Words of the guided set-up. The texts of its steps are in the guide itself, which the terminal shows too. */

export const guide = {
  /** @param {number} step @param {number} steps */
  step: (step, steps) => `Step ${step} of ${steps}`,
  loading: 'Reading how far this set-up is.',
  gone: 'This set-up is no longer here',
  goneLead: 'It was removed, or it is complete.',
  back: 'Back',
  actions: 'What to do',
  done: 'Done',
  proof: 'How you know it is done:',
  variants: 'My screen looks different',
  variantsElse: 'It is different for me',
  more: 'Why, and good to know',
  byHand: 'Open Setup in the browser does not lead there.',
  byHandHow: 'Go there by hand: type this into Quick Find, or open the address.',
  /** @param {number} step @param {string} title */
  said: (step, title) => `Step ${step}, ${title}: marked as done.`,
  wrong: 'Not right yet',
  corrected: 'I have put this right',
  marks: {
    said: 'You said this is done. It is checked once the key is pasted.',
    implied: 'Done, as far as the org can tell.',
    proved: 'The org confirms this step.',
    doubted: 'What the org says of it is above. It stops nobody.',
    wrong: 'The org says otherwise. What to change is above.',
  },
  undo: 'Not done after all',
  setup: 'Open Setup in the browser',
  setupAgain: 'Open Setup again',
  setupOpened: 'Setup is open in your browser. Sign in there if it asks.',
  noSetup: 'The browser did not open. Copy this address into it.',
  setupAddress: 'Address of the page',
  /** @param {string} what */
  zoom: (what) => `Enlarge: ${what}`,
  close: 'Close',
  /** Setup's labels in the guide's sentences, letter for letter. */
  labels: [
    'Create, edit, and delete External Client Apps', 'Confirm and Lock Security Controls', 'External Client App Manager', 'External Client Apps', 'New External Client App', 'New Connected App', 'App Manager', 'Quick Find', 'Setup', 'Create',
    'Enable OAuth Settings', 'Enable OAuth', 'API (Enable OAuth Settings)', 'Callback URL', 'Selected OAuth Scopes', 'OAuth Scopes', 'Flow Enablement', 'Security',
    'Contact Email', 'Basic Information', 'App Settings', 'Settings', 'OAuth Settings', 'Permission Sets', 'System Permissions', 'Consumer Key and Secret', 'Consumer Key', 'Consumer Secret', 'Consumer Details', 'Verify', 'Allow',
    'Local', 'Distribution State', 'Save', 'Manage External Client Apps', 'Permitted Users',
  ],
  callbackUrl: 'Callback URL',
  oauthScopes: 'OAuth Scopes',
};

export const org = {
  begunHeading: 'Go on where you left off',
  /** @param {number} step @param {string} title */
  at: (step, title) => `Step ${step}: ${title}`,
  goOn: 'Go on',
  /** @param {string} org */
  goOnWith: (org) => `Go on with ${org}`,
  label: 'Address of your org',
  hint: 'Any address from its browser tab will do.',
  example: 'acme--uat.sandbox.my.salesforce.com',
  cli: { one: 'Or one that Salesforce CLI knows here', other: 'Or one of # that Salesforce CLI knows here' },
  cliWhy: 'Its address alone is taken over. What Salesforce CLI is signed in with stays there.',
  begin: 'This is my org',
  haveAll: 'I have all of this',
  otherAddress: 'Put the address right',
  message: 'Somebody else has to make the app: a message to send',
  resume: 'Go on with this org',
  needed: 'Start with the address of your org.',
  notYet: 'Put the address right first.',
  unsure: 'Say first which org is meant.',
  short: 'I have key and secret already',
  toConnection: 'Show the connection',
  meant: 'The org that is meant',
  /** @param {string} host */
  use: (host) => `Use ${host}`,
  begun: 'A set-up of this org is under way. It goes on where you left it.',
  /** @param {string} alias */
  connected: (alias) => `This org is connected already, as ${alias}. Going on leads to a new key and secret for it.`,
  production: 'This is a production org. The app you create here is for production alone; each sandbox needs its own.',
  practice: 'A rehearsal: this org runs on your own computer. Nothing reaches Salesforce.',
  rehearse: 'Only trying it out?',
  rehearseHow: 'A practice org on this computer behaves like the real one, and nothing reaches Salesforce.',
  chosen: 'Your org',
  kind: 'Kind',
  host: 'My Domain',
  another: 'Connect another org',
  manage: 'This set-up',
  startOver: 'Start over',
  askStartOver: 'Start over with this org?',
  startOverMeans: 'All marks of the steps are taken away. The address stays. Nothing changes in Salesforce.',
  keep: 'Keep it',
  remove: 'Remove this set-up',
  askRemove: 'Remove this set-up?',
  removeMeans: 'This computer forgets how far you were with this org. Nothing changes in Salesforce, and no connection is touched.',
};

/** The app as files, for Salesforce CLI. */
export const appFiles = {
  title: 'Deploy the app with Salesforce CLI instead',
  why: 'Writes the app of this guide as files into a new folder in Downloads. They can be reviewed and kept in version control; neither key nor secret is in them.',
  write: 'Write the files',
  written: 'The files are written.',
  folder: 'Folder',
  then: 'In that folder, with Salesforce CLI:',
  /** @param {number} which */
  command: (which) => (which === 1 ? 'Sign in' : 'Deploy'),
  email: 'Contact Email has a stand-in: change it in the file under externalClientApps first. Once the app is deployed, go on here at the step Paste and check.',
  open: 'Open Downloads',
};

/** The way of those who have both values at hand. */
export const short = {
  heading: 'Connect with the key and secret you have',
  lead: 'The org is asked about them before any browser opens.',
  signIn: 'Sign in with Salesforce',
  needed: 'Address, key and secret are needed.',
  ready: 'Your browser opens at the org’s own page. Nothing is stored before you have signed in.',
  guide: 'I have no app yet: show me the guide',
  mend: 'Show where to put it right',
};

/** The practice org that this window runs. */
export const practice = {
  start: 'Start a practice org',
  starting: 'Starting the practice org',
  running: 'The practice org runs',
  until: 'It runs until you stop it or close this window. Nothing of it reaches Salesforce.',
  address: 'Address',
  connect: 'Connect it',
  stop: 'Stop it',
  users: 'Who can sign in there',
  password: 'Password',
  /** @type {Record<string, string>} */
  roles: { admin: 'Opens Setup', integration: 'For the connection', without_api: 'Lacks the permission API Enabled', frozen: 'Cannot log in', other_org: 'Belongs to another org' },
};

export const paste = {
  key: 'Consumer Key',
  secret: 'Consumer Secret',
  show: 'Show',
  hide: 'Hide',
  /** @param {string} what */
  toggle: (what) => `${what} the Consumer Secret`,
  keyHint: 'From Consumer Key and Secret in the app’s OAuth Settings.',
  secretHint: 'From the same page.',
  length: { one: '1 character', other: '# characters' },
  exchange: 'Exchange the two values',
  exchanged: 'The two values are exchanged.',
  kept: 'Until the sign-in or the wait begins, both are in this window alone, and gone when it is closed.',
  checks: 'Checks',
  again: 'Check again',
  goOn: 'Go on to the sign-in',
  wait: 'Wait for Salesforce',
  mendKey: 'Put the key right',
  leadsTo: 'Steps to look at again',
  /** @param {number} step @param {string} title */
  stepOf: (step, title) => `Go to step ${step}: ${title}`,
  earlier: 'What the org was last found to say. Paste both values to check again.',
  notActive: 'The org does not know this key yet: a new app needs a few minutes.',
  notActiveMore: 'Press Wait for Salesforce. The org is then asked again by itself, also when this window is closed.',
  notKnown: 'The org does not know this key, or not yet.',
  notKnownMore: 'Compare it with the Consumer Key in Setup of this very org: one that is cut off, or of another org, stays unknown. If it is the same and the app was made less than 30 minutes ago, press Wait for Salesforce. The org is then asked again by itself, also when this window is closed.',
  look: 'What to look at',
  noCallback: 'A new app may need some minutes until its Callback URL is known. Look at its step, or check every line below; where all are there, press Wait for Salesforce, and the org is asked again by itself.',
  notYet: {
    pair: 'Paste the Consumer Key and the Consumer Secret.',
    reading: 'Reading what was pasted.',
    exchange: 'Exchange the two values first.',
    blocked: 'Put right what is marked above first.',
    failed: 'Put right what the checks found, then check again.',
    wait: 'Nothing has been stored yet.',
    ready: 'Nothing has been stored yet.',
  },
};

export const callbacks = {
  check: 'Check every callback line',
  again: 'Check every line again',
  checking: 'Asking the org about each line. This can take half a minute.',
  heading: 'Callback URL, line by line',
  needsKey: 'The lines can be checked once the Consumer Key is pasted.',
  toPaste: 'Paste the key',
  yours: 'Wanted',
  registered: 'Registered',
  missing: 'Lines that are missing',
  hostedAlone: 'Only Datatrax’s own address is registered.',
  hostedAloneMore: 'Add the lines that are missing, and the sign-in comes back to this computer by itself. Where you cannot change the app, you can sign in all the same: the browser then ends on a page of Datatrax, and you paste its address here. Should the portal use up the answer first, that sign-in fails, and nothing is lost.',
  hosted: 'Sign in through Datatrax’s page',
  allThere: 'Every line is registered.',
  /** @param {number} there @param {number} all */
  count: (there, all) => `${there} of ${all} lines are registered.`,
  /** @param {number} there @param {number} asked */
  soFar: (there, asked) => `${there} of the ${asked} lines that the org was asked about are registered.`,
  /** @param {number} asked */
  enough: (asked) => (asked === 1 ? 'The line that the org was asked about is registered.' : `All ${asked} lines that the org was asked about are registered.`),
};

export const wait = {
  heading: 'The org does not know this key yet',
  lead: 'A new app is usually known after 2 to 10 minutes, sometimes 30. Your browser then opens. You can close this window: the background part keeps asking, and tells you.',
  handing: 'The background part is given the key and the secret.',
  line: 'Not known yet',
  /** @param {string} key */
  key: (key) => `Asked about: ${key}.`,
  callbackHeading: 'Waiting for the Callback URL',
  callbackLead: 'The org knows the app, and none of its lines yet that lead back to this computer. In a new app they may come some minutes later. You can close this window: the background part keeps asking, and tells you.',
  callbackReadyLead: 'The org knows the app, and none of its lines yet that lead back to this computer. Once you press Wait for Salesforce, it is asked every 20 seconds, also when this window is closed.',
  callbackLine: 'No line is known yet',
  /** @param {string} when */
  created: (when) => `Created ${when}.`,
  sinceCreate: 'Time since Create',
  /** @param {string} left */
  next: (left) => `Asked again in ${left}`,
  asking: 'Asking Salesforce',
  calm: 'A new app is answered like this, and so is a key that is cut off or of another org.',
  calmMore: 'Compare beginning, end and length with the Consumer Key in Setup of this very org. If they differ, press Stop waiting and paste again.',
  meanwhile: 'Meanwhile',
  meanwhileDo: [
    'Decide who signs in: best an integration user with rights to exactly what Datatrax needs.',
    'Have their password at hand: a login is asked for.',
  ],
  name: 'Remember this username',
  /** @param {string} user */
  named: (user) => `${user} is remembered for the sign-in. Nobody is notified.`,
  stop: 'Stop waiting',
  notPasted: 'Once key and secret are pasted, the org is asked whether it knows the app. Until then only the time can be told.',
  notPastedHeading: 'The waiting begins after the paste.',
  notCreated: 'You have not said yet that Create was pressed.',
  toPaste: 'Paste the key and the secret',
  over: 'There is nothing to wait for',
  overLead: 'Salesforce knows the app.',
  overElse: 'The sign-in is under way, or done.',
  untold: 'Whether Salesforce knows the app could not be told',
  untoldLead: 'The checks say why. Check again there, or go on: this does not stop you.',
  toChecks: 'Back to the checks',
  ready: 'Wait for Salesforce',
  readyLead: 'The org does not know the key yet, and is not being asked. Once you press Wait for Salesforce, it is asked every 20 seconds, also when this window is closed.',
  again: 'Wait again',
  overdue: 'Still not known',
  overdueLead: 'Nothing has been stored, and nothing is asked any more.',
};

export const signIn = {
  user: 'Who will sign in?',
  userHint: 'The username, best of an integration user. If somebody else signs in, you are asked before anything is stored.',
  alias: 'Name of this connection',
  aliasHint: 'Optional. Taken from the org when left empty.',
  more: 'Name and browser',
  open: 'Sign in with Salesforce',
  starting: 'Starting the sign-in',
  needsPair: 'Key and secret are needed once more',
  needsPairWhy: 'They are stored only once you have signed in, and are no longer at hand.',
  toPaste: 'Paste the key and the secret',
  readyLine: 'Your browser opens at the org’s own page.',
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
  browser: {
    heading: 'Go on in your browser',
    lead: 'Log in as the user whose rights Datatrax is to have, then press Allow. A login is asked for even if the browser is signed in. This page goes on by itself.',
    line: 'Waiting for you in the browser',
    /** @param {string} left */
    left: (left) => `${left} left`,
    unopenedHeading: 'Sign in now',
    knownHeading: 'Salesforce knows your app. Sign in now.',
    unopenedLead: 'The sign-in page has not been opened from this window. Open it, sign in as the user whose rights Datatrax is to have, and press Allow.',
    notOpened: 'No browser opened by itself. Copy the address below into your browser.',
    address: 'Sign-in address, for another browser or a private window',
    open: 'Open the sign-in page',
    again: 'Open again',
    limit: 'The sign-in stays open for 15 minutes.',
    stuck: 'The browser ended on a page that does not go on?',
    stuckWhy: 'Copy the whole address from the browser’s address bar and paste it here. If the page shows an error, that explains it; its text does too.',
    pasteBack: 'Address the browser ended on',
    send: 'Use this address',
    endWithIt: 'End this sign-in with that',
    errorPage: 'The browser shows an error page, or nothing happens after Allow?',
    /** Errors on Salesforce's own pages, and their meaning. @type {[string, string][]} */
    errors: [
      ['redirect_uri_mismatch', 'The line that this sign-in comes back by is not in Callback URL, or not yet.'],
      ['invalid_client_id, or client identifier invalid', 'The org does not know the Consumer Key, or not on all of its servers yet.'],
      ['OAUTH_APPROVAL_ERROR_GENERIC', 'Most often a scope is missing, or Permitted Users does not let this user in.'],
      ['Nothing happens after Allow', 'Some browsers hold back the way out of a page. Open the sign-in page once more; where that does not help, open the sign-in address in another browser.'],
      ['Any other, or a page that stays blank', 'Close that page, and sign out of Salesforce in the browser before you try again.'],
    ],
    checkAgain: 'Check again and open a new page',
    checkAgainWhy: 'Key, secret and Callback URL are asked about once more, and what is wrong is said here. Nothing has to be pasted.',
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
    host: 'My Domain',
    powers: 'Rights',
    allPowerful: 'May change everything in the org (Modify All Data)',
    limited: 'Not everything: what profile and permission sets allow',
    untold: 'The org does not tell whether this user may change everything',
    rights: 'Every load runs with the rights of this user, whoever submits it. An integration user is the better choice than a personal admin account.',
    unnamed: 'No username was entered before, and this user may change everything in the org.',
    unnamedFix: 'If you were signed in for Setup only, sign in as the integration user instead.',
    /** @param {string} user */
    instead: (user) => `Sign in as ${user} instead`,
    somebodyElse: 'Sign in as somebody else',
    /** @param {string} user */
    accept: (user) => `Yes, connect as ${user}`,
    decline: 'Keep nothing',
    /** @param {string} user */
    named: (user) => `You named ${user}, and another user has signed in.`,
    /** @param {string} user */
    before: (user) => `Until now this connection was ${user}, and another user has signed in.`,
    otherUser: 'Another user than the one you named has signed in.',
    otherUserFix: 'If this user is right, say so. If not, sign in once more: a login is asked for.',
    refreshed: 'This org has another id than before. A sandbox gets a new one each time it is refreshed.',
    refreshedFix: 'If the sandbox was refreshed, answer yes: name and history stay. If it was not, answer no, and look at which org the browser is signed in to.',
  },
  connected: {
    heading: 'Connected',
    /** @param {string} alias */
    lead: (alias) => `${alias} is stored and ready. Programs on this computer can ask for access with dtx token.`,
    user: 'Signed in as',
    instance: 'Instance address',
    portal: 'This was the sign-in of this computer. The Datatrax portal has its own, which cannot be seen from here. If loads fail, renew that one too: in the portal, Settings → Salesforce Connection → Authorize with Salesforce.',
    show: 'Show the connection',
  },
  failed: {
    heading: 'The sign-in did not work',
    lead: 'Nothing has been stored.',
    again: 'Try again',
    somebodyElse: 'Somebody else signs in',
    form: 'Back to the key and the secret',
    formLine: 'Both are pasted once more: they are stored only once you have signed in, and are no longer at hand.',
    paste: 'Paste other values',
    /** @param {string} until */
    kept: (until) => `Key and secret are still here for another try, until ${until}.`,
    stays: 'The connection stays as it was.',
    connection: 'Back to the connection',
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

export const connected = {
  heading: 'Nearly done: Datatrax itself is not connected yet',
  /** @param {string} alias */
  lead: (alias) => `So far, ${alias} is connected to this computer alone.`,
  /** @param {string} alias */
  headingPractice: (alias) => `${alias} is connected`,
  leadPractice: 'The connection is stored, and kept alive while the practice org runs.',
  notYet: 'This step opens once you have signed in.',
  user: 'Signed in as',
  org: 'Org',
  someoneElse: 'Sign in as someone else',
  checks: 'Checks of the connection',
  checksGood: 'All checks are good',
  /** Those that are not to be looked at. @param {number} good @param {number} skipped */
  checksQuiet: (good, skipped) => [good === 1 ? '1 check is good' : good > 0 && `${good} checks are good`, skipped > 0 && `${skipped} not made`].filter(Boolean).join(', '),
  open: 'Open the Datatrax portal',
  openWithKey: 'Copy the key and open the portal',
  copySecret: 'Copy the secret',
  keyAgain: 'Copy the key again',
  labels: ['Settings', 'Salesforce Connection', 'Connect production org', 'Connect sandbox org', 'Authorize with Salesforce', 'Allow'],
  key: 'Consumer Key',
  secret: 'Consumer Secret',
  notShown: 'Stored on this computer, never shown',
  /** @param {string} label @param {number | null} seconds */
  copied: (label, seconds) => (seconds === null
    ? `${label} is on the clipboard. It is not cleared by itself here: copy something else once you have pasted it.`
    : `${label} is on the clipboard, and is cleared from it in ${seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`}.`),
  rehearsal: 'A rehearsal ends here: the portal is for real orgs. The steps in your own org are the same.',
  another: 'Connect another org',
  done: 'Done',
  doneLine: 'Done puts this guide away. The connection stays.',
  /** @param {string} user */
  unnamed: (user) => `Signed in as ${user}: no username was entered before.`,
  later: 'Later',
  laterLine: 'Left for later, it waits under Connections.',
  told: 'The portal shows it as connected',
  startAtLogin: 'Keep it alive after a restart: start with the login',
  /** @param {string} left */
  secretFor: (left) => `It can be copied for ${left} more`,
  secretOver: 'No longer to be copied from here: Setup shows it',
};
