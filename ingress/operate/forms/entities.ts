import {
  accountFields,
  clientDefaults,
  clientFields,
  enterpriseFields,
  secretField,
} from '#ingress/operate/forms/entity-fields.ts';
import type { Entity } from '#ingress/operate/forms/entity-forms.ts';
import { toAnswer as accountAnswer } from '#ingress/operator/account-fields.ts';
import type { AccountChanges } from '#ingress/operator/change-account.ts';
import type { ClientChanges } from '#ingress/operator/change-client.ts';
import type { EnterpriseChanges } from '#ingress/operator/change-enterprise.ts';
import { toAnswer as clientAnswer } from '#ingress/operator/client-fields.ts';
import { toAnswer as enterpriseAnswer } from '#ingress/operator/enterprise-fields.ts';
import { versionOf } from '#ingress/operator/version.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';

const mostNamed = 20;

export type Changes = {
  readonly accounts: AccountChanges;
  readonly enterprises: EnterpriseChanges;
  readonly clients: ClientChanges;
};

/** What there are forms for. Each reads and writes as the JSON door does. */
export function createEntities(deps: {
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  changes: Changes;
}) {
  const { accounts, enterprises, changes } = deps;

  const account: Entity = {
    section: 'accounts',
    idName: 'appid',
    fields: accountFields,
    more: [secretField],
    async find(appid) {
      const found = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
      return found === null ? undefined : { version: versionOf(found), answer: accountAnswer(found) };
    },
    async put(ctx, appid, patch, version) {
      // An empty box of a new account is a missing secret, not one to be cleared.
      const given = Object.entries(patch).filter(([name, value]) => name !== 'secret' || value !== null);
      await changes.accounts.put(ctx, appid, Object.fromEntries(given), version);
      return {};
    },
    remove: changes.accounts.remove,
    async usersOf(appid) {
      const users = await enterprises.find({ appid }, { entId: 1 }).limit(mostNamed).maxTimeMS(2_000).lean();
      return users.map(({ entId }) => entId);
    },
  };

  const enterprise: Entity = {
    section: 'enterprises',
    idName: 'ent_id',
    fields: enterpriseFields,
    async find(entId) {
      const found = await enterprises.findOne({ entId }).maxTimeMS(2_000).lean();
      return found === null ? undefined : { version: versionOf(found), answer: enterpriseAnswer(found) };
    },
    async put(ctx, entId, patch, version) {
      const { key: secret, logoFault } = await changes.enterprises.put(ctx, entId, patch, version);
      return { ...(secret && { secret }), ...(logoFault && { logoFault }) };
    },
    remove: changes.enterprises.remove,
  };

  const client: Entity = {
    section: 'clients',
    idName: 'client_id',
    fields: clientFields,
    defaults: clientDefaults,
    async find(clientId) {
      const found = await changes.clients.find(clientId);
      return found === null ? undefined : { version: versionOf(found), answer: clientAnswer(found) };
    },
    async put(ctx, clientId, patch, version) {
      const { secret } = await changes.clients.put(ctx, clientId, patch, version);
      return secret === undefined ? {} : { secret };
    },
    remove: changes.clients.remove,
  };
  return { account, enterprise, client };
}
