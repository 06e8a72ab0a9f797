/**
 * The group of a connection, and how that is changed.
 * @import { ConnectionView } from '../../../src-tauri/bindings/ConnectionView'
 * @import { Colour } from '../../../src-tauri/bindings/Colour'
 * @import { App } from '../app.js'
 */

import { announce, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { field } from '../parts.js';
import * as words from '../words.js';

const text = words.groups;

/** @param {App} app @param {string} alias @param {() => ConnectionView | null} view */
export function groupPart(app, alias, view) {
  const name = field({ id: 'group-name', label: text.name, hint: text.nameHint });
  const known = h('datalist', { id: 'group-names' });
  name.input.setAttribute('list', 'group-names');
  const colour = h('select', { id: 'group-colour', 'data-testid': 'group-colour' }, Object.entries(text.colours).map(([word, shown]) => h('option', { value: word }, shown)));
  const form = h('form', { class: 'stack tight', novalidate: true, onsubmit: (event) => { event.preventDefault(); void save(); } },
    name.element, h('div', { class: 'field' }, h('label', { for: 'group-colour' }, text.colour), colour), known,
    h('div', {}, h('button', { type: 'submit', 'data-testid': 'group-save' }, text.save)));
  const element = h('section', { class: 'last stack tight' }, h('h2', {}, text.heading), h('p', { class: 'quiet' }, text.why), form);
  /** What is shown of the snapshot; what somebody types stays. @type {string | null} */
  let shown = null;
  name.input.addEventListener('change', () => {
    const other = app.snapshot?.connections.find(({ group }) => group?.name === name.input.value.trim())?.group;
    if (other) colour.value = other.colour;
  });

  async function save() {
    const wanted = name.input.value.trim();
    try {
      await host.group(alias, wanted || null, wanted ? /** @type {Colour} */ (colour.value) : null);
      name.notes([]);
      announce(wanted ? text.saved(alias, wanted) : text.none(alias));
    } catch (thrown) {
      name.notes([{ message: asFailure(thrown).message, blocks: true }]);
    }
  }

  return { element, update() {
    const group = view()?.group ?? null;
    const now = JSON.stringify(group);
    const names = [...new Set(app.snapshot?.connections.map((one) => one.group?.name).filter((one) => one !== undefined))];
    if (known.children.length !== names.length) known.replaceChildren(...names.map((one) => h('option', { value: one })));
    if (now === shown) return;
    shown = now;
    name.input.value = group?.name ?? '';
    colour.value = group?.colour ?? 'blue';
  } };
}
