import { parseArgs } from 'node:util';
import type { Topology } from '#dev-stores/open-stores.ts';

/** What `--topology` starts in the place of one Redis and one MongoDB, whatever runs already. */
const topologies: Readonly<Record<string, Topology>> = {
  cluster: { redis: 'cluster' },
  replica: { redis: 'replica' },
  'replica-set': { mongoMembers: 3 },
  tls: { isSecured: true },
  'cluster-tls': { redis: 'cluster', isSecured: true },
  'replica-tls': { redis: 'replica', isSecured: true },
};
export const topologyNames = Object.keys(topologies);

export const usage = `npm test -- [options] [files]
  test/config.test.ts     one file; several, folders and patterns ('test/models/**') do as well, none is all of them;
                          Redis, MongoDB and Chromium are started where one of them needs it
  --topology NAME         on stores of their own, not on REDIS_URL and MONGO_URL: ${topologyNames.join(', ')};
                          without files the tests of the whole service, test/system
  --outside               the tests that run programs of other languages (npm run test:outside); what is not there is skipped
  --match TITLE           only tests of this title (* is anything); may be repeated
  --serial                one test after the other
  --fail-fast             ends with the first failure
  --timeout TIME          longest wait for a test that gives no sign (2m)
  --concurrency N         files at the same time
  --watch                 again whenever a file changes
  --update-snapshots
  --verbose
  --help
`;

const options = {
  topology: { type: 'string' },
  outside: { type: 'boolean' },
  match: { type: 'string', short: 'm', multiple: true },
  serial: { type: 'boolean', short: 's' },
  'fail-fast': { type: 'boolean' },
  timeout: { type: 'string', short: 'T' },
  concurrency: { type: 'string', short: 'c' },
  watch: { type: 'boolean', short: 'w' },
  'update-snapshots': { type: 'boolean', short: 'u' },
  verbose: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Arguments that nobody knows; the message lists those that there are. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export type RunArguments = {
  readonly help: boolean;
  readonly topology?: Topology;
  /** Files and patterns; none: all. */
  readonly files: readonly string[];
  /** Which of AVA's settings. */
  readonly config: string;
  readonly forAva: string[];
};
const usual = 'test/ava.config.js';

/** Whatever is not `--topology`, `--outside` or `--help` is AVA's. With a topology and no files it is the system tests that run. */
export function readArguments(args: readonly string[]): RunArguments {
  const { values, positionals, tokens } = parse(args);
  const forAva = [...args];
  for (const token of tokens.toReversed()) {
    if (token.kind !== 'option') continue;
    if (token.name === 'topology') forAva.splice(token.index, token.inlineValue ? 1 : 2);
    if (token.name === 'outside') forAva.splice(token.index, 1);
  }
  const help = values.help === true;
  if (values.outside) {
    const files = positionals.length > 0 ? positionals : ['test/outside/**'];
    return { help, files, config: 'test/ava.outside.config.js', forAva };
  }
  if (values.topology === undefined) return { help, files: positionals, config: usual, forAva };
  const topology = topologies[values.topology];
  if (topology === undefined) throw new ArgumentError(`--topology is one of ${topologyNames.join(', ')}.`);
  const files = positionals.length > 0 ? positionals : ['test/system/**'];
  const all = positionals.length > 0 ? forAva : [...forAva, ...files];
  return { help, topology, files, config: usual, forAva: all };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  } catch (cause) {
    const [first] = (cause as Error).message.split('. ');
    throw new ArgumentError(`${first}.\n\n${usage}`, { cause });
  }
}
