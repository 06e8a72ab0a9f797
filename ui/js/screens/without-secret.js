/**
 * The question before one refresh is tried without the Consumer Secret.
 * @import { App } from '../app.js'
 */

import { fill, h } from '../dom.js';
import { button, orgOfQuestion } from '../parts.js';
import * as words from '../words.js';

const text = words.detail;

/** @param {App} app @param {string} alias @param {() => void} agreed */
export function withoutSecretDialog(app, alias, agreed) {
  const org = h('div', {});
  const element = h('dialog', { 'aria-labelledby': 'without-secret-question', 'data-testid': 'without-secret-dialog' },
    h('h2', { id: 'without-secret-question' }, text.askWithoutSecret), org, text.withoutSecretMeans.map((line) => h('p', {}, line)),
    h('div', { class: 'acts end' },
      button(text.notWithoutSecret, () => element.close(), { class: 'primary', autofocus: true, 'data-testid': 'without-secret-no' }),
      button(text.withoutSecretOnce, () => { element.close(); agreed(); }, { 'data-testid': 'without-secret-yes' })));
  return {
    element,
    ask() {
      const known = app.snapshot?.connections.find((one) => one.alias === alias);
      fill(org, known && orgOfQuestion({ words: alias, kind: known.kind, host: known.host, user: known.username, group: known.group }));
      element.showModal();
    },
  };
}
