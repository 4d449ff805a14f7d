import type { Sealer } from '#models/sealing.ts';

/** What a client was granted: of which login, and until when (seconds since 1970). */
export type Granted = {
  readonly loginId: string;
  readonly accountId: string;
  readonly clientId: string;
  /** Which client of this client_id: one that is made anew gets nothing of a former one's. */
  readonly client: string;
  readonly scope: string;
  readonly exp: number;
};

export type SealedGrants = ReturnType<typeof createSealedGrants>;

const place = 'oidc-grant';

/**
 * A grant is no row in Redis but a sealed text that serves as its own id: it travels in the code, the access token and the
 * session, which are sealed themselves. What takes it back is a mark on its login (reached-logins.ts).
 */
export function createSealedGrants(sealer: Pick<Sealer, 'seal' | 'open'>) {
  return {
    seal: (granted: Granted): string => sealer.seal(JSON.stringify(granted), place, null),

    /** Undefined for what we have not sealed. */
    open(id: string | undefined): Granted | undefined {
      try {
        return id === undefined ? undefined : (JSON.parse(sealer.open(id, place, null)) as Granted);
      } catch {
        return undefined;
      }
    },
  };
}
