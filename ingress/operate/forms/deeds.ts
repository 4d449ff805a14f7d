import type { Changes } from '#ingress/operate/forms/entities.ts';
import { secretField } from '#ingress/operate/forms/entity-fields.ts';
import type { Field, Typed } from '#ingress/operate/forms/field.ts';
import type { Deed } from '#ingress/operate/forms/one-field-forms.ts';
import { createRotateKey } from '#ingress/operator/rotate-key.ts';
import { createRotateSecret } from '#ingress/operator/rotate-secret.ts';
import { versionOf } from '#ingress/operator/version.ts';
import type { ClientModel } from '#models/documents/client.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';

const overlap: readonly Field[] = [{ name: 'keep_old_for_hours', kind: 'text' }];
const usualOverlap: Typed = { keep_old_for_hours: '24' };
const called = { keep_old_for: 'keep_old_for_hours' };

/** Hours as seconds; what is no number stays what no rule takes. */
const overlapOf = ({ keep_old_for_hours: hours = '' }: Typed) => ({
  keep_old_for: hours.trim() === '' ? Number.NaN : Number(hours) * 3_600,
});

/** The small things that are done to accounts, enterprises and clients. */
export function createDeeds(deps: {
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  clients: ClientModel;
  changes: Changes;
}): readonly Deed[] {
  const { accounts, enterprises, clients, changes } = deps;
  const rotateKey = createRotateKey(enterprises);
  const rotateSecret = createRotateSecret(clients);
  const found = async (document: Promise<object | null>) => {
    const one = await document;
    return one === null ? undefined : versionOf(one);
  };

  return [
    {
      section: 'accounts',
      name: 'secret',
      fields: [secretField],
      versionOf: (appid) => found(accounts.findOne({ appid }).maxTimeMS(2_000).lean().exec()),
      async run(ctx, appid, { secret = '' }, version) {
        await changes.accounts.put(ctx, appid, { secret }, version);
        return undefined;
      },
    },
    {
      section: 'enterprises',
      name: 'rotate-key',
      fields: overlap,
      typed: usualOverlap,
      called,
      versionOf: (entId) => found(enterprises.findOne({ entId }).maxTimeMS(2_000).lean().exec()),
      async run(ctx, entId, typed, version) {
        const rotated = await rotateKey(ctx, entId, overlapOf(typed), version);
        const { api_key: secret, old_key_until: oldUntil } = rotated;
        return { secret, ...(oldUntil && { oldUntil }) };
      },
    },
    {
      section: 'clients',
      name: 'rotate-secret',
      fields: overlap,
      typed: usualOverlap,
      called,
      versionOf: (clientId) => found(clients.findOne({ clientId }).maxTimeMS(2_000).lean().exec()),
      async run(ctx, clientId, typed, version) {
        const rotated = await rotateSecret(ctx, clientId, overlapOf(typed), version);
        const { client_secret: secret } = rotated;
        return { secret, ...('old_secret_until' in rotated && { oldUntil: rotated.old_secret_until }) };
      },
    },
  ];
}
