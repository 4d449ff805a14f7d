/** Says what each step saw, and how long it took. */
export type Told = ReturnType<typeof createTold>;

export function createTold(say: (line: string) => void) {
  let isIn = '';
  return {
    /** The step that is under way, for the message of a failure. */
    get current() {
      return isIn;
    },
    /** Runs one step; what it answers is what was seen. */
    async step(name: string, run: () => Promise<string>): Promise<void> {
      isIn = name;
      const begun = performance.now();
      const seen = await run();
      say(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(7)} s  ${name}: ${seen}`);
    },
  };
}
