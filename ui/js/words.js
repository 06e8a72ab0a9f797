/**
 * All texts of the page, in one catalogue. Salesforce's labels are as in Salesforce; the words for errors and
 * checks come from the agent.
 */

export * from './words/checks.js';
export * from './words/common.js';
export * from './words/connections.js';
export * from './words/explain.js';
export * from './words/guide.js';
export * from './words/help.js';
export * from './words/requests.js';
export * from './words/rotate.js';
export * from './words/settings.js';
export * from './words/vault.js';
