import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The project's own folder. */
export const thisCheckout = path.join(import.meta.dirname, '../..');

const roles = ['ingress', 'workers'] as const;
/** `both`: ingress and workers in one process. */
export type Role = (typeof roles)[number] | 'both';

const scriptOf = (role: Role): string => (role === 'both' ? 'start' : `start:${role}`);

/** Throws with what is to be done when the product in this folder cannot be started. */
export function checkCheckout(root: string): void {
  for (const role of roles) {
    if (!existsSync(path.join(root, role, 'main.ts')))
      throw new Error(`${root} is no checkout of this service: it has no ${role}/main.ts.`);
    commandOf(root, role);
  }
  if (!existsSync(path.join(root, 'node_modules/bullmq')))
    throw new Error(
      `${root} is not installed: it has no node_modules. First run "node install.mjs" there ("npm ci" where there is no install.mjs).`,
    );
}

/** Whether the product in this folder can run as one process. */
export function hasOneProcess(root: string): boolean {
  return scriptsOf(root)['start'] !== undefined;
}

function scriptsOf(root: string): Record<string, string> {
  const { scripts = {} } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return scripts;
}

/** What `npm run start:<role>`, or `npm start`, runs in a checkout, with the Node and the flags that its package.json wants. */
export function commandOf(root: string, role: Role) {
  const script = scriptsOf(root)[scriptOf(role)];
  if (script === undefined) throw new Error(`${root}/package.json has no script ${scriptOf(role)}.`);
  return {
    command: 'sh',
    // In the shell's place, so that the process that is measured is Node.
    args: ['-c', `exec ${script.replace(/^exec /, '')}`],
    cwd: root,
    env: {
      PATH: [
        path.join(root, 'node_modules/.bin'),
        // Releases whose lock has no Node of their own run on ours.
        path.dirname(process.execPath),
        process.env['PATH'],
      ].join(path.delimiter),
    },
  };
}
