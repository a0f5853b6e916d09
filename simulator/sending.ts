import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Reply } from './errors.ts';
import type { Fault } from './fault-request.ts';
import { WITHOUT_BODY } from './own-reply.ts';

const JSON_TYPE = 'application/json;charset=UTF-8';
const TEXT_TYPE = 'text/plain;charset=UTF-8';

type Headers = Record<string, string>;

/** Headers, with others in place of those that have the same name, in whatever case it is written. */
export function overlay(headers: Headers, over: Headers = {}): Headers {
  const names = new Set(Object.keys(over).map((name) => name.toLowerCase()));
  const remaining = Object.entries(headers).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(remaining), ...over };
}

function textOf({ status, body, asIs }: Reply): string {
  if (body === undefined || WITHOUT_BODY.includes(status)) return '';
  return asIs && typeof body === 'string' ? body : JSON.stringify(body);
}

function head(res: ServerResponse, reply: Reply, length: number, type?: string): void {
  const { status, headers, asIs } = reply;
  const typed = length === 0 ? {} : { 'Content-Type': type ?? (asIs ? TEXT_TYPE : JSON_TYPE) };
  const counted = WITHOUT_BODY.includes(status) ? {} : { 'Content-Length': String(length) };
  res.writeHead(status, { ...overlay(typed, headers), ...counted });
}

function sendText(res: ServerResponse, reply: Reply, text: string, type?: string): void {
  const bytes = Buffer.from(text);
  head(res, reply, bytes.length, type);
  res.end(bytes);
}

/** Sends an interim reply, which comes before the reply itself (RFC 9110, 15.2). */
export function sendInterim(res: ServerResponse, status: NonNullable<Fault['interim']>): void {
  if (status === 100) res.writeContinue();
  else if (status === 102) res.writeProcessing();
  else res.writeEarlyHints({ link: '</>; rel=preload' });
}

export const send = (res: ServerResponse, reply: Reply): void => sendText(res, reply, textOf(reply));

type Damage = (res: ServerResponse, reply: Reply, fault: Fault, closing: AbortSignal) => void | Promise<void>;

const HTML =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';
const HUGE = 64 * 1024 * 1024;
const BLOCK = Buffer.alloc(64 * 1024, 'a');
const DRIP_BYTES = 600;

const padded = (reply: Reply): string => textOf(reply) || (WITHOUT_BODY.includes(reply.status) ? '' : '{"id":""}');

/** Sends half of the promised bytes, then ends the connection. */
const truncated: Damage = (res, reply) => {
  const bytes = Buffer.from(padded(reply));
  head(res, reply, bytes.length);
  res.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => res.destroy());
};

/** Sends one byte at a time. Spaces in front, which JSON allows, make it at least DRIP_BYTES long. */
const drip: Damage = async (res, reply, fault, closing) => {
  const bytes = Buffer.from(padded(reply).padStart(DRIP_BYTES, ' '));
  head(res, reply, bytes.length);
  for (const byte of bytes) {
    if (res.destroyed || closing.aborted) return;
    res.write(Uint8Array.of(byte));
    await wait(fault.drip_ms ?? 100, undefined, { ref: false });
  }
  res.end();
};

function* hugeText(): Generator<Buffer | string> {
  yield '{"id":"';
  for (let sent = 0; sent < HUGE; sent += BLOCK.length) yield BLOCK;
  yield '"}';
}

const huge: Damage = async (res, reply) => {
  res.writeHead(reply.status, overlay({ 'Content-Type': JSON_TYPE }, reply.headers));
  await pipeline(hugeText, res);
};

const gzip: Damage = (res, reply) => {
  const bytes = gzipSync(padded(reply));
  head(res, { ...reply, headers: { ...reply.headers, 'Content-Encoding': 'gzip' } }, bytes.length);
  res.end(bytes);
};

const DAMAGES: Record<NonNullable<Fault['reply']>, Damage> = {
  truncated,
  drip,
  huge,
  gzip,
  malformed: (res, reply) => sendText(res, reply, padded(reply).slice(0, -1)),
  html: (res, reply) => sendText(res, reply, HTML, 'text/html'),
  empty: (res, reply) => sendText(res, reply, ''),
  'wrong-type': (res, reply) => sendText(res, reply, padded(reply), 'text/plain'),
  'wrong-shape': (res, reply) => sendText(res, reply, '[{"id":42,"status":["FULLMIGRATING"],"error":{}}]'),
  redirect: (res, reply) => {
    res.writeHead(307, { ...reply.headers, Location: '/redirected', 'Content-Length': 0 });
    res.end();
  },
  'huge-header': (res, reply) =>
    sendText(res, { ...reply, headers: { ...reply.headers, 'X-Filler': 'a'.repeat(256 * 1024) } }, padded(reply)),
};

/** Sends the reply, damaged if the fault asks for it. */
export async function sendDamaged(
  res: ServerResponse,
  reply: Reply,
  fault: Fault,
  closing: AbortSignal,
): Promise<void> {
  if (fault.reply === undefined) return send(res, reply);
  await DAMAGES[fault.reply](res, reply, fault, closing);
}
