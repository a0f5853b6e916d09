import { type ChangeHistory, comesBefore, type Entry, type TaskHistory } from './findings.ts';
import { showsValues } from './truth.ts';

/** Behaviours of the provider whose answer proves that the request was not carried out. */
const PROOFS = new Set([
  'throttled',
  'throttled_retry_after',
  'throttled_absurd_retry_after',
  'refused_400',
  'busy_400',
  'refused_401',
  'skew_403',
  'gateway_503',
  'already',
  'illegal_action',
]);

/** A request without a reply may still take effect within its deadline of 10 seconds and 30 more to settle. */
const SETTLED = 40_000;

/** The repeats of a change's request that nothing allowed, in words. */
export function illegalResends(history: ChangeHistory, task: TaskHistory): string[] {
  return history.requests.slice(1).flatMap((again, index) => {
    const before = history.requests[index];
    const reason = before && illegal(history, task, before, again);
    return reason ? [`sent at ${before?.at} (${before?.behaviour}) and again at ${again.at}: ${reason}`] : [];
  });
}

function illegal(
  history: ChangeHistory,
  task: TaskHistory,
  before: Entry<'request'>,
  again: Entry<'request'>,
): string | undefined {
  if (PROOFS.has(before.behaviour)) return undefined;
  const reads = history.reads.filter(({ at, values }) => values && at >= before.at + SETTLED && at <= again.at);
  if (reads.length === 0) return 'not read after it had settled';
  const others = task.entries
    .filter((entry) => entry.kind === 'request')
    .filter(({ uid, at }) => uid !== history.change.uid && at > before.at && at < again.at);
  // What was read before another change was sent still holds, if no order binds that one to this.
  const telling = reads.filter(({ at }) => at < (others[0]?.at ?? again.at));
  if (telling.length === 0 || others.some(({ uid }) => isOrdered(history, task, uid)))
    return 'another change was sent meanwhile';
  if (history.change.repeatable) return undefined;
  const denied = telling.slice(-2).filter(({ values }) => !showsValues(values, history.change.body));
  return denied.length === 2 ? undefined : 'two readings did not deny it';
}

/** Only where no order is promised may another change go out between the reading that nothing came of a request and its repeat. */
function isOrdered(history: ChangeHistory, task: TaskHistory, uid: string): boolean {
  const other = task.changes.find(({ change }) => change.uid === uid);
  return !other || comesBefore(history, other, task) || comesBefore(other, history, task);
}

/** Applied twice: where that repeats an effect, or where it brings an old value back over that of a change in order with it. */
export function repeatsEffect(history: ChangeHistory, task: TaskHistory): boolean {
  const { change, applies } = history;
  const [first, last] = [applies[0], applies.at(-1)];
  if (!first || !last || first === last) return false;
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

/** Where a task got an older change after a newer one. */
export function orderBreaks(task: TaskHistory, histories: ReadonlyMap<string, ChangeHistory>): string[] {
  const done: ChangeHistory[] = [];
  return task.entries.flatMap((entry) => {
    if (entry.kind !== 'apply') return [];
    const history = histories.get(entry.uid);
    if (!history) return [];
    const newer = done.find((other) => other !== history && comesBefore(history, other, task));
    if (!done.includes(history)) done.push(history);
    return newer ? [`${history.change.uid} landed after ${newer.change.uid} on ${entry.task} at ${entry.at}`] : [];
  });
}
