import type { Entry } from '../../simulator/log.ts';
import { isCreation } from '../world/calls.ts';
import type { LogEntry, NewTask, Page } from '../world/log.ts';
import { isListPath, nameKey, queryOf } from '../world/natural-keys.ts';
import type { Values } from '../world/task.ts';
import { callOf } from './subjects.ts';

const MARK = / ?\[relay:[0-9a-f]{16}\]$/;

/** The body as the producer wrote it, without the mark that the relay puts at the end of a description. */
export function withoutMark(body: Values): Values {
  const { description, ...rest } = body;
  const written = String(description).replace(MARK, '');
  return description === undefined || written === '' ? rest : { ...body, description: written };
}

/** The body of a change as it was sent, with the mark. The order of its members, which means nothing, is the producer's. */
export const asSent = (body: Values, { description }: Values): Values =>
  description === undefined ? body : { ...body, description };

/** What an applied call created, with the time from which lists show it. */
export const madeBy = (entry: Entry, listedFrom: number): { made?: NewTask } =>
  isCreation(callOf(entry)) && entry.task !== undefined ? { made: { id: entry.task, listedFrom } } : {};

/** A DCS task that somebody else created. */
export const outsideCreation = (id: string, name: string, at: number): LogEntry => ({
  ...{ kind: 'outsider', at, task: nameKey(name), values: {} },
  made: { id, listedFrom: at },
});

/** The page of a list that a reply shows. */
export function pageIn({ path, reply }: Entry): { page?: Page } {
  if (!isListPath(path)) return {};
  const { count, migration_tasks, tasks } = reply as { count: number; migration_tasks?: Values[]; tasks?: Values[] };
  const ids = (migration_tasks ?? tasks ?? []).map(({ task_id, id }) => String(task_id ?? id));
  return { page: { offset: Number(queryOf(path).get('offset')), ids, count } };
}
