import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ProbeResult } from '#models/account/secret-test.ts';
import { urlOf } from '#wechat/api/client.ts';
import { type Answer, CallFailed, type Get } from '#wechat/api/get.ts';
import { readError } from '#wechat/api/read-replies.ts';
import type { LoginSource } from '#wechat/sources/login-source.ts';

/** That there is a token is all that is read of it. */
const hasToken = z.object({ access_token: z.string() });

/** Of the length of a real one, and nobody's. */
const madeUpCode = (): string => `0${randomBytes(16).toString('hex').slice(1)}`;

/**
 * Asks WeChat whether it takes an account's secret. The account's own token in normal mode renews nothing and ends nobody's
 * (developers.weixin.qq.com, getStableAccessToken); the token is dropped. Then the call of a login, with a code that is
 * none: 40029 says that all but the code is right. Throws nothing.
 */
export function createProbeSecret({ get, timeoutMs }: { get: Get; timeoutMs: number }) {
  return async (given: { source: LoginSource; appid: string; secret: string }) => {
    const { source, appid, secret } = given;
    const asked = { grant_type: 'client_credential', appid, secret, force_refresh: false };
    const stableToken = await resultOf(get.post('/cgi-bin/stable_token', JSON.stringify(asked), timeoutMs));
    const request = source.tokenRequest({ appid, secret, code: madeUpCode() });
    return { stableToken, token: await resultOf(get(urlOf(request), timeoutMs)) };
  };
}

async function resultOf(call: Promise<Answer>): Promise<ProbeResult> {
  let json: unknown;
  try {
    const { status, body } = await call;
    if (status !== 200) return 'http';
    json = JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    if (!(error instanceof CallFailed)) return 'malformed';
    return error.kind === 'oversized' ? 'malformed' : error.kind;
  }
  const errcode = readError(json);
  if (errcode !== undefined) return errcode;
  return hasToken.safeParse(json).success ? 'ok' : 'malformed';
}
