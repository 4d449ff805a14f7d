import { execa } from 'execa';
import { freePort } from '#dev-stores/free-port.ts';
import { until } from '#test/support/until.ts';

export type HostArguments = { issuer: string; clientId: string; secret: string; port: number };
/** A stock client in a language of its own, that is a small web server: `/login` begins, its answer in the end has the subject. */
export type OutsideHost = {
  readonly name: string;
  /** Undefined when its language is not there; installs what it needs. */
  readonly prepare: () => Promise<Prepared | undefined>;
};
export type Prepared = {
  /** The path of its redirect_uri and of the page that begins a login. */
  readonly paths: { readonly callback: string; readonly login: string };
  readonly command: (given: HostArguments) => Promise<readonly [string, ...string[]]>;
};

/** Starts it and waits until it answers; it ends with the stack. */
export async function startHost(
  stack: AsyncDisposableStack,
  { command, paths }: Prepared,
  given: Omit<HostArguments, 'port'> & { port?: number },
): Promise<string> {
  const port = given.port ?? (await freePort());
  const [bin, ...args] = await command({ ...given, port });
  const child = execa(bin, args, { reject: false, all: true });
  stack.defer(async () => {
    child.kill();
    await child;
  });
  const origin = `http://127.0.0.1:${port}`;
  const answers = () => fetch(origin + paths.callback, { redirect: 'manual' }).then(Boolean, () => false);
  await Promise.race([
    until(answers, { what: `${bin} to answer` }),
    child.then(({ all }) => Promise.reject(new Error(`${bin} ended: ${all}`))),
  ]);
  return origin;
}
