import type { FaultRequest } from '../../simulator/faults.ts';
import type { Entry } from '../../simulator/log.ts';
import type { LogEntry } from '../world/cloud.ts';
import type { Values } from '../world/cloud-tasks.ts';
import { createOwnership, type Ownership } from './ownership.ts';
import type { Records } from './records.ts';

/** What is needed to read the simulator's log as the checker wants it. */
export interface Translation {
  entries: readonly Entry[];
  records: Records;
  scaled(at: number): number;
  /** What a fault of the log was asked to do. */
  requestOf(id: string): Partial<FaultRequest> | undefined;
}

/** What is known while the log is read from its begin to its end. */
interface Reader {
  ownership: Ownership;
  scaled(at: number): number;
  answers: Map<string, Entry>;
  damaged: Set<string>;
  owners: Map<string, string>;
  values: Map<string, Values>;
  strangers: string[];
}

/** The simulator's log in the checker's words, and requests that nothing that was sent accounts for. */
export function translate({ entries, records, scaled, requestOf }: Translation) {
  const reader: Reader = {
    ownership: createOwnership(records),
    scaled,
    answers: new Map(entries.filter(({ kind }) => kind === 'answered').map((entry) => [entry.request, entry])),
    damaged: new Set(entries.filter((entry) => isDamaging(entry, requestOf)).map(({ request }) => request)),
    owners: new Map(),
    values: new Map(),
    strangers: [],
  };
  const ofTasks = entries.filter(({ service }) => service === 'dcs' || service === 'sms');
  const log = ofTasks.flatMap((entry) => read(reader, entry, `${entry.service}/${entry.task ?? ''}`));
  return { log, strangers: reader.strangers };
}

function read(reader: Reader, entry: Entry, task: string): LogEntry[] {
  if (entry.kind === 'applied') return applied(reader, entry, task);
  if (entry.kind === 'received' && entry.method !== 'GET') return received(reader, entry, task);
  return entry.kind === 'answered' && entry.method === 'GET' ? shown(reader, entry, task) : [];
}

function received({ ownership, scaled, owners, answers, strangers }: Reader, entry: Entry, task: string): LogEntry[] {
  const owner = ownership.of(entry, task);
  if (!owner) {
    strangers.push(`a request that nobody asked for: ${entry.method} ${entry.path}`);
    return [];
  }
  const { request, at, path, n } = entry;
  const { uid, body } = owner;
  owners.set(request, uid);
  const behaviour = behaviourOf(answers.get(request));
  return [{ kind: 'request', at: scaled(Date.parse(at)), task, uid, request: n, path, body, behaviour }];
}

function applied({ scaled, owners, values }: Reader, { request, at, n, after }: Entry, task: string): LogEntry[] {
  values.set(task, after as Values);
  const uid = owners.get(request);
  return uid === undefined
    ? []
    : [{ kind: 'apply', at: scaled(Date.parse(at)), task, uid, request: n, values: after as Values }];
}

/** Nobody signs a reading: it is counted for every change of the task that is open. */
function shown({ ownership, scaled, damaged, values }: Reader, entry: Entry, task: string): LogEntry[] {
  const at = Date.parse(entry.at);
  const seen = entry.status === 200 && !damaged.has(entry.request) ? (values.get(task) ?? {}) : undefined;
  return ownership.open(task, at).map(({ uid }) => ({ kind: 'read', at: scaled(at), task, uid, values: seen }));
}

/** True for a fault that does more than to slow a call down. */
function isDamaging({ kind, fault = '' }: Entry, requestOf: Translation['requestOf']): boolean {
  if (kind !== 'fault') return false;
  const {
    match: _match,
    share: _share,
    seed: _seed,
    when: _when,
    delay_ms: _delay,
    ...effect
  } = requestOf(fault) ?? {};
  return Object.keys(effect).length > 0;
}

/** What the answer proves, in the checker's words; only an answer that somebody still waited for proves anything. */
function behaviourOf(answer: Entry | undefined): string {
  const { status = 0, code, gone } = answer ?? {};
  if (!answer || gone) return 'timeout';
  if (code === 'APIGW.0610') return 'gateway_503';
  if (status >= 500) return 'error_500';
  return REFUSALS[status] ?? (status >= 400 ? 'refused_400' : 'ok');
}

const REFUSALS: Record<number, string> = { 429: 'throttled', 401: 'refused_401', 403: 'skew_403' };
