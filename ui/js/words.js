/**
 * Every text of the page, in one catalogue. Salesforce's own labels stand as Salesforce writes them; words for errors and
 * checks come with them from the agent.
 */

export * from './words/checks.js';
export * from './words/common.js';
export * from './words/connections.js';
export * from './words/guide.js';
export * from './words/settings.js';
export * from './words/vault.js';
