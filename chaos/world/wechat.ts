import path from 'node:path';
import type { Call } from '#chaos/referee/evidence.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { createProgram } from './program.ts';

const root = path.join(import.meta.dirname, '../..');
/** Of one read of the call log: more would hold the simulator up while it answers others. */
const callsPerRead = 5_000;

export type WeChat = Awaited<ReturnType<typeof startWeChat>>;

/** The simulator in a process of its own, so that its clock and its share of the machine are its own; steered over HTTP. */
export async function startWeChat({ logFolder }: { logFolder: string }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = createProgram({
    name: 'simulator',
    folder: root,
    main: 'simulator/main.ts',
    env: { SIMULATOR_PORT: String(port) },
    logFile: path.join(logFolder, 'simulator.log'),
    healthUrl: `${url}/_simulator/behaviour`,
  });
  await program.start();

  async function control<T>(method: string, name: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/_simulator/${name}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status} to ${name}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  return {
    url,
    port,
    putAccount: (appid: string, account: object) => control('PUT', `accounts/${appid}`, account),
    behave: (changes: object) => control('PUT', 'behaviour', changes),
    addFault: (fault: object) => control<{ id: number }>('POST', 'faults', fault),
    clearFaults: () => control('DELETE', 'faults'),
    removeFault: (id: number) => control('DELETE', `faults/${id}`),
    /** Back to a WeChat nobody has met. */
    async reset(): Promise<void> {
      await Promise.all([
        control('DELETE', 'faults'),
        control('DELETE', 'behaviour'),
        control('DELETE', 'calls'),
      ]);
    },
    /** The openids of `{prefix}-0`, `{prefix}-1`, …: what a code made for each would lead to. */
    async openidsOf(appid: string, prefix: string, count: number): Promise<string[]> {
      if (count === 0) return [];
      const { codes } = await control<{ codes: { openid: string }[] }>('POST', 'codes/batch', {
        appid,
        person: prefix,
        count,
      });
      return codes.map(({ openid }) => openid);
    },
    /** Every call of one endpoint, oldest first; throws when the log was too short to hold them. */
    async calls(endpoint: 'access_token' | 'authorize'): Promise<Call[]> {
      const calls: Call[] = [];
      for (let since = 0; ; ) {
        const page = await control<{ calls: Call[]; next: number; dropped: number }>(
          'GET',
          `calls?endpoint=${endpoint}&since=${since}&limit=${callsPerRead}`,
        );
        if (page.dropped > 0) throw new Error(`the simulator's log lost ${page.dropped} calls`);
        calls.push(...page.calls);
        if (page.calls.length < callsPerRead) return calls;
        since = page.next;
      }
    },
    close: program.stop,
    [Symbol.asyncDispose]: program.stop,
  };
}
