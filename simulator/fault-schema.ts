import { z } from 'zod';
import { endpoints } from './call-log.ts';
import { oddNickname } from './people.ts';

const aim = {
  /** Left out: the four /sns/ endpoints and stable_token. `authorize` takes latency, html, hang and reset only. */
  endpoint: z.enum([...endpoints, 'authorize']).optional(),
  appid: z.string().optional(),
  code: z.string().optional(),
  person: z.string().optional(),
  probability: z.number().min(0).max(1).default(1),
  /** Strikes so many calls, then is gone. */
  count: z.int().min(1).optional(),
};
// true: WeChat does its work first (the code is spent, a token made) and only the answer suffers.
const burns = (initially: boolean) => z.boolean().default(initially);
const milliseconds = z.int().min(0).max(3_600_000);
const bytes = z
  .int()
  .min(0)
  .max(64 << 20);

const { appid, person, probability, count } = aim;
const whom = { appid, person, probability, count };
/** What WeChat does to careless programs without failing: each has one place where it happens. */
const oddities = [
  /** A person who would be asked gets WeChat's snapshot page. */
  z.strictObject({ kind: z.literal('snapshot'), ...whom }),
  /** WeChat's own servers request the callback, too: with the `same` code, or a `new` one. */
  z.strictObject({
    kind: z.literal('double-callback'),
    second: z.enum(['same', 'new']).default('same'),
    ...whom,
  }),
  /** The nickname that userinfo tells. */
  z.strictObject({
    kind: z.literal('nickname'),
    nickname: z.string().max(256).default(oddNickname),
    ...whom,
  }),
] as const;
export type OddKind = 'snapshot' | 'double-callback' | 'nickname';
export const oddKinds: readonly string[] = ['snapshot', 'double-callback', 'nickname'] satisfies OddKind[];

export const faultSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('latency'),
      ms: milliseconds,
      spreadMs: milliseconds.default(0),
      ...aim,
    }),
    z.strictObject({
      kind: z.literal('error'),
      errcode: z.int().refine((errcode) => errcode !== 0, 'an errcode of 0 is no error'),
      errmsg: z.string().optional(),
      burns: burns(false),
      ...aim,
    }),
    z.strictObject({
      kind: z.literal('html'),
      status: z.int().min(400).max(599).default(502),
      burns: burns(false),
      ...aim,
    }),
    z.strictObject({ kind: z.enum(['hang', 'reset', 'empty']), burns: burns(false), ...aim }),
    z.strictObject({
      kind: z.enum(['malformed', 'truncated', 'wrong-types', 'invalid-utf8', 'raw-control']),
      burns: burns(true),
      ...aim,
    }),
    z.strictObject({ kind: z.literal('drip'), ms: milliseconds.default(1000), burns: burns(true), ...aim }),
    z.strictObject({
      kind: z.literal('oversized'),
      bytes: bytes.default(10 << 20),
      burns: burns(true),
      ...aim,
    }),
    z.strictObject({ kind: z.literal('gzip'), bytes: bytes.default(0), burns: burns(true), ...aim }),
    ...oddities,
  ])
  .refine(
    (fault) =>
      !('endpoint' in fault && fault.endpoint === 'authorize') ||
      ['latency', 'html', 'hang', 'reset'].includes(fault.kind),
    {
      message: 'the authorize page knows only latency, html, hang and reset',
    },
  );

export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema> & { id: number; applied: number };
export type Oddity<Kind extends OddKind> = Extract<Fault, { kind: Kind }>;
export type Spoiling = Exclude<Fault, { kind: 'latency' | OddKind }>;
export type Striking = Exclude<Fault, { kind: OddKind }>;
