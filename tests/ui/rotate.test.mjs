// The rotation of a key and its secret in the page as it ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import { rowOf, toDetail } from './screens-connections.mjs';
import { endedFor, found, offer, rotated, rotation, toRotation, unknownKey } from './screens-rotate.mjs';

const withPage = walking();
/** @param {import('playwright-core').Page} page @param {string} title */
const shows = (page, title) => page.locator('h1', { hasText: title }).waitFor();

test('a rotation is begun at a connection or in its menu, told first, and led step by step to its end', () => withPage(told.script([told.fine], {}, {
  rotate: [{ ok: rotation('agree') }],
  rotate_on: [
    { ok: rotation('stage') }, { ok: rotation('paste') }, { ok: rotation('prove') }, { ok: rotation('prove', { findings: unknownKey }) }, { ok: rotation('hand_over') },
    { ok: rotation('end_former') }, { ok: rotation('end_former', { former: 'works' }) }, { ok: rotation('end_former', { former: 'dead' }) },
    { ok: rotation('finished', { title: 'The rotation is over', says: ['Acme works with the new pair.'] }) },
  ],
  rotate_paste: [{ ok: rotation('rotate') }],
}), async (page) => {
  await rowOf(page, 'Acme').locator('[data-testid="row-menu"]').click();
  await at(page, 'menu-rotate').click();
  await shows(page, 'What will happen, and to whom');
  await at(page, 'rotation-says').getByText('The Datatrax portal').waitFor();
  assert.deepEqual(await asked(page, 'rotate'), [{ name: 'Acme', exposed: false }]);
  assert.deepEqual(await asked(page, 'rotate_on'), [], 'nothing is done before a yes');
  await at(page, 'done').click();
  await shows(page, 'Stage a new pair in Setup');
  await at(page, 'setup-way').waitFor();
  await at(page, 'picture-rotate-stage').waitFor();
  await announced(page, 'Stage a new pair in Setup');
  await at(page, 'done').click();
  await shows(page, 'Copy the staged pair');
  await at(page, 'picture-rotate-copy').waitFor();
  await at(page, 'done').dispatchEvent('click');
  assert.deepEqual(await asked(page, 'rotate_paste'), [], 'not without both values');
  await at(page, 'key').fill('3MVG9new');
  await at(page, 'secret').fill('NEW');
  await page.waitForFunction(() => document.querySelector('[data-testid="done"]')?.getAttribute('aria-disabled') === 'false');
  await at(page, 'done').click();
  await shows(page, 'Rotate in Setup');
  assert.deepEqual(await asked(page, 'rotate_paste'), [{ name: 'Acme', key: '3MVG9new', secret: 'NEW' }]);
  assert.equal(await at(page, 'secret').inputValue(), '', 'the page has forgotten it');
  assert.deepEqual(await asked(page, 'validate'), [], 'a staged pair is not asked about before it is rotated');
  await at(page, 'done').click();
  // The first question goes by itself.
  await at(page, 'check-key').getByText('does not know this Consumer Key').waitFor();
  await at(page, 'done').click();
  await shows(page, 'Hand the new pair on');
  await at(page, 'copy-secret').waitFor();
  await at(page, 'done').click();
  await shows(page, 'The end of the former pair');
  await at(page, 'look').click();
  await at(page, 'done').click();
  await shows(page, 'The rotation is over');
  assert.deepEqual((await asked(page, 'rotate_on')).map(({ what }) => what), ['agree', 'staged', 'rotated', 'prove', 'prove', 'handed_over', 'look', 'look', 'finish']);
  await at(page, 'done').click();
  await at(page, 'screen-connection').waitFor();
  assert.equal(await at(page, 'rotation-under-way').count(), 0, 'nothing is under way any more');
}));

