import { LATEST_EFFECT, NOT_EXECUTED } from './assumptions.ts';
import { createsTwice } from './creation-truth.ts';
import { type ChangeHistory, comesBefore, type Entry, type Histories, type TaskHistory } from './findings.ts';
import { listingsOf, ownTasks } from './listings.ts';
import { showsEffect } from './truth.ts';
import { isCreation } from './world/calls.ts';

/** Sentences about repeated requests of a change that were not allowed. */
export function illegalResends(history: ChangeHistory, task: TaskHistory): string[] {
  return history.requests.slice(1).flatMap((again, index) => {
    const before = history.requests[index];
    const reason = before && whyIllegal(history, task, before, again);
    return reason ? [`sent at ${before?.at} (${before?.behaviour}) and again at ${again.at}: ${reason}`] : [];
  });
}

function whyIllegal(
  history: ChangeHistory,
  task: TaskHistory,
  before: Entry<'request'>,
  again: Entry<'request'>,
): string | undefined {
  if (NOT_EXECUTED.has(before.behaviour)) return undefined;
  const reads = readingsOf(history).filter(({ at }) => at >= before.at + LATEST_EFFECT && at <= again.at);
  if (reads.length === 0) return 'the task was not read after the grace period';
  const others = task.entries
    .filter((entry) => entry.kind === 'request')
    .filter(({ uid, at }) => uid !== history.change.uid && at > before.at && at < again.at);
  // A read before another change was sent is still valid if no order is promised between the two changes.
  const valid = reads.filter(({ at }) => at < (others[0]?.at ?? again.at));
  if (valid.length === 0 || others.some(({ uid }) => isOrdered(history, task, uid)))
    return 'another change was sent meanwhile';
  if (history.change.repeatable) return undefined;
  const withoutEffect = valid.slice(-2).filter(({ hasEffect }) => !hasEffect);
  return withoutEffect.length === 2 ? undefined : 'the last two reads did not show that it had no effect';
}

/** What a change read, and whether that showed an effect of one of its requests. A creation needs a complete list. */
function readingsOf(history: ChangeHistory): { at: number; hasEffect: boolean }[] {
  const { change, reads } = history;
  if (!isCreation(change.call))
    return reads.flatMap(({ at, values }) => (values ? [{ at, hasEffect: showsEffect(values, change) }] : []));
  const own = new Set(ownTasks(history).map(({ id }) => id));
  return listingsOf(history).map(({ from, ids }) => ({ at: from, hasEffect: ids.some((id) => own.has(id)) }));
}

/** True if an order is promised between the change and another one of its task. */
function isOrdered(history: ChangeHistory, task: TaskHistory, uid: string): boolean {
  const other = task.changes.find(({ change }) => change.uid === uid);
  return !other || comesBefore(history, other, task) || comesBefore(other, history, task);
}

/** True if applying the change twice did harm: it must not be repeated, or it overwrote the value of a change in order with it. */
export function repeatsEffect(history: ChangeHistory, task: TaskHistory): boolean {
  const { change, applies } = history;
  const [first, last] = [applies[0], applies.at(-1)];
  if (!first || !last || first === last) return false;
  if (isCreation(change.call)) return createsTwice(history, task);
  if (!change.repeatable) return true;
  return task.entries.some(
    (entry) =>
      entry.kind === 'apply' &&
      entry.uid !== change.uid &&
      entry.at > first.at &&
      entry.at < last.at &&
      isOrdered(history, task, entry.uid),
  );
}

/** Sentences about older changes that took effect after newer ones. */
export function orderBreaks(task: TaskHistory, histories: Histories): string[] {
  const done: ChangeHistory[] = [];
  return task.entries.flatMap((entry) => {
    if (entry.kind !== 'apply') return [];
    const history = histories.get(entry.uid);
    if (!history) return [];
    const newer = done.find((other) => other !== history && comesBefore(history, other, task));
    if (!done.includes(history)) done.push(history);
    return newer ? [`${history.change.uid} took effect after ${newer.change.uid} on ${entry.task} at ${entry.at}`] : [];
  });
}
