/**
 * Explain an error: what a pasted text means. It needs no background part.
 * @import { App, Screen } from '../app.js'
 */

import { h } from '../dom.js';
import { explainPart } from '../explaining.js';
import { heading } from '../parts.js';
import * as words from '../words.js';

const text = words.explain;

/** @param {App} app @returns {Screen} */
export function explainScreen(app) {
  const part = explainPart(app, 'explain', 'h2', () => {});
  const element = h('div', { class: 'page', 'data-testid': 'screen-explain' }, heading(text.heading, { lead: text.lead }), part.element);
  return {
    element,
    update() {},
    arrive() {
      part.input.focus({ preventScroll: true });
      return true;
    },
  };
}
