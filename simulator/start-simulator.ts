import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Control } from './control.ts';
import { createSimulator, type SimulatorOptions } from './create-simulator.ts';

export type RunningSimulator = {
  /** For WECHAT_API_URL and WECHAT_OPEN_URL alike. */
  url: string;
  control: Control;
  /** Cuts every connection, also those that a fault keeps hanging. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

const anyAddress = new Set(['0.0.0.0', '::']);

/** Rejects with the listener's error (EADDRINUSE) when the port is taken. */
export async function startSimulator({
  port = 0,
  host = '127.0.0.1',
  ...options
}: SimulatorOptions & { port?: number; host?: string } = {}): Promise<RunningSimulator> {
  const simulator = createSimulator(options);
  // As WeChat's front: it is the caller who lets go of an idle connection.
  const server = createServer({ keepAliveTimeout: 600_000 }, simulator.handler);
  // A burst of new connections must not be refused by the default backlog of 511.
  server.listen({ port, host, backlog: 4096 });
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const name = anyAddress.has(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const url = `http://${name}:${address.port}`;
  simulator.setPublicUrl(url);

  async function close(): Promise<void> {
    simulator.close();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
  return { url, control: simulator.control, close, [Symbol.asyncDispose]: close };
}
