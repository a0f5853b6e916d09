import type { Change } from './change.ts';
import { whyFalseCreation } from './creation-truth.ts';
import { type ChangeHistory, type Entry, type Histories, isOlder, type TaskHistory } from './findings.ts';
import { effectOf, isCreation } from './world/calls.ts';
import type { Values } from './world/task.ts';

/** True if the values of a task are those of a body. Fields that the result calls unverified are not compared. */
export function showsValues(values: Values | undefined, body: Values, unverifiable: string[] = []): boolean {
  return Object.entries(body).every(
    ([name, value]) =>
      unverifiable.includes(`data.body.${name}`) || JSON.stringify(values?.[name]) === JSON.stringify(value),
  );
}

/** True if the values of a change's subject are as they are when the change is in effect. */
export const showsEffect = (values: Values | undefined, { call, body }: Change, unverifiable?: string[]): boolean =>
  showsValues(values, effectOf(call, body), unverifiable);

/** Why a result is not true, or undefined if it is. */
export function whyFalse(history: ChangeHistory, task: TaskHistory, histories: Histories): string | undefined {
  const { result, change } = history;
  if (!result) return undefined;
  if (result.data.change.id !== undefined && result.data.change.id !== change.id)
    return 'the result names another change';
  if (change.kind !== 'valid') return whyNotRejected(history, task);
  const why = isCreation(change.call) ? whyFalseCreation : whyFalseOutcome;
  return why(history, task) ?? whyUnfounded(history, task, histories);
}

function whyFalseOutcome(history: ChangeHistory, task: TaskHistory): string | undefined {
  const outcome = history.result?.data.outcome;
  if (outcome === 'unknown') return undefined;
  return outcome === 'succeeded' ? whyNotSucceeded(history, task) : whyApplied(history, task);
}

/** An invalid change must be rejected, or superseded if a newer change was sent before. */
function whyNotRejected(history: ChangeHistory, task: TaskHistory): string | undefined {
  const outcome = history.result?.data.outcome;
  if (history.requests.length > 0) return 'sent although it must be refused';
  return outcome === 'rejected' || (outcome === 'superseded' && hasNewer(history, task))
    ? undefined
    : `${outcome}, not rejected`;
}

const hasNewer = (history: ChangeHistory, task: TaskHistory) =>
  task.changes.some((other) => other !== history && other.at <= history.resultAt && isOlder(history, other));

/** `succeeded` is true if this change was applied. Otherwise it depends on what the change asked for. */
function whyNotSucceeded(history: ChangeHistory, task: TaskHistory): string | undefined {
  const { resultAt, applies, change } = history;
  if (applies.some(({ at }) => at <= resultAt)) return undefined;
  if (change.call === 'delete') return isGone(history, task) ? undefined : 'succeeded, but it still exists';
  return change.repeatable ? whyNotShown(history) : 'succeeded, but never applied';
}

/** A repeatable change need not be applied if a read showed the values as asked. */
function whyNotShown({ result, resultAt, reads, change }: ChangeHistory): string | undefined {
  const data = result?.data;
  if (data?.outcome !== 'succeeded' || data.confirmed_by !== 'read-back')
    return 'succeeded by a reply, but never applied';
  const unverifiable = data.unverified_fields ?? [];
  const isShown = reads.some(({ at, values }) => at <= resultAt && showsEffect(values, change, unverifiable));
  return isShown ? undefined : 'succeeded by a read, but it was not applied and no read showed the values as asked';
}

/** True if the subject did not exist any more, or was about to go, when the result was published, whoever deleted it. */
export const isGone = ({ resultAt }: ChangeHistory, { entries }: TaskHistory) =>
  entries.some((entry) => entry.kind !== 'request' && entry.at <= resultAt && entry.values?.gone === true);

/** `rejected`, `failed` and `superseded` are true if this change was never applied, not even after the result. */
function whyApplied(history: ChangeHistory, task: TaskHistory): string | undefined {
  const last = history.applies.at(-1);
  if (!last || isUndoneByOthers(history, task, last)) return undefined;
  return `${history.result?.data.outcome}, but applied`;
}

/** True if others overwrote a repeatable change before it was read. No read can show that it was once in effect. */
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
  return undone && after.length > 1 && after.slice(-2).every(({ values }) => !showsEffect(values, change));
}

/** The error codes with which one deployment refuses a change that another carries out. */
const SETTINGS_REFUSALS = new Set(['change_invalid', 'inline_secret_refused']);

/** `superseded` needs a newer change, and `rejected` by the relay a fault of the change. */
function whyUnfounded(history: ChangeHistory, task: TaskHistory, histories: Histories): string | undefined {
  const data = history.result?.data;
  if (data?.outcome === 'superseded') return hasNewer(history, task) ? undefined : 'superseded by nothing newer';
  if (data?.outcome !== 'rejected' || data.error.origin !== 'relay') return undefined;
  return isConflict(history, data.error.code, histories) || isRefusedBySettings(history, data.error.code)
    ? undefined
    : 'rejected by the relay although nothing is wrong';
}

const isRefusedBySettings = ({ change }: ChangeHistory, code: string) =>
  change.mayBeRefused === true && SETTINGS_REFUSALS.has(code);

const isConflict = ({ change }: ChangeHistory, code: string, histories: Histories) =>
  code === 'idempotency_conflict' && change.conflictsWith !== undefined && histories.has(change.conflictsWith);
