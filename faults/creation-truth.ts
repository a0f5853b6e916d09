import { LATEST_EFFECT, NOT_EXECUTED } from './assumptions.ts';
import type { ChangeHistory, TaskHistory } from './findings.ts';
import { listingsOf, type OwnTask, ownTasks } from './listings.ts';

/** Why the result of a creation is not true, or undefined if it is. */
export function whyFalseCreation(history: ChangeHistory, task: TaskHistory): string | undefined {
  const data = history.result?.data;
  if (!data) return undefined;
  if (data.outcome === 'succeeded') return whyNotMade(history, data.created);
  const { candidates = [] } = data;
  const strange = candidates.find((id) => !isMade(id, task, history.resultAt));
  if (strange !== undefined) return `names ${strange}, which nobody made`;
  if (data.outcome === 'unknown') return undefined;
  return ownTasks(history).every((own) => isUnseen(own, history, task, history.resultAt))
    ? undefined
    : `${data.outcome}, but a request made a task`;
}

const isMade = (id: string, { entries }: TaskHistory, until: number) =>
  entries.some((entry) => 'made' in entry && entry.made?.id === id && entry.at <= until);

/** `succeeded` names the one task that the change made. */
function whyNotMade(history: ChangeHistory, created: string | undefined): string | undefined {
  const { resultAt } = history;
  const own = ownTasks(history);
  if (!own.some(({ id, madeAt }) => id === created && madeAt <= resultAt))
    return `succeeded with ${created}, which no request of it made`;
  const last = listingsOf(history).findLast(({ to }) => to <= resultAt);
  const other = own.find(({ id }) => id !== created && last?.ids.includes(id));
  return other ? `succeeded with one task, but the list showed ${other.id} too` : whyNotCounted(history);
}

/** After a second request, the first may have been carried out late, so the list must be read once more. */
function whyNotCounted(history: ChangeHistory): string | undefined {
  const { requests, resultAt } = history;
  const mayHaveMade = requests.slice(0, -1).some(({ behaviour }) => !NOT_EXECUTED.has(behaviour));
  const sentAt = requests.at(-1)?.at ?? 0;
  const isCounted = listingsOf(history).some(({ from, to }) => from >= sentAt && to <= resultAt);
  return mayHaveMade && !isCounted ? 'the list was not read after the last request' : undefined;
}

/**
 * True if the last two lists that the change read until then did not show a task of its own, and did not have to: others deleted
 * it, or lists showed it later than the provider is assumed to. A list that was read before may have been lost with its worker.
 */
function isUnseen(own: OwnTask, history: ChangeHistory, { entries }: TaskHistory, until: number): boolean {
  const isDeleted = entries.some((entry) => entry.kind === 'outsider' && entry.deleted === own.id && entry.at <= until);
  const isLate = own.listedFrom > own.sentAt + LATEST_EFFECT;
  const last = listingsOf(history).filter(({ to }) => to <= until);
  return (isDeleted || isLate) && !last.slice(-2).some(({ ids }) => ids.includes(own.id));
}

/** True if the change made two tasks, although the lists that it read before its second request had to show the first. */
export function createsTwice(history: ChangeHistory, task: TaskHistory): boolean {
  const own = ownTasks(history);
  return own.slice(1).some(({ sentAt }, index) => !isUnseen(own[index] as OwnTask, history, task, sentAt));
}

/** True if the change made a task that its result does not name, because no list showed it in time. */
export function hasUnseen(history: ChangeHistory): boolean {
  const data = history.result?.data;
  if (!data || data.outcome === 'unknown') return false;
  const created = data.outcome === 'succeeded' ? data.created : undefined;
  return ownTasks(history).some(({ id }) => id !== created);
}
