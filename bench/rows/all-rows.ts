import type { RowGroup } from './bench.ts';
import { bindings } from './bindings.ts';
import { callbacks } from './callbacks.ts';
import { ceilings, simulator } from './ceilings.ts';
import { counts } from './counts.ts';
import { depth } from './depth.ts';
import { exports } from './exports.ts';
import { logins } from './logins.ts';
import { look } from './look.ts';
import { oidc } from './oidc.ts';
import { pages } from './pages.ts';
import { paint } from './paint.ts';
import { processes } from './processes.ts';
import { scans } from './scans.ts';
import { search } from './search.ts';
import { shards } from './shards.ts';

/** In the order they are measured in: the simulator first, since nothing holds that it cannot carry. */
export const benchRows: readonly RowGroup[] = [simulator, ceilings, logins, callbacks, counts, paint];
export const scaleRows: readonly RowGroup[] = [depth, bindings, exports, pages, scans, oidc, search, look];
/** On two cores they only show what sharing costs: asked for by name, or by `npm run bench:scale`. */
export const fleetRows: readonly RowGroup[] = [processes, shards];
