import type { Fault, FaultRequest } from './faults.ts';

/** The call that a fault may match. */
export interface Subject {
  service: string;
  operation: string;
  method: string;
  task: string;
}

/** Faults in the order in which they were asked for; the first that matches a call fires, and only that one. */
export interface Faults {
  add(request: FaultRequest): Fault;
  fire(subject: Subject): Fault | undefined;
  all(): Fault[];
  remove(id: string): boolean;
  clear(): void;
}

/** mulberry32: the same seed gives the same calls a fault, so that a run can be repeated. */
function createChance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const matches = ({ match = {} }: FaultRequest, subject: Subject): boolean =>
  Object.entries(match).every(([name, wanted]) => wanted === undefined || subject[name as keyof Subject] === wanted);

/** No faults yet. */
export function createFaults(): Faults {
  const waiting = new Map<string, { fault: Fault; chance: () => number }>();
  let last = 0;

  const fires = ({ fault, chance }: { fault: Fault; chance: () => number }, subject: Subject): boolean =>
    fault.refuse_ms === undefined &&
    fault.fired < (fault.calls ?? Infinity) &&
    matches(fault, subject) &&
    chance() < (fault.share ?? 1);

  const add = (request: FaultRequest, more: Pick<Fault, 'after'> = {}): Fault => {
    last += 1;
    const fault = { ...request, ...more, id: `fault-${last}`, fired: 0 };
    waiting.set(fault.id, { fault, chance: createChance(request.seed ?? last) });
    return fault;
  };

  const struck = (fault: Fault, { service, task }: Subject): void => {
    fault.fired += 1;
    if (fault.readings === undefined) return;
    const match = { service: service as 'dcs' | 'sms', task, method: 'GET' };
    add({ ...fault.readings, match, when: 'before' }, { after: fault.id });
  };

  return {
    add: (request) => add(request),
    fire: (subject) => {
      const found = [...waiting.values()].find((one) => fires(one, subject))?.fault;
      if (found !== undefined) struck(found, subject);
      return found;
    },
    all: () => [...waiting.values()].map(({ fault }) => fault),
    remove: (id) => waiting.delete(id),
    clear: () => waiting.clear(),
  };
}
