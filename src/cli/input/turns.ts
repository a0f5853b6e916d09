/**
 * Runs the work of each group one after the other, in the order of the calls. Groups run side by side. After a failure
 * nothing more of its group runs, because a later change would overtake the failed one.
 */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return <Value>(group: string, work: () => Promise<Value>): Promise<Value> => {
    const turn = (last.get(group) ?? Promise.resolve()).then(work);
    last.set(group, turn);
    return turn;
  };
}
