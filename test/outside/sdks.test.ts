import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { canRun, leaveOut } from './can-run.ts';
import { logInWith } from './sdks/log-in-with.ts';
import { sdks } from './sdks/sdks.ts';

// WeChat SDKs of other languages, as they are, against the simulator. Each is fetched before anything is declared: AVA wants
// to know all tests at once.
const rows = await Promise.all(
  sdks.map(async (sdk) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sdk-'));
    const runnable = canRun(sdk.name, { programs: sdk.programs });
    const failure = runnable ? await sdk.fetch(folder).then(() => undefined, String) : undefined;
    return { sdk, folder, runnable, failure };
  }),
);
test.after.always('their folders go', () =>
  Promise.all(rows.map(({ folder }) => rm(folder, { recursive: true, force: true }))),
);

for (const { sdk, folder, runnable, failure } of rows) {
  if (!runnable) continue;
  if (failure !== undefined) leaveOut(sdk.name, `its registry does not give it: ${failure.slice(0, 300)}`);
  else
    test.serial(`${sdk.language}, ${sdk.name} ${sdk.version} logs in against the simulator`, async (t) =>
      logInWith(t, await sdk.command(folder)),
    );
}
