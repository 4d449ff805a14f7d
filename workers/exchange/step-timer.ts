export type StepTimer = ReturnType<typeof createStepTimer>;

/** Milliseconds of each step of one login; a step that is done again adds up. */
export function createStepTimer() {
  const timings: Record<string, number> = {};

  async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      timings[step] = Math.round((timings[step] ?? 0) + performance.now() - begun);
    }
  }

  return { timings, timed };
}
