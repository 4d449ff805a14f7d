/** Nobody believes in a start that says nothing for longer. */
const silenceMs = 2_500;
const lookMs = 250;

/**
 * Says how long it has been at work whenever nothing else was said for 2.5 s: `say` is to be used from here on, until `end`.
 * `seconds()` is how long that is.
 */
export function breakSilence(say: (line: string) => void) {
  const begun = performance.now();
  let lastWord = begun;
  const seconds = () => Math.round((performance.now() - begun) / 1_000);
  const timer = setInterval(() => {
    if (performance.now() - lastWord < silenceMs) return;
    lastWord = performance.now();
    say(`  … ${seconds()} s`);
  }, lookMs);
  return {
    say(line: string): void {
      lastWord = performance.now();
      say(line);
    },
    seconds,
    end: () => clearInterval(timer),
  };
}
