import type { HttpResult } from '../../src/lib/http/exchange.ts';
import type { Reply } from './behaviours.ts';
import type { Call } from './calls.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** A usual reply: its status and the text of its body. */
export interface Usual {
  status: number;
  text: string;
}

/** What the client gets for a reply, at the time when it gets it. */
export async function toHttpResult(
  { clock, random }: { clock: Clock; random: Random },
  reply: Reply,
  usual: Usual,
  deadline: number,
): Promise<HttpResult> {
  await clock.sleep(reply === 'silence' ? deadline : random.between(10, 200));
  if (reply === 'silence') return { complete: false, code: 'request_timeout' };
  if (reply === 'success') return replyOf(usual.status, usual.text);
  if ('code' in reply) return { complete: false, code: reply.code };
  return replyOf(reply.status, reply.body ?? '', reply.headers);
}

/** A reply with the length of its body, as the provider's servers send it. */
function replyOf(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpResult {
  const body = Buffer.from(text);
  const length = status === 204 ? undefined : { 'content-length': String(body.length) };
  return { complete: true, status, headers: { ...length, ...HEADERS, ...headers }, body };
}

const HEADERS = { 'x-request-id': '0123456789abcdef0123456789abcdef', 'x-canary': 'canary-header' };

const textReply = (text: string, status = 200): Usual => ({ status, text });
export const replyWith = (body: object, status = 200): Usual => textReply(JSON.stringify(body), status);

/** Sources and editions show nothing, text or an object where the body says nothing. */
const silent = (_id: string, random: Random) => textReply(random.pick(['', '{}', '"accepted"']));
const noContent = (_id: string, random: Random) => (random.chance(0.8) ? textReply('', 204) : textReply(''));

const USUAL: Record<Call, (id: string, random: Random) => Usual> = {
  update: () => textReply(''),
  configure: () => textReply('{"id":"t","name":"migration","status":"FULLMIGRATING","error":""}'),
  act: () => textReply(''),
  // The reply shows the whole task.
  stop: (task_id) =>
    replyWith({ task_id, status: 'TERMINATING', source_instance: { password: 'canary-shown' }, error_code: null }),
  restart: (task_id) =>
    replyWith({ migration_tasks: [{ result: 'success', task_id, error_msg: null, error_code: null }] }),
  exchange: noContent,
  rollback: noContent,
  limit: silent,
  options: silent,
  delete: silent,
  // Only Huawei Cloud names a job.
  create_online: (instance_id, random) =>
    replyWith(random.chance(0.5) ? { instance_id, job_id: 'j' } : { instance_id }),
  create_import: (id) => replyWith({ id, name: 'import', status: 'MIGRATING' }),
  create_sms: (id) => replyWith({ id }),
};

/** The usual reply to a call for the subject with this id. */
export function usualReply(call: Call, path: string, id: string, random: Random): Usual {
  if (call === 'update' && path.startsWith('/v3/')) return textReply('{"id":"task"}');
  return call === 'delete' && path.startsWith('/v2/') ? replyWith({ task_id_list: [id] }) : USUAL[call](id, random);
}
