import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { LoginRecord, LoginRecords } from '#models/login/record.ts';
import type { Identified } from '#models/login/scans.ts';
import { openOutcome } from '#models/login/ticket.ts';
import type { Sealer } from '#models/sealing.ts';

export type IdentifiedPhone = ReturnType<typeof createIdentifiedPhone>;

/** Whom a phone's login brought: sealed in its record. */
export function createIdentifiedPhone(deps: { records: Pick<LoginRecords, 'read'>; sealer: Sealer }) {
  function identify({ id, browser, status, outcome, isUnbound }: LoginRecord): Identified | undefined {
    if ((status !== 'ready' && status !== 'bind') || isUnbound || outcome === undefined) return undefined;
    const { ticket: _worthNothing, ...identity } = openOutcome(
      deps.sealer,
      { loginId: id, browser },
      outcome,
    );
    return { status, identity };
  }

  return {
    identify,
    /** Undefined when it is gone, or stands for nobody any more. */
    async find(loginId: string): Promise<Identified | undefined> {
      const login = await withinASecond(() => deps.records.read(loginId));
      return login && identify(login);
    },
  };
}
