/** Words of the rotation of a key and its secret. What each step says comes from the agent. */

export const rotate = {
  title: 'Rotate key and secret',
  why: 'For when the pair has to be renewed, or somebody else may have it. You are told what will happen first, and led through Setup step by step.',
  underWay: 'The rotation of key and secret is under way. It waits where you left it.',
  /** @param {string} title @param {boolean} exposed */
  at: (title, exposed) => (exposed ? `The exposed key and secret are being rotated: ${title}.` : `Key and secret are being rotated: ${title}.`),
  mark: 'being rotated',
  goOn: 'Go on with the rotation',
  loading: 'Reading the rotation.',
  /** @param {string} alias @param {number} step @param {number} steps */
  eyebrow: (alias, step, steps) => `${alias} · Step ${step} of ${steps}`,
  exposed: 'It was exposed',
  exposedMore: 'Somebody else may have the pair: the sign-in is ended first, and the way is shorter.',
  keep: 'Go on without ending it',
  asking: 'Asking the org.',
  again: 'Ask the org again',
  byRestYes: 'Yes, do it',
  pasteAgain: 'Paste once more',
  use: 'Keep it beside the present one',
  needed: 'Both values of the new pair are needed.',
  back: 'Back to the connection',
  takeBack: 'Take it back',
  /** @param {string} alias */
  takeBackOf: (alias) => `Take the rotation of ${alias} back?`,
  takeBackMeans: 'The connection has the pair that it had before. In Setup nothing is changed by this.',
  takeBackExposed: 'The connection has the exposed pair again, and whoever has it can use it as before. In Setup nothing is changed by this.',
  takeBackEnded: 'The connection has the exposed pair again, and whoever has it can use it as before. The sign-in that was ended stays ended: you sign in once more. In Setup nothing is changed by this.',
  stay: 'Go on with it',
  checks: 'What the org says of the new pair',
  toConnection: 'To the connection',
  /** The pictures of a step. @type {Partial<Record<import('../../../src-tauri/bindings/RotationStep').RotationStep, import('../../../src-tauri/bindings/Picture').Picture[]>>} */
  pictures: {
    stage: [{ name: 'rotate-stage', alt: 'The part Rotate Consumer Key and Secret of the page of key and secret. Marked 1: the button that stages a new key and secret.', caption: 'Staging. Your Setup may look a little different, and call the button otherwise.' }],
    paste: [{ name: 'rotate-copy', alt: 'The same part with a staged pair. Marked 1: the copy button of the staged Consumer Key. Marked 2: that of the staged Consumer Secret.', caption: 'The staged pair. Your Setup may look a little different, and have other names.' }],
    rotate: [{ name: 'rotate-now', alt: 'The same part with a staged pair. Marked 1: the button that rotates, below the two staged values.', caption: 'Rotating. Your Setup may look a little different, and call the button otherwise.' }],
    end_former: [{ name: 'rotate-former', alt: 'The same part after the rotation: until when the former key and secret keep working. Marked 1: the button that deletes them.', caption: 'The end of the former pair. Your Setup may look a little different, and call the button otherwise.' }],
  },
};
