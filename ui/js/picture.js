/**
 * The pictures of Setup, light and dark, and their enlargement.
 * @import { Picture } from '../../src-tauri/bindings/Picture'
 */

import { SIZES } from '../pictures/sizes.js';
import { h } from './dom.js';
import { button } from './parts.js';
import * as words from './words.js';

/**
 * @param {Picture} picture
 */
export function pictureFigure({ name, alt, caption }) {
  const figure = h('figure', { class: 'picture', 'data-testid': `picture-${name}` },
    // What the picture shows in words is long: it is read where the picture is enlarged.
    h('button', { type: 'button', class: 'shot', 'data-testid': `zoom-${name}`, 'aria-label': words.guide.zoom(subject(caption)), onclick: () => enlarge(name, alt, caption) },
      images(name, alt, () => { figure.hidden = true; }),
      h('span', { class: 'loupe', 'aria-hidden': 'true' })));
  return figure;
}

/** A caption's first sentence, without its full stop. @param {string} caption */
function subject(caption) {
  return caption.split(/\.(?:\s|$)/, 1)[0] ?? caption;
}

/**
 * An image for each theme; the style sheet shows the present one, and only that one is loaded.
 * @param {string} name
 * @param {string} alt
 * @param {() => void} missing
 * @param {boolean} [large]
 */
function images(name, alt, missing, large = false) {
  const size = SIZES[name];
  return ['light', 'dark'].map((theme) => {
    const source = `pictures/${name}-${theme}`;
    return h('img', {
      class: `for-${theme}`, alt, width: size?.width, height: size?.height, loading: 'lazy', decoding: 'async', draggable: 'false',
      src: large ? `${source}@2x.webp` : `${source}.webp`, srcset: large ? null : `${source}.webp 1x, ${source}@2x.webp 2x`, onerror: missing,
    });
  });
}

/**
 * @param {string} name
 * @param {string} alt
 * @param {string} caption
 */
function enlarge(name, alt, caption) {
  const close = button(words.guide.close, () => dialog.close(), { class: 'primary', 'data-testid': 'zoom-close' });
  const dialog = h('dialog', { class: 'zoom', 'aria-label': caption, 'data-testid': 'zoom', onclose: () => dialog.remove(), onclick: (event) => { if (event.target === dialog) dialog.close(); } },
    h('div', { class: 'zoom-body', tabindex: 0, role: 'group', 'aria-label': caption }, images(name, alt, () => dialog.close(), true)),
    h('div', { class: 'zoom-foot' }, h('p', { class: 'quiet' }, caption), close));
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
