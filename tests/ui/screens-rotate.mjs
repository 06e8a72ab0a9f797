// The screens of a rotation, each with the way to it, and what the agent says of one.
/**
 * @import { RotationStep } from '../../src-tauri/bindings/RotationStep'
 * @import { RotationView } from '../../src-tauri/bindings/RotationView'
 */
import { at } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import { toDetail } from './screens-connections.mjs';

/** @typedef {import('playwright-core').Page} Page @typedef {{ name: string, script: import('./host.browser.js').Script, go: (page: Page) => Promise<void> }} Shown */

/** @type {[RotationStep, string, string][]} */
const STEPS = [
  ['agree', 'What will happen, and to whom', 'Begin'], ['stage', 'Stage a new pair in Setup', 'A new pair is staged'], ['paste', 'Copy the staged pair, and paste it here', ''],
  ['rotate', 'Rotate in Setup', 'It is rotated'], ['prove', 'Prove the new pair', 'Ask the org'], ['hand_over', 'Hand the new pair on', 'It is handed on'], ['end_former', 'The end of the former pair', 'Finish'],
];
const SAYS = [
  'Rotating renews the Consumer Key and the Consumer Secret of the External Client App together.',
  'This computer: Acme keeps the pair that it has until acme.my.salesforce.com has accepted the new one from here.',
  'The Datatrax portal: it has the same pair, and needs both new values.',
];
/** @type {import('../../src-tauri/bindings/SetupLink').SetupLink} */
const setup = { page: 'external_client_apps', label: 'External Client App Manager', path: '/lightning/setup/ManageExternalClientApplication/home', host: 'acme.my.salesforce.com' };

/** The rotation of `Acme` at a step. @param {RotationStep} step @param {Partial<RotationView>} [more] @returns {RotationView} */
export const rotation = (step, more = {}) => {
  const [, title = '', does = ''] = STEPS.find(([one]) => one === step) ?? [];
  return {
    alias: 'Acme', host: 'acme.my.salesforce.com', exposed: false, step, steps: STEPS.map(([one, short]) => ({ step: one, short })), title, says: SAYS, does,
    setup: ['stage', 'paste', 'rotate', 'prove', 'end_former'].includes(step) ? setup : null, findings: [], former: null, former_until: null, back: !['agree', 'end_sign_in', 'hand_over'].includes(step), waits: more.exposed === true && more.former === 'works', sign_in_ended: false,
    begun_at: '2026-11-30T10:00:00Z', attempt: null, ...more,
  };
};
/** What the program can do in place of a person. */
export const offer = { does: 'Let Datatrax Connect do this step', says: ['acme.my.salesforce.com is asked to stage a new pair, with the present sign-in of Acme as ada@acme.example, and with no other right.', 'The new pair goes straight into the vault: it is not shown, and not copied.'] };
export const unknownKey = say.allGood.with(1, say.finding('key', 'Consumer Key', 'warn', 'acme.my.salesforce.com does not know this Consumer Key.', { code: 'key_unknown', fix: ['Check that the pair is rotated in Setup.'] }));

/** The connection `Acme` with its rotation. @param {RotationView} view @param {Partial<import('../../src-tauri/bindings/ConnectionView').ConnectionView>} [more] */
export const rotated = ({ step, title, exposed }, more = {}) => ({ ...told.fine, ...(step === 'agree' && !exposed ? {} : { rotation: { step, title, exposed } }), ...more });
/** `Acme` after its sign-in was ended for the rotation. @param {RotationView} view */
export const endedFor = (view) => rotated(view, {
  rotation: { step: view.step, title: view.title, exposed: view.exposed, helps: true },
  status: 'needs_you', safe_until: null,
  reason: say.failure('sign_in_ended', 'The sign-in of Acme was ended here on purpose, since its key and secret were exposed.', ['Go on with its rotation: dtx rotate, or Rotate key and secret in the window. It leads to a sign-in with the new pair.']),
  health: told.health({ text: 'The sign-in was ended here on purpose, for the rotation of key and secret. Go on with that: it leads to a sign-in with the new pair. Name, settings and history stay.', needs: 'sign_in' }),
});

/** A rotation that is found at this step. @param {RotationView} view @param {import('./host.browser.js').Script} [more] */
export const found = (view, more = {}) => told.script([rotated(view)], { rotations: [view] }, { rotate: [{ ok: view }], rotate_on: [{ ok: view }], rotate_paste: [{ ok: view }], ...more });

/** @param {Page} page */
export const toRotation = async (page) => {
  await toDetail(page, 'Acme');
  await page.locator('[data-testid="rotation-go-on"]:visible, [data-testid="rotate"]:visible').first().click();
  await at(page, 'rotation-says').waitFor();
};

/** @type {Shown[]} */
export const rotationScreens = [
  { name: 'rotate-agree', script: found(rotation('agree')), go: toRotation },
  { name: 'rotate-exposed', script: found(rotation('end_sign_in', { exposed: true, title: 'End the sign-in now', does: 'End the sign-in' })), go: toRotation },
  { name: 'rotate-stage', script: found(rotation('stage')), go: toRotation },
  { name: 'rotate-by-rest', script: found(rotation('stage', { by_rest: offer })), go: async (page) => { await toRotation(page); await at(page, 'by-rest').locator('summary').click(); await at(page, 'by-rest-yes').waitFor(); } },
  { name: 'rotate-paste', script: found(rotation('paste')), go: async (page) => { await toRotation(page); await at(page, 'key').fill('3MVG9abc'); await at(page, 'secret').waitFor(); } },
  { name: 'rotate-prove', script: found(rotation('prove', { findings: unknownKey })), go: async (page) => { await toRotation(page); await at(page, 'check-key').waitFor(); } },
  { name: 'rotate-hand-over', script: found(rotation('hand_over')), go: async (page) => { await toRotation(page); await at(page, 'open-portal').waitFor(); } },
  { name: 'rotate-end-former', script: found(rotation('end_former', { former: 'works', former_until: '2026-12-30T10:00:00Z' })), go: toRotation },
  { name: 'rotate-take-back', script: found(rotation('rotate')), go: async (page) => { await toRotation(page); await at(page, 'take-back').click(); await at(page, 'take-back-keep').waitFor(); } },
  { name: 'rotate-end-former-exposed', script: found(rotation('end_former', { exposed: true, does: 'Ask the org again', former: 'works', former_until: '2026-12-30T10:00:00Z' })), go: toRotation },
  { name: 'connections-rotating', script: told.script([rotated(rotation('stage')), { ...endedFor(rotation('stage', { exposed: true })), alias: 'Globex' }], { rotations: [rotation('stage'), rotation('stage', { alias: 'Globex', exposed: true })] }), go: async (page) => { await at(page, 'row-rotation').first().waitFor(); } },
  { name: 'connection-rotating', script: found(rotation('stage')), go: (page) => toDetail(page, 'Acme') },
];
