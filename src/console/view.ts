import { nameOf } from '../operator/story/wording.ts';
import { type KnownChange, taskOf } from './known.ts';
import type { CallsOf, ProviderSide } from './provider-side.ts';
import { type Row, toRow } from './rows.ts';
import type { Store } from './store.ts';
import type { Update } from './stream.ts';

/** The counts in the status bar. */
interface Counts {
  queued: number;
  retrying: number;
  dead: number;
  disagreements: number;
}

const RETRYING = new Set(['waiting', 'reading back']);

/** The store as the page sees it. A row is made again only when something happened to its change. */
export function createView(
  store: Store,
  among: ProviderSide['among'],
  run: string,
  extra: () => object,
  clock: () => number = Date.now,
) {
  const rows = new Map<string, { version: number; row: Row }>();

  const callsOf: CallsOf = (known) => among(store.all())(known);
  const rowOf = (known: KnownChange, callsFor: CallsOf): Row => {
    const cached = rows.get(known.key);
    if (cached?.version === known.version) return cached.row;
    const row = toRow(known, callsFor(known), clock());
    rows.set(known.key, { version: known.version, row });
    return row;
  };
  const all = () => {
    const changes = store.all();
    const callsFor = among(changes);
    return changes.map((known) => ({ known, row: rowOf(known, callsFor) }));
  };
  const forget = () => {
    for (const key of rows.keys()) if (!store.get(key)) rows.delete(key);
  };

  return {
    callsOf,
    /** To be called with tasks that have new entries in the provider's log. The rows of their changes are made again. */
    touch(tasks: ReadonlySet<string>) {
      for (const known of store.all()) if (tasks.has(taskOf(known.change) ?? '')) store.touch(known);
    },
    since(seq: number): Update {
      const shown = all();
      if (rows.size > shown.length) forget();
      const changed = shown.filter(({ known }) => known.version > seq).map(({ row }) => row);
      const counts = countsOf(shown.map(({ row }) => row));
      return { run, seq: store.version(), complete: seq === 0, rows: changed, status: { counts, ...extra() } };
    },
    /** The change that a link names: by its key, or the newest one with its id. */
    find(ref: string, key: string | null): KnownChange | undefined {
      if (key !== null) return store.get(key);
      return store.all().findLast(({ change }) => nameOf(change) === ref);
    },
  };
}
export type View = ReturnType<typeof createView>;

const countsOf = (rows: Row[]): Counts => ({
  queued: rows.filter(({ state }) => state === 'queued').length,
  retrying: rows.filter(({ state }) => RETRYING.has(state)).length,
  dead: rows.filter(({ dead }) => dead).length,
  disagreements: rows.filter(({ agrees }) => agrees === false).length,
});
