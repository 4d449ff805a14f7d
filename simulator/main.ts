#!/usr/bin/env node
import { once } from 'node:events';
import { z } from 'zod';
import { accountSchema, appidSchema } from './accounts.ts';
import { type Arguments, readArguments, usage } from './arguments.ts';
import { startSimulator } from './start-simulator.ts';

const accounts = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('must be JSON: {"wx…": "secret"}');
      return z.NEVER;
    }
  })
  .pipe(z.record(appidSchema, z.union([z.string().min(1), accountSchema])));

const environment = z.object({
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65535).default(8090),
  SIMULATOR_PUBLIC_URL: z.url().optional(),
  SIMULATOR_ACCOUNTS: accounts.default({}),
  '--account': z.record(appidSchema, z.string().min(1)),
});

function leave(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function argumentsOrLeave(): Arguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    return leave(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

const given = argumentsOrLeave();
if (given.help) {
  process.stdout.write(usage);
  process.exit();
}
const checked = environment.safeParse({
  ...process.env,
  ...given.variables,
  '--account': given.accounts,
});
if (!checked.success) leave(`The simulator cannot start:\n${z.prettifyError(checked.error)}`);
const { SIMULATOR_HOST: host, SIMULATOR_PORT: port, SIMULATOR_PUBLIC_URL } = checked.data;
const known = { ...checked.data.SIMULATOR_ACCOUNTS, ...checked.data['--account'] };

const simulator = await startSimulator({
  host,
  port,
  accounts: known,
  ...(SIMULATOR_PUBLIC_URL ? { publicUrl: SIMULATOR_PUBLIC_URL } : {}),
}).catch((error: NodeJS.ErrnoException) => {
  const inUse = error.code === 'EADDRINUSE';
  return leave(
    inUse
      ? `Port ${port} is in use: choose another by --port or SIMULATOR_PORT.`
      : `Cannot listen: ${error.message}`,
  );
});

const named = Object.keys(known).join(', ');
process.stdout.write(`WeChat simulator: web authorisation of service accounts, for tests and development.
  WECHAT_OPEN_URL=${simulator.url}   the browser's side: /connect/oauth2/authorize
  WECHAT_API_URL=${simulator.url}    the server's side: /sns/oauth2/access_token, refresh_token, /sns/userinfo, /sns/auth
  ${simulator.url}/_simulator/…      steers it; see its README
  Accounts: ${named || `none yet; curl -X PUT ${simulator.url}/_simulator/accounts/wx… -d '{"secret":"…"}'`}
`);

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await simulator.close();
