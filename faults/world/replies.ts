import type { HttpResult } from '../../src/lib/http/exchange.ts';
import type { Reply } from './behaviours.ts';
import type { Clock } from './clock.ts';
import type { Values } from './cloud-tasks.ts';
import type { Random } from './random.ts';

/** What the client gets for a reply, at the time when it gets it. */
export async function toHttpResult(
  { clock, random }: { clock: Clock; random: Random },
  reply: Reply,
  success: string,
  deadline: number,
): Promise<HttpResult> {
  await clock.sleep(reply === 'silence' ? deadline : random.between(10, 200));
  if (reply === 'silence') return { complete: false, code: 'request_timeout' };
  if (reply === 'success') return replyOf(200, success);
  if ('code' in reply) return { complete: false, code: reply.code };
  return replyOf(reply.status, reply.body ?? '', reply.headers);
}

/** A reply with the length of its body, as the provider's servers send it. */
function replyOf(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpResult {
  const body = Buffer.from(text);
  return { complete: true, status, headers: { 'content-length': String(body.length), ...HEADERS, ...headers }, body };
}

const HEADERS = { 'x-request-id': '0123456789abcdef0123456789abcdef', 'x-canary': 'canary-header' };

/** The usual reply to a request. */
export function successReply(path: string): string {
  if (path.endsWith('/action')) return '';
  if (path.startsWith('/v3/')) return '{"id":"task"}';
  return path.includes('/migration-task/') ? '' : '{"id":"t","name":"migration","status":"FULLMIGRATING","error":""}';
}

/** A provider may show the passwords that it got. */
export function withPasswords(values: Values): Values {
  const { source_instance: source } = values;
  return source ? { ...values, source_instance: { ...(source as Values), password: 'canary-shown' } } : values;
}