test('a rotation that was left is told at its connection, gone on with, and taken back after a question', () => withPage(found(rotation('rotate'), {
  rotate_on: [{ fail: say.failure('agent_busy', 'It cannot be reached.') }, { ok: rotation('taken_back', { title: 'The rotation is taken back' }) }],
}), async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'rotation-under-way').getByText('Rotate in Setup').waitFor();
  assert.equal(await at(page, 'rotate').isVisible(), false, 'no other is begun');
  await at(page, 'rotation-go-on').click();
  await at(page, 'exposed').waitFor();
  await at(page, 'take-back').click();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'take-back-keep', 'Enter takes nothing back');
  await at(page, 'take-back-sure').click();
  await at(page, 'take-back-dialog').getByText('It cannot be reached.').waitFor();
  await at(page, 'take-back-sure').click();
  await shows(page, 'The rotation is taken back');
}));

test('an exposed pair is said to be one, and a sign-in for it leads back to the rotation', () => withPage(found(rotation('agree'), {
  rotate: [{ ok: rotation('sign_in', { exposed: true, title: 'Sign in with the new pair', does: 'Sign in' }) }],
  rotate_sign_in: [{ ok: { attempt: 'a1', alias: 'Acme' } }],
}), async (page) => {
  await toRotation(page);
  await at(page, 'exposed').click();
  await shows(page, 'Sign in with the new pair');
  assert.deepEqual(await asked(page, 'rotate'), [{ name: 'Acme', exposed: true }]);
  await at(page, 'done').click();
  await at(page, 'screen-attempt').waitFor();
  assert.equal((await asked(page, 'rotate_sign_in'))[0].request.name, 'Acme');
}));

test('what a rotation refuses is told where it was asked, and the step stays', () => withPage(found(rotation('paste'), {
  rotate_paste: [{ fail: say.failure('pair_not_new', 'This is not a new pair: Acme has this pair already.', ['Copy the new pair.']) }],
}), async (page) => {
  await toRotation(page);
  await at(page, 'key').fill('3MVG9old');
  await at(page, 'secret').fill('OLD');
  await page.waitForFunction(() => document.querySelector('[data-testid="done"]')?.getAttribute('aria-disabled') === 'false');
  await at(page, 'done').click();
  await at(page, 'failure').getByText('This is not a new pair').waitFor();
  await shows(page, 'Copy the staged pair');
  assert.equal(await at(page, 'key').inputValue(), '3MVG9old', 'what was pasted stays to be looked at');
}));

test('an exposed pair that still works is said to, and nothing finishes the rotation before it is dead', () => withPage(found(rotation('end_former', { exposed: true, does: 'Ask the org again', former: 'works' }), {
  rotate_on: [
    { ok: rotation('end_former', { exposed: true, does: 'Ask the org again', former: 'works' }) }, { ok: rotation('end_former', { exposed: true, does: 'Ask the org again', former: 'works' }) },
    { ok: rotation('end_former', { exposed: true, former: 'dead' }) }, { ok: rotation('finished', { title: 'The rotation is over', exposed: true, former: 'dead' }) },
  ],
}), async (page) => {
  await toRotation(page);
  const done = at(page, 'done');
  await done.getByText('Ask the org again').waitFor();
  await page.waitForFunction(() => document.querySelector('[data-testid="done"]')?.getAttribute('aria-disabled') !== 'true');
  assert.equal(await at(page, 'look').count(), 0, 'there is one way on');
  await done.click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ { command }) => command === 'rotate_on').length === 2);
  assert.deepEqual((await asked(page, 'rotate_on')).map(({ what }) => what), ['look', 'look'], 'by itself, and as asked');
  await page.waitForFunction(() => document.querySelector('[data-testid="done"]')?.getAttribute('aria-disabled') !== 'true');
  await done.click();
  await done.getByText('Finish').waitFor();
  await done.click();
  await shows(page, 'The rotation is over');
  assert.deepEqual((await asked(page, 'rotate_on')).map(({ what }) => what), ['look', 'look', 'look', 'finish']);
}));

test('a pair that works after its time is ended first, too', () => withPage(found(rotation('end_former', { does: 'Ask the org again', former: 'works', waits: true }), {
  rotate_on: [{ ok: rotation('end_former', { does: 'Ask the org again', former: 'works', waits: true }) }],
}), async (page) => {
  await toRotation(page);
  await at(page, 'done').getByText('Ask the org again').waitFor();
  assert.equal(await at(page, 'look').count(), 0, 'there is one way on');
  await at(page, 'exposed').waitFor();
}));

