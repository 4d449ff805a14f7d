import assert from 'node:assert/strict';
import type { Compose } from './compose.ts';

const look = `
const { readFileSync, writeFileSync } = require('node:fs');
const status = Object.fromEntries(readFileSync('/proc/self/status', 'utf8').split('\\n').map((line) => line.split(':\\t')));
const write = (file) => { try { writeFileSync(file, ''); return 'written'; } catch ({ code }) { return code; } };
console.log(JSON.stringify({
  uid: process.getuid(),
  capabilities: ['CapPrm', 'CapEff', 'CapBnd'].map((name) => BigInt('0x' + status[name])).join() === '0,0,0' ? 'none' : status.CapBnd,
  noNewPrivileges: status.NoNewPrivs.trim(),
  tmp: write('/tmp/x'),
  app: write('/app/x'),
  first: readFileSync('/proc/1/comm', 'utf8').trim(),
}));`;

/** What a process of ours may do in its container, seen from within. */
export async function seeHardening(compose: Compose): Promise<string> {
  for (const service of ['ingress', 'workers', 'simulator']) {
    const [container] = await compose.containers(service);
    assert.ok(container, service);
    const { first, app, ...seen } = JSON.parse(await compose.runIn(container, look));
    assert.deepEqual(seen, { uid: 1000, capabilities: 'none', noNewPrivileges: '1', tmp: 'EROFS' }, service);
    assert.match(app, /^(EROFS|EACCES)$/);
    assert.notEqual(first, 'node', 'an init is there, to pass signals on and to reap');
  }
  return 'uid 1000, no capabilities, no new privileges, nothing can be written, an init';
}
