import type { BindingDocument, BindingModel, PersonKey } from '#models/documents/binding.ts';
import { findBindings, keyOf } from '#models/documents/bindings.ts';
import { durable, insertMany, updateMany } from '#models/documents/mongo-command.ts';
import { markLifetimeMs, type Unbinding } from '#models/login/unbinding.ts';

/** Who a person is to be, by the word of the host. */
export type WishedBinding = PersonKey & {
  readonly userId: string;
  readonly unionid?: string | undefined;
  /** Whether a user that the person has already gives way. */
  readonly replace: boolean;
};
/** `created`: made, or given to this user in place of another. `conflict`: the person has another user, and keeps it. */
export type Verdict = 'created' | 'same' | 'conflict';

/** In `createdBy`, where a login's id stands when a login made the binding: no login is told that it made this one. */
const byHost = 'host';
/** Somebody else may bind, unbind or replace between our look and our write. */
const mostTries = 3;

export type HostBindings = ReturnType<typeof createHostBindings>;

/** Writes what a host says of its people. Safe to repeat: what is so already is `same`. */
export function createHostBindings(deps: { bindings: BindingModel; unbinding: Pick<Unbinding, 'revoking'> }) {
  const { bindings, unbinding } = deps;

  /**
   * One verdict for each wish, in their order. No two may be of one person. Throws what MongoDB and Redis throw; then some
   * may be done.
   */
  async function put(wishes: readonly WishedBinding[], triesLeft = mostTries): Promise<Verdict[]> {
    if (wishes.length === 0) return [];
    if (triesLeft === 0) throw new Error('the bindings of a host change all the time');
    const found = await findBindings(bindings, wishes);
    const now = new Date();
    const missing = wishes.filter((_, n) => found[n] === undefined);
    const others = wishes.flatMap((wish, n) => isOther(wish, found[n]) ?? []);
    const replaced = wishes.filter((wish, n) => wasReplacedJustNow(wish, found[n], now));
    const told = wishes.filter((wish, n) => tellsUnionid(wish, found[n]));
    const [refused, areReplaced] = await Promise.all([
      missing.length === 0
        ? []
        : insertMany(
            bindings,
            missing.map((wish) => newBinding(wish, now)),
          ),
      others.length === 0 || unbinding.revoking(others, () => replaceUsers(others, now)),
      replaced.length === 0 || unbinding.revoking(replaced, async () => {}),
      told.length === 0 ||
        updateMany(
          bindings,
          told.map((wish) => toUpdate(wish, wish.userId, { updatedAt: now })),
          durable,
        ),
    ]);
    const changed = new Set(refused.flatMap((n) => missing[n] ?? []));
    if (!areReplaced) for (const { wish } of others) changed.add(wish);
    const again = [...changed];
    const verdicts = again.length === 0 ? [] : await put(again, triesLeft - 1);
    const anew = new Map(again.map((wish, n) => [keyOf(wish), verdicts[n]]));
    return wishes.map((wish, n) => anew.get(keyOf(wish)) ?? verdictOn(wish, found[n]));
  }

  /** False when one of them is no longer who it was. */
  function replaceUsers(others: readonly Other[], updatedAt: Date): Promise<boolean> {
    const updates = others.map(({ wish, userId }) =>
      toUpdate(wish, userId, { userId: wish.userId, createdBy: byHost, updatedAt }),
    );
    return updateMany(bindings, updates, durable);
  }

  return { put };
}

/**
 * The answer to the first request may have been lost before all of it was done: its repeat makes good what was missed, for as long
 * as anything of before may still be good.
 */
function wasReplacedJustNow(
  { userId, replace }: WishedBinding,
  found: BindingDocument | undefined,
  now: Date,
): boolean {
  if (found === undefined || !replace || found.userId !== userId || found.createdBy !== byHost) return false;
  return now.getTime() - found.updatedAt.getTime() < markLifetimeMs;
}

type Other = PersonKey & { readonly wish: WishedBinding; readonly userId: string };

/** Of somebody who is another user so far, and may become this one. */
function isOther(wish: WishedBinding, found: BindingDocument | undefined): Other | undefined {
  if (found === undefined || found.userId === wish.userId || !wish.replace) return undefined;
  const { entId, appid, openid, userId } = found;
  return { entId, appid, openid, userId, wish };
}

function tellsUnionid({ userId, unionid }: WishedBinding, found: BindingDocument | undefined): boolean {
  return found?.userId === userId && unionid !== undefined && unionid !== found.unionid;
}

function verdictOn({ userId, replace }: WishedBinding, found: BindingDocument | undefined): Verdict {
  if (found === undefined) return 'created';
  if (found.userId === userId) return 'same';
  return replace ? 'created' : 'conflict';
}

/** An update of the person's binding, for as long as it is this user's. */
function toUpdate({ entId, appid, openid, unionid }: WishedBinding, userId: string, set: object) {
  return {
    q: { entId, appid, openid, userId },
    u: { $set: { ...set, ...(unionid !== undefined && { unionid }) } },
  };
}

function newBinding({ entId, appid, openid, userId, unionid }: WishedBinding, now: Date): BindingDocument {
  return {
    entId,
    appid,
    openid,
    userId,
    ...(unionid !== undefined && { unionid }),
    // WeChat tells them at the next login.
    nickname: '',
    avatarUrl: '',
    createdBy: byHost,
    createdAt: now,
    updatedAt: now,
  };
}
