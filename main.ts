import '#operations/end-signals.ts';
import '#operations/compile-cache.ts';
import { openIngress } from '#ingress/main.ts';
import { checkConfig } from '#ingress/operator/check-config.ts';
import { createLogger } from '#operations/log.ts';
import { runProcess, type Start } from '#operations/run-process.ts';
import { openWorkers } from '#workers/main.ts';

const logOf = (name: string) => createLogger({ level: 'info', name });

/** `npm start -- --check-config` starts neither. */
const isCheck = process.argv.includes('--check-config');

/**
 * Both roles in one process, for an installation of one small machine: one thing to start, watch and restart. Each role has its
 * own connections, listeners and log lines, as if it were alone. Closed in reverse: people are answered before workers go.
 */
const openBoth: Start = async (stack, life) => {
  await openWorkers(stack, life, logOf('workers'));
  await openIngress(stack, life, logOf('ingress'));
};

await runProcess(logOf('service'), isCheck ? checkConfig : openBoth);
