import { parseArgs } from 'node:util';

export const usage = `Usage: wechat-oauth-simulator [options]

A WeChat to develop and test against: web authorisation of service accounts (微信网页授权).

  --account <appid>=<secret>   an account that it knows; may be given again   SIMULATOR_ACCOUNTS (JSON)
  --port <number>              where it listens; 0 takes a free port          SIMULATOR_PORT, 8090
  --host <address>             where it listens                               SIMULATOR_HOST, 127.0.0.1
  --public-url <url>           where browsers find the avatars                SIMULATOR_PUBLIC_URL
  --help                       this

An option goes before the variable beside it. SIGINT and SIGTERM end it.
`;

export type Arguments = {
  readonly help: boolean;
  /** By the name of the variable that an option stands for. */
  readonly variables: Record<string, string>;
  /** appid → secret. */
  readonly accounts: Record<string, string>;
};

/** Throws node:util's error, with a sentence for its message, when an option is unknown or lacks its value. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      account: { type: 'string', multiple: true, default: [] },
      port: { type: 'string' },
      host: { type: 'string' },
      'public-url': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { account, port, host, 'public-url': publicUrl, help } = values;
  const named = { SIMULATOR_PORT: port, SIMULATOR_HOST: host, SIMULATOR_PUBLIC_URL: publicUrl };
  const variables = Object.entries(named).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const accounts = account.map((text) => {
    const [appid = '', ...secret] = text.split('=');
    return [appid, secret.join('=')] as const;
  });
  return { help, variables: Object.fromEntries(variables), accounts: Object.fromEntries(accounts) };
}
