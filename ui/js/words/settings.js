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

export const settings = {
  heading: 'Settings',
  lead: 'They apply to the window, to dtx and to the background part alike.',
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
