import type { FaultRequest } from '../../simulator/fault-request.ts';
import type { Entry } from '../../simulator/log.ts';
import type { LogEntry } from '../world/cloud.ts';
import { GONE } from '../world/cloud-tasks.ts';
import type { Values } from '../world/task.ts';
import { createOwnership } from './ownership.ts';
import type { Records } from './records.ts';
import { isShown, keyOf, valuesAfter, valuesOf } from './subjects.ts';

/** What is needed to translate the simulator's log for the checker. */
interface Translation {
  entries: readonly Entry[];
  records: Records;
  /** The subjects that exist from the start, by key. */
  subjects: ReadonlyMap<string, Values>;
  scaled(at: number): number;
  /** The request with which a fault was set, by the fault's id. */
  requestOf(id: string): Partial<FaultRequest> | undefined;
}

/** The simulator's log in the checker's form, and sentences about requests that belong to no change. */
export function translate({ entries, records, subjects, scaled, requestOf }: Translation) {
  const ownership = createOwnership(records);
  const answers = new Map(entries.filter(({ kind }) => kind === 'answered').map((entry) => [entry.request, entry]));
  const damaged = new Set(entries.filter((entry) => isDamaging(entry, requestOf)).map(({ request }) => request));
  const owners = new Map<string, string>();
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
    owners.set(request, uid);
    const behaviour = behaviourOf(answers.get(request));
    const body = entry.body ? owner.body : undefined;
    return [{ kind: 'request', at: scaled(Date.parse(at)), task, uid, request: n, path, body, behaviour }];
  };
  const applied = ({ request, at, n, after }: Entry, task: string): LogEntry[] => {
    const [uid, written] = [owners.get(request), valuesAfter(after as Values)];
    values.set(task, written);
    if (uid === undefined) return [];
    return [{ kind: 'apply', at: scaled(Date.parse(at)), task, uid, request: n, values: written }];
  };
  /** A read does not show whose it is, so it counts for every open change of the task. */
  const answeredRead = (entry: Entry, task: string): LogEntry[] => {
    const at = Date.parse(entry.at);
    const shownValues = isShown(entry) && !damaged.has(entry.request) ? (values.get(task) ?? {}) : undefined;
    return ownership
      .open(task, at)
      .map(({ uid }) => ({ kind: 'read', at: scaled(at), task, uid, values: shownValues }));
  };
  const read = (entry: Entry, task: string): LogEntry[] => {
    if (entry.kind === 'applied') return applied(entry, task);
    if (entry.kind === 'received' && entry.method !== 'GET') return received(entry, task);
    return entry.kind === 'answered' && entry.method === 'GET' ? answeredRead(entry, task) : [];
  };
  const absent = [...new Set(missing)].map((task) => ({ kind: 'outsider', at: 0, task, values: GONE }) as const);
  const ofTasks = entries.filter(({ service }) => service === 'dcs' || service === 'sms');
  return { log: [...absent, ...ofTasks.flatMap((entry) => read(entry, keyOf(entry)))], unexpected };
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
