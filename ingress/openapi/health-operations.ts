import { z } from 'zod';
import { type Operation, plainText } from '#ingress/openapi/operation.ts';

const store = z.enum(['up', 'down']).optional();
const stores = { redis: store, mongo: store };
const ready = z.strictObject({ ready: z.literal(true), ...stores });
/** `why`: by what is the matter, a store or `process`. */
const notReady = z.strictObject({
  ready: z.literal(false),
  ...stores,
  why: z.record(z.string(), z.string()),
});

/** What watches over a process asks. */
export const healthOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/healthz',
    id: 'isAlive',
    tag: 'health',
    summary: 'Whether the process lives. Needs no token.',
    isOpen: true,
    answers: { 200: { what: 'It lives.', schema: z.strictObject({ alive: z.literal(true) }) } },
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'isReady',
    tag: 'health',
    summary: 'Whether it can take logins: its stores answer, and it neither starts nor ends. Needs no token.',
    isOpen: true,
    answers: {
      200: { what: 'It can.', schema: ready },
      503: { what: 'It cannot, and why.', schema: notReady },
    },
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'readMetrics',
    tag: 'health',
    summary: 'What is measured, for Prometheus.',
    answers: { 200: { what: 'In the text format of Prometheus.', schema: z.string(), type: plainText } },
  },
];
