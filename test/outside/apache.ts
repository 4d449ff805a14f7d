import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { aptInstall, canUseApt } from '#dev-stores/apt.ts';
import type { HostArguments, OutsideHost } from './host.ts';

const apache = '/usr/sbin/apache2';
const module = '/usr/lib/apache2/modules/mod_auth_openidc.so';
const isThere = (file: string) => stat(file).then(Boolean, () => false);

export const modAuthOpenidc: OutsideHost = {
  name: 'Apache, mod_auth_openidc',
  async prepare() {
    const isInstalled = (await isThere(apache)) && (await isThere(module));
    if (!isInstalled && !(await canUseApt())) return undefined;
    if (!isInstalled) await aptInstall('apache2', 'libapache2-mod-auth-openidc');
    return {
      paths: { login: '/index.html', callback: '/cb' },
      command: async (given) => [apache, '-d', '/', '-f', await configure(given), '-D', 'FOREGROUND'],
    };
  },
};

/** A folder of its own with its settings and one page; the page is anybody's who may see its name. */
async function configure({ issuer, clientId, secret, port }: HostArguments): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mod-auth-openidc-'));
  await mkdir(path.join(folder, 'htdocs'));
  await writeFile(path.join(folder, 'htdocs/index.html'), 'in');
  const passphrase = randomBytes(16).toString('hex');
  const filled = { folder, port, issuer, client: clientId, secret, passphrase };
  const template = await readFile(path.join(import.meta.dirname, 'apache.conf'), 'utf8');
  const text = Object.entries(filled).reduce(
    (so, [name, value]) => so.replaceAll(`{${name}}`, String(value)),
    template,
  );
  const file = path.join(folder, 'apache.conf');
  await writeFile(file, text);
  return file;
}
