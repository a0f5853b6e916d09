import type { JsonObject } from '../json/exact-json.ts';
import { rule } from '../json/rule.ts';
import { created, idIn, type Origin, snapshot, verdict } from './creation-reading.ts';
import { nonEmpty, ReadReply, text } from './fields.ts';
import type { ReadBack } from './operation.ts';
import { path, query } from './paths.ts';

/** The name of a task. No limit is published; this is that of other names. */
export const taskName = () =>
  text(64, 1).refine(
    (name) => !/\p{Cc}/u.test(name),
    rule('no-control-characters', 'must be text without control characters'),
  );

const SAFE_NAME = /^[A-Za-z0-9_-]{4,64}$/;
/** A warning for a name that the rule for names of instances does not allow. */
export const nameWarnings = (field: string, name: string): string[] =>
  SAFE_NAME.test(name)
    ? []
    : [`${field}: 4 to 64 letters of A-Z a-z, digits, _ and - are certainly allowed; it was sent as asked`];

/** The description with the mark of the change at its end, by which its task is found. */
export const marked = (description: string | undefined, mark = ''): string =>
  [description, mark].filter((part) => nonEmpty(part) !== undefined).join(' ');

/** A page must stay below the largest reply that is read, and an element may have several kilobytes. */
const PAGE_SIZE = 50;
const idOf = ({ task_id }: JsonObject) => idIn(task_id);

const MARK = /\[relay:[0-9a-f]{16}\]/;

/**
 * Who made a task. Its description has the mark of one change. Where a list shows none, or its beginning only, the task may
 * be anybody's.
 */
function originOf({ description }: JsonObject, sent: string, mark: string): Origin {
  const shown =
    nonEmpty(description)
      ?.trim()
      .replace(/(?:\.{3}|…)$/, '') ?? '';
  if (shown.includes(mark)) return 'own';
  return !MARK.test(shown) && sent.startsWith(shown) ? 'unclear' : 'other';
}

/** Finds a new task in the list of its project, by its name and the mark in its description. */
export const findByMark = <Data extends { project_id: string; body: { description?: string | undefined } }>(
  nameOf: (data: Data) => string,
  unverifiable: (data: Data) => string[] = () => [],
): ReadBack<Data> => {
  const listPath = (data: Data, offset: number) =>
    `${path`/v2/${data.project_id}/migration-tasks`}?${query({ limit: PAGE_SIZE, name: nameOf(data), offset })}`;
  return {
    path: (data) => listPath(data, 0),
    list: { path: listPath, elements: 'migration_tasks', idOf },
    reply: ReadReply,
    version: 1,
    snapshot: (shown, data, mark = '') =>
      snapshot(
        shown,
        idOf,
        // The service may store a name without the blanks around it. A task with the mark is ours under any name.
        ({ task_name, description }) =>
          nonEmpty(task_name)?.trim() === nameOf(data).trim() || (nonEmpty(description)?.includes(mark) ?? false),
        (element) => originOf(element, marked(data.body.description, mark), mark),
      ),
    verdict,
    created,
    // The mark shows that the task was made by this request, so it was made as asked.
    unverifiable,
  };
};
