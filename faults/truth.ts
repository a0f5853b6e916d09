import { type ChangeHistory, type Entry, isOlder, type TaskHistory } from './findings.ts';
import type { Values } from './world/cloud-tasks.ts';

/** True if the values of a task are those of a body, without the fields that a result itself calls unverified. */
export function showsValues(values: Values | undefined, body: Values, unverified: string[] = []): boolean {
  return Object.entries(body).every(
    ([name, value]) =>
      unverified.includes(`data.body.${name}`) || JSON.stringify(values?.[name]) === JSON.stringify(value),
  );
}

/** Why a result is not true, or undefined if it is. */
export function whyFalse(
  history: ChangeHistory,
  task: TaskHistory,
  histories: ReadonlyMap<string, ChangeHistory>,
): string | undefined {
  const { result, change } = history;
  if (!result) return undefined;
  const { outcome } = result.data;
  if (result.data.change.id !== undefined && result.data.change.id !== change.id)
    return 'the result names another change';
  if (change.kind !== 'valid') return whyNotRejected(history, task);
  if (outcome === 'unknown') return undefined;
  return outcome === 'succeeded'
    ? whyNotSucceeded(history)
    : (whyApplied(history, task) ?? whyUnfounded(history, task, histories));
}

/** What nobody may carry out is rejected, unless it was too late anyway. */
function whyNotRejected(history: ChangeHistory, task: TaskHistory): string | undefined {
  const outcome = history.result?.data.outcome;
  if (history.requests.length > 0) return 'sent although it must be refused';
  return outcome === 'rejected' || (outcome === 'superseded' && hasNewer(history, task))
    ? undefined
    : `${outcome}, not rejected`;
}

const hasNewer = (history: ChangeHistory, task: TaskHistory) =>
  task.changes.some((other) => other !== history && other.at <= history.resultAt && isOlder(history, other));

/** `succeeded`: applied by this change, or, where setting values is all there is to it, seen to stand as asked. */
function whyNotSucceeded({ result, resultAt, applies, reads, change }: ChangeHistory): string | undefined {
  if (applies.some(({ at }) => at <= resultAt)) return undefined;
  if (!change.repeatable) return 'succeeded, but never applied';
  if (result?.data.confirmed_by !== 'read-back') return 'succeeded by a reply, but never applied';
  const unverified = result.data.unverified_fields ?? [];
  const seen = reads.some(({ at, values }) => at <= resultAt && showsValues(values, change.body, unverified));
  return seen ? undefined : 'succeeded by a reading, but it neither was applied nor stood as asked';
}

/** `rejected`, `failed`, `superseded`: never applied by this change, not even after the result. */
function whyApplied(history: ChangeHistory, task: TaskHistory): string | undefined {
  const last = history.applies.at(-1);
  if (!last || isUndoneByOthers(history, task, last)) return undefined;
  return `${history.result?.data.outcome}, but applied`;
}

/** Where others overwrote a change that converges before it was read, no reading can tell that it once stood. */
export function isUndoneByOthers(
  { change, reads, resultAt }: ChangeHistory,
  task: TaskHistory,
  apply: Entry<'apply'>,
): boolean {
  if (!change.repeatable || apply.at > resultAt) return false;
  const undone = task.entries.some(
    (entry) => entry.kind === 'outsider' && entry.at >= apply.at && entry.at <= resultAt,
  );
  const after = reads.filter(({ at, values }) => values && at >= apply.at && at <= resultAt);
  return undone && after.length > 1 && after.slice(-2).every(({ values }) => !showsValues(values, change.body));
}

/** Why a deployment may refuse what another carries out. */
const SETTINGS_REFUSALS = new Set(['change_invalid', 'inline_secret_refused']);

/** The reason that a result gives must be there. */
function whyUnfounded(
  history: ChangeHistory,
  task: TaskHistory,
  histories: ReadonlyMap<string, ChangeHistory>,
): string | undefined {
  const { outcome, error } = history.result?.data ?? {};
  if (outcome === 'superseded') return hasNewer(history, task) ? undefined : 'superseded by nothing newer';
  if (outcome !== 'rejected' || error?.origin !== 'relay') return undefined;
  return isConflict(history, error.code, histories) || isRefusedBySettings(history, error.code)
    ? undefined
    : 'rejected by the relay although nothing is wrong';
}

const isRefusedBySettings = ({ change }: ChangeHistory, code: string) =>
  change.mayBeRefused === true && SETTINGS_REFUSALS.has(code);

const isConflict = ({ change }: ChangeHistory, code: string, histories: ReadonlyMap<string, ChangeHistory>) =>
  code === 'idempotency_conflict' && change.conflictsWith !== undefined && histories.has(change.conflictsWith);
