import { z } from 'zod';
import { endStatuses, failureReasons } from '#models/login/status.ts';

const instant = z.iso.datetime();

/** Who logged in. */
export const person = z.strictObject({
  ent_id: z.string(),
  user_id: z.string(),
  appid: z.string(),
  openid: z.string(),
  unionid: z.string().optional(),
  nickname: z.string(),
  avatar_url: z.string(),
  created: z.boolean(),
  target: z.string().optional(),
  state: z.string().optional(),
  via: z.literal('scan').optional(),
  authenticated_at: instant,
});

/** The same after a bind; in an OpenID Connect login with the address to which the host redirects the browser. */
export const boundPerson = person.extend({ continue_url: z.url().optional() });

/** Whose WeChat a bind ticket stands for. */
export const bindTicket = z.strictObject({
  appid: z.string(),
  nickname: z.string(),
  avatar_url: z.string(),
  begun_at: instant,
  expires_at: instant,
});

/** Logins of one user, the latest first. */
export const logins = z.strictObject({
  logins: z.array(
    z.strictObject({
      support_code: z.string(),
      outcome: z.enum(endStatuses),
      reason: z.enum(failureReasons).optional(),
      at: instant,
      tell: z.string(),
    }),
  ),
});

export const binding = z.strictObject({
  user_id: z.string(),
  appid: z.string(),
  openid: z.string(),
  unionid: z.string().optional(),
  nickname: z.string(),
  avatar_url: z.string(),
  created_at: instant,
  updated_at: instant,
});
export const bindingPage = z.strictObject({ bindings: z.array(binding), next_cursor: z.string().optional() });

export const putResult = z.strictObject({
  user_id: z.string(),
  appid: z.string(),
  openid: z.string(),
  unionid: z.string().optional(),
  result: z.enum(['created', 'same']),
});
export const importResult = z.strictObject({
  line: z.int().min(1),
  openid: z.string().optional(),
  result: z.enum(['created', 'same', 'conflict', 'invalid']),
  error: z.string().optional(),
});
