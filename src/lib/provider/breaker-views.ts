import type { BreakerRow, BreakerStore } from '../relay/breaker-store.ts';

/** What a row that nobody has written says. */
export const UNHEARD: BreakerRow = { failures: 0, until: 0 };

/** The rows of breakers as one process sees them, each believed for `fresh` milliseconds. */
export function createViews(store: Pick<BreakerStore, 'read'>, fresh: number, clock: () => number) {
  const views = new Map<string, { row: BreakerRow; at: number }>();
  const reading = new Map<string, Promise<BreakerRow>>();
  const keep = (name: string, row: BreakerRow) => {
    views.set(name, { row, at: clock() });
  };

  function shared(name: string): Promise<BreakerRow> {
    const asked = reading.get(name) ?? read(name);
    reading.set(name, asked);
    return asked;
  }

  async function read(name: string): Promise<BreakerRow> {
    try {
      const row = (await store.read(name)) ?? UNHEARD;
      keep(name, row);
      return row;
    } finally {
      reading.delete(name);
    }
  }

  return {
    keep,
    /** The row as it was last seen, however long ago. */
    known: (name: string) => views.get(name)?.row ?? UNHEARD,
    /** Has everything read anew. */
    forget: () => views.clear(),
    /**
     * A row, read once for all records that ask at the same time. Who joined a reading that failed reads anew: it may have
     * begun long ago, in a process that was then frozen.
     */
    async rowOf(name: string): Promise<BreakerRow> {
      const view = views.get(name);
      if (view && clock() - view.at < fresh) return view.row;
      return reading.get(name)?.catch(() => shared(name)) ?? shared(name);
    },
  };
}
