import type { Members } from './json.ts';

interface Version {
  at: number;
  task: Members;
}

const KEPT = 20;

/** The tasks of one service. A task is never changed in place, so that the log may point at what it was. */
export interface TaskStore {
  get(key: string): Members | undefined;
  seen(key: string, lagMs: number): Members | undefined;
  create(key: string, task: Members): void;
  change(key: string, task: Members, at?: number): void;
  remove(key: string): boolean;
  all(): Members[];
  /** Every task as it stands, and since when. */
  standing(): { key: string; task: Members; at: number }[];
  clear(): void;
}

/** An empty store; `seen` shows a task as it was this many milliseconds ago, as a read that lags behind does. */
export function createTaskStore(clock: () => number): TaskStore {
  const histories = new Map<string, Version[]>();
  const newest = (versions: Version[] | undefined): Members | undefined => versions?.at(-1)?.task;
  return {
    get: (key) => newest(histories.get(key)),
    seen: (key, lagMs) => {
      const versions = histories.get(key);
      const until = clock() - lagMs;
      return (versions?.findLast(({ at }) => at <= until) ?? versions?.[0])?.task;
    },
    create: (key, task) => histories.set(key, [{ at: clock(), task }]),
    change: (key, task, at = clock()) =>
      histories.set(key, [...(histories.get(key) ?? []).slice(1 - KEPT), { at, task }]),
    remove: (key) => histories.delete(key),
    all: () => [...histories.values()].map((versions) => newest(versions) ?? {}),
    standing: () => [...histories].flatMap(([key, versions]) => versions.slice(-1).map((one) => ({ key, ...one }))),
    clear: () => histories.clear(),
  };
}
