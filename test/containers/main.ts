import { randomBytes } from 'node:crypto';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { createCompose } from './compose.ts';
import { openEngine } from './engine.ts';
import { createTold } from './told-steps.ts';
import { walk } from './walk.ts';

const usage = `npm run test:containers -- [options]
  --file FILE  another compose file in the place of docker-compose.yml
  --help

Builds the images, starts docker-compose.yml with its profile demo, logs people in, scales, stops and starts the stores, and ends it
all. Ports 8081, 8082 and 8090 of this machine must be free. With Docker it uses that, and the images wechat-login-service and
wechat-login-simulator are those that were built here from then on; without, as root on Debian, it uses one of its own.
`;
const { values } = parseArgs({
  options: { file: { type: 'string', default: 'docker-compose.yml' }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const begun = performance.now();
const told = createTold(say);
const adminToken = randomBytes(24).toString('hex');
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => reject(new Error(signal)));
});

await using engine = await openEngine((line) => say(`         … ${line}`));
say(`Containers are run by ${engine.name}.`);
const compose = createCompose({
  engine,
  project: `wechat-login-test-${process.pid}`,
  file: values.file,
  env: {
    SECRET_KEYS: `test:${randomBytes(32).toString('base64')}`,
    ADMIN_TOKEN: adminToken,
    WECHAT_OPEN_URL: 'http://127.0.0.1:8090',
    WECHAT_API_URL: 'http://simulator:8090',
  },
});

try {
  await Promise.race([walk({ compose, told, adminToken }), interrupted]);
  say(`Everything held, in ${((performance.now() - begun) / 1_000).toFixed(0)} s.`);
} catch (error) {
  process.exitCode = 1;
  say(`\n${told.current} FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
  say(await compose.compose(['ps', '--all']).catch(String));
  const logs = await compose.compose(['logs', '--no-color', '--tail=100']).catch(String);
  say(stripVTControlCharacters(logs));
} finally {
  await compose.compose(['down', '--volumes', '--timeout=15']).catch(() => {});
}
