import packageJson from '../package.json' with { type: 'json' };

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

// A file that dies, a hook or a stray rejection is no test of its own, yet fails the run: it counts.
function countTests(stats) {
  const { failedTests, failedHooks, remainingTests, failedWorkers, internalErrors } = stats;
  const { uncaughtExceptions, unhandledRejections, unexpectedProcessExits } = stats;
  return {
    passed: stats.passedTests,
    failed:
      failedTests +
      failedHooks +
      remainingTests +
      failedWorkers +
      internalErrors +
      uncaughtExceptions +
      unhandledRejections +
      unexpectedProcessExits,
  };
}
