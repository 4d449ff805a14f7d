import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { OutsideHost } from './host.ts';

const source = path.join(import.meta.dirname, 'go-oidc');

export const goOidc: OutsideHost = {
  name: 'Go, go-oidc 3',
  async prepare() {
    const { failed } = await execa('go', ['version'], { reject: false });
    if (failed) return undefined;
    const bin = path.join(await mkdtemp(path.join(os.tmpdir(), 'go-oidc-')), 'host');
    await execa('go', ['build', '-o', bin, '.'], { cwd: source, timeout: 300_000 });
    return {
      paths: { login: '/login', callback: '/cb' },
      command: async ({ issuer, clientId, secret, port }) => [bin, issuer, clientId, secret, String(port)],
    };
  },
};
