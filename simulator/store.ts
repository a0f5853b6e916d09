import type { Members } from './json.ts';

/** A task or source as it was from a time on. Without a value it was gone. */
export interface Version {
  at: number;
  value: Members | undefined;
}

interface History {
  /** When it was created by a call of the provider's API. What control calls make counts as always there. */
  created: number;
  versions: Version[];
}

/** The current version of a task or source, and since when it is current. */
export interface Current {
  key: string;
  value: Members;
  at: number;
}

/** How far a list lags behind: the changes of what it shows, and those that were created. */
interface ListLag {
  read_lag_ms: number;
  list_lag_ms: number;
}

const MAX_VERSIONS = 20;
const ALWAYS = -Infinity;

/** The tasks or sources of one service. None is changed in place, because the log may refer to an older version. */
export interface Store {
  get(key: string): Members | undefined;
  /** The versions up to this many milliseconds ago, oldest first. The first one counts as there before. */
  versions(key: string, lagMs: number): Version[];
  /** The value as it was this many milliseconds ago, as a read that lags behind shows it. */
  readAfterLag(key: string, lagMs: number): Members | undefined;
  /** All as a list that lags behind shows them, oldest first. */
  list(lag: ListLag): { key: string; value: Members }[];
  create(key: string, value: Members, created?: number): void;
  change(key: string, value: Members, at?: number): void;
  /** False if there was nothing to remove. */
  remove(key: string, at?: number): boolean;
  all(): Members[];
  current(): Current[];
  /** Moves all that has happened by some milliseconds, so that it is as long ago as before when the clock is set back. */
  shift(ms: number): void;
  clear(): void;
}

const newest = (versions: Version[] = []): Members | undefined => versions.at(-1)?.value;

/** An empty store. */
export function createStore(clock: () => number): Store {
  const histories = new Map<string, History>();
  const versionsOf = (key: string): Version[] => histories.get(key)?.versions ?? [];
  const add = (key: string, version: Version): void => {
    const { created, versions } = histories.get(key) ?? { created: ALWAYS, versions: [] };
    histories.set(key, { created, versions: [...versions.slice(1 - MAX_VERSIONS), version] });
  };
  const versionsUntil = (key: string, lagMs: number): Version[] => {
    const until = clock() - lagMs;
    return versionsOf(key).filter(({ at }, index) => index === 0 || at <= until);
  };
  const current = (): Current[] =>
    [...histories].flatMap(([key, { versions }]) =>
      versions.slice(-1).flatMap(({ value, at }) => (value === undefined ? [] : [{ key, value, at }])),
    );
  return {
    get: (key) => newest(versionsOf(key)),
    versions: versionsUntil,
    readAfterLag: (key, lagMs) => newest(versionsUntil(key, lagMs)),
    list: ({ read_lag_ms, list_lag_ms }) => {
      const until = clock() - list_lag_ms;
      const listed = [...histories].filter(([, { created }]) => created <= until).map(([key]) => key);
      return listed.flatMap((key) => {
        const value = newest(versionsUntil(key, read_lag_ms));
        return value === undefined ? [] : [{ key, value }];
      });
    },
    create: (key, value, created = ALWAYS) => histories.set(key, { created, versions: [{ at: clock(), value }] }),
    change: (key, value, at = clock()) => add(key, { at, value }),
    remove: (key, at = clock()) => {
      const isThere = newest(versionsOf(key)) !== undefined;
      if (isThere) add(key, { at, value: undefined });
      return isThere;
    },
    all: () => current().map(({ value }) => value),
    current,
    shift: (ms) => {
      for (const [key, { created, versions }] of histories) {
        const moved = versions.map(({ at, value }) => ({ at: at + ms, value }));
        histories.set(key, { created: created + ms, versions: moved });
      }
    },
    clear: () => histories.clear(),
  };
}
