const WINDOW = 300_000;

/** Remembers what was sent under a deduplication id, for five minutes divided by `scale`. `now` gives milliseconds. */
export function createDeduplication<Value>(now: () => number, scale = 1) {
  const recent = new Map<string, { value: Value; at: number }>();
  const forgetOld = () => {
    for (const [id, { at }] of recent) {
      if (now() - at < WINDOW / scale) return;
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
