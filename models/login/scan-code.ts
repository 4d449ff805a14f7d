import { randomInt } from 'node:crypto';
import { shardOfAccount } from '#models/login/store.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 131 bits, of which the shard takes a few. */
const length = 22;
const pattern = /^[0-9A-Za-z]{22}$/;

const draw = () => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** What a scan's QR code leads to: random, and drawn until it tells the shard of its scan, so that it is found without an index. */
export function createScanCode(shard: number, shards: number): string {
  let code = draw();
  while (shardOfScanCode(code, shards) !== shard) code = draw();
  return code;
}

export const isScanCode = (value: string): boolean => pattern.test(value);
export const shardOfScanCode = (code: string, shards: number): number => shardOfAccount(code, shards);
