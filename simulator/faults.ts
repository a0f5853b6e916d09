import { isInBody } from './body-match.ts';
import { createChance } from './chance.ts';
import type { Fault, FaultRequest } from './fault-request.ts';

/** The call that a fault may match. */
interface Subject {
  service: string;
  operation: string;
  method: string;
  task: string;
  source: string;
  body: Buffer;
}

/** Faults in the order in which they were set. Only the first one that matches a call occurs. */
export interface Faults {
  add(request: FaultRequest): Fault;
  fire(subject: Subject): Fault | undefined;
  all(): Fault[];
  remove(id: string): boolean;
  clear(): void;
}

function matches({ match = {} }: FaultRequest, { body, ...subject }: Subject): boolean {
  const { body: wantedBody, ...wanted } = match;
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  const fits = names.every((name) => wanted[name] === undefined || subject[name] === wanted[name]);
  return fits && (wantedBody === undefined || isInBody(wantedBody, body));
}

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

  const countFiring = (fault: Fault, { service, task, source }: Subject): void => {
    fault.fired += 1;
    if (fault.readings === undefined) return;
    // A call that names neither, such as a create, is read back by the reads that name no task: lists, and sources.
    const match = { service: service as 'dcs' | 'sms', task, method: 'GET', ...(source !== '' && { source }) };
    add({ ...fault.readings, match, when: 'before' }, { after: fault.id });
  };

  return {
    add: (request) => add(request),
    fire: (subject) => {
      const found = [...waiting.values()].find((one) => fires(one, subject))?.fault;
      if (found !== undefined) countFiring(found, subject);
      return found;
    },
    all: () => [...waiting.values()].map(({ fault }) => fault),
    remove: (id) => waiting.delete(id),
    clear: () => waiting.clear(),
  };
}
