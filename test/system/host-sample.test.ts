import { hostSamples } from '#test/outside/hosts/samples.ts';
import { testHost } from '#test/outside/hosts/test-host.ts';
import { sharedService } from './shared-service.ts';

// The other languages: npm run test:outside.
testHost(await sharedService(), hostSamples.node);
