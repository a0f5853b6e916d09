import type { Call } from './calls.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { NewTask, Page } from './log.ts';
import { idIn, isName, queryOf } from './natural-keys.ts';
import type { Random } from './random.ts';
import type { Values } from './task.ts';

/** A task that was created during the run. */
interface MadeTask extends NewTask {
  /** The key of its name or of its source. */
  key: string;
  /** What lists show of it. */
  shown: Values;
  /** Undefined while nobody has deleted it. */
  deletedAt?: number;
  goneAt: number;
}

/** How long lists show an SMS task that is being deleted, in milliseconds. */
const DELETING = 120_000;
/** By when a list must show what a request made: its deadline of 10 seconds and the grace period of 30. */
const LATEST = 40_000;
/** How long a list may lack a new task at the most, which is longer than the relay waits. */
const FAR_TOO_LATE = 180_000;

/** The tasks that are created in a run. Lists show them in pages, some of them late. */
export function createMadeTasks({ clock, random, faults }: { clock: Clock; random: Random; faults: Faults }) {
  const tasks: MadeTask[] = [];
  /** No page has more elements, however many were asked for. */
  let pageSize = random.between(3, 12);

  /** When lists show a task first that is made now. */
  function listedFrom(sentAt: number): number {
    const now = clock.now();
    const { late, tooLate } = faults.lists;
    if (random.chance(tooLate)) {
      faults.fired('listed_too_late');
      return sentAt + random.between(LATEST, FAR_TOO_LATE);
    }
    if (now >= sentAt + LATEST || !random.chance(late)) return now;
    faults.fired('listed_late');
    return random.between(now, sentAt + LATEST);
  }

  const isListed = ({ listedFrom, goneAt }: MadeTask) => listedFrom <= clock.now() && goneAt > clock.now();
  const living = (key: string) => tasks.filter((task) => task.key === key && task.deletedAt === undefined);

  return {
    setPageSize(size: number) {
      pageSize = size;
    },
    /** Adds what a request for a key makes, with its id. */
    make(key: string, id: string, call: Call, body: Values, sentAt: number): NewTask {
      const shown = isName(key) ? dcsElement(id, call, body) : smsElement(id, body);
      const task = { id, key, shown, listedFrom: listedFrom(sentAt), goneAt: Number.POSITIVE_INFINITY };
      tasks.push(task);
      return { id, listedFrom: task.listedFrom };
    },
    isInUse: (key: string) => living(key).length > 0,
    /** Somebody deletes one of the tasks of a key. Returns its id. Lists show an SMS task for some milliseconds more. */
    deleteOne(key: string, after?: number): string | undefined {
      const [task] = living(key);
      if (!task) return undefined;
      const now = clock.now();
      // A task that is being deleted no longer occupies its source; no manual says when the source is free.
      Object.assign(task, { deletedAt: now, goneAt: isName(key) ? now : now + (after ?? random.between(0, DELETING)) });
      if (!isName(key)) task.shown.state = 'DELETING';
      return task.id;
    },
    /** One page of the list that a path asks for. `others` are elements that were there from the beginning. */
    page(path: string, key: string, others: Values[]): { page: Page; body: Values } {
      const query = queryOf(path);
      const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))];
      const fits = (task: MadeTask) => (isName(key) ? isPart(idIn(key), task.key) : task.key === key);
      const all = [...others, ...tasks.filter((task) => isListed(task) && fits(task)).map(({ shown }) => shown)];
      const elements = all.slice(offset, offset + Math.min(limit, pageSize));
      const ids = elements.map(({ task_id, id }) => String(task_id ?? id));
      const count = all.length;
      if (offset > 0) faults.fired('list_in_pages');
      return {
        page: { offset, ids, count },
        body: { count, [isName(key) ? 'migration_tasks' : 'tasks']: elements },
      };
    },
  };
}
export type MadeTasks = ReturnType<typeof createMadeTasks>;

/** The filter by name also finds names that only contain it. */
const isPart = (name: string, key: string) => isName(key) && idIn(key).includes(name);

const dcsElement = (task_id: string, call: Call, { name, task_name, description = '' }: Values): Values => ({
  task_id,
  task_name: task_name ?? name,
  description,
  status: call === 'create_import' ? 'MIGRATING' : 'CREATING',
  error_message: 'canary-provider-text',
});

const smsElement = (id: string, { name, type, os_type, source_server, target_server }: Values): Values => {
  const { vm_id = `vm-of-${id}` } = (target_server ?? {}) as Values;
  return { ...{ id, name, type, os_type, source_server }, state: 'READY', target_server: { vm_id } };
};
