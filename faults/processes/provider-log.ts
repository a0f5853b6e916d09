import type { FaultRequest } from '../../simulator/fault-request.ts';
import type { Entry } from '../../simulator/log.ts';
import { GONE } from '../world/cloud-tasks.ts';
import type { LogEntry } from '../world/log.ts';
import type { Values } from '../world/task.ts';
import { asSent, madeBy, outsideCreation, pageIn } from './creations.ts';
import { createOwnership } from './ownership.ts';
import type { Stranger } from './provider-control.ts';
import type { Records } from './records.ts';
import { bodyOf, isShown, keyOf, valuesAfter, valuesOf } from './subjects.ts';

/** What is needed to translate the simulator's log for the checker. */
interface Translation {
  entries: readonly Entry[];
  records: Records;
  /** The subjects that exist from the start, by key. */
  subjects: ReadonlyMap<string, Values>;
  scaled(at: number): number;
  /** The DCS tasks that others created. */
  strangers?: readonly Stranger[];
  /** How late lists show what a call created. */
  listLag?: number;
  /** The request with which a fault was set, by the fault's id. */
  requestOf(id: string): Partial<FaultRequest> | undefined;
}

/** The simulator's log in the checker's form, and sentences about requests that belong to no change. */
export function translate(translation: Translation) {
  const { entries, records, subjects, scaled, requestOf, strangers = [], listLag = 0 } = translation;
  const ownership = createOwnership(records);
  const answers = new Map(entries.filter(({ kind }) => kind === 'answered').map((entry) => [entry.request, entry]));
  const damaged = new Set(entries.filter((entry) => isDamaging(entry, requestOf)).map(({ request }) => request));
  const ofTasks = entries.filter(({ service }) => service === 'dcs' || service === 'sms');
  const keys = new Map(ofTasks.filter(({ kind }) => kind === 'received').map((entry) => [entry.request, keyOf(entry)]));
  const keyAt = (entry: Entry) => keys.get(entry.request) ?? keyOf(entry);
  /** The number of each request, and the change that it belongs to. */
  const sentBy = new Map<string, { uid: string; request: number }>();
  const values = new Map([...subjects].map(([key, members]) => [key, valuesOf(members)]));
  const missing = [...records.accepted.values()].map(({ change }) => change.task).filter((key) => !subjects.has(key));
  const unexpected: string[] = [];

  const received = (entry: Entry, task: string): LogEntry[] => {
    const { request, at, path, n, method } = entry;
    const owner = ownership.of(entry, task);
    if (!owner) {
      unexpected.push(`a request that nobody asked for: ${method} ${path}`);
      return [];
    }
    const { uid } = owner;
    sentBy.set(request, { uid, request: n });
    const behaviour = behaviourOf(answers.get(request));
    const body = entry.body ? asSent(owner.body, bodyOf(entry)) : undefined;
    return [{ kind: 'request', at: scaled(Date.parse(at)), task, uid, request: n, path, body, behaviour }];
  };
  const applied = (entry: Entry, task: string): LogEntry[] => {
    const at = scaled(Date.parse(entry.at));
    const sent = sentBy.get(entry.request);
    const written = valuesAfter(entry, values.get(task));
    values.set(task, written);
    const made = madeBy(entry, scaled(Date.parse(entry.at) + listLag));
    return sent ? [{ kind: 'apply', at, task, ...sent, values: written, ...made }] : [];
  };
  /** A read does not show whose it is, so it counts for every open change of the task. */
  const answeredRead = (entry: Entry, task: string): LogEntry[] => {
    const at = Date.parse(entry.at);
    const shownValues = isShown(entry) && !damaged.has(entry.request) ? (values.get(task) ?? {}) : undefined;
    const read = {
      kind: 'read',
      at: scaled(at),
      task,
      values: shownValues,
      ...(shownValues && pageIn(entry)),
    } as const;
    return ownership.open(task, at).map(({ uid }) => ({ ...read, uid }));
  };
  const read = (entry: Entry): LogEntry[] => {
    const task = keyAt(entry);
    if (entry.kind === 'applied') return applied(entry, task);
    if (entry.kind === 'received' && entry.method !== 'GET') return received(entry, task);
    return entry.kind === 'answered' && entry.method === 'GET' ? answeredRead(entry, task) : [];
  };
  const absent = [...new Set(missing)].map((task) => ({ kind: 'outsider', at: 0, task, values: GONE }) as const);
  const others = strangers.map(({ id, name, at }) => outsideCreation(id, name, scaled(at)));
  return { log: [...absent, ...others, ...ofTasks.flatMap(read)], unexpected };
}

/** True for a fault that does more than slow a call down. */
function isDamaging({ kind, fault = '' }: Entry, requestOf: Translation['requestOf']): boolean {
  if (kind !== 'fault') return false;
  return Object.keys(requestOf(fault) ?? {}).some((name) => !HARMLESS.has(name));
}

/** The members of a fault that say which calls it affects, or that only slow a call down. */
const HARMLESS = new Set(['match', 'share', 'seed', 'when', 'delay_ms']);

/** What the reply proves, as a behaviour that the checker knows. A reply for which nobody waited any more proves nothing. */
function behaviourOf(answer: Entry | undefined): string {
  const { status = 0, code, gone } = answer ?? {};
  if (!answer || gone) return 'timeout';
  if (code === 'APIGW.0610') return 'gateway_503';
  if (status >= 500) return 'error_500';
  return REFUSALS[status] ?? (status >= 400 ? 'refused_400' : 'ok');
}

const REFUSALS: Record<number, string> = { 429: 'throttled', 401: 'refused_401', 403: 'skew_403' };
