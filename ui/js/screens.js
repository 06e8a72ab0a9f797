/**
 * The screens that a window seldom begins with: they are loaded after the first picture.
 * @import { App, Place, Screen } from './app.js'
 */

import { addScreen } from './screens/add.js';
import { attemptScreen } from './screens/attempt.js';
import { computerScreen } from './screens/computer.js';
import { connectionScreen } from './screens/connection.js';
import { explainScreen } from './screens/explain.js';
import { helpScreen } from './screens/help.js';
import { requestsScreen } from './screens/requests.js';
import { rotateScreen } from './screens/rotate.js';
import { settingsScreen } from './screens/settings.js';
import { setupScreen } from './screens/setup.js';
import { shortScreen } from './screens/short.js';

/** @typedef {Exclude<Place, { name: 'connections' }>} Elsewhere */

/** @param {App} app @param {Elsewhere} next @returns {Screen} */
export function screenAt(app, next) {
  switch (next.name) {
    case 'connection': return connectionScreen(app, next.alias, next.act);
    case 'add': return addScreen(app, next);
    case 'short': return shortScreen(app, next);
    case 'set_up': return setupScreen(app, next.host);
    case 'attempt': return attemptScreen(app, next.id);
    case 'rotate': return rotateScreen(app, next.alias);
    case 'settings': return settingsScreen(app);
    case 'help': return helpScreen(app);
    case 'computer': return computerScreen(app);
    case 'explain': return explainScreen(app);
    case 'requests': return requestsScreen(app, next);
  }
}
