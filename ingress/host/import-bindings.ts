import { Readable } from 'node:stream';
import type { RouterContext } from '@koa/router';
import type { Logger } from 'pino';
import { isStoreAway } from '#connections/store-away.ts';
import { enterpriseOf, refuseTakenKey } from '#ingress/host/authenticate-enterprise.ts';
import { bindingLine, isOfKnownAccount, noSuchAccount, toWish } from '#ingress/host/binding-form.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import type { HostBindings, WishedBinding } from '#models/login/host-bindings.ts';
import { within } from '#operations/deadline.ts';
import { requestIdOf } from '#operations/request-id.ts';

const mostLines = 10_000;
const longestLine = 2_048;
/** Lines that MongoDB is asked about at once. */
const batchSize = 500;
const batchWithinMs = 5_000;

type Judged = {
  readonly line: number;
  readonly openid?: string;
  readonly result: string;
  readonly error?: string;
};
type Wish = { readonly line: number; readonly wish: WishedBinding };

/**
 * POST /v1/bindings/import: JSON lines of `{"openid","user_id","unionid"?,"appid"?,"replace"?}`, answered by as many verdicts,
 * in their order. A body that is too large, or has too many lines, changes nothing; a line that is wrong stops no other.
 */
export function importBindings(deps: {
  hostBindings: HostBindings;
  directory: Pick<Directory, 'findCredentials' | 'findAccount'>;
  log: Logger;
}) {
  const { hostBindings, directory, log } = deps;

  async function* verdictsOn(ctx: RouterContext, lines: readonly string[]): AsyncGenerator<Judged[]> {
    const enterprise = enterpriseOf(ctx);
    const counts: Record<string, number> = {};
    for (const { judged, wishes: wished } of batchesOf(enterprise, lines)) {
      const { known: wishes, unknown } = await splitByAccount(enterprise, wished);
      // It may take its time, and must not outlive the key that it came with.
      await refuseTakenKey(ctx, directory);
      const results = await within(batchWithinMs, hostBindings.put(wishes.map(({ wish }) => wish)));
      const done = wishes.map(({ line, wish }, n) => ({
        line,
        openid: wish.openid,
        result: results[n] ?? 'invalid',
      }));
      const batch = [...judged, ...unknown, ...done].sort((a, b) => a.line - b.line);
      for (const { result } of batch) counts[result] = (counts[result] ?? 0) + 1;
      yield batch;
    }
    log.info({ requestId: requestIdOf(ctx), ent_id: enterprise.entId, counts }, 'imported by the host');
  }

  async function splitByAccount(enterprise: EnterpriseDocument, wishes: readonly Wish[]) {
    const known: Wish[] = [];
    const unknown: Judged[] = [];
    for (const one of wishes) {
      if (await isOfKnownAccount(directory, enterprise, one.wish)) known.push(one);
      else unknown.push({ line: one.line, openid: one.wish.openid, result: 'invalid', error: noSuchAccount });
    }
    return { known, unknown };
  }

  return async function importBindings(ctx: RouterContext): Promise<void> {
    const lines = linesOf(ctx.request.body as string);
    const batches = verdictsOn(ctx, lines);
    // Before anything is answered: where a store is away nothing was done, and the answer says so.
    const first = await batches.next();
    ctx.type = 'application/x-ndjson';
    ctx.body = Readable.from(answer(first, batches, lines.length));
  };
}

/** Once some are written the others cannot fail as a whole any more: each line that was not tried says so. */
async function* answer(first: IteratorResult<Judged[]>, rest: AsyncGenerator<Judged[]>, lines: number) {
  const verdicts = new Set<number>();
  const toText = (batch: readonly Judged[]) => {
    for (const { line } of batch) verdicts.add(line);
    return batch.map((judged) => `${JSON.stringify(judged)}\n`).join('');
  };
  if (first.done) return;
  yield toText(first.value);
  try {
    for await (const batch of rest) yield toText(batch);
  } catch (error) {
    const why = error instanceof Problem ? error.message : 'a store cannot be reached at the moment';
    if (!(error instanceof Problem) && !isStoreAway(error)) throw error;
    const untried = Array.from({ length: lines }, (_, n) => n + 1).filter((line) => !verdicts.has(line));
    yield toText(
      untried.map((line) => ({ line, result: 'invalid', error: `not tried: ${why}; send it again` })),
    );
  }
}

function linesOf(text: string): string[] {
  const lines = text.split('\n', mostLines + 2);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length > mostLines) {
    throw new Problem(
      413,
      'too_large',
      `There must not be more than ${mostLines} lines. Send them in parts.`,
    );
  }
  if (lines.length === 0) throw new Problem(400, 'invalid_request', 'A body of JSON lines is required.');
  return lines;
}

/** What can be asked about at once: so many, and no person twice, since the second line goes by what the first one did. */
function* batchesOf(enterprise: EnterpriseDocument, lines: readonly string[]) {
  let judged: Judged[] = [];
  let wishes = new Map<string, Wish>();
  for (const [n, text] of lines.entries()) {
    const line = n + 1;
    const read = readLine(enterprise, text);
    const key = 'wish' in read ? `${read.wish.appid} ${read.wish.openid}` : '';
    if (judged.length + wishes.size >= batchSize || wishes.has(key)) {
      yield { judged, wishes: [...wishes.values()] };
      judged = [];
      wishes = new Map();
    }
    if ('wish' in read) wishes.set(key, { line, wish: read.wish });
    else judged.push({ line, ...read });
  }
  yield { judged, wishes: [...wishes.values()] };
}

function readLine(enterprise: EnterpriseDocument, text: string) {
  const invalid = (error: string) => ({ result: 'invalid', error });
  if (text.length > longestLine) return invalid(`longer than ${longestLine} characters`);
  try {
    return { wish: toWish(enterprise, checkInput(bindingLine, JSON.parse(text))) };
  } catch (error) {
    // What JSON.parse says repeats the line.
    return invalid(error instanceof Problem ? error.message : 'not JSON');
  }
}
