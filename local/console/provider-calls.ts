import type { JournalLine, ProviderLine } from '../../src/cli/story/evidence.ts';
import { type Known, taskOf } from './known.ts';

/** A line of the simulator's log with all that the console shows of it (simulator/README.md). */
export interface ProviderEntry extends ProviderLine {
  n: number;
  service: 'dcs' | 'sms' | 'iam';
  operation: string;
  task?: string;
  project?: string;
  headers?: Record<string, string>;
  body?: string;
  fault?: string;
  gone?: boolean;
  before?: unknown;
  after?: unknown;
  reply?: unknown;
}

/** Entries kept of one task, and tasks of which any are kept. */
const MOST_ENTRIES = 400;
const MOST_TASKS = 600;

/** The provider's own log by task. */
export function createProviderCalls() {
  const tasks = new Map<string, ProviderEntry[]>();
  return {
    /** Takes entries in and gives the tasks that they are about. */
    take(entries: ProviderEntry[]): Set<string> {
      const about = Map.groupBy(entries, taskOfEntry);
      about.delete('');
      for (const [task, more] of about) {
        const all = [...(tasks.get(task) ?? []), ...more].slice(-MOST_ENTRIES);
        tasks.delete(task);
        tasks.set(task, all);
      }
      for (const task of [...tasks.keys()].slice(0, Math.max(0, tasks.size - MOST_TASKS))) tasks.delete(task);
      return new Set(about.keys());
    },
    /** The calls that were made for a change, among the others of its task. */
    of(known: Known, others: Known[]): ProviderEntry[] {
      const task = taskOf(known.change);
      const entries = (task && tasks.get(task)) || [];
      const owners = new Map(
        entries.map(({ request, at }) => [request, Date.parse(at)]).toReversed() as [string, number][],
      );
      const siblings = others.filter(({ change }) => taskOf(change) === task);
      return entries.filter(({ request }) => ownerAt(owners.get(request) ?? 0, siblings) === known);
    },
  };
}

const taskOfEntry = ({ service, project = '', task }: ProviderEntry) => (task ? `${service}#${project}#${task}` : '');

/**
 * Whose call it is: a group of the queue is handled one change after the other, so it belongs to the change whose attempt is
 * the first to end after it, else to the one that is still under way.
 */
function ownerAt(at: number, siblings: Known[]): Known | undefined {
  const ends = siblings.flatMap((known) => attemptEnds(known.lines).map((end) => ({ known, end })));
  const after = ends.filter(({ end }) => end >= at).toSorted((one, other) => one.end - other.end);
  return after[0]?.known ?? siblings.filter(isUnderWay).toSorted((one, other) => one.at - other.at)[0];
}

const isUnderWay = ({ result, delivered }: Known) => result === undefined && delivered !== undefined;

/** The moments at which the count of attempts was seen to have grown. */
function attemptEnds(lines: JournalLine[]): number[] {
  let before = 0;
  return lines.flatMap(({ attempts = 0, timestamp }) => {
    if (attempts <= before) return [];
    before = attempts;
    return [Date.parse(timestamp)];
  });
}
