import packageJson from '#package.json' with { type: 'json' };

/** AVA's settings are in package.json; this adds what wants a reason, and the count that the runner prints last. */
export default {
  ...packageJson.ava,
  // A process for each file: of threads that share one, what ends one of them ends them all, with no word of which it was.
  workerThreads: false,
  // Many wait for a process to come up or for a time to pass: two at once leave the cores idle in the second half.
  concurrency: 3,
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
  const failedIn = [...stats.byFile].filter(([, ofFile]) => countFailed(ofFile) > 0).map(([file]) => file);
  return { passed: stats.passedTests, failed: countFailed(stats), failedIn };
}

function countFailed({
  failedTests,
  failedHooks,
  remainingTests,
  internalErrors,
  uncaughtExceptions,
  unhandledRejections,
}) {
  return (
    failedTests + failedHooks + remainingTests + internalErrors + uncaughtExceptions + unhandledRejections
  );
}
