/**
 * Words of the requests to an admin, and of their sealed answers.
 * @import { RequestStanding } from '../../../src-tauri/bindings/RequestStanding'
 */

export const requests = {
  heading: 'Ask an admin for the app',
  lead: 'Somebody with the rights makes it, and needs nothing but a browser. The page that you send seals Consumer Key and Consumer Secret, so that both can come back by mail or chat.',
  inHelp: 'A page to send to somebody with the rights, and the sealed answer that comes back.',
  toHere: 'Requests and answers …',
  toRequests: 'Ask an admin with a page that seals the answer',
  toAnswer: 'An admin has sent a sealed answer',
  answer: 'Open the answer',
  answerField: 'Sealed answer',
  answerHint: 'Paste or drop the mail, the chat or the file that came back: it begins with DTXANSWER1 and ends with 1END.',
  file: 'Or open the file',
  opening: 'Opening it. Nothing of it is sent anywhere but to your org.',
  /** @param {string} number @param {string} org */
  opened: (number, org) => `The answer to request ${number}, for ${org}, is opened.`,
  /** @param {string} key @param {string} until */
  kept: (key, until) => `Its Consumer Key (${key}) and Consumer Secret are kept until ${until}, for the sign-in.`,
  again: 'Once you have signed in with them, the request has ended and no answer to it opens any more. If Salesforce refuses them, ask the admin for another answer: the same page can be used again.',
  /** @param {string} until */
  openedAndKept: (until) => `An answer is opened: its Consumer Key and Consumer Secret are kept until ${until}, for the sign-in.`,
  exchanged: 'The two stood in each other’s place, and were exchanged.',
  goOn: 'Go on to the sign-in',
  ask: 'A new request',
  address: 'Address of the org',
  name: 'Your name',
  nameHint: 'As the admin knows you: it stands in the page.',
  days: 'Days until it ends',
  daysHint: '1 to 30. After that nobody can answer it.',
  make: 'Make the page',
  making: 'Making a key for this request, and the page.',
  made: 'The page is among your downloads',
  madeNext: 'Send this file to the admin, by mail or chat: it holds nothing secret. Where a mail system keeps HTML files back, send it in a ZIP file. Then tell its SHA-256 by telephone or in person, and have it compared there: a page that somebody replaced on its way could show any words.',
  /** @param {string} number */
  another: (number) => `There is another request for this org: ${number}. If it is not needed, withdraw it below.`,
  /** @param {string} alias */
  isConnected: (alias) => `This org is connected already, as ${alias}. What an answer holds takes the place of its key and secret once you sign in with it.`,
  where: 'File',
  sum: 'SHA-256',
  open: 'Open its folder',
  openedFolder: 'The folder of the page was opened.',
  list: 'Requests',
  none: 'No request was made yet.',
  /** @param {string} number */
  numbered: (number) => `Request ${number}`,
  /** @param {string} name */
  from: (name) => `from ${name}`,
  /** @type {Record<RequestStanding, (when: string) => string>} */
  standings: {
    open: (when) => `Can be answered until ${when}.`,
    answered: (when) => `Answered, and the org is connected by it, ${when}.`,
    withdrawn: (when) => `Withdrawn, ${when}.`,
    expired: (when) => `Over since ${when}.`,
    lost: (when) => `Ended with the session that had the vault’s key, ${when}.`,
  },
  save: 'Save the page again',
  withdraw: 'Withdraw',
  askWithdraw: 'Withdraw this request?',
  withdrawMeans: 'Its key is destroyed. An answer that is on its way cannot be opened by anybody then, and what one held that was opened is forgotten.',
  keep: 'Keep it',
  withdrawn: 'The request is withdrawn.',
};
