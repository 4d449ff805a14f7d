import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { toMetadata } from '#ingress/oidc/client-metadata.ts';
import type { OidcDirectory } from '#ingress/oidc/find-account.ts';
import type { InteractionLimits } from '#ingress/oidc/interaction-limits.ts';
import { orUnavailable } from '#ingress/oidc/or-unavailable.ts';
import type { ReachedLogins } from '#models/login/reached-logins.ts';
import { reachedLifetimeMs } from '#models/login/store.ts';
import type { Rows } from '#models/oidc/rows.ts';
import type { SealedGrants } from '#models/oidc/sealed-grants.ts';

export type AdapterDeps = {
  readonly rows: Rows;
  readonly grants: SealedGrants;
  readonly logins: Pick<ReachedLogins, 'revoke'>;
  readonly directory: OidcDirectory;
  readonly limits: InteractionLimits;
};

/** What a client asks for is kept, and anybody may ask for a client that has no secret. */
const mostBytes = 4_096;
/** A browser comes back for its interaction at once; a machine that only looks does not. */
const unseenMs = 120_000;

/** Where oidc-provider keeps what: clients are MongoDB's, grants seal themselves, all else is a row in Redis. */
export function createAdapter(deps: AdapterDeps): (name: string) => Adapter {
  return (name) => {
    if (name === 'Client') return clientAdapter(deps);
    return name === 'Grant' ? grantAdapter(deps) : rowAdapter(deps, name);
  };
}

function rowAdapter({ rows, grants, logins, limits }: AdapterDeps, name: string): Adapter {
  return {
    ...nothing,
    async upsert(id, payload, expiresIn = 0) {
      const lifetimeMs = expiresIn * 1_000;
      if (isOfAnybody(name, payload)) {
        if (name !== 'Session' && Buffer.byteLength(JSON.stringify(payload)) > mostBytes)
          throw new errors.InvalidRequest('the request is too long');
        await limits.begin();
        return orUnavailable(rows.put(name, id, payload, lifetimeMs, unseenMs));
      }
      if (name !== 'ReplayDetection') return orUnavailable(rows.put(name, id, payload, lifetimeMs));
      // An assertion of a client is good for one use, also of two at the same moment.
      if (!(await orUnavailable(rows.putNew(name, id, payload, lifetimeMs))))
        throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
    },
    async find(id) {
      // A stranger's look keeps nothing alive: lost-interaction.ts has its own.
      const row = await orUnavailable(
        name === 'Interaction' ? rows.findAndKeep(name, id) : rows.find(name, id),
      );
      return row && ({ ...row.values, ...(row.isConsumed && { consumed: true }) } as AdapterPayload);
    },
    async consume(id) {
      // The library has looked before: whoever comes second at the same moment is refused here.
      if (!(await orUnavailable(rows.consume(name, id)))) throw new errors.InvalidGrant('already consumed');
    },
    async destroy(id) {
      await orUnavailable(rows.remove(name, id));
      if (name === 'Interaction') await limits.end();
    },
    async revokeByGrantId(id) {
      const granted = grants.open(id);
      if (granted) await orUnavailable(logins.revoke(granted.loginId, granted.clientId));
    },
  };
}

/** Kept for somebody of whom nobody has told who he is: neither WeChat, by a login's result, nor a client's secret. */
function isOfAnybody(name: string, payload: AdapterPayload): boolean {
  if (name === 'Interaction') return payload['result'] === undefined;
  if (name === 'PushedAuthorizationRequest') return (payload['trusted'] as unknown) !== true;
  return name === 'Session' && payload['accountId'] === undefined;
}

function grantAdapter({ grants }: AdapterDeps): Adapter {
  return {
    ...nothing,
    async find(id) {
      const granted = grants.open(id);
      if (granted === undefined) return undefined;
      const { accountId, clientId, scope, exp } = granted;
      const iat = exp - reachedLifetimeMs / 1_000;
      return { kind: 'Grant', jti: id, iat, exp, accountId, clientId, openid: { scope } };
    },
  };
}

function clientAdapter({ directory }: AdapterDeps): Adapter {
  return {
    ...nothing,
    async find(id) {
      if (!/^[\w-]{1,64}$/.test(id)) return undefined;
      const client = await orUnavailable(directory.findClient(id));
      return client && (toMetadata(client) as AdapterPayload);
    },
  };
}

const nothing: Adapter = {
  async upsert() {},
  async find() {
    return undefined;
  },
  async findByUserCode() {
    return undefined;
  },
  async findByUid() {
    return undefined;
  },
  async consume() {},
  async destroy() {},
  async revokeByGrantId() {},
};
