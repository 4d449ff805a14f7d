import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Spoiling } from './fault-schema.ts';

const plain = 'text/plain';
const badGateway =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body bgcolor="white">\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

/** The same JSON with one long member more, so that only its size is wrong. */
function pad(body: string, bytes: number): Buffer {
  const head = Buffer.from(`${body.slice(0, -1)},"padding":"`);
  return Buffer.concat([head, Buffer.alloc(bytes, 'x'), Buffer.from('"}')]);
}

function mistype(body: string): string {
  const twist = (name: string, value: unknown) => {
    if (name === 'openid') return 42;
    return typeof value === 'number' ? String(value) : [value];
  };
  const members = Object.entries(JSON.parse(body) as object);
  return JSON.stringify(Object.fromEntries(members.map(([name, value]) => [name, twist(name, value)])));
}

function corrupt(body: string): Buffer {
  const at = body.indexOf(':"') + 2;
  return Buffer.concat([
    Buffer.from(body.slice(0, at)),
    Buffer.from([0xf0, 0x9f, 0xff]),
    Buffer.from(body.slice(at)),
  ]);
}

/** As WeChat does with some nicknames: what a person typed is in the text as it is. */
function typeInto(body: string): string {
  const at = body.includes('"nickname":"') ? '"nickname":"' : ':"';
  return body.replace(at, `${at}\u0001\n\\(`);
}

function drip(response: ServerResponse, body: string, everyMs: number): void {
  const bytes = Buffer.from(body);
  let sent = 0;
  response.writeHead(200, { 'Content-Type': plain, 'Content-Length': bytes.length });
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}

function truncate(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': plain, 'Content-Length': Buffer.byteLength(body) + 64 });
  response.write(body, () => response.destroy());
}

type Whole = { status?: number; type?: string; body: string | Buffer; headers?: object };

/** The answers that are wrong in what they say; null: those that are wrong in how they arrive. */
function misspeak(body: string, fault: Spoiling): Whole | null {
  switch (fault.kind) {
    case 'error':
      return { body };
    case 'html':
      return { status: fault.status, type: 'text/html', body: badGateway };
    case 'empty':
      return { body: '' };
    case 'malformed':
      return { body: body.slice(0, Math.ceil(body.length / 2)) };
    case 'wrong-types':
      return { body: mistype(body) };
    case 'invalid-utf8':
      return { body: corrupt(body) };
    case 'raw-control':
      return { body: typeInto(body) };
    case 'oversized':
      return { body: pad(body, fault.bytes) };
    case 'gzip': {
      const packed = gzipSync(fault.bytes > 0 ? pad(body, fault.bytes) : body);
      return { body: packed, headers: { 'Content-Encoding': 'gzip' } };
    }
    default:
      return null;
  }
}

/** Answers `body` the way the fault wants it; `body` is a whole JSON object. */
export function spoilReply(response: ServerResponse, body: string, fault: Spoiling): void {
  const whole = misspeak(body, fault);
  if (whole) {
    const length = Buffer.byteLength(whole.body);
    const headers = { 'Content-Type': whole.type ?? plain, 'Content-Length': length, ...whole.headers };
    response.writeHead(whole.status ?? 200, headers).end(whole.body);
  } else if (fault.kind === 'drip') drip(response, body, fault.ms);
  else if (fault.kind === 'truncated') truncate(response, body);
  else if (fault.kind === 'reset') response.socket?.resetAndDestroy();
  // What is left is a hang: nothing is ever said.
}

/** Faults after which the caller has no errcode to read. */
export function isUnreadable(fault: Spoiling): boolean {
  return !['error', 'drip', 'gzip', 'oversized', 'raw-control'].includes(fault.kind);
}
