import type { Context } from 'koa';
import { z } from 'zod';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { invalidRequest } from '#ingress/http/problem.ts';
import { documentIdOf } from '#models/documents/enterprise.ts';
import type { Proof } from '#models/login/ticket.ts';

/** RFC 7636. One that cannot be right is wrong, like any other: only its length is bounded here. */
export const codeVerifier = z.string().min(1).max(200).optional();

/**
 * What a host sends beside a ticket. Throws a Problem for an `Idempotency-Key` that is empty, too long or not of visible
 * characters (draft-ietf-httpapi-idempotency-key-header).
 */
export function proofOf(ctx: Context, verifier: string | undefined): Proof {
  const given = ctx.headers['idempotency-key'];
  const enterprise = documentIdOf(enterpriseOf(ctx));
  if (given === undefined) return { verifier, enterprise };
  if (typeof given !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(given)) {
    throw invalidRequest('Idempotency-Key: must be 1 to 255 visible ASCII characters', ['Idempotency-Key']);
  }
  return { verifier, enterprise, request: given };
}
