import { readFile } from 'node:fs/promises';
import type { Fault, Run } from '#chaos/scenario.ts';
import type { Program } from '#chaos/world/program.ts';

type Kind = 'workers' | 'ingresses';

/** kill -9 of one process after the other, each `everyMs`; the supervisor starts it again. */
export function killEach(
  kind: Kind,
  everyMs: number,
  { from = 0.05, to = 1, times = Number.POSITIVE_INFINITY } = {},
): Fault {
  return async (run) => {
    await run.until(from);
    for (let strike = 0; strike < times && run.progress.share < to && !run.isOver.aborted; strike += 1) {
      await kill(run, pick(run, kind, strike));
      await run.pause(everyMs * (0.75 + run.random() / 2));
    }
  };
}

async function kill({ world }: Run, program: Program): Promise<void> {
  await program.whenUp().catch(() => {});
  const over = world.incidents.begin('kill -9', program.name);
  await program.restart('SIGKILL');
  over();
}

/** SIGSTOP, and SIGCONT later: a process that wakes up as a zombie whose work others have taken over. */
export function freezeOne(kind: Kind, forMs: number, { from = 0.1 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const program = pick(run, kind, 0);
    const over = run.world.incidents.begin('freeze', program.name);
    program.freeze();
    await run.pause(forMs);
    program.thaw();
    over();
  };
}

/** SIGTERM, as a deployment sends it, to one process after the other. Notes how long each took to be gone. */
export function deploy(kinds: readonly Kind[], { from = 0.1, mostMs = 15_000 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    for (const kind of kinds) {
      for (const [index] of run.world[kind].entries()) {
        const program = pick(run, kind, index);
        await program.whenUp().catch(() => {});
        const over = run.world.incidents.begin('SIGTERM', program.name);
        const tookMs = await program.restart('SIGTERM');
        over();
        run.note(`${program.name} was gone ${tookMs} ms after SIGTERM`);
        if (tookMs > mostMs) throw new Error(`${program.name} took ${tookMs} ms to end`);
        await program.whenUp().catch(() => {});
      }
    }
  };
}

/** Keeps a process's event loop busy, from inside and without a hook in the product: through Node's inspector. */
export function blockLoop(kind: Kind, forMs: number, { from = 0.1 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const program = pick(run, kind, 0);
    const address = await inspectorOf(program);
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', reject, { once: true });
    });
    const over = run.world.incidents.begin('blocked loop', program.name);
    const expression = `{ const end = Date.now() + ${forMs}; while (Date.now() < end); }`;
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
    await run.pause(forMs);
    over();
    socket.close();
  };
}

async function inspectorOf(program: Program): Promise<string> {
  program.openInspector();
  for (let tried = 0; tried < 100; tried += 1) {
    const told = /Debugger listening on (ws:\S+)/.exec(await readFile(program.logFile, 'utf8'))?.[1];
    if (told !== undefined) return told;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${program.name} opened no inspector`);
}

function pick({ world }: Run, kind: Kind, index: number): Program {
  const programs = world[kind];
  const program = programs[index % programs.length];
  if (program === undefined) throw new RangeError(`there are no ${kind}`);
  return program;
}
