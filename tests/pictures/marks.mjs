// Draws the marks into a page before its picture is taken: a veil over what does not matter, and a numbered ring around what does.

/** @typedef {import('../ui/node_modules/playwright-core/index.d.ts').Page} Page */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

/**
 * Setup has no dark form, so on a dark page it is shown as it is, with less light.
 * @type {Record<'light' | 'dark', { veil: string, shade: string, ring: string, halo: string, ink: string }>}
 */
const LOOKS = {
  light: { veil: 'rgb(20 32 48 / 9%)', shade: 'none', ring: '#007f83', halo: '#fff', ink: '#fff' },
  dark: { veil: 'rgb(13 18 27 / 38%)', shade: 'rgb(13 18 27 / 7%)', ring: '#00696d', halo: '#c5f1ef', ink: '#fff' },
};

/**
 * Draws them, and tells which part of the page is to be cut out.
 * @param {Page} page
 * @param {import('./shots.mjs').Shot} shot
 * @param {number} width
 * @param {'light' | 'dark'} scheme
 * @returns {Promise<Box>}
 */
export function mark(page, shot, width, scheme) {
  return page.evaluate(draw, { shot, width, look: LOOKS[scheme] });
}

/** Takes the marks away again. @param {Page} page @param {import('./shots.mjs').Shot} shot */
export async function unmark(page, shot) {
  await page.evaluate((veiled) => {
    document.querySelector('#marks')?.remove();
    for (const selector of veiled) document.querySelector(selector)?.removeAttribute('style');
  }, shot.veiled ?? []);
}

/**
 * Runs in the page.
 * @param {{ shot: import('./shots.mjs').Shot, width: number, look: typeof LOOKS['light'] }} what
 */
function draw({ shot, width, look }) {
  document.querySelector('#marks')?.remove();
  const SVG = 'http://www.w3.org/2000/svg';
  /** @param {string} selector */
  const box = (selector) => {
    const found = document.querySelector(selector);
    if (!found) throw new Error(`Nothing here is ${selector}.`);
    const { left, top, right, bottom } = found.getBoundingClientRect();
    return { left: left + scrollX, top: top + scrollY, right: right + scrollX, bottom: bottom + scrollY };
  };
  /** @param {import('./shots.mjs').Mark} mark */
  const around = ({ around: selectors, grow = 5, wide = 0 }) => {
    const all = selectors.map(box);
    const [x, y] = [Math.min(...all.map((one) => one.left)) - grow - wide, Math.min(...all.map((one) => one.top)) - grow];
    const [right, bottom] = [Math.max(...all.map((one) => one.right)) + grow + wide, Math.max(...all.map((one) => one.bottom)) + grow];
    return { x, y, width: right - x, height: bottom - y };
  };
  /** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
  const shape = (name, attributes, text = '') => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    made.textContent = text;
    return made;
  };

  for (const selector of shot.veiled ?? []) {
    const field = /** @type {HTMLElement | null} */ (document.querySelector(selector));
    if (field) Object.assign(field.style, { color: 'transparent', textShadow: '0 0 7px rgb(24 24 24 / 80%)' });
  }
  const root = document.documentElement;
  const picture = shape('svg', { id: 'marks', width: root.scrollWidth, height: root.scrollHeight });
  Object.assign(picture.style, { position: 'absolute', inset: '0 auto auto 0', zIndex: '99', pointerEvents: 'none' });
  const rings = shot.marks.map((one) => ({ ...around(one), badge: one.badge ?? 'left', number: one.number }));

  const holes = rings.map(({ x, y, width: w, height: h }) => `M${x + 6} ${y}h${w - 12}q6 0 6 6v${h - 12}q0 6 -6 6h${12 - w}q-6 0 -6 -6v${12 - h}q0 -6 6 -6z`);
  picture.append(shape('path', { d: `M0 0H${root.scrollWidth}V${root.scrollHeight}H0z${holes.join('')}`, 'fill-rule': 'evenodd', fill: look.veil }));
  for (const { x, y, width: w, height: h } of rings) {
    picture.append(
      shape('rect', { x, y, width: w, height: h, rx: 6, fill: look.shade, stroke: look.halo, 'stroke-width': 6 }),
      shape('rect', { x, y, width: w, height: h, rx: 6, fill: 'none', stroke: look.ring, 'stroke-width': 2.5 }),
    );
  }
  for (const { x, y, width: w, height: h, badge, number } of rings) {
    const [at, cy] = /** @type {Record<string, [number, number]>} */ ({ left: [x - 2, y + h / 2], right: [x + w + 10, y + h / 2], above: [x + w / 2, y - 3] })[badge] ?? [x, y];
    const cx = Math.min(at, root.clientWidth - 15);
    picture.append(
      shape('circle', { cx, cy, r: 11.5, fill: look.ring, stroke: look.halo, 'stroke-width': 2 }),
      shape('text', { x: cx, y: cy + 4.6, fill: look.ink, 'font-size': 13, 'font-weight': 700, 'font-family': 'Inter, sans-serif', 'text-anchor': 'middle' }, String(number)),
    );
  }
  document.body.append(picture);

  const top = Math.round(box(shot.from).top - (shot.above ?? 0));
  const bottom = Math.round(Math.max(...shot.to.map((selector) => box(selector).bottom)) + (shot.below ?? 0));
  return { x: root.clientWidth - width, y: top, width, height: bottom - top };
}

/** How marks are drawn, as text. */
export const DRAWING = JSON.stringify(LOOKS) + draw;
