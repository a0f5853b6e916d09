/**
 * Lets one thing of a group happen at a time, in the order in which turns are taken; groups go side by side. After one that
 * failed none of its group follows, since it would overtake it.
 */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return <Value>(group: string, work: () => Promise<Value>): Promise<Value> => {
    const turn = (last.get(group) ?? Promise.resolve()).then(work);
    last.set(group, turn);
    return turn;
  };
}
