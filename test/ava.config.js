import packageJson from '#package.json' with { type: 'json' };

/** AVA's settings are in package.json; this adds only the count that the runner prints last. */
export default {
  ...packageJson.ava,
  nonSemVerExperiments: { observeRunsFromConfig: true },
  observeRun,
};

async function observeRun({ events }) {
  for await (const event of events) {
    if (event.type === 'stats') {
      process.send?.(countTests(event.stats));
    }
  }
}

// A hook, a stray rejection or a file that cannot be loaded is no test of its own, yet it fails the run: it counts.
function countTests(stats) {
  const {
    failedTests,
    failedHooks,
    remainingTests,
    internalErrors,
    uncaughtExceptions,
    unhandledRejections,
  } = stats;
  const failed =
    failedTests + failedHooks + remainingTests + internalErrors + uncaughtExceptions + unhandledRejections;
  return { passed: stats.passedTests, failed };
}
