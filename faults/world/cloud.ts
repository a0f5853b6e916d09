import type { HttpResult } from '../../src/lib/http/exchange.ts';
import type { Service } from '../../src/lib/operations/operation.ts';
import type { ProviderRequest } from '../../src/lib/relay/provider.ts';
import { type Behaviour, CALLS, READS } from './behaviours.ts';
import { type Incoming, isCreation, isListCall, readIncoming, subjectOf } from './calls.ts';
import { ACCEPTED, chooseBehaviour, delayOf } from './choices.ts';
import type { Clock } from './clock.ts';
import { hasValues, isAbsent, write } from './cloud-tasks.ts';
import type { Faults } from './faults.ts';
import type { LogEntry } from './log.ts';
import { createMadeTasks } from './made-tasks.ts';
import { isListPath } from './natural-keys.ts';
import { createOthers } from './others.ts';
import type { Random } from './random.ts';
import { shownBy } from './reads.ts';
import { replyWith, toHttpResult, usualReply } from './replies.ts';
import { currentUid } from './step.ts';
import { createSubjects } from './subjects.ts';

export type { LogEntry } from './log.ts';

interface CloudDependencies {
  clock: Clock;
  random: Random;
  faults: Faults;
  /** How long after it was sent a request without a reply may still take effect, in milliseconds. */
  latest: number;
  /** The share of subjects that do not exist. */
  missing: number;
}

/** A request that arrived, and the id of what it creates, if it takes effect. */
interface Arrived extends Incoming {
  uid: string;
  request: number;
  sentAt: number;
  newId: string;
  isAccepted: boolean;
}

/** The provider: tasks with current values, a log of its own, and every way to fail. */
export function createCloud(dependencies: CloudDependencies) {
  const { clock, random, faults } = dependencies;
  const log: LogEntry[] = [];
  const made = createMadeTasks(dependencies);
  const subjects = createSubjects({ ...dependencies, log, made });
  const { taskAt, valuesOf, refusalFor, listedFirst, afterlife } = subjects;
  /** The changes of which a request has taken effect. */
  const applied = new Set<string>();
  let requests = 0;

  /** An action that is illegal in the task's state has no effect, unless the reply said that it was accepted. */
  const isWithoutEffect = ({ key, call, content, isAccepted }: Arrived) =>
    (!isAccepted && refusalFor(key, call, content) !== undefined) ||
    (call === 'delete' && taskAt(key).values.gone === true);

  function apply(arrived: Arrived): void {
    if (isWithoutEffect(arrived)) return;
    const { key, uid, request, call, content, newId, sentAt } = arrived;
    const task = taskAt(key);
    const creation = isCreation(call) && { made: made.make(key, newId, call, content, sentAt) };
    if (!creation) write(task, call, content, clock.now(), random);
    applied.add(uid);
    log.push({ at: clock.now(), kind: 'apply', task: key, uid, request, values: valuesOf(task), ...creation });
  }

  const arrivalOf = ({ call, key, path, content }: Incoming, uid: string) => ({
    isRepeat: applied.has(uid),
    isAsAsked: hasValues(taskAt(key), call, content),
    refusalCode: refusalFor(key, call, content),
    call,
    isList: isListCall(call, path),
  });

  function chosenFor(incoming: Incoming, service: Service, uid: string, id: string) {
    const arrival = arrivalOf(incoming, uid);
    const name = chooseBehaviour(dependencies, arrival, uid);
    faults.fired(name);
    faults.fired(incoming.call === 'act' ? 'sms_action' : `call_${incoming.call}`);
    if (arrival.refusalCode === 'SMS.6005' && isCreation(incoming.call)) faults.fired('source_in_use');
    return { name, behaviour: (CALLS[name] ?? CALLS.ok)?.(service, arrival.refusalCode, id) as Behaviour };
  }

  async function change(sent: ProviderRequest): Promise<HttpResult> {
    const [incoming, uid, request, sentAt] = [readIncoming(sent), currentUid(), requests++, clock.now()];
    const { call, key, path, body } = incoming;
    const id = isCreation(call) ? random.id() : incoming.id;
    const { name, behaviour } = chosenFor(incoming, sent.service, uid, id);
    if (behaviour.unsent) return toHttpResult(dependencies, behaviour.reply, NOTHING, sent.deadline);
    log.push({ at: sentAt, kind: 'request', task: key, uid, request, path, body, behaviour: name, call });
    const after = delayOf(dependencies, behaviour, sent.deadline);
    const arrived = { ...incoming, uid, request, sentAt, newId: id, isAccepted: ACCEPTED.has(name) };
    if (after !== undefined) clock.at(sentAt + after, () => apply(arrived));
    await clock.sleep(200);
    return toHttpResult(dependencies, behaviour.reply, usualReply(call, path, id, random), sent.deadline - 200);
  }

  async function read({ service, path, deadline }: ProviderRequest): Promise<HttpResult> {
    const [key, uid] = [subjectOf({ service, path }), currentUid()];
    const name = faults.read(uid);
    faults.fired(name);
    await clock.sleep(random.between(10, 100));
    const reply = READS[name] ?? 'success';
    const { page, shown } = isListPath(path) ? readPage(path, key) : { page: undefined, shown: readTask(path, key) };
    const values = reply === 'success' ? valuesOf(taskAt(key)) : undefined;
    log.push({ at: clock.now(), kind: 'read', task: key, uid, values, ...(page && { page }) });
    return toHttpResult(dependencies, reply, shown, deadline - 100);
  }

  function readTask(path: string, key: string) {
    const shown = shownBy(path, taskAt(key), afterlife);
    if (shown.status === 400) faults.fired(isAbsent(taskAt(key)) ? 'read_absent' : 'read_nothing_stored');
    return shown;
  }

  function readPage(path: string, key: string) {
    const { page, body } = made.page(path, key, listedFirst(key));
    return { page, shown: replyWith(body) };
  }

  return {
    log,
    made,
    values: (key: string) => taskAt(key).values,
    /** Handles one request. The reply comes within the deadline, or the failure that the client sees. */
    exchange: (request: ProviderRequest) => (request.method === 'GET' ? read(request) : change(request)),
    others: createOthers({ ...dependencies, log, made, subjects }),
  };
}

export type Cloud = ReturnType<typeof createCloud>;

const NOTHING = { status: 200, text: '' };
