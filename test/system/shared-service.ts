import test from 'ava';
import { type ServiceOptions, startService } from '#test/support/start-service.ts';

/** One service for all tests of a file; each test seeds an enterprise of its own, so that they do not meet. */
export async function sharedService(options: ServiceOptions = {}) {
  const service = await startService(options);
  test.after.always('the service ends', () => service.stop());
  return service;
}
