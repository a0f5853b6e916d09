/** Collects how long each change took from its sending to its result. */
export function createAges() {
  const begun = new Map<string, number>();
  const ages: number[] = [];
  const wrong: string[] = [];
  return {
    begin: (id: string) => void begun.set(id, performance.now()),
    /** Adds a result as JSON text. `check` throws later if it is not the first of its change, or not a success. */
    end: (result: string) => {
      const { type, data } = JSON.parse(result) as { type: string; data: { change: { id: string } } };
      const at = begun.get(data.change.id);
      if (at === undefined || !type.endsWith('.succeeded')) wrong.push(`${data.change.id}: ${type}`);
      if (at !== undefined) ages.push(performance.now() - at);
      begun.delete(data.change.id);
    },
    open: () => begun.size,
    ended: () => ages.length,
    /** The age in milliseconds at a quantile: 0.5 is the median. */
    at: (part: number) => ages.toSorted((one, other) => one - other)[Math.ceil(part * ages.length) - 1] ?? 0,
    check: () => {
      if (wrong.length > 0) throw new Error(`${wrong.length} results are wrong: ${wrong.slice(0, 5).join(', ')}`);
    },
  };
}
export type Ages = ReturnType<typeof createAges>;
