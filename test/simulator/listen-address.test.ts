import { networkInterfaces } from 'node:os';
import test from 'ava';
import { startSimulator } from '#simulator/start-simulator.ts';

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
const reads = test.macro({
  async exec(t, host: string, name: string) {
    await using simulator = await startSimulator({ host, accounts: { wx1: 'secret' } });
    const { hostname } = new URL(simulator.url);
    t.is(hostname, name);
    // The address that it tells is one that its own panel can be pressed at.
    const pressed = await fetch(`${simulator.url}/panel/faults`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: simulator.url },
      body: new URLSearchParams({ on: 'hang' }),
    });
    t.is(pressed.status, 303);
  },
  title: (_, host) => `listening at ${host} it tells an address that opens it`,
});

test(reads, '127.0.0.1', '127.0.0.1');
test(reads, '0.0.0.0', '127.0.0.1');
(hasIPv6 ? test : test.skip)(reads, '::1', '[::1]');
(hasIPv6 ? test : test.skip)(reads, '::', '127.0.0.1');
