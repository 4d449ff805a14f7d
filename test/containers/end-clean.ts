import assert from 'node:assert/strict';
import type { Compose } from './compose.ts';

/** Stops everything as its orchestrator does, looks how each ended, and removes it all. */
export async function endClean(compose: Compose): Promise<string> {
  // Whoever is not gone in its grace period is killed: 137.
  await compose.compose(['stop']);
  const ended = (await compose.containers()).map(
    ({ Name, State }) => `${Name} ${State.Status} ${State.ExitCode}`,
  );
  assert.deepEqual(
    ended.filter((line) => !line.endsWith(' exited 0')),
    [],
  );
  await compose.compose(['down', '--volumes']);
  assert.deepEqual(await compose.leftovers(), []);
  return `${ended.length} containers ended with 0 in their grace period; no container, volume or network is left`;
}
