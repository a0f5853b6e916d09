import { hasUnseen } from './creation-truth.ts';
import type { Evidence } from './evidence.ts';
import {
  type ChangeHistory,
  type Findings,
  type Histories,
  noFindings,
  type TaskHistory,
  toHistories,
} from './findings.ts';
import { illegalResends, orderBreaks, repeatsEffect } from './resend.ts';
import { isGone, isUndoneByOthers, whyFalse } from './truth.ts';
import { type Call, isCreation } from './world/calls.ts';
import { ambiguousMarks, wrongRequest } from './wrong-requests.ts';

/** What the checker found: the broken promises, and counts of what is allowed but should be rare. */
export interface Verdict {
  findings: Findings;
  counts: Record<string, number>;
}

/** Judges a run only by the provider's own log, the published results and what is left in the queues. */
export function check(evidence: Evidence): Verdict {
  const findings = noFindings();
  const { histories, tasks } = toHistories(evidence);
  for (const history of histories.values()) {
    const { uid, task } = history.change;
    for (const [kind, reason] of findingsOf(history, tasks.get(task) as TaskHistory, histories, evidence))
      findings[kind].push(`${uid} (${task}): ${reason}`);
  }
  for (const task of tasks.values()) findings.orderBreaks.push(...orderBreaks(task, histories));
  findings.contradictory.push(...sharedIds([...histories.values()]));
  findings.wrongRequests.push(...ambiguousMarks([...histories.values()]));
  findings.leaks.push(
    ...leaksIn(evidence.texts, CANARY),
    ...leaksIn({ deadLetters: evidence.deadTexts ?? [] }, SECRET),
  );
  findings.deadLettered.push(...evidence.overReceived.map((id) => `message ${id} used up its receives`));
  if (evidence.dangling > 0) findings.dangling.push(`${evidence.dangling} requests outlived their invocation`);
  return { findings, counts: countsOf([...histories.values()], tasks) };
}

type Finding = [keyof Findings, string];

function findingsOf(history: ChangeHistory, task: TaskHistory, histories: Histories, evidence: Evidence): Finding[] {
  const found: Finding[] = [];
  const add = (kind: keyof Findings, reason: string | false | undefined) => reason && found.push([kind, reason]);
  add('lost', whyLost(history, evidence));
  add('stuck', whyStuck(history, evidence));
  add('contradictory', history.details.size > 1 && `${history.details.size} different results`);
  add('false', whyFalse(history, task, histories));
  add('appliedTwice', repeatsEffect(history, task) && `applied ${history.applies.length} times`);
  for (const reason of illegalResends(history, task)) add('illegalResend', reason);
  add('wrongRequests', wrongRequest(history));
  return found;
}

function whyLost({ change, result }: ChangeHistory, { waiting, dead }: Evidence): string | undefined {
  if (result || change.kind === 'poison' || waiting.includes(change.uid) || dead.includes(change.uid)) return undefined;
  return 'no result';
}

/** Poison must be in the dead-letter queue at the end, and nothing else may be left in a queue. */
function whyStuck({ change }: ChangeHistory, { waiting, dead }: Evidence): string | undefined {
  if (waiting.includes(change.uid)) return 'still in the queue';
  if (change.kind === 'poison') return dead.includes(change.uid) ? undefined : 'poison that vanished';
  return dead.includes(change.uid) ? 'still in the dead-letter queue' : undefined;
}

/** No two changes may share a result. */
function sharedIds(histories: ChangeHistory[]): string[] {
  const owners = new Map<string, string>();
  return histories.flatMap(({ result, change }) => {
    if (!result) return [];
    const owner = owners.get(result.id);
    owners.set(result.id, change.uid);
    return owner === undefined ? [] : [`${change.uid} and ${owner} share the result ${result.id}`];
  });
}

/** Text that every planted secret contains: as it is, in base64, in hex and reversed. */
const CANARY = /canary|Y2FuYXJ5|63616e617279|yranac/i;
/** The same for the secrets behind references, which only the relay looks up. */
const SECRET = /canary-secret|Y2FuYXJ5LXNlY3Jld|63616e6172792d736563726574|terces-yranac/i;

function leaksIn(texts: Record<string, string[]>, canary: RegExp): string[] {
  return Object.entries(texts).flatMap(([place, lines]) =>
    lines.filter((line) => canary.test(line)).map((line) => `${place}: ${around(line, canary)}`),
  );
}

const around = (line: string, canary: RegExp) => line.slice(Math.max(0, line.search(canary) - 60)).slice(0, 160);

function countsOf(histories: ChangeHistory[], tasks: ReadonlyMap<string, TaskHistory>): Record<string, number> {
  const count = (is: (history: ChangeHistory) => boolean) => histories.filter(is).length;
  const sum = (of: (history: ChangeHistory) => number) => histories.reduce((total, one) => total + of(one), 0);
  const ended = (outcome: string) => count(({ result }) => result?.data.outcome === outcome);
  return {
    accepted: histories.length,
    succeeded: ended('succeeded'),
    rejected: ended('rejected'),
    failed: ended('failed'),
    superseded: ended('superseded'),
    unknown: ended('unknown'),
    unknownActions: count((history) => isUnknown(history) && ACTIONS.has(history.change.call)),
    unknownGone: count((history) => isUnknownOfGone(history, tasks)),
    unknownCreations: count((history) => isUnknown(history) && isCreation(history.change.call)),
    createdUnseen: count(hasUnseen),
    unknownUnsent: count(({ result, requests }) => result?.data.outcome === 'unknown' && requests.length === 0),
    undoneByOthers: count((history) => isUndone(history, tasks)),
    sentTwice: count(({ requests }) => requests.length > 1),
    requests: sum(({ requests }) => requests.length),
    repeatsAnswered: sum(({ messages }) => messages - 1),
    duplicatePublishes: sum(({ publishes, messages }) => Math.max(0, publishes - messages)),
  };
}

function isUndone(history: ChangeHistory, tasks: ReadonlyMap<string, TaskHistory>): boolean {
  const [last, task] = [history.applies.at(-1), tasks.get(history.change.task)];
  if (!last || !task || !['rejected', 'failed', 'superseded'].includes(history.result?.data.outcome ?? ''))
    return false;
  return isUndoneByOthers(history, task, last);
}

/** The calls that change a state, which seldom shows whose call led to it. */
const ACTIONS = new Set<Call | undefined>(['act', 'stop', 'restart', 'exchange', 'rollback', 'delete']);

const isUnknown = ({ result }: ChangeHistory) => result?.data.outcome === 'unknown';

/** True for a change, other than an action or a creation, whose subject did not exist any more when its outcome was to be read. */
const isUnknownOfGone = (history: ChangeHistory, tasks: ReadonlyMap<string, TaskHistory>) =>
  isUnknown(history) &&
  !ACTIONS.has(history.change.call) &&
  !isCreation(history.change.call) &&
  isGone(history, tasks.get(history.change.task) as TaskHistory);
