import { fstatSync } from 'node:fs';
import { pino } from 'pino';

/** Lines that wait for their reader; beyond that they are dropped. Some thousand. */
const mostWaitingBytes = 4 << 20;

let dropped = 0;
/** Of this process, since it began. */
export const droppedLines = (): number => dropped;

export type LogDestination = ReturnType<typeof createLogDestination>;

/**
 * Standard output for the log of a process that must go on whatever becomes of it: a reader that stands still or is gone, a
 * disk that is full. `onRecovered` hears how many lines were dropped once lines get through again.
 */
export function createLogDestination({
  onRecovered,
  most = mostWaitingBytes,
}: {
  onRecovered: (dropped: number) => void;
  most?: number;
}) {
  let untold = 0;
  const drop = () => {
    dropped += 1;
    untold += 1;
  };
  /** Something got through. */
  const recover = () => {
    if (untold === 0) return;
    const missing = untold;
    untold = 0;
    onRecovered(missing);
  };
  return isStream() ? toStream(most, drop, recover) : toFile(most, drop, recover);
}

/** A file takes a line at once, and so does a terminal; a pipe takes it when its reader has read. */
function isStream(): boolean {
  try {
    const what = fstatSync(1);
    return what.isFIFO() || what.isSocket();
  } catch {
    return false;
  }
}

/** Node writes to a pipe at once as long as it takes something, and keeps the rest, without an end, until it does again. */
function toStream(most: number, drop: () => void, recover: () => void) {
  const { stdout } = process;
  let isGone = false;
  stdout.on('error', () => {
    isGone = true;
  });
  stdout.on('drain', recover);
  return {
    write(line: string): void {
      if (isGone || stdout.writableLength + line.length > most) drop();
      else stdout.write(line);
    },
    /** Calls when all is written, or never will be; while a reader stands still that is not to be waited for. */
    flush(done: () => void): void {
      if (isGone) done();
      else stdout.write('', () => done());
    },
  };
}

/** Pino's own way, which writes before it returns. It keeps what a full disk did not take, and tries again with the next line. */
function toFile(most: number, drop: () => void, recover: () => void) {
  const file = pino.destination({ dest: 1, sync: true, maxLength: most });
  file.removeAllListeners('error');
  file.on('error', () => {});
  file.on('drop', drop);
  file.on('write', () => setImmediate(recover));
  return { write: (line: string): void => void file.write(line), flush: (done: () => void): void => done() };
}
