import { isObject } from '../../lib/json/exact-json.ts';
import { tryJson } from '../../lib/json/try-json.ts';
import type { Outcome, Result } from '../../lib/relay/result-schema.ts';
import type { ProviderLine, RecordLine } from './evidence.ts';
import { READS_NEXT } from './wording.ts';

/** What the provider received and applied of a change, and whether the published outcome agrees with that. */
export interface Agreement {
  received: number;
  applied: number;
  /** Undefined if there is nothing to compare: without an outcome, and for `unknown`. */
  agrees?: boolean;
}

/** What the provider's log is compared with: the outcome, and the change's log lines, which show how often it was sent again. */
interface ReportedOutcome {
  outcome?: Outcome | undefined;
  lines?: RecordLine[] | undefined;
}

/** Compares the provider's log of one change's calls with its outcome. Reads don't count. */
export function agreementOf(calls: ProviderLine[], { outcome, lines = [] }: ReportedOutcome): Agreement {
  const writes = calls.filter(({ method }) => method !== 'GET');
  const received = writes.filter(({ kind }) => kind === 'received').length;
  const applied = writes.filter(({ kind }) => kind === 'applied').length;
  if (outcome === undefined || outcome === 'unknown') return { received, applied };
  const maxApplied = outcome === 'succeeded' ? 1 + resendsIn(lines) : 0;
  // A delete of what does not exist succeeds, and the provider applies nothing.
  const mayBeNone = outcome !== 'succeeded' || writes.every(({ method }) => method === 'DELETE');
  return { received, applied, agrees: applied <= maxApplied && (applied > 0 || mayBeNone) };
}

/** A line of the provider's log, with what shows which subject its call is about. */
export interface SubjectLine extends ProviderLine {
  task?: string;
  source?: string;
  operation?: string;
  /** The request's body, as it was received. */
  body?: string;
}

/** The member of a request's body that names what a creation is about. No path names it. */
const NATURAL_KEYS: Record<string, (body: Record<string, unknown>) => unknown> = {
  CreateOnlineMigrationTask: ({ name }) => name,
  CreateMigrationTask: ({ task_name }) => task_name,
  CreateTask: ({ source_server }) => isObject(source_server) && source_server.id,
};

/** The id of the subject that a line's call is about, as far as the line shows it. */
export function subjectIdIn({ kind, operation = '', task, source, body = '' }: SubjectLine): string | undefined {
  const naturalKey = NATURAL_KEYS[operation];
  // What a creation applied is about the new task, but the call is about the key by which its change is ordered.
  if (naturalKey === undefined) return task || source;
  const read = kind === 'received' ? tryJson(body) : undefined;
  const key = isObject(read) ? naturalKey(read) : undefined;
  return typeof key === 'string' ? key : undefined;
}

/** How often, by the lines, a request was sent again after one whose effect was not known. */
function resendsIn(lines: RecordLine[]): number {
  let isRead = false;
  let resends = 0;
  let before = 0;
  for (const { reason, attempts = 0 } of attemptsIn(lines)) {
    // What an attempt without a line sent is not known, so the next attempt begins with a read.
    const wasRead: boolean = isRead || attempts > before + 1;
    before = attempts;
    const isSentNext: boolean = reason === 'not_applied' || (reason === 'outcome_unknown' && wasRead);
    if (isSentNext) resends += 1;
    isRead = !isSentNext && reason !== undefined && READS_NEXT.has(reason);
  }
  return resends;
}

const timeOf = ({ timestamp }: RecordLine) => Date.parse(timestamp);

/** The lines in which the number of attempts has grown, oldest first. */
function attemptsIn(lines: RecordLine[]): RecordLine[] {
  let before = 0;
  return lines
    .toSorted((one, other) => timeOf(one) - timeOf(other))
    .filter(({ attempts = 0 }) => {
      const hasGrown = attempts > before;
      before = Math.max(before, attempts);
      return hasGrown;
    });
}

/** A change that may have made calls. */
export interface Caller {
  /** Identifies the change. */
  key: string;
  lines: RecordLine[];
  result?: Result | undefined;
  /** True if it may be in progress now. */
  isUnderWay: boolean;
}

/** The provider's ids of a change's answered requests, as its lines and its result name them. */
const requestsOf = ({ lines, result }: Pick<Caller, 'lines' | 'result'>) =>
  [...lines, ...(result ? [result.data] : [])].flatMap(({ provider }) => provider?.request_id ?? []);

/**
 * Finds the change of each call on a task, as a map from request id to key. A request that a change names belongs to it. Any
 * other, for example one without a reply, is assigned by time: the changes of a task are processed one after the other, so it
 * belongs to the change whose attempt is the first to end after it, else to the first that is still in progress.
 */
export function callersOf(calls: ProviderLine[], changes: Caller[]): Map<string, string> {
  const named = new Map(changes.flatMap((one) => requestsOf(one).map((request) => [request, one.key])));
  const ends = changes
    .flatMap(({ key, lines }) => attemptsIn(lines).map((line) => ({ key, at: timeOf(line) })))
    .toSorted((one, other) => one.at - other.at);
  const current = changes.find(({ isUnderWay }) => isUnderWay)?.key;
  const begun = new Map(calls.map(({ request, at }) => [request, Date.parse(at)]).toReversed() as [string, number][]);
  return new Map(
    [...begun].flatMap(([request, at]) => {
      const caller = named.get(request) ?? ends.find((end) => end.at >= at)?.key ?? current;
      return caller === undefined ? [] : [[request, caller]];
    }),
  );
}
