/**
 * Words of the settings.
 */

/** Whether programs are given tokens. */
export const handingOut = {
  title: 'Tokens for programs',
  hint: 'A pause holds for every program and every connection, for dtx too, until somebody ends it. The connections are kept meanwhile.',
  pause: 'Give no program a token',
  isPaused: 'No program is given a token now.',
  goesOn: 'Programs are given tokens again.',
  goOn: 'Hand out tokens again',
  /** @param {string} when */
  since: (when) => `No program is given a token since ${when}, because that was paused. The connections are kept.`,
};

/** A program asks for tokens for the first time. */
export const asking = {
  question: 'May this program use the connection?',
  means: [
    'It asks for a token for the first time, and waits. With one it can read and change in this org whatever the user may, until the token ends.',
    'The answer is kept for this program and this connection, and can be taken back there. Of an interpreter, such as python3 or bash, it covers all scripts.',
  ],
  later: 'Answer later',
  allow: 'Allow it',
  refuse: 'Refuse it',
  isAllowed: 'The program is given tokens of this connection.',
  isRefused: 'The program is given no token of this connection.',
};

export const settings = {
  heading: 'Settings',
  lead: 'They apply to the window, to dtx and to the background part alike.',
  loading: 'Reading the settings.',
  startAtLogin: 'Start with the login',
  startAtLoginHint: 'The background part starts when you sign in to this computer, and keeps the connections without this window.',
  keepAlive: 'Keep connections alive',
  keepAliveHint: 'A connection that nobody uses is refreshed about once a day, so that Salesforce does not end it.',
  askPrograms: 'Ask about each new program',
  askProgramsHint: 'Before a program is given a token of a connection for the first time, you are asked here. A guard against mistakes: a program of yours that wants to get around it can.',
  theme: 'Appearance',
  themes: { system: 'As the desktop', light: 'Light', dark: 'Dark' },
  log: 'Log',
  logHint: 'How much the log of the background part tells. It never holds a key, a secret or a token.',
  levels: { error: 'Errors only', warn: 'Warnings', info: 'What happens', debug: 'More', trace: 'Everything' },
  noTray: 'This desktop shows no tray icon.',
  noTrayMore: 'Connections are kept all the same, and this window shows all there is. On Linux with GNOME, the extension “AppIndicator and KStatusNotifierItem Support” adds a tray.',
  network: 'Network',
  proxy: 'Proxy',
  proxyHint: 'For Salesforce’s hosts. Leave it empty to use what the system is set up with.',
  authority: 'Added certificate authority',
  authorityHint: 'A file of certificates (PEM or DER) to trust besides the system’s, for networks that inspect traffic.',
  save: 'Save',
  /** @param {string} name */
  saveOf: (name) => `Save ${name}`,
  /** @param {string} name */
  saved: (name) => `${name}: saved.`,
  /** @param {string} variable */
  overruled: (variable) => `${variable} is set in the environment and decides in place of this.`,
  file: 'File',
};
