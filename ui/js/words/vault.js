/**
 * Words of the vault: who keeps its key, and what helps when it cannot be had.
 */

import { names } from './names.js';

export const vault = {
  locked: 'The vault is locked',
  lockedMeans: 'Connections and history can be read. Their keys and tokens stay closed to every program until the passphrase is told.',
  passphrase: 'Passphrase of the vault',
  passphraseHint: 'Asked once; it is remembered until the background part ends.',
  unlock: 'Unlock',
  unlocking: 'Unlocking',
  unlocked: 'The vault is open.',
  forgotten: 'I no longer have it',
  forgottenMeans:
    'A passphrase that is lost cannot be found again, by anybody. You can start over with a new key: names, settings and history stay, and every connection needs its Consumer Key and Consumer Secret pasted and one sign-in.',
  startOver: 'Start over with a new key',

  noKeychain: 'Who is to keep the key of the vault?',
  noKeychainMeans: 'This computer offers no keychain to this session, so there is no safe place for the key by itself. Nothing is ever stored unencrypted: choose who keeps it.',
  keychainFix: 'How to use a keychain instead',
  needsOldKeychain:
    'What was stored so far was encrypted under that keychain. It stays, and works again where that keychain is. Going on without it here, names, settings and history stay, and every connection needs its Consumer Key and Consumer Secret pasted and one sign-in.',
  giveUp: 'Go on without it',
  newKey: 'Go on with a new key',
  newKeyMeans:
    'With a new key, what is stored stays as it is and works again where its key is. Here names, settings and history stay, and each of those connections needs its Consumer Key and Consumer Secret pasted and one sign-in.',
  again: 'Try again',
  leave: 'Not now',
  /** @param {string} keychain */
  keptBy: (keychain) => `${names.key_protection.keychain.now.replace(/\.$/, '')}: ${keychain}.`,
  plain: 'It crosses to the keychain unencrypted, which takes it no other way: a program of yours that can read the memory of the session bus can read it.',
  formerKey: 'The key before it still opens everything, until it is certain that the keychain has the new one for good. If it may be known to somebody, end it now.',
  endFormer: 'End the former key',
  endFormerQuestion: 'End the former key now?',
  endFormerMeans: 'It opens nothing any more then. Should the keychain lose the new key, as KWallet does when it ends within seconds, every connection needs its Consumer Key and Consumer Secret pasted and a new sign-in.',
  endFormerKeep: 'Keep it for now',
  endingFormer: 'Ending it',
  formerEnded: 'The former key opens nothing any more.',

  heading: 'Key of the vault',
  lead: 'Keys and tokens are stored encrypted. This is who keeps the key to them.',
  legend: 'Who keeps the key',
  none: 'There is none yet. The first connection makes one, in the keychain of this computer.',
  /** @param {number} connections */
  sessionEnded: (connections) => `It was kept for one session, as was chosen, and ended with it. ${connections === 1 ? 'One connection needs' : `${connections} connections need`} the Consumer Key and Consumer Secret pasted and a new sign-in; the first one makes another key, in the keychain of this computer.`,
  change: 'Change',
  present: 'Current passphrase',
  presentHint: 'Only somebody who knows it can have the key kept another way.',
  presentMissing: 'Type the current passphrase.',
  newPassphrase: 'New passphrase',
  rules: 'At least 12 characters, such as four words that do not belong together. Spaces and capital letters count.',
  repeat: 'The same once more',
  show: 'Show',
  hide: 'Hide',
  differ: 'These two differ.',
  working: 'Encrypting everything anew',
};
