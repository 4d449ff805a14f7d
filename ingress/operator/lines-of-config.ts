import type { Config } from '#config';
import { hostsOf } from '#connections/mongo-address.ts';
import { redisHostsOf } from '#connections/redis-address.ts';
import type { TrustedNetwork } from '#operations/client-address.ts';

/** What is told of those that are a secret or hold one. */
const instead: { [Name in keyof Config]?: (value: NonNullable<Config[Name]>) => string } = {
  SECRET_KEYS: (keys) => keys.map(({ kid }, at) => (at === 0 ? `${kid} (seals)` : kid)).join(', '),
  ADMIN_TOKEN: () => 'set',
  ALERT_WEBHOOK_URL: () => 'set',
  HTTPS_PROXY: (url) => new URL(url).host,
  REDIS_URL: redisHostsOf,
  MONGO_URL: hostsOf,
};

/** A line for each variable, as it is in force; no secret, nor an address that may hold one. */
export function linesOfConfig(config: Config): string[] {
  return Object.entries(config).map(([name, value]) => {
    const tell = instead[name as keyof Config] as ((value: unknown) => string) | undefined;
    const told = value === undefined || value === '' ? 'none' : (tell?.(value) ?? tellPlain(value));
    return `  ${name.padEnd(24)} ${told}`;
  });
}

function tellPlain(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  const told = (value as (TrustedNetwork | string)[]).map((one) =>
    typeof one === 'string' ? one : `${one.address}/${one.prefix}`,
  );
  return told.join(', ') || 'none';
}
