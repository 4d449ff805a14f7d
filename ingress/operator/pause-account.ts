import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'koa';
import { z } from 'zod';
import { Problem } from '#ingress/http/problem.ts';
import { audit } from '#ingress/operator/audit.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import {
  type LevelledPause,
  type PauseLevel,
  pauseLevels,
  pauseOf,
  type ServiceAccountDocument,
  type ServiceAccountModel,
} from '#models/documents/service-account.ts';
import { operatorOf } from '#operations/require-operator.ts';

const line = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must consist of printable characters')
  .optional();

/** The body of POST /v1/accounts/{appid}/pause, if there is one. */
export const pauseForm = z.strictObject({
  level: z
    .enum(pauseLevels)
    .default('calls')
    .describe('`door`: no login begins, those under way finish. `calls`: nor is a call made, and codes die.'),
  reason: line.describe('For other operators.'),
  sentence: line.describe('For the people who are held, on their page.'),
});

export type PauseAccount = ReturnType<typeof createPauseAccount>;

/** Where a pause of each level is stored. */
const places = {
  door: 'doorClosedByOperator',
  calls: 'pausedByOperator',
} as const satisfies Record<PauseLevel, string>;

/**
 * An operator takes an account out of service until it is resumed, in force in every process within 5 s. Paused again it keeps
 * reason and sentence unless others are given, and at the same level the first pause's time. Throws 404 and what MongoDB throws.
 */
export function createPauseAccount({ accounts }: { accounts: ServiceAccountModel }) {
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
    async pause(ctx: Context, appid: string, form: z.output<typeof pauseForm>) {
      const account = await find(appid);
      const before = pauseOf(account);
      const { level, reason = before?.reason, sentence = before?.sentence } = form;
      const { by, at } = before?.level === level ? before : { by: operatorOf(ctx).name, at: new Date() };
      const wanted = { level, by, at, ...(reason && { reason }), ...(sentence && { sentence }) };
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
      const before = pauseOf(account);
      if (before === undefined) return account;
      await audit(ctx, {
        action: 'resume',
        object: `account ${appid}`,
        before: auditedOf(before),
        after: { paused: false },
      });
      return write(ctx, appid, { $unset: { [places.door]: 1, [places.calls]: 1 } });
    },
  };
}

/** As an account's answer tells it. */
export const tellPause = ({ level, by, at, reason, sentence }: LevelledPause) => ({
  level,
  by,
  at: at.toISOString(),
  ...(reason && { reason }),
  ...(sentence && { sentence }),
});

/** As the record of changes has it, which knows who and when. */
const auditedOf = (pause: LevelledPause | undefined) =>
  pause && {
    paused: pause.level,
    ...(pause.reason && { reason: pause.reason }),
    ...(pause.sentence && { sentence: pause.sentence }),
  };

const unknownAccount = (): Problem => new Problem(404, 'not_found', 'There is no such account.');
