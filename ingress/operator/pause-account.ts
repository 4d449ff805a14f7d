import type { Context } from 'koa';
import { z } from 'zod';
import { Problem } from '#ingress/http/problem.ts';
import { audit } from '#ingress/operator/audit.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import type {
  Pause,
  ServiceAccountDocument,
  ServiceAccountModel,
} from '#models/documents/service-account.ts';
import { operatorOf } from '#operations/require-operator.ts';

/** The body of POST /v1/accounts/{appid}/pause, if there is one: why, for other operators. */
export const pauseForm = z.strictObject({
  reason: z
    .string()
    .trim()
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must consist of printable characters')
    .optional(),
});

export type PauseAccount = ReturnType<typeof createPauseAccount>;

/**
 * An operator takes an account out of service: no login of it begins, and no call of it is made, until it is resumed. In force in
 * every process within 5 s. Paused again it keeps the first pause's time. Throws 404 and what MongoDB throws.
 */
export function createPauseAccount({ accounts }: { accounts: ServiceAccountModel }) {
  async function change(
    ctx: Context,
    appid: string,
    action: 'pause' | 'resume',
    update: object,
    told: object,
  ): Promise<ServiceAccountDocument> {
    const before = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    if (before === null) throw unknownAccount();
    const isPaused = Boolean(before.pausedByOperator);
    if (isPaused === (action === 'pause')) return before;
    await audit(ctx, { action, object: `account ${appid}`, ...told });
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
    pause(ctx: Context, appid: string, { reason }: z.output<typeof pauseForm>) {
      const pausedByOperator: Pause = {
        by: operatorOf(ctx).name,
        at: new Date(),
        ...(reason && { reason }),
      };
      const told = { after: { paused: true, ...(reason && { reason }) } };
      return change(ctx, appid, 'pause', { $set: { pausedByOperator } }, told);
    },
    resume: (ctx: Context, appid: string) =>
      change(ctx, appid, 'resume', { $unset: { pausedByOperator: 1 } }, { after: { paused: false } }),
  };
}

/** As an account's answer tells it. */
export const tellPause = ({ by, at, reason }: Pause) => ({
  by,
  at: at.toISOString(),
  ...(reason && { reason }),
});

const unknownAccount = (): Problem => new Problem(404, 'not_found', 'There is no such account.');
