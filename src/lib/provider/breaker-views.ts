import type { BreakerRow, BreakerStore } from '../relay/breaker-store.ts';

/** The row of what is in order, and of what nobody has written yet. */
export const NO_FAILURES: BreakerRow = { failures: 0, until: 0 };

export type BreakerViews = ReturnType<typeof createViews>;

/** The rows of circuit breakers as one process last read them. Each is used for `rowAge` milliseconds. */
export function createViews(store: Pick<BreakerStore, 'read'>, rowAge: number, clock: () => number) {
  const views = new Map<string, { row: BreakerRow; at: number }>();
  const reading = new Map<string, Promise<BreakerRow>>();
  const keep = (name: string, row: BreakerRow) => {
    views.set(name, { row, at: clock() });
  };

  function shared(name: string): Promise<BreakerRow> {
    const promise = reading.get(name) ?? read(name);
    reading.set(name, promise);
    return promise;
  }

  async function read(name: string): Promise<BreakerRow> {
    try {
      const row = (await store.read(name)) ?? NO_FAILURES;
      keep(name, row);
      return row;
    } finally {
      reading.delete(name);
    }
  }

  return {
    keep,
    /** The row as it was last read, no matter how long ago. */
    known: (name: string) => views.get(name)?.row ?? NO_FAILURES,
    /** Forgets all rows, so that they are read again. */
    forget: () => views.clear(),
    /**
     * Reads a row once for all callers that ask at the same time. A caller that joined a failed read reads again, because
     * that read may have begun before the process was frozen.
     */
    async rowOf(name: string): Promise<BreakerRow> {
      const view = views.get(name);
      if (view && clock() - view.at < rowAge) return view.row;
      return reading.get(name)?.catch(() => shared(name)) ?? shared(name);
    },
  };
}
