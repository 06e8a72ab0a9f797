/** Words of the screen that explains a pasted text. What the text means comes from the table of causes. */

export const explain = {
  heading: 'Explain an error',
  lead: 'Paste what was shown: the address of the page with the error, an answer, a log, a whole terminal. It is read in this window. Nothing of it is sent, kept or logged.',
  field: 'Text with the error',
  hint: 'Keys, secrets and tokens in it are hidden at once: [hidden] takes their place.',
  clear: 'Clear',
  cleared: 'Cleared.',
  cut: 'The text is longer than 200 KB, so only its beginning was read. If the error comes later, paste that part alone.',
  by: 'Going by the pasted text',
  who: 'Who',
  wait: 'Waiting',
  sure: 'How sure',
  /** @param {string} sure @param {string} source */
  sureBy: (sure, source) => `${sure} From: ${source}.`,
  more: 'More about this …',
  about: 'About this failure',
  close: 'Close',
  other: 'Was something else shown?',
  otherWhy: 'Salesforce and the browser often show a text of their own. Paste it here, and it is explained as well. Nothing of it is sent, kept or logged.',
  diagnostics: 'Whoever helps you may want to see the log: Help exports it, without names and secrets.',
  toHelp: 'Go to Help',
  copy: 'the answer',
  /** @param {number} causes */
  several: (causes) => `${causes} causes were found.`,
  inHelp: 'Paste the page, the answer or the log that shows it: what it means, what to do, and who can.',
  toExplain: 'Explain an error …',
};

/** The way to a page of an org's Setup. */
export const setupWay = {
  /** @param {string} page */
  open: (page) => `Open ${page}`,
  /** @param {string} host */
  of: (host) => `in the Setup of ${host}`,
  /** @param {string} page */
  opened: (page) => `${page} was opened in the browser.`,
  /** @param {string} page */
  words: (page) => `In the Setup of the org, type ${page} in the Quick Find box.`,
  choose: 'The text does not say which org. In the Setup of',
};
