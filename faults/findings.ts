import { readResult } from '../src/lib/relay/result.ts';
import type { Result } from '../src/lib/relay/result-schema.ts';
import { type AcceptedChange, isOwnGroup } from './change.ts';
import type { Evidence } from './evidence.ts';
import type { LogEntry } from './world/cloud.ts';

/** The ways in which a run can break a promise. */
export const VIOLATIONS = [
  'lost',
  'contradictory',
  'false',
  'appliedTwice',
  'illegalResend',
  'orderBreaks',
  'stuck',
  'leaks',
  'wrongRequests',
  'deadLettered',
  'dangling',
] as const;
export type Violation = (typeof VIOLATIONS)[number];
/** Sentences about broken promises; each names the change. */
export type Findings = Record<Violation, string[]>;

export const noFindings = (): Findings =>
  Object.fromEntries(VIOLATIONS.map((violation) => [violation, [] as string[]])) as Findings;

/** Each finding of a run as a sentence that names the run. */
export const sentencesOf = (run: string, findings: Findings): string[] =>
  Object.entries(findings).flatMap(([kind, list]) => list.map((what) => `${run}, ${kind}: ${what}`));

export type Entry<Kind extends LogEntry['kind']> = Extract<LogEntry, { kind: Kind }>;

/** All that the evidence says about one change, in the order in which it happened. */
export interface ChangeHistory extends AcceptedChange {
  requests: Entry<'request'>[];
  applies: Entry<'apply'>[];
  reads: Entry<'read'>[];
  /** The first published result, and when. */
  result: Result | undefined;
  resultAt: number;
  details: Set<string>;
  publishes: number;
}

/** The histories of all changes by uid. */
export type Histories = ReadonlyMap<string, ChangeHistory>;

/** The provider's log entries of one task, and the task's changes. */
export interface TaskHistory {
  entries: LogEntry[];
  changes: ChangeHistory[];
}

/** Sorts the evidence by change and by task. */
export function toHistories({ accepted, log, published }: Evidence) {
  const histories = new Map<string, ChangeHistory>();
  const tasks = new Map<string, TaskHistory>();
  const taskAt = (task: string) => {
    const history = tasks.get(task) ?? { entries: [], changes: [] };
    tasks.set(task, history);
    return history;
  };
  for (const [uid, known] of accepted) {
    const history: ChangeHistory = {
      ...known,
      requests: [],
      applies: [],
      reads: [],
      result: undefined,
      resultAt: Number.POSITIVE_INFINITY,
      details: new Set(),
      publishes: 0,
    };
    histories.set(uid, history);
    taskAt(known.change.task).changes.push(history);
  }
  for (const entry of log) {
    taskAt(entry.task).entries.push(entry);
    if (entry.kind !== 'outsider') note(histories.get(entry.uid), entry);
  }
  for (const { uid, at, detail } of published) {
    const history = histories.get(uid);
    if (!history) continue;
    history.publishes++;
    history.details.add(detail);
    history.result ??= readResult(detail);
    history.resultAt = Math.min(history.resultAt, at);
  }
  return { histories, tasks };
}

function note(history: ChangeHistory | undefined, entry: Exclude<LogEntry, { kind: 'outsider' }>): void {
  if (entry.kind === 'request') history?.requests.push(entry);
  if (entry.kind === 'apply') history?.applies.push(entry);
  if (entry.kind === 'read') history?.reads.push(entry);
}

/** True if `one` is older than `other`: by `sequence` if both have one, otherwise by arrival in their group. */
export function isOlder(one: ChangeHistory, other: ChangeHistory): boolean {
  const [a, b] = [one.change.sequence, other.change.sequence];
  if (a !== undefined && b !== undefined) return a < b;
  if (one.group !== other.group) return false;
  return one.arrival !== undefined && other.arrival !== undefined && one.arrival < other.arrival;
}

/**
 * True if `one` must not take effect after `other`. If producers sent a task's changes to several groups, which they must not
 * do, the task has no order by arrival.
 */
export function comesBefore(one: ChangeHistory, other: ChangeHistory, { changes }: TaskHistory): boolean {
  const hasSequences = one.change.sequence !== undefined && other.change.sequence !== undefined;
  return isOlder(one, other) && (hasSequences || groupsOf(changes).size <= 1);
}

const groupsOf = (changes: ChangeHistory[]) =>
  new Set(changes.flatMap(({ group }) => (group === undefined || isOwnGroup(group) ? [] : [group])));
