import test from 'ava';
import { startService } from '#test/support/start-service.ts';
import { hostSamples } from './hosts/samples.ts';
import { testHost } from './hosts/test-host.ts';

const service = await startService();
test.after.always('the service ends', () => service.stop());
for (const sample of Object.values(hostSamples)) testHost(service, sample);
