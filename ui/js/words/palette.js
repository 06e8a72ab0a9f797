/** Words of the palette. */

export const palette = {
  heading: 'Go to, or do',
  label: 'A connection, what to do with it, or a screen',
  how: 'Arrow keys choose, Enter does it, Escape closes.',
  nothing: 'Nothing has this in its name.',
  /** @param {number} count */
  found: (count) => (count === 1 ? '1 found.' : `${count} found.`),
  /** @param {number} shown @param {number} count */
  first: (shown, count) => `The first ${shown} of ${count}: type more to see others.`,
};
