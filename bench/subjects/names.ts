/** As the tables have them. */
export const ourNames = { apart: 'ours, apart', oneProcess: 'ours, one process' } as const;
export const peerNames = {
  A: 'peer A: Go, silenceper/wechat',
  B: 'peer B: Koa, undici, Mongoose',
  C: 'peer C: Go, asynq',
} as const;
