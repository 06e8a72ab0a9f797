/** Words of the rotation of a key and its secret. What each step says comes from the agent. */

export const rotate = {
  title: 'Rotate key and secret',
  why: 'For when the pair has to be renewed, or somebody else may have it. You are told what will happen first, and led through Setup step by step.',
  underWay: 'The rotation of key and secret is under way. It waits where you left it.',
  goOn: 'Go on with the rotation',
  loading: 'Reading the rotation.',
  /** @param {string} alias @param {number} step @param {number} steps */
  eyebrow: (alias, step, steps) => `${alias} · Step ${step} of ${steps}`,
  exposed: 'It was exposed',
  exposedMore: 'Somebody else may have the pair: the sign-in is ended first, and the way is shorter.',
  keep: 'Go on without ending it',
  asking: 'Asking the org.',
  again: 'Ask the org again',
  pasteAgain: 'Paste once more',
  use: 'Keep it beside the present one',
  needed: 'Both values of the new pair are needed.',
  back: 'Back to the connection',
  takeBack: 'Take it back',
  /** @param {string} alias */
  takeBackOf: (alias) => `Take the rotation of ${alias} back?`,
  takeBackMeans: 'The connection has the pair that it had before. In Setup nothing is changed by this.',
  stay: 'Go on with it',
  checks: 'What the org says of the new pair',
  toConnection: 'To the connection',
};
