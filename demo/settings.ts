import { z } from 'zod';

const port = (usual: number) => z.coerce.number().int().min(0).max(65_535).default(usual);

/** What a person may choose for the demo. A port of 0 is any free one. */
export const demoSettings = z.object({
  /** Where browsers reach all of it but the admin listeners; this machine's address in the network lets a phone in. */
  DEMO_ADDRESS: z.union([z.ipv4(), z.hostname()]).default('127.0.0.1'),
  DEMO_PORT: port(8081),
  DEMO_ADMIN_PORT: port(8082),
  DEMO_WORKER_ADMIN_PORT: port(8083),
  DEMO_SIMULATOR_PORT: port(8090),
  DEMO_HOST_PORT: port(8091),
  /** 1: the processes' logs are shown as they come. */
  DEMO_VERBOSE: z
    .enum(['0', '1', ''])
    .default('0')
    .transform((value) => value === '1'),
  REDIS_URL: z.string().default(''),
  MONGO_URL: z.string().default(''),
});

export type DemoSettings = z.output<typeof demoSettings>;
