import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execaNode } from 'execa';
import { freePort } from '#dev-stores/free-port.ts';
import { isAlive } from '#test/dev-stores/is-alive.ts';
import { until } from '#test/support/until.ts';

const answersAll = `
import http from 'node:http';
http.createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1');`;

const starts = {
  chaos: `
    import { createProgram } from '#chaos/world/program.ts';
    const { FOLDER: folder, PORT } = process.env;
    const program = createProgram({
      name: 'a', folder, main: 'main.mjs', env: { PORT }, logFile: folder + '/log', healthUrl: 'http://127.0.0.1:' + PORT,
    });
    await program.start();
    await program.restart('SIGKILL');
    await program.whenUp();`,
  bench: `
    import { startProcess } from '#bench/processes/start-process.ts';
    const { FOLDER: cwd, PORT } = process.env;
    const url = 'http://127.0.0.1:' + PORT;
    const program = await startProcess({ command: process.execPath, args: ['main.mjs'], cwd, env: { PORT }, url });`,
};

for (const [room, start] of Object.entries(starts)) {
  test(`what ${room} started does not outlive a run that is killed`, async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'program-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    await writeFile(path.join(folder, 'main.mjs'), answersAll);
    const env = { FOLDER: folder, PORT: String(await freePort()) };
    const report = `${start} process.send({ pid: program.pid }); setInterval(() => {}, 1000);`;
    const owner = execaNode({ reject: false, env })`--input-type=module --eval ${report}`;
    t.teardown(() => owner.kill('SIGKILL'));
    const { pid } = (await owner.getOneMessage()) as { pid: number };
    t.true(isAlive(pid));
    owner.kill('SIGKILL');
    await t.notThrowsAsync(until(() => !isAlive(pid)));
  });
}
