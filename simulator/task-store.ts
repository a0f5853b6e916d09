import type { Members } from './json.ts';

interface Version {
  at: number;
  task: Members;
}

const MAX_VERSIONS = 20;

/** The tasks of one service. A task is never changed in place, because the log may refer to an older version. */
export interface TaskStore {
  get(key: string): Members | undefined;
  /** The task as it was this many milliseconds ago, as a read that lags behind shows it. */
  readAfterLag(key: string, lagMs: number): Members | undefined;
  create(key: string, task: Members): void;
  change(key: string, task: Members, at?: number): void;
  remove(key: string): boolean;
  all(): Members[];
  /** The current version of every task, and since when it is current. */
  current(): { key: string; task: Members; at: number }[];
  clear(): void;
}

/** An empty store. */
export function createTaskStore(clock: () => number): TaskStore {
  const histories = new Map<string, Version[]>();
  const newest = (versions: Version[] | undefined): Members | undefined => versions?.at(-1)?.task;
  return {
    get: (key) => newest(histories.get(key)),
    readAfterLag: (key, lagMs) => {
      const versions = histories.get(key);
      const until = clock() - lagMs;
      return (versions?.findLast(({ at }) => at <= until) ?? versions?.[0])?.task;
    },
    create: (key, task) => histories.set(key, [{ at: clock(), task }]),
    change: (key, task, at = clock()) =>
      histories.set(key, [...(histories.get(key) ?? []).slice(1 - MAX_VERSIONS), { at, task }]),
    remove: (key) => histories.delete(key),
    all: () => [...histories.values()].map((versions) => newest(versions) ?? {}),
    current: () => [...histories].flatMap(([key, versions]) => versions.slice(-1).map((one) => ({ key, ...one }))),
    clear: () => histories.clear(),
  };
}
