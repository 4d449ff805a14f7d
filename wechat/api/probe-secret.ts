import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ProbeResult } from '#models/account/secret-test.ts';
import { urlOf } from '#wechat/api/client.ts';
import { type Answer, CallFailed, type Get } from '#wechat/api/get.ts';
import { readError } from '#wechat/api/read-replies.ts';
import { seenAddress } from '#wechat/api/seen-address.ts';
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
    const stable = await resultOf(get.post('/cgi-bin/stable_token', JSON.stringify(asked), timeoutMs));
    const request = source.tokenRequest({ appid, secret, code: madeUpCode() });
    const token = await resultOf(get(urlOf(request), timeoutMs));
    const address = stable.address ?? token.address;
    return {
      stableToken: stable.result,
      token: token.result,
      ...(address !== undefined && { address }),
    };
  };
}

async function resultOf(
  call: Promise<Answer>,
): Promise<{ readonly result: ProbeResult; readonly address?: string | undefined }> {
  let json: unknown;
  try {
    const { status, body } = await call;
    if (status !== 200) return { result: 'http' };
    json = JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    if (!(error instanceof CallFailed)) return { result: 'malformed' };
    return { result: error.kind === 'oversized' ? 'malformed' : error.kind };
  }
  const errcode = readError(json);
  if (errcode !== undefined) return { result: errcode, address: seenAddress(errcode, json) };
  return { result: hasToken.safeParse(json).success ? 'ok' : 'malformed' };
}
