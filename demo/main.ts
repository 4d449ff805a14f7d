import { z } from 'zod';
import { breakSilence } from './break-silence.ts';
import { languageOfTerminal } from './language.ts';
import { onDeathOfNpm } from './on-death-of-npm.ts';
import { demoSettings } from './settings.ts';
import { startDemo } from './start-demo.ts';
import { terminalWords } from './terminal-words.ts';

/** Past this, what still runs is killed by the guards that outlive this process. */
const endWithinMs = 15_000;

const language = languageOfTerminal(process.env);
const words = terminalWords[language];
const checked = demoSettings.safeParse(process.env);
if (!checked.success) {
  process.stderr.write(`${words.cannotStart}\n${z.prettifyError(checked.error)}\n`);
  process.exit(1);
}

// A terminal that was closed takes no more words; that is no reason to leave without tidying up.
process.stdout.on('error', () => {});
const { say, seconds, end: endOfSilence } = breakSilence((line) => void process.stdout.write(`${line}\n`));

const stack = new AsyncDisposableStack();
const ending = new AbortController();
const { promise: end, resolve: endWith } = Promise.withResolvers<number>();
// Ctrl-C comes twice when npm passes on what the terminal sent to both, or the person is impatient: once is enough.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => endWith(0));

onDeathOfNpm(() => endWith(0));

const starting = startDemo({
  settings: checked.data,
  language,
  stack,
  say,
  seconds,
  onDeath(message) {
    say(message);
    endWith(1);
  },
  signal: ending.signal,
})
  .then(say, (error: unknown) => {
    if (ending.signal.aborted) return;
    say(error instanceof Error ? error.message : String(error));
    endWith(1);
  })
  .finally(endOfSilence);

const exitCode = await end;
setTimeout(() => process.exit(1), endWithinMs);
say(words.ending);
ending.abort();
// What is still being opened must be on the stack before the stack is closed.
await starting;
await stack.disposeAsync();
say(words.ended);
process.exit(exitCode);
