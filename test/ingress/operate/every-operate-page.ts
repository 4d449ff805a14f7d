import type { OperatorRole } from '#operations/operator-roles.ts';
import type { withPages } from './with-pages.ts';

type Pages = Pick<Awaited<ReturnType<typeof withPages>>, 'loginId' | 'digest'>;

/** Every page of the operator's in an installation of {@link withPages}, and the least role that it is for. */
export const everyOperatePage = ({
  loginId,
  digest,
}: Pages): readonly (readonly [path: string, needs: OperatorRole])[] => [
  ['/operate', 'viewer'],
  ['/operate?window=24h', 'viewer'],
  ['/operate?window=30d', 'viewer'],
  ['/operate?sort=sent', 'viewer'],
  ['/operate/enterprises', 'viewer'],
  ['/operate/enterprises/acme', 'viewer'],
  ['/operate/accounts', 'viewer'],
  ['/operate/accounts/wx1', 'viewer'],
  ['/operate/incidents', 'viewer'],
  ['/operate/runbook', 'viewer'],
  ['/operate/find', 'support'],
  [`/operate/logins/${loginId(0x1234567890)}`, 'support'],
  [`/operate/logins/${loginId(0x2234567890)}`, 'support'],
  [`/operate/people/${digest}`, 'support'],
  ['/operate/audit', 'operator'],
  ['/operate/clients', 'operator'],
  ['/operate/broadcasts', 'operator'],
  ['/operate/new/accounts', 'operator'],
  ['/operate/new/enterprises', 'operator'],
  ['/operate/new/clients', 'operator'],
  ['/operate/accounts/wx1/change', 'operator'],
  ['/operate/accounts/wx1/secret', 'operator'],
  ['/operate/accounts/wx1/pause', 'operator'],
  ['/operate/accounts/wx1/verify-files', 'operator'],
  ['/operate/accounts/wx1/delete', 'operator'],
  ['/operate/enterprises/acme/change', 'operator'],
  ['/operate/enterprises/acme/rotate-key', 'operator'],
  ['/operate/enterprises/acme/delete', 'operator'],
  ['/operate/operators', 'root'],
];
