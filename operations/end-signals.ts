/** What asks a process to end: a supervisor's SIGTERM, and Ctrl-C. */
type EndSignal = 'SIGTERM' | 'SIGINT';
type Listener = {
  readonly onFirst: (signal: EndSignal) => void;
  /** Whoever asks again does not want to wait. */
  readonly onAgain: (signal: EndSignal) => void;
};

export const endSignals: readonly EndSignal[] = ['SIGTERM', 'SIGINT'];
/** npm passes a signal on that the whole process group was sent, so that one request comes twice. */
const sameRequestMs = 1_000;

let first: { readonly signal: EndSignal; readonly at: number } | undefined;
let listener: Listener | undefined;

function note(signal: EndSignal): void {
  if (first === undefined) {
    first = { signal, at: performance.now() };
    listener?.onFirst(signal);
  } else if (signal !== first.signal || performance.now() - first.at > sameRequestMs) {
    if (listener === undefined) process.exit(1);
    listener.onAgain(signal);
  }
}

// From here on a signal ends nothing by itself. Until the program is loaded, half a second later, it is kept: the commands of
// package.json and the Dockerfile load this file before anything else (`--import`).
for (const signal of endSignals) process.on(signal, note);

/** Hears of the signals from now on. Of one that came before, `onFirst` hears at once. */
export function onEndSignals(told: Listener): void {
  listener = told;
  if (first !== undefined) told.onFirst(first.signal);
}
