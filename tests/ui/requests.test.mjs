// Requests to admins in the page as it ships: made, saved, withdrawn, and their sealed answers opened wherever they are pasted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked as askedOf, at, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as guide from './say-guide.mjs';
import { created, step } from './screens-guide.mjs';
import { ANSWER, asked, opened, paste, request, script, toRequests } from './screens-requests.mjs';

const withPage = walking();

test('a request is made with a name and an end, and its file and its SHA-256 are shown', () => withPage(script(), async (page) => {
  await toRequests(page);
  await at(page, 'ask-address').fill('acme--uat');
  await at(page, 'ask-name').fill('Ada Lovelace');
  await at(page, 'ask-days').fill('14');
  await at(page, 'ask-name').press('Enter');
  await at(page, 'ask-made').waitFor();
  assert.deepEqual(await askedOf(page, 'ask_admin'), [{ address: 'acme--uat', name: 'Ada Lovelace', days: 14 }]);
  const shown = await at(page, 'ask-made').innerText();
  for (const part of [asked.file, asked.sha256, 'by telephone or in person']) assert.ok(shown.includes(part), `${part} in ${shown}`);
  await at(page, 'copy-sha256').click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), asked.sha256);
  await at(page, 'open-page-folder').click();
  assert.equal((await askedOf(page, 'open_exported')).length, 1, 'its folder');
  assert.equal((await askedOf(page, 'admin_requests')).length, 2, 'and the list has it');
}));

test('the page of a request is saved again, and a request is withdrawn after a question', () => withPage(script({ admin_requests: [{ ok: [request()] }, { ok: [request({ standing: 'withdrawn', ended_at: new Date().toISOString() })] }] }), async (page) => {
  await toRequests(page);
  await at(page, 'request-save').click();
  await at(page, 'ask-made').waitFor();
  assert.deepEqual(await askedOf(page, 'save_request'), [{ id: request().id }]);
  await at(page, 'request-withdraw').click();
  await page.locator('dialog[open]').getByText('Its key is destroyed').waitFor();
  assert.equal((await askedOf(page, 'withdraw_request')).length, 0, 'not before a yes');
  await page.locator('dialog[open] button.danger').click();
  await page.locator('[data-standing="withdrawn"]').waitFor();
  assert.deepEqual(await askedOf(page, 'withdraw_request'), [{ id: request().id }]);
  assert.equal(await at(page, 'request-withdraw').count(), 0, 'nothing is left to do');
}));

test('an answer is opened where it is pasted, and never stands in a field', () => withPage(script(), async (page) => {
  await toRequests(page);
  await paste(page, `On Monday Bob wrote:\n> ${ANSWER.replaceAll('\n', '\n> ')}`, 'sealed-answer');
  await at(page, 'answer-opened').waitFor();
  const [sent] = await askedOf(page, 'open_answer');
  assert.ok(sent.text.includes('DTXANSWER1') && sent.host === null, JSON.stringify(sent));
  assert.equal(await at(page, 'sealed-answer').inputValue(), '', 'gone once it is opened');
  assert.ok((await at(page, 'answer-opened').innerText()).includes('3MVG9e…kX5oWb'), 'what may be shown of the key');
  assert.ok((await at(page, 'answer-opened').innerText()).includes('the same page can be used again'), 'and that a slip costs no request');
  await announced(page, 'is opened');
}));

test('an answer that does not fit is told with what to do, and can be mended', () => withPage(script({ open_answer: [{ fail: say.failure('answer_damaged', 'The sealed answer was cut off.', ['Copy it once more.']) }, { ok: opened }] }), async (page) => {
  await toRequests(page);
  await at(page, 'sealed-answer').fill('DTXANSWER1 ABC');
  await at(page, 'open-answer').click();
  await at(page, 'answer-told').getByText('Copy it once more.').waitFor();
  assert.equal(await at(page, 'sealed-answer').inputValue(), 'DTXANSWER1 ABC', 'it stays, to be mended');
  await at(page, 'answer-file').setInputFiles({ name: 'answer.txt', mimeType: 'text/plain', buffer: Buffer.from(ANSWER) });
  await at(page, 'answer-opened').waitFor();
  assert.equal((await askedOf(page, 'open_answer'))[1].text, ANSWER, 'from the file');
}));

