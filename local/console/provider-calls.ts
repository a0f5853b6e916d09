import type { Entry } from '../../simulator/log.ts';
import { type KnownChange, taskOf } from '../../src/console/known.ts';
import { type Caller, callersOf, subjectIdIn } from '../../src/operator/story/provider-side.ts';

/** The most entries of one task that are kept. It is enough for a list full of changes of this task. */
const MAX_ENTRIES = 2000;
const MAX_TASKS = 600;
/** The most requests whose subject is remembered. A request may take effect long after its reply. */
const MAX_REQUESTS = 20_000;
/** A call has at least two entries, so at most this many changes have calls among the entries that are kept. */
const MAX_FORGOTTEN = MAX_ENTRIES / 2;

interface TaskCalls {
  entries: Entry[];
  /** Changes that are no longer shown. Their calls must not be assigned to others. */
  forgotten: Caller[];
  /** The time of the newest call that is no longer kept, in milliseconds since 1970. */
  cut: number;
}

/** Keeps the provider's log by task. */
export function createProviderCalls() {
  const tasks = new Map<string, TaskCalls>();
  const subjects = new Map<string, string>();
  let dropped = 0;
  const find = (task: string): TaskCalls => tasks.get(task) ?? { entries: [], forgotten: [], cut: dropped };
  const keep = (task: string, { entries, forgotten, cut }: TaskCalls) => {
    const lost = entries.at(-MAX_ENTRIES - 1);
    tasks.delete(task);
    tasks.set(task, {
      entries: entries.slice(-MAX_ENTRIES),
      forgotten: forgotten.slice(-MAX_FORGOTTEN),
      cut: lost ? Date.parse(lost.at) : cut,
    });
  };
  /** The subject of an entry's call. Only some entries of a call show it, of which the first comes first. */
  const keyOf = (entry: Entry): string => {
    const id = subjectIdIn(entry);
    if (id === undefined) return subjects.get(entry.request) ?? '';
    const key = `${entry.service}#${entry.project ?? ''}#${id}`;
    if (!subjects.has(entry.request)) subjects.set(entry.request, key);
    return key;
  };
  const trim = () => {
    for (const request of [...subjects.keys()].slice(0, Math.max(0, subjects.size - MAX_REQUESTS)))
      subjects.delete(request);
    for (const [task, { entries }] of [...tasks].slice(0, Math.max(0, tasks.size - MAX_TASKS))) {
      dropped = Math.max(dropped, Date.parse(entries.at(-1)?.at ?? '') || 0);
      tasks.delete(task);
    }
  };
  return {
    /** Adds entries and gives their tasks. */
    take(entries: Entry[]): Set<string> {
      const about = Map.groupBy(entries, keyOf);
      about.delete('');
      for (const [task, more] of about) {
        const { entries: before, ...rest } = find(task);
        keep(task, { entries: [...before, ...more], ...rest });
      }
      trim();
      return new Set(about.keys());
    },
    /** To be called with a change that is no longer shown. */
    forget(known: KnownChange): void {
      const task = taskOf(known.change);
      if (task === undefined || !tasks.has(task)) return;
      const { forgotten, ...rest } = find(task);
      keep(task, { ...rest, forgotten: [...forgotten, { ...toCaller(known), isUnderWay: false }] });
    },
    /** Finds the calls of a change, given the other changes of its task. Undefined if its calls are no longer kept. */
    among(others: KnownChange[]): (known: KnownChange) => Entry[] | undefined {
      const byTask = Map.groupBy(others, ({ change }) => taskOf(change) ?? '');
      const callers = new Map<string, Map<string, string>>();
      const callersIn = (task: string, { entries, forgotten }: TaskCalls) => {
        const siblings = (byTask.get(task) ?? []).toSorted((one, other) => one.at - other.at);
        const found = callers.get(task) ?? callersOf(entries, [...forgotten, ...siblings.map(toCaller)]);
        callers.set(task, found);
        return found;
      };
      return ({ change, key, at, begun = at }) => {
        const task = taskOf(change) ?? '';
        const calls = find(task);
        if (begun < calls.cut) return undefined;
        const of = callersIn(task, calls);
        return calls.entries.filter(({ request }) => of.get(request) === key);
      };
    },
  };
}

/** A result is published before its log line is written. Until then it is not known what the last attempt did. */
const toCaller = ({ key, lines, result, delivered }: KnownChange): Caller => ({
  key,
  lines,
  result,
  isUnderWay: delivered !== undefined && !lines.some(({ message }) => message === 'change completed'),
});
