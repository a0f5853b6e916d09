import type { HttpResult } from '../../src/lib/http/exchange.ts';
import type { ProviderRequest } from '../../src/lib/relay/provider.ts';
import { type Behaviour, CALLS, READS } from './behaviours.ts';
import { type Call, type Incoming, isListCall, readIncoming, subjectOf, taskOfSource } from './calls.ts';
import { ACCEPTED, chooseBehaviour, delayOf } from './choices.ts';
import type { Clock } from './clock.ts';
import { GONE, hasValues, isAbsent, moveOn, newTask, refusalOf, write } from './cloud-tasks.ts';
import type { Faults } from './faults.ts';
import { writeAsOutsider } from './outsiders.ts';
import type { Random } from './random.ts';
import { AFTERLIVES, isShownAfterwards, shownBy } from './reads.ts';
import { toHttpResult, usualReply } from './replies.ts';
import { currentUid } from './step.ts';
import type { CloudTask, Values } from './task.ts';

/** An entry of the provider's own log, which is what the checker believes. */
export type LogEntry = { at: number; task: string } & (
  | {
      kind: 'request';
      uid: string;
      request: number;
      path: string;
      /** Undefined if no byte of a body was sent. */
      body: Values | undefined;
      behaviour: string;
      call?: Call;
    }
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
  /** The share of subjects that do not exist. */
  missing: number;
}

/** The provider: tasks with current values, a log of its own, and every way to fail. */
export function createCloud(dependencies: CloudDependencies) {
  const { clock, random, faults, missing } = dependencies;
  const tasks = new Map<string, CloudTask>();
  const log: LogEntry[] = [];
  /** The changes of which a request has taken effect. */
  const applied = new Set<string>();
  const afterlife = random.pick(AFTERLIVES);
  let requests = 0;

  /** What the log keeps of a subject: what a read of it could show. */
  const valuesOf = (task: CloudTask): Values =>
    isAbsent(task) && !isShownAfterwards(task, afterlife) ? GONE : { ...task.values };
  const firstSight = (key: string): CloudTask => {
    const task = newTask(key, random, clock.now());
    if (!random.chance(missing)) return task;
    task.values.gone = true;
    faults.fired('missing');
    log.push({ at: clock.now(), kind: 'outsider', task: key, values: GONE });
    return task;
  };
  const taskAt = (key: string): CloudTask => {
    const task = tasks.get(key) ?? firstSight(key);
    tasks.set(key, task);
    if (moveOn(task, clock.now(), random)) faults.fired('task_moved');
    return task;
  };
  const refusalFor = (key: string, call: Call, body: Values) => {
    const task = taskOfSource(key);
    return refusalOf(taskAt(key), call, body, task !== undefined && !isAbsent(taskAt(task)));
  };

  /** An action that is illegal in the task's state has no effect, unless the reply said that it was accepted. */
  const apply = (key: string, uid: string, request: number, call: Call, body: Values, isAccepted: boolean) => {
    const task = taskAt(key);
    if (!isAccepted && refusalFor(key, call, body) !== undefined) return;
    if (call === 'delete' && task.values.gone) return;
    write(task, call, body, clock.now(), random);
    applied.add(uid);
    log.push({ at: clock.now(), kind: 'apply', task: key, uid, request, values: valuesOf(task) });
  };

  const arrivalOf = ({ call, key, path, content }: Incoming, uid: string) => ({
    isRepeat: applied.has(uid),
    isAsAsked: hasValues(taskAt(key), call, content),
    refusalCode: refusalFor(key, call, content),
    call,
    isList: isListCall(call, path),
  });

  async function change(sent: ProviderRequest): Promise<HttpResult> {
    const [incoming, uid, request] = [readIncoming(sent), currentUid(), requests++];
    const { call, key, id, path, body, content } = incoming;
    const arrival = arrivalOf(incoming, uid);
    const name = chooseBehaviour(dependencies, arrival, uid);
    const behaviour = (CALLS[name] ?? CALLS.ok)?.(sent.service, arrival.refusalCode, id) as Behaviour;
    faults.fired(name);
    faults.fired(call === 'act' ? 'sms_action' : `call_${call}`);
    if (behaviour.unsent) return toHttpResult(dependencies, behaviour.reply, NOTHING, sent.deadline);
    log.push({
      at: clock.now(),
      kind: 'request',
      task: key,
      uid,
      request,
      path,
      body,
      behaviour: name,
      call,
    });
    const after = delayOf(dependencies, behaviour, sent.deadline);
    if (after !== undefined)
      clock.at(clock.now() + after, () => apply(key, uid, request, call, content, ACCEPTED.has(name)));
    await clock.sleep(200);
    return toHttpResult(dependencies, behaviour.reply, usualReply(call, path, id, random), sent.deadline - 200);
  }

  async function read({ service, path, deadline }: ProviderRequest): Promise<HttpResult> {
    const key = subjectOf({ service, path });
    const name = faults.read(currentUid());
    faults.fired(name);
    await clock.sleep(random.between(10, 100));
    const reply = READS[name] ?? 'success';
    const shown = shownBy(path, taskAt(key), afterlife);
    if (shown.status === 400) faults.fired(isAbsent(taskAt(key)) ? 'read_absent' : 'read_nothing_stored');
    const values = reply === 'success' ? valuesOf(taskAt(key)) : undefined;
    log.push({ at: clock.now(), kind: 'read', task: key, uid: currentUid(), values });
    return toHttpResult(dependencies, reply, shown, deadline - 100);
  }

  return {
    log,
    values: (key: string) => taskAt(key).values,
    /** Handles one request. The reply comes within the deadline, or the failure that the client sees. */
    exchange: (request: ProviderRequest) => (request.method === 'GET' ? read(request) : change(request)),
    /** Somebody else changes a task. */
    outsiderWrites(key: string) {
      const task = taskAt(key);
      if (!writeAsOutsider(task, random, clock.now())) return;
      faults.fired('outsider');
      log.push({ at: clock.now(), kind: 'outsider', task: key, values: valuesOf(task) });
    },
  };
}

export type Cloud = ReturnType<typeof createCloud>;

const NOTHING = { status: 200, text: '' };
