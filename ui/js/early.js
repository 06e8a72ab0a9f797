/** The first screen's data, requested while the other scripts still load. */

import { host } from './host.js';

/** Each is null if its request failed. */
export const early = {
  beginning: host.beginning().catch(() => null),
  agentState: host.agentState().catch(() => null),
  snapshot: host.snapshot().catch(() => null),
};
