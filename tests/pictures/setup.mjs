// An admin's way through the practice org's Setup, as the guide tells it, with a stop at each place that has a picture.
import { practiceOrg } from '../journey/programs.mjs';

/** @typedef {import('../ui/node_modules/playwright-core/index.d.ts').Page} Page */
/** @typedef {(name: import('./shots.mjs').Name) => Promise<void>} Stop */
/** @typedef {import('../journey/programs.mjs').PracticeOrg} PracticeOrg */

/** What a real org is told, although this is a practice org: the pictures stand beside these values. */
export const VALUES = {
  quickFind: 'External Client App',
  name: 'Datatrax',
  description: 'OAuth app for Datatrax data loader integration.',
  callbacks: [
    'https://www.getdatatrax.com/auth/salesforce/callback',
    ...[17177, 27177, 7177].map((port) => `http://localhost:${port}/auth/salesforce/callback`),
    'com.getdatatrax.connect://auth/salesforce/callback',
  ],
  scopes: ['Manage user data via APIs (api)', 'Perform requests at any time (refresh_token, offline_access)'],
};
const EMAIL = 'you@example.com';
/** Any will do: the same seed gives the same key, secret, ids and codes. */
const SEED = 4;
const SETUP = '/lightning/setup';
/** What the pages show in place of each date and time. */
const MOMENT = '3/2/2026, 10:24 AM';

/**
 * Goes the way from the gear to Allow, in an org of its own.
 * @param {string} dtx the program
 * @param {Page} page
 * @param {Stop} stop called at each place, with the page as it is to be shown
 */
export async function walk(dtx, page, stop) {
  const { org, end } = await practiceOrg(dtx, ['--seed', String(SEED)]);
  try {
    await deleteTheAppItStartsWith(org);
    const admin = new Admin(page, org, stop);
    await admin.logIn();
    await admin.open();
    await admin.fillIn();
    await admin.reveal();
    await admin.rotate();
    await admin.signIn();
  } finally {
    end();
  }
}

/** An org in which nobody made an app yet. @param {PracticeOrg} org */
async function deleteTheAppItStartsWith({ control }) {
  const body = JSON.stringify({ type: 'delete_app' });
  const answer = await fetch(`${control.url}event`, { method: 'POST', headers: { [control.header]: control.value, 'content-type': 'application/json' }, body });
  if (!answer.ok) throw new Error(`The practice org did not delete its app: ${answer.status} ${await answer.text()}`);
}

/** Runs in the page: takes away what would be another each time, and what a person who only looks would not see. @param {string} moment */
function settle(moment) {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    node.nodeValue = (node.nodeValue ?? '').replace(/\d+\/\d+\/\d{4}, \d+:\d\d [AP]M/gu, moment);
  }
  for (const list of document.querySelectorAll('select')) {
    if (!list.multiple) continue;
    list.selectedIndex = -1;
    list.scrollTop = 0;
  }
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

class Admin {
  /** @param {Page} page @param {PracticeOrg} org @param {Stop} stop */
  constructor(page, org, stop) {
    this.page = page;
    this.org = org;
    this.onStop = stop;
    this.key = '';
  }

  /** @param {import('./shots.mjs').Name} name */
  async stop(name) {
    await this.page.evaluate(settle, MOMENT);
    await this.onStop(name);
  }

  /** Presses what leads to another page, and waits until that page has run its script. @param {string} selector */
  async go(selector) {
    await Promise.all([this.page.waitForEvent('load'), this.page.click(selector)]);
  }

  async logIn() {
    await this.page.goto(`${this.org.address}${SETUP}/SetupOneHome/home`);
    const [admin] = this.org.users.filter(({ role }) => role === 'admin');
    if (!admin) throw new Error('The practice org has no admin.');
    await this.page.fill('#username', admin.username);
    await this.page.fill('#password', admin.password);
    await this.go('#Login');
    await this.go('#passkey');
  }

  async open() {
    await this.page.goto(`${this.org.address}${SETUP}/NavigationMenus/home`);
    await this.page.fill('#quick-find', 'App Manager');
    await this.stop('app-manager');
    await this.page.goto(`${this.org.address}${SETUP}/ManageExternalClientApplication/home`);
    await this.page.fill('#quick-find', VALUES.quickFind);
    await this.stop('open');
    await this.go('.actions .brand');
  }

  async fillIn() {
    const { page } = this;
    await page.fill('#label', VALUES.name);
    await page.press('#label', 'Tab');
    await page.fill('#contactEmail', EMAIL);
    await page.fill('#description', VALUES.description);
    await this.stop('details');
    await page.click('#api > summary');
    await page.check('#isOauthEnabled');
    await page.fill('#callbackUrl', VALUES.callbacks.join('\n'));
    await this.stop('oauth');
    for (const label of VALUES.scopes) {
      await page.selectOption('#available', { label });
      await page.click('button[value=add]');
    }
    await this.stop('scopes');
    await this.stop('security');
    await this.go('#save');
    await this.stop('lock');
    await this.go('#confirm-lock');
  }

  async reveal() {
    const { page } = this;
    await this.go('#tab-settings');
    await page.click('#oauth-settings > summary');
    await page.click('#basic-information > summary');
    await this.stop('settings-tab');
    await this.go('#consumer');
    const code = await this.mailedCode();
    await page.fill('#emc', code);
    await this.stop('verify');
    await this.go('#save');
    this.key = await page.inputValue('#consumer-key');
    await this.stop('consumer-details');
  }

  async rotate() {
    // What was drawn into the page for the picture before leaves its traces.
    await this.page.reload();
    await this.stop('rotate-stage');
    await this.go('#stage');
    await this.stop('rotate-copy');
    await this.page.reload();
    await this.stop('rotate-now');
    await this.go('#rotate');
    this.key = await this.page.inputValue('#consumer-key');
    await this.stop('rotate-former');
  }

  async mailedCode() {
    const inbox = await this.page.context().newPage();
    await inbox.goto(this.org.inbox_url);
    const code = await inbox.locator('.mail .code').first().innerText();
    await inbox.close();
    return code.trim();
  }

  async signIn() {
    const { page, org } = this;
    const [user] = org.users.filter(({ role }) => role === 'integration');
    if (!user) throw new Error('The practice org has no integration user.');
    await page.goto(`${org.address}/secur/logout.jsp`);
    await page.goto(`${org.address}/services/oauth2/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: this.key,
      redirect_uri: VALUES.callbacks[1] ?? '',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      state: 'picture',
    })}`);
    await page.fill('#username', user.username);
    await page.fill('#password', user.password);
    await this.stop('sign-in');
    await this.go('#Login');
    await this.stop('allow');
  }
}
