import type { ProviderRequest } from '../../src/lib/errors/answer.ts';
import type { Service } from '../../src/lib/operations/operation.ts';
import type { Wire } from '../../src/lib/provider/wire.ts';
import { type Behaviour, CALLS, READS, type Reply } from './behaviours.ts';
import type { Clock } from './clock.ts';
import { type CloudTask, freshTask, goOn, shown, stands, type Values, write, writeAsOutsider } from './cloud-tasks.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import { currentUid } from './step.ts';

/** The provider's own log, which only grows: what the checker believes. */
export type LogEntry = { at: number; task: string } & (
  | { kind: 'request'; uid: string; request: number; path: string; body: Values; behaviour: string }
  | { kind: 'apply'; uid: string; request: number; values: Values }
  | { kind: 'read'; uid: string; values: Values | undefined }
  | { kind: 'outsider'; values: Values }
);

export interface Cloud {
  /** Takes one request over the wire; the answer comes within the deadline. */
  exchange(request: ProviderRequest): Promise<Wire>;
  /** Somebody else changes a task. */
  intrude(task: string): void;
  values(task: string): Values;
  readonly log: readonly LogEntry[];
}

export interface CloudEdges {
  clock: Clock;
  random: Random;
  faults: Faults;
  /** The longest after its sending that a request without a reply still takes effect, in milliseconds. */
  latest: number;
}

const TASK_ID = /\/(?:migration-task|migration|tasks)\/([\w-]+)/;

/** The key of the task that a request's path names. */
export const taskOf = (service: Service, path: string) => `${service}/${TASK_ID.exec(path)?.[1] ?? ''}`;

/** The provider: tasks with current values, a log of its own, and every way to misbehave. */
export function createCloud(edges: CloudEdges): Cloud {
  const { clock, random, faults } = edges;
  const tasks = new Map<string, CloudTask>();
  const log: LogEntry[] = [];
  /** Changes of which a request took effect. */
  const effective = new Set<string>();
  let requests = 0;

  const taskAt = (key: string): CloudTask => {
    const task = tasks.get(key) ?? freshTask(key.startsWith('sms/') ? 'sms' : 'dcs', random);
    tasks.set(key, task);
    return task;
  };

  const apply = (key: string, uid: string, request: number, body: Values) => {
    const task = taskAt(key);
    write(task, body);
    effective.add(uid);
    log.push({ at: clock.now(), kind: 'apply', task: key, uid, request, values: { ...task.values } });
    if ('migration_method' in body) clock.at(clock.now() + random.between(60_000, 600_000), () => goOn(task));
  };

  async function call({ service, path, body = '{}', deadline }: ProviderRequest): Promise<Wire> {
    const [key, uid, request] = [taskOf(service, path), currentUid(), requests++];
    const asked = JSON.parse(body) as Values;
    const name = chosen(edges, { isRepeat: effective.has(uid), isAsAsked: stands(taskAt(key), asked) }, uid);
    const behaviour = (CALLS[name] ?? CALLS.ok)?.(service) as Behaviour;
    faults.fired(name);
    if (behaviour.unsent) return wireOf(edges, behaviour.reply, '', deadline);
    log.push({ at: clock.now(), kind: 'request', task: key, uid, request, path, body: asked, behaviour: name });
    const after = delayOf(edges, behaviour, deadline);
    if (after !== undefined) clock.at(clock.now() + after, () => apply(key, uid, request, asked));
    await clock.sleep(200);
    return wireOf(edges, behaviour.reply, properReply(path), deadline - 200);
  }

  async function read({ service, path, deadline }: ProviderRequest): Promise<Wire> {
    const key = taskOf(service, path);
    const name = faults.read(currentUid());
    faults.fired(name);
    await clock.sleep(random.between(10, 100));
    const reply = READS[name] ?? 'proper';
    const values = shown(taskAt(key));
    const seen = reply === 'proper' ? { ...taskAt(key).values } : undefined;
    log.push({ at: clock.now(), kind: 'read', task: key, uid: currentUid(), values: seen });
    return wireOf(edges, reply, JSON.stringify(withPasswords(values)), deadline - 100);
  }

  return {
    log,
    values: (key) => taskAt(key).values,
    exchange: (request) => (request.method === 'GET' ? read(request) : call(request)),
    intrude(key) {
      const task = taskAt(key);
      writeAsOutsider(task, random);
      faults.fired('outsider');
      log.push({ at: clock.now(), kind: 'outsider', task: key, values: { ...task.values } });
    },
  };
}

/** A request for the state that the task is in already may be refused for that. */
function chosen({ faults, random }: CloudEdges, state: { isRepeat: boolean; isAsAsked: boolean }, uid: string): string {
  const name = faults.call(uid);
  if (name !== 'ok' || !state.isAsAsked) return name;
  return random.chance(state.isRepeat ? faults.already.repeat : faults.already.other) ? 'already' : name;
}

/** After how many milliseconds a request takes effect; undefined if never. */
function delayOf({ random, latest }: CloudEdges, { applies }: Behaviour, deadline: number): number | undefined {
  if (applies === 'late') return random.between(deadline + 1, latest);
  const soon = random.between(10, 190);
  return applies === 'now' || (applies === 'perhaps' && random.chance(0.5)) ? soon : undefined;
}

async function wireOf({ clock, random }: CloudEdges, reply: Reply, proper: string, deadline: number): Promise<Wire> {
  await clock.sleep(reply === 'silence' ? deadline : random.between(10, 200));
  if (reply === 'silence') return { whole: false, code: 'request_timeout' };
  if (reply === 'proper') return { whole: true, status: 200, headers: HEADERS, body: Buffer.from(proper) };
  if ('code' in reply) return { whole: false, code: reply.code };
  return {
    whole: true,
    status: reply.status,
    headers: { ...HEADERS, ...reply.headers },
    body: Buffer.from(reply.body ?? ''),
  };
}

const HEADERS = { 'x-request-id': '0123456789abcdef0123456789abcdef', 'x-canary': 'canary-header' };

function properReply(path: string): string {
  if (path.startsWith('/v3/')) return '{"id":"task"}';
  return path.includes('/migration-task/') ? '' : '{"id":"t","name":"migration","status":"FULLMIGRATING","error":""}';
}

/** A provider may show the passwords that it was given. */
function withPasswords(values: Values): Values {
  const { source_instance: source } = values;
  return source ? { ...values, source_instance: { ...(source as Values), password: 'canary-shown' } } : values;
}
