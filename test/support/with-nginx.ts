import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { findNginx } from '#dev-stores/find-nginx.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { makeCertificate } from '#dev-stores/make-certificate.ts';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';
import { until } from './until.ts';

const sample = path.join(import.meta.dirname, '../../docs/nginx.conf');

/**
 * docs/nginx.conf as it is, in a folder of its own, on ports of its own; what a person has to change is changed:
 * `ingress` is its upstream, `host` the address that may reach /v1/.
 */
export async function withNginx(
  t: Pick<ExecutionContext, 'teardown'>,
  { port, ingress, host }: { port: number; ingress: string; host: string },
) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nginx-'));
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const file = (name: string) => path.join(folder, name);
  const certificate = await makeCertificate();
  t.teardown(certificate.close);

  const text = await readFile(sample, 'utf8');
  const changes: [string, string][] = [
    ['server 127.0.0.1:8081;', `server ${new URL(ingress).host};`],
    ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
    ['listen 80;', `listen 127.0.0.1:${await freePort()};`],
    ['/etc/ssl/login.example.com.pem', certificate.certFile],
    ['/etc/ssl/login.example.com.key', certificate.keyFile],
    ['allow 203.0.113.10;', `allow ${host};`],
    ['/var/log/nginx/wechat-login.log', file('access.log')],
    ['/var/log/nginx/wechat-login-error.log', file('error.log')],
  ];
  const changed = changes.reduce((conf, [from, to]) => {
    if (!conf.includes(from)) throw new Error(`docs/nginx.conf has no ${from}`);
    return conf.replace(from, to);
  }, text);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${file(name)};`,
  );
  const main = [
    'daemon off;',
    // Its workers write into this folder, too.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    `pid ${file('nginx.pid')};`,
    `error_log ${file('error.log')} crit;`,
    'worker_processes 1;',
    'events { worker_connections 2048; }',
    `http { access_log off; ${temporary.join(' ')} include ${file('site.conf')}; }`,
  ];
  await Promise.all([writeFile(file('site.conf'), changed), writeFile(file('main.conf'), main.join('\n'))]);

  const bin = await findNginx();
  const guard = createOrphanGuard(folder);
  const child = execa(bin, ['-p', folder, '-c', file('main.conf')], { reject: false, all: true });
  guard.watch(child.pid);
  t.teardown(async () => {
    child.kill('SIGTERM');
    await child;
    await guard.dismiss();
  });
  let ended: string | undefined;
  void child.then(({ all }) => {
    ended = all;
  });
  await until(
    async () => {
      if (ended !== undefined) throw new Error(`nginx ended: ${ended}`);
      return access(file('nginx.pid')).then(
        () => true,
        () => false,
      );
    },
    { timeoutMs: 30_000, what: 'nginx to be ready' },
  );
  return {
    url: `https://127.0.0.1:${port}`,
    accessLog: () => readFile(file('access.log'), 'utf8'),
    errorLog: () => readFile(file('error.log'), 'utf8'),
  };
}
