import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'koa';
import type { z } from 'zod';
import { Problem } from '#ingress/http/problem.ts';
import { audit } from '#ingress/operator/audit.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import { auditedOf, endOf, type pauseForm, tellPause } from '#ingress/operator/pause-form.ts';
import {
  type PauseLevel,
  pauseOf,
  type ServiceAccountDocument,
  type ServiceAccountModel,
} from '#models/documents/service-account.ts';
import { operatorOf } from '#operations/require-operator.ts';

export type PauseAccount = ReturnType<typeof createPauseAccount>;

/** Where a pause of each level is stored. */
const places = {
  door: 'doorClosedByOperator',
  calls: 'pausedByOperator',
} as const satisfies Record<PauseLevel, string>;

/**
 * An operator takes an account out of service until the time that he gives, or until it is resumed; in force in every process
 * within 5 s. Paused again it keeps reason, sentence and end unless others are given, and at the same level the first pause's
 * time. `now`: ms of Redis's clock. Throws 400 for an end that is no time ahead, 404, and what MongoDB throws.
 */
export function createPauseAccount({ accounts, now }: { accounts: ServiceAccountModel; now: () => number }) {
  async function find(appid: string): Promise<ServiceAccountDocument> {
    const found = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    if (found === null) throw unknownAccount();
    return found;
  }

  async function write(ctx: Context, appid: string, update: object): Promise<ServiceAccountDocument> {
    // Its form, which somebody may have open, holds nothing of this: it is no other version of the account.
    const stored = await accounts
      .findOneAndUpdate({ appid }, update, {
        returnDocument: 'after',
        timestamps: false,
        runValidators: true,
      })
      .maxTimeMS(2_000)
      .lean();
    if (stored === null) throw unknownAccount();
    noteChange(ctx, { appid, fields: ['paused'] });
    return stored;
  }

  return {
    /** The pause that is in force. */
    find: async (appid: string) => pauseOf(await find(appid), now()),

    async pause(ctx: Context, appid: string, form: z.output<typeof pauseForm>) {
      const account = await find(appid);
      const before = pauseOf(account, now());
      const { level, reason = before?.reason, sentence = before?.sentence } = form;
      const until = form.until === undefined ? before?.until : endOf(form.until, now());
      const { by, at } = before?.level === level ? before : { by: operatorOf(ctx).name, at: new Date() };
      const wanted = {
        ...{ level, by, at },
        ...(reason && { reason }),
        ...(sentence && { sentence }),
        ...(until && { until }),
      };
      if (before !== undefined && isDeepStrictEqual(tellPause(before), tellPause(wanted))) return account;
      await audit(ctx, {
        action: 'pause',
        object: `account ${appid}`,
        before: auditedOf(before),
        after: auditedOf(wanted),
      });
      const { level: _, ...pause } = wanted;
      const other = level === 'door' ? places.calls : places.door;
      return write(ctx, appid, { $set: { [places[level]]: pause }, $unset: { [other]: 1 } });
    },

    async resume(ctx: Context, appid: string) {
      const account = await find(appid);
      // One that is over goes as well: a process that knows of no end keeps it until then.
      if (!account.doorClosedByOperator && !account.pausedByOperator) return account;
      await audit(ctx, {
        action: 'resume',
        object: `account ${appid}`,
        before: auditedOf(pauseOf(account, now())),
        after: { paused: false },
      });
      return write(ctx, appid, { $unset: { [places.door]: 1, [places.calls]: 1 } });
    },
  };
}

const unknownAccount = (): Problem => new Problem(404, 'not_found', 'There is no such account.');