test('a rotation under way is told in the list, with the way on, and one that was only looked at is not', () => withPage(told.script([rotated(rotation('rotate')), { ...told.sandbox }, { ...endedFor(rotation('stage', { exposed: true })), alias: 'Globex' }], {
  rotations: [rotation('rotate'), rotation('agree', { alias: 'Acme, uat' }), rotation('stage', { alias: 'Globex', exposed: true })],
}, { rotate: [{ ok: rotation('rotate') }] }), async (page) => {
  const acme = rowOf(page, 'Acme');
  await acme.getByText('Key and secret are being rotated: Rotate in Setup.').waitFor();
  assert.equal(await rowOf(page, 'Acme, uat').locator('[data-testid="row-rotation"]').isVisible(), false, 'nothing was agreed to');
  const globex = rowOf(page, 'Globex');
  await globex.getByText('Needs you: go on with the rotation').waitFor();
  await globex.getByText('was ended here on purpose').waitFor();
  assert.equal(await globex.locator('[data-testid="row-reconnect"]').innerText(), 'Go on with the rotation', 'not a sign-in with the exposed pair');
  await globex.locator('[data-testid="row-menu"]').click();
  assert.equal(await at(page, 'menu-reconnect').count(), 0, 'nor in its menu');
  await page.keyboard.press('Escape');
  await acme.locator('[data-testid="row-rotation-go-on"]').click();
  await shows(page, 'Rotate in Setup');
  assert.deepEqual(await asked(page, 'rotate'), [], 'none is begun');
}));

test('a sign-in that was ended for the rotation is told at its connection, and taking back says what that leaves', () => withPage(told.script([endedFor(rotation('stage', { exposed: true }))], { rotations: [rotation('stage', { exposed: true, sign_in_ended: true, back: false })] }), async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'health').getByText('for the rotation of key and secret').waitFor();
  assert.equal(await at(page, 'causes').count(), 0, 'no other cause is named');
  assert.equal(await at(page, 'reconnect').isVisible(), false);
  await at(page, 'rotation-go-on').click();
  await at(page, 'take-back').click();
  await at(page, 'take-back-dialog').getByText('stays ended').waitFor();
  await at(page, 'take-back-keep').click();
  await at(page, 'back').click();
  await at(page, 'screen-connection').waitFor();
  assert.deepEqual(await asked(page, 'rotate_on'), [], 'back leads to the connection where no step back is left');
}));

test('the program does a step only after it was told what that is, and what the org says to it is told at the step', () => withPage(found(rotation('stage', { by_rest: offer }), {
  rotate_on: [{ ok: rotation('stage', { by_rest: offer, says: ['acme.my.salesforce.com refused this to ada@acme.example.'] }) }, { ok: rotation('rotate', { by_rest: offer }) }],
}), async (page) => {
  await toRotation(page);
  const yes = at(page, 'by-rest-yes');
  assert.equal(await yes.isVisible(), false, 'folded away');
  await at(page, 'by-rest').locator('summary').click();
  await at(page, 'by-rest').getByText('with no other right').waitFor();
  assert.deepEqual(await asked(page, 'rotate_on'), [], 'nothing is asked of the org before a yes');
  await yes.click();
  await at(page, 'rotation-says').getByText('refused this to').waitFor();
  await shows(page, 'Stage a new pair in Setup');
  if (!await yes.isVisible()) await at(page, 'by-rest').locator('summary').click();
  await yes.click();
  await shows(page, 'Rotate in Setup');
  assert.deepEqual((await asked(page, 'rotate_on')).map(({ what }) => what), ['by_rest', 'by_rest']);
}));

test('a step that the program cannot do is offered to nobody', () => withPage(found(rotation('stage', { exposed: true })), async (page) => {
  await toRotation(page);
  assert.equal(await at(page, 'by-rest').count(), 0);
}));
