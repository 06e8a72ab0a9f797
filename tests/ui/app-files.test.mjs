// The app of the guide as files, written from the page as it ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import * as guide from './say-guide.mjs';
import { toDetail } from './screens-connections.mjs';
import { step } from './screens-guide.mjs';

const withPage = walking();

test('the app is written as files from the step that opens Setup, and where they are is told', () => withPage(guide.script(guide.setup({ step: 'open' }), {
  write_app_files: [{ ok: { folder: '/home/jane/Downloads/datatrax-app-acme', commands: ['sf org login web', 'sf project deploy start'] } }, { fail: say.failure('folder_unwritable', 'The folder could not be written.') }],
}), async (page) => {
  await step(page, 'open');
  await at(page, 'app-files').locator('summary').click();
  await at(page, 'write-app-files').click();
  await at(page, 'app-folder').getByText('/home/jane/Downloads/datatrax-app-acme').waitFor();
  await at(page, 'value-app-command-2').getByText('sf project deploy start').waitFor();
  assert.deepEqual(await asked(page, 'write_app_files'), [{ address: say.address.origin }]);
  await at(page, 'write-app-files').click();
  await at(page, 'app-files').getByText('could not be written').waitFor();
}));

test('the app of a connected org is written as files from its connection', () => withPage(told.script([told.sandbox], {}, {
  write_app_files: [{ ok: { folder: '/home/jane/Downloads/datatrax-app-acme--uat', commands: ['sf org login web', 'sf project deploy start'] } }],
}), async (page) => {
  await toDetail(page, 'Acme, uat');
  await at(page, 'app-files').locator('summary').click();
  await at(page, 'write-app-files').click();
  await at(page, 'app-folder').getByText('datatrax-app-acme--uat').waitFor();
  assert.deepEqual(await asked(page, 'write_app_files'), [{ address: 'https://acme--uat.sandbox.my.salesforce.com' }], 'for that very org');
  await at(page, 'app-files').getByText('has a new key and secret').waitFor();
}));
