import { hash } from 'node:crypto';
import type { Context } from 'koa';
import { Problem } from '#ingress/http/problem.ts';
import { isChangedMeanwhile, type Version, versionOf } from '#ingress/operator/version.ts';

type Tagged = object | null;
/** What shows in an answer and is no other version of what is stored: an account's pause (pause-account.ts). */
type Beside = object | undefined;

/** Of the whole answer. */
function tagOf(document: Tagged, beside: Beside): string {
  const more = beside === undefined ? '' : `+${hash('sha256', JSON.stringify(beside)).slice(0, 16)}`;
  return `"${versionOf(document)}${more}"`;
}

/** Strong ones: a weak one is good for no change (RFC 9110, section 13.1.1). */
const tagsIn = (header: string): string[] =>
  Array.from(header.matchAll(/(W\/)?("[^"]*")/g), ([, weak, tag = '']) => (weak ? '' : tag));

/** Tells the version of what is answered. True: who asks has it already, and the answer is a 304. */
export function showTag(ctx: Context, document: object, beside?: Beside): boolean {
  const tag = tagOf(document, beside);
  ctx.set('ETag', tag);
  const isReading = ctx.method === 'GET' || ctx.method === 'HEAD';
  if (!isReading || !tagsIn(ctx.get('if-none-match')).includes(tag)) return false;
  ctx.status = 304;
  return true;
}

/**
 * Does what a program asks for unless it asks so of another version: `If-Match` names the one it has read (or `*`: any that there is),
 * `If-None-Match: *` wants none. `write` refuses what was changed between the look and itself. Throws a Problem (412).
 */
export async function ifVersion<D extends object, T>(
  ctx: Context,
  find: () => Promise<D | null>,
  write: (version: Version) => Promise<T>,
  besideOf: (document: D) => Beside = () => undefined,
): Promise<T> {
  const [match, noneMatch] = [ctx.get('if-match').trim(), ctx.get('if-none-match').trim()];
  if (match === '' && noneMatch !== '*') return write(undefined);
  // One wants that it is there, the other that it is not.
  if (match !== '' && noneMatch === '*') throw otherVersion();
  const document = await find();
  const isThere = document !== null;
  if (noneMatch === '*' ? isThere : !isThere) throw otherVersion();
  const tag = tagOf(document, document === null ? undefined : besideOf(document));
  if (noneMatch !== '*' && match !== '*' && !tagsIn(match).includes(tag)) throw otherVersion();
  try {
    return await write(match === '*' ? undefined : versionOf(document));
  } catch (error) {
    throw isChangedMeanwhile(error) ? otherVersion() : error;
  }
}

const otherVersion = (): Problem =>
  new Problem(412, 'precondition_failed', 'It is another version than the one that was asked for.');
