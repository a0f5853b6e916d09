const WINDOW = 300_000;

/** Remembers what was sent under a deduplication id, for five minutes. `now` gives milliseconds. */
export function createDeduplication<Value>(now: () => number) {
  const recent = new Map<string, { value: Value; at: number }>();
  const forgetOld = () => {
    for (const [id, { at }] of recent) {
      if (now() - at < WINDOW) return;
      recent.delete(id);
    }
  };
  return {
    find(id: string): Value | undefined {
      forgetOld();
      return recent.get(id)?.value;
    },
    add: (id: string, value: Value) => void recent.set(id, { value, at: now() }),
  };
}
