import { z } from 'zod';
import { environment } from '#config';
import { wantedAddress } from './try-address.ts';

const flag = z
  .enum(['0', '1', ''])
  .default('0')
  .transform((value) => value === '1');

const port = (usual: number) =>
  z.coerce
    .number({ error: 'must be a whole number from 0 to 65535' })
    .int()
    .min(0)
    .max(65_535)
    .default(usual);

/** As the service checks it, and kept as it is; empty when the demo is to start its own. */
const addressLike = (name: 'REDIS_URL' | 'MONGO_URL') =>
  z
    .string()
    .default('')
    .superRefine((value, context) => {
      if (value === '') return;
      for (const { message } of environment.shape[name].safeParse(value).error?.issues ?? [])
        context.addIssue({ code: 'custom', message });
    });

/** What a person may choose for the demo. A port of 0 is any free one. */
export const demoSettings = z.object({
  /** Where browsers reach all of it but the admin listeners; this machine's address in the network lets a phone in. */
  DEMO_ADDRESS: z.union([z.ipv4(), z.hostname()], { error: `must be ${wantedAddress}` }).default('127.0.0.1'),
  /** Everything to click, on one page. */
  DEMO_HOME_PORT: port(8080),
  DEMO_PORT: port(8081),
  DEMO_ADMIN_PORT: port(8082),
  DEMO_WORKER_ADMIN_PORT: port(8083),
  DEMO_SIMULATOR_PORT: port(8090),
  DEMO_HOST_PORT: port(8091),
  DEMO_OIDC_PORT: port(8092),
  /** 1: the processes' logs are shown as they come. */
  DEMO_VERBOSE: flag,
  /** 1: both processes start again whenever a file of theirs changes (`npm run dev`). */
  DEMO_WATCH: flag,
  /** Of both processes: debug shows each step of a login. */
  LOG_LEVEL: environment.shape.LOG_LEVEL,
  REDIS_URL: addressLike('REDIS_URL'),
  MONGO_URL: addressLike('MONGO_URL'),
});

export type DemoSettings = z.output<typeof demoSettings>;
