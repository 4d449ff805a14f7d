import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { OutsideHost } from './host.ts';

const packages = ['Authlib==1.9.10', 'Flask==3.1.3', 'requests==2.34.2'];

export const authlib: OutsideHost = {
  name: 'Python, Authlib 1.9.10',
  async prepare() {
    const { failed } = await execa('python3', ['-m', 'venv', '--help'], { reject: false });
    if (failed) return undefined;
    const folder = path.join(os.tmpdir(), 'wechat-login-authlib');
    await execa('python3', ['-m', 'venv', folder]);
    await execa(path.join(folder, 'bin/pip'), ['install', '--quiet', ...packages], { timeout: 300_000 });
    return {
      paths: { login: '/login', callback: '/cb' },
      command: async ({ issuer, clientId, secret, port }) => [
        path.join(folder, 'bin/python'),
        path.join(import.meta.dirname, 'authlib-host.py'),
        issuer,
        clientId,
        secret,
        String(port),
      ],
    };
  },
};
