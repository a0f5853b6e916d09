import type { HttpResult } from '../../src/lib/http/exchange.ts';
import type { Service } from '../../src/lib/operations/operation.ts';
import type { ProviderRequest } from '../../src/lib/relay/provider.ts';
import { type Behaviour, CALLS, READS } from './behaviours.ts';
import type { Clock } from './clock.ts';
import {
  becomeIncremental,
  type CloudTask,
  hasValues,
  moveOn,
  newTask,
  readableValues,
  refusalOf,
  type Values,
  write,
  writeAsOutsider,
} from './cloud-tasks.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import { successReply, toHttpResult, withPasswords } from './replies.ts';
import { currentUid } from './step.ts';

/** An entry of the provider's own log, which is what the checker believes. */
export type LogEntry = { at: number; task: string } & (
  | { kind: 'request'; uid: string; request: number; path: string; body: Values; behaviour: string }
  | { kind: 'apply'; uid: string; request: number; values: Values }
  | { kind: 'read'; uid: string; values: Values | undefined }
  | { kind: 'outsider'; values: Values }
);

interface CloudDependencies {
  clock: Clock;
  random: Random;
  faults: Faults;
  /** How long after it was sent a request without a reply may still take effect, in milliseconds. */
  latest: number;
}

const TASK_ID = /\/(?:migration-task|migration|tasks)\/([\w-]+)/;

/** The key of the task that a request's path names. */
const taskOf = (service: Service, path: string) => `${service}/${TASK_ID.exec(path)?.[1] ?? ''}`;

/** The provider: tasks with current values, a log of its own, and every way to fail. */
export function createCloud(dependencies: CloudDependencies) {
  const { clock, random, faults } = dependencies;
  const tasks = new Map<string, CloudTask>();
  const log: LogEntry[] = [];
  /** The changes of which a request has taken effect. */
  const applied = new Set<string>();
  let requests = 0;

  const taskAt = (key: string): CloudTask => {
    const service = key.startsWith('sms/') ? 'sms' : 'dcs';
    const task = tasks.get(key) ?? newTask(service, random, clock.now());
    tasks.set(key, task);
    if (moveOn(task, clock.now(), random)) faults.fired('task_moved');
    return task;
  };

  /** An action that is illegal in the task's state has no effect, unless the reply said that it was accepted. */
  const apply = (key: string, uid: string, request: number, body: Values, isAccepted: boolean) => {
    const task = taskAt(key);
    if (!isAccepted && refusalOf(task, body) !== undefined) return;
    write(task, body, clock.now(), random);
    applied.add(uid);
    log.push({ at: clock.now(), kind: 'apply', task: key, uid, request, values: { ...task.values } });
    if ('migration_method' in body)
      clock.at(clock.now() + random.between(60_000, 600_000), () => becomeIncremental(task));
  };

  async function call({ service, path, body: text = '{}', deadline }: ProviderRequest): Promise<HttpResult> {
    const [key, uid, request] = [taskOf(service, path), currentUid(), requests++];
    const body = JSON.parse(text) as Values;
    const task = taskAt(key);
    const state = { isRepeat: applied.has(uid), isAsAsked: hasValues(task, body), refusalCode: refusalOf(task, body) };
    const name = chooseBehaviour(dependencies, state, uid);
    if ('operation' in body) faults.fired('sms_action');
    const behaviour = (CALLS[name] ?? CALLS.ok)?.(service, state.refusalCode) as Behaviour;
    faults.fired(name);
    if (behaviour.unsent) return toHttpResult(dependencies, behaviour.reply, '', deadline);
    log.push({ at: clock.now(), kind: 'request', task: key, uid, request, path, body, behaviour: name });
    const after = delayOf(dependencies, behaviour, deadline);
    if (after !== undefined) clock.at(clock.now() + after, () => apply(key, uid, request, body, ACCEPTED.has(name)));
    await clock.sleep(200);
    return toHttpResult(dependencies, behaviour.reply, successReply(path), deadline - 200);
  }

  async function read({ service, path, deadline }: ProviderRequest): Promise<HttpResult> {
    const key = taskOf(service, path);
    const name = faults.read(currentUid());
    faults.fired(name);
    await clock.sleep(random.between(10, 100));
    const reply = READS[name] ?? 'success';
    const values = readableValues(taskAt(key));
    const shownValues = reply === 'success' ? { ...taskAt(key).values } : undefined;
    log.push({ at: clock.now(), kind: 'read', task: key, uid: currentUid(), values: shownValues });
    return toHttpResult(dependencies, reply, JSON.stringify(withPasswords(values)), deadline - 100);
  }

  return {
    log,
    values: (key: string) => taskAt(key).values,
    /** Handles one request. The reply comes within the deadline, or the failure that the client sees. */
    exchange: (request: ProviderRequest) => (request.method === 'GET' ? read(request) : call(request)),
    /** Somebody else changes a task. */
    outsiderWrites(key: string) {
      const task = taskAt(key);
      writeAsOutsider(task, random, clock.now());
      faults.fired('outsider');
      log.push({ at: clock.now(), kind: 'outsider', task: key, values: { ...task.values } });
    },
  };
}

export type Cloud = ReturnType<typeof createCloud>;

interface TaskState {
  isRepeat: boolean;
  isAsAsked: boolean;
  refusalCode: string | undefined;
}

/** The behaviours whose reply says that an action was accepted. */
const ACCEPTED = new Set(['ok', 'empty_200']);

/** Chooses a behaviour by name. An illegal action is refused, and a request for values that the task already has may be. */
function chooseBehaviour({ faults, random }: CloudDependencies, state: TaskState, uid: string): string {
  const name = faults.call(uid);
  if (state.refusalCode !== undefined && ACCEPTED.has(name)) return 'illegal_action';
  if (name !== 'ok' || !state.isAsAsked) return name;
  return random.chance(state.isRepeat ? faults.already.repeat : faults.already.other) ? 'already' : name;
}

/** After how many milliseconds a request takes effect; undefined if never. */
function delayOf({ random, latest }: CloudDependencies, { applies }: Behaviour, deadline: number): number | undefined {
  if (applies === 'late') return random.between(deadline + 1, latest);
  const soon = random.between(10, 190);
  return applies === 'now' || (applies === 'perhaps' && random.chance(0.5)) ? soon : undefined;
}
