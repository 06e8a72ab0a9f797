/** What the first screen needs, asked for while the other scripts are still on their way. */

import { host } from './host.js';

/** Each is null where it could not be had. */
export const early = {
  beginning: host.beginning().catch(() => null),
  agentState: host.agentState().catch(() => null),
  snapshot: host.snapshot().catch(() => null),
};
