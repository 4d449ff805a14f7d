import type { Logger } from 'pino';
import { createSampledLog } from './sampled-log.ts';

/** What is no HTTP, and a connection whose peer left. */
const theirs = /^(HPE_|ECONN|EPIPE|ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED)/;

/** For an app's `error` event: what no middleware has caught, since the answer was under way. Koa would print it as it is. */
export function onBrokenOff(log: Logger): (error: unknown) => void {
  const sampled = createSampledLog(log);
  return function onBrokenOff(error) {
    const code = String((error as { code?: unknown } | null)?.code);
    if (!theirs.test(code)) log.error({ err: error }, 'response broken off');
    else sampled.write(`broken off: ${code}`, 'info', { reason: code }, 'response broken off');
  };
}