test('an answer pasted in place of the key goes to the agent for that org, and the sign-in is next', () => withPage(guide.script(created, { open_answer: [{ ok: opened }] }), async (page) => {
  await step(page, 'paste');
  await paste(page, ANSWER, 'key');
  await at(page, 'step-sign_in').waitFor();
  assert.deepEqual(await askedOf(page, 'open_answer'), [{ text: ANSWER, host: say.address.host }]);
  assert.equal((await askedOf(page, 'validate')).length, 0, 'it was taken for no key');
}));

test('the guide leads whoever has no rights to a request for that org', () => withPage(guide.script(guide.setup(), { admin_requests: [{ ok: [] }] }), async (page) => {
  await step(page, 'org');
  await at(page, 'message').locator('summary').click();
  await at(page, 'to-requests').click();
  await at(page, 'screen-requests').waitFor();
  assert.equal(await at(page, 'ask-address').inputValue(), say.address.origin);
}, {}));

test('a file is dropped, whatever is in it, and the same file is chosen twice', () => withPage(script({ open_answer: [{ fail: say.failure('answer_unreadable', 'There is no sealed answer in this text.', ['Paste all of it.']) }, { ok: opened }] }), async (page) => {
  await toRequests(page);
  await at(page, 'sealed-answer').evaluate((field) => {
    const data = new DataTransfer();
    data.items.add(new File(['nothing of the kind'], 'note.txt', { type: 'text/plain' }));
    const over = new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true });
    const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
    field.dispatchEvent(over);
    field.dispatchEvent(drop);
    if (!over.defaultPrevented || !drop.defaultPrevented) throw new Error('the web view would show the file');
  });
  await at(page, 'answer-told').getByText('There is no sealed answer').waitFor();
  const file = { name: 'answer.txt', mimeType: 'text/plain', buffer: Buffer.from(ANSWER) };
  await at(page, 'answer-file').setInputFiles(file);
  await at(page, 'answer-opened').waitFor();
  assert.equal(await at(page, 'answer-file').inputValue(), '', 'so that the same one is another choice');
  await at(page, 'answer-file').setInputFiles(file);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ call) => call.command === 'open_answer').length === 3);
}));

test('an answer that is opened leads to the sign-in from the list as well, and a new request says what else there is for its org', () => withPage(script({ admin_requests: [{ ok: [request({ opened_until: new Date(Date.now() + 3_600_000).toISOString() })] }], ask_admin: [{ ok: { ...asked, request: request({ id: 'f'.repeat(32), number: 'ffff-ffff' }) } }] }), async (page) => {
  await toRequests(page);
  await at(page, 'request').getByText('are kept until').waitFor();
  await at(page, 'ask-make').click();
  await at(page, 'ask-made').getByText('There is another request for this org: 7f3a-91c2').waitFor();
  await at(page, 'ask-made').getByText('Can be answered until').waitFor();
  await at(page, 'request-go-on').click();
  await at(page, 'screen-set-up').waitFor();
}));

test('an answer after a sign-in that failed is used for the next one, and nothing that was typed before', () => withPage(guide.script(created, { open_answer: [{ ok: opened }] }), async (page) => {
  await step(page, 'paste');
  await at(page, 'secret').fill('typed before');
  await paste(page, ANSWER, 'key');
  await at(page, 'step-sign_in').waitFor();
  assert.deepEqual(await askedOf(page, 'open_answer'), [{ text: ANSWER, host: say.address.host }]);
  await at(page, 'done').click();
  await step(page, 'paste');
  assert.equal(await at(page, 'secret').inputValue(), '', 'it would have been sent in its place');
}));
