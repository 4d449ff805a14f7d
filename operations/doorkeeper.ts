import type { Context } from 'koa';
import type { Logger } from 'pino';
import type { ClientAddress } from './client-address.ts';
import { createGuessBrake } from './guess-brake.ts';
import { requestIdOf } from './request-id.ts';
import { createSampledLog } from './sampled-log.ts';

export type Door = 'host' | 'operator' | 'client';
export type Doorkeeper = ReturnType<typeof createDoorkeeper>;

/**
 * What every check of a credential does beside comparing it: whoever guesses is slowed down, counted and written down. A
 * credential is known here by its digest only.
 */
export function createDoorkeeper(deps: {
  door: Door;
  log: Logger;
  addressOf: ClientAddress;
  onRefused?: (door: Door) => void;
  brake?: ReturnType<typeof createGuessBrake>;
}) {
  const { door, log, addressOf, onRefused = () => {}, brake = createGuessBrake() } = deps;
  const sampled = createSampledLog(log, { first: 2 });

  return {
    /** Seconds until the credential may be tried; 0: compare it, and call `letIn` or `turnAway`. */
    secondsToWait: (ctx: Context, digest: string): Promise<number> =>
      brake.secondsToWait(addressOf(ctx.req), digest),
    /** It is told to wait, and no guess: nobody says whether it was right. */
    putOff: (): void => onRefused(door),
    /** It could not be looked up; a guess all the same, until it was right. */
    noteUntold: (ctx: Context, digest: string): Promise<void> => brake.noteWrong(addressOf(ctx.req), digest),
    letIn(ctx: Context, digest: string): void {
      brake.noteRight(addressOf(ctx.req), digest);
    },
    /** Known, but of a role that may not: nobody guesses. */
    noteForbidden(ctx: Context, operator: string, needed: string): void {
      const fields = { door, operator, needed, address: addressOf(ctx.req), requestId: requestIdOf(ctx) };
      sampled.write(`${door}’s role`, 'warn', fields, 'role too small');
    },
    /** `about` goes into the log line. */
    async turnAway(
      ctx: Context,
      digest: string,
      about: { ent_id?: string; client_id?: string } = {},
    ): Promise<void> {
      const address = addressOf(ctx.req);
      await brake.noteWrong(address, digest);
      onRefused(door);
      const fields = { door, address, requestId: requestIdOf(ctx), ...about };
      sampled.write(`${door}’s credential from ${address}`, 'warn', fields, 'credential refused');
    },
  };
}
