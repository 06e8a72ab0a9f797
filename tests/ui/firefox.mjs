// Drives a real Firefox by Marionette, the protocol in which geckodriver speaks to it: a length, a colon and JSON, over a socket.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {string | number | boolean} Pref */

/** What a WebDriver calls an element by. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** The keys of WebDriver that have no letter. */
export const KEYS = { tab: '\uE004', enter: '\uE007' };

/** Settings in which a browser asks nobody for anything by itself. @type {Record<string, Pref>} */
const QUIET = {
  'marionette.port': 0,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'app.normandy.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:9/',
};

/** The socket to a browser: commands, and their answers in any order. */
class Marionette {
  #socket;
  #read = Buffer.alloc(0);
  #last = 0;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (/** @type {Buffer} */ data) => this.#take(data));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Firefox has ended'));
    });
  }

  /** @param {Buffer} data */
  #take(data) {
    this.#read = Buffer.concat([this.#read, data]);
    for (;;) {
      const colon = this.#read.indexOf(':');
      const length = Number(this.#read.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 0 || this.#read.length < colon + 1 + length) return;
      const message = JSON.parse(this.#read.subarray(colon + 1, colon + 1 + length).toString());
      this.#read = this.#read.subarray(colon + 1 + length);
      // The first one says what speaks here, and is no answer.
      if (!Array.isArray(message)) continue;
      const [, id, error, result] = message;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(new Error(`${error.error}: ${error.message}`));
      else waiting?.resolve(result?.value ?? result);
    }
  }

  /** @param {string} name @param {object} [params] @returns {Promise<any>} */
  call(name, params = {}) {
    this.#last += 1;
    const text = JSON.stringify([0, this.#last, name, params]);
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((resolve, reject) => this.#waiting.set(this.#last, { resolve, reject }));
  }

  end() {
    this.#socket.end();
  }
}

/**
 * Starts a Firefox without a display, in a profile of its own.
 * @param {string} program
 * @param {Record<string, Pref>} [settings]
 */
export async function open(program, settings = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
  const lines = Object.entries({ ...QUIET, ...settings }).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const browser = spawn(program, ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--profile', profile, 'about:blank'], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' } });
  const socket = connect(await portOf(browser), '127.0.0.1');
  await once(socket, 'connect');
  const marionette = new Marionette(socket);
  await marionette.call('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } });
  return {
    profile,
    go: (/** @type {string} */ url) => marionette.call('WebDriver:Navigate', { url }),
    /** Runs a function in the page. @template T @param {(...args: any[]) => T} run @param {any[]} args @returns {Promise<Awaited<T>>} */
    run: (run, ...args) => marionette.call('WebDriver:ExecuteScript', { script: `return (${run})(...arguments);`, args }),
    /** Runs a text beside the page, whose own policy lets nothing in. @param {string} script @returns {Promise<any>} */
    beside: (script) => marionette.call('WebDriver:ExecuteScript', { script, args: [] }),
    /** Runs a text in the browser itself. @param {string} script @param {any[]} args */
    async inBrowser(script, ...args) {
      await marionette.call('Marionette:SetContext', { value: 'chrome' });
      const value = await marionette.call('WebDriver:ExecuteScript', { script, args });
      await marionette.call('Marionette:SetContext', { value: 'content' });
      return value;
    },
    /** Presses a key, wherever the focus is. @param {string} value */
    press: (value) => marionette.call('WebDriver:PerformActions', { actions: [{ type: 'key', id: 'keyboard', actions: [{ type: 'keyDown', value }, { type: 'keyUp', value }] }] }),
    /** Types into what has the focus. @param {string} text */
    async type(text) {
      const active = await marionette.call('WebDriver:GetActiveElement');
      await marionette.call('WebDriver:ElementSendKeys', { id: active[ELEMENT], text });
    },
    /** A picture of the whole page, as PNG in base 64. */
    picture: () => marionette.call('WebDriver:TakeScreenshot', { full: true }),
    size: (/** @type {number} */ width, /** @type {number} */ height) => marionette.call('WebDriver:SetWindowRect', { width, height }),
    async close() {
      const ended = once(browser, 'exit');
      await marionette.call('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => undefined);
      marionette.end();
      await ended;
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** The port that a browser listens at, as it says itself. @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} browser @returns {Promise<number>} */
function portOf(browser) {
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (/** @type {Buffer} */ data) => {
      said += data.toString();
      const port = /Listening on port (\d+)/.exec(said)?.[1];
      if (port) resolve(Number(port));
    };
    browser.stdout.on('data', hear);
    browser.stderr.on('data', hear);
    browser.on('exit', () => reject(new assert.AssertionError({ message: `Firefox did not start: ${said}` })));
  });
}
