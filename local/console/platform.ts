import type { KnownChange } from '../../src/console/known.ts';
import type { EventBus } from '../../stand-ins/eventbridge/bus.ts';
import { createDoom, type Hurry } from './doom.ts';
import type { PlatformFault } from './switches.ts';

/** What of the stack is made to fail. */
export interface Ground {
  bus: Pick<EventBus, 'refuse' | 'refusing'>;
  workers(): { functionName: string; pid: number; busy: boolean }[];
  hurry: Hurry;
}

/** One delivery asks the bus so often before it gives up, its client's own repeats included. */
const PER_DELIVERY: Readonly<Record<PlatformFault, number>> = {
  'dead-letter': 1,
  'deliver-twice': 1,
  'bus-refuses': 3,
  'ledger-throttles': 1,
};

/** Longer than a function waits for the ledger, so that one delivery is struck for good. */
const THROTTLED_FOR = 1000;

/** The access key of the console's own reading, which is not throttled. */
export const CONSOLE_KEY = 'console';
/** That of the command, which looks on while the ledger does not answer for one change. */
const COMMAND_KEY = 'local';

export type Platform = ReturnType<typeof createPlatform>;

/** SQS, the ledger, the bus or a function itself does wrong for a number of times; Infinity: until it is switched off. */
export function createPlatform(ground: () => Ground | undefined) {
  const strikes = new Map<PlatformFault, number>();
  const doom = createDoom(async (...message) => ground()?.hurry(...message));
  let throttledUntil = 0;
  let doomedTask: string | undefined;
  const strike = (fault: PlatformFault): boolean => {
    const left = strikes.get(fault) ?? 0;
    if (left > 0) strikes.set(fault, left - 1);
    return left > 0;
  };
  const isThrottled = (): boolean => {
    if (Date.now() < throttledUntil) return true;
    const struck = strike('ledger-throttles');
    if (struck) throttledUntil = Date.now() + THROTTLED_FOR;
    return struck;
  };
  return {
    /** A task narrows only the fault that makes dead letters. */
    set(fault: PlatformFault, times: number, task?: string) {
      if (fault === 'dead-letter') doomedTask = task;
      const left = times * PER_DELIVERY[fault];
      if (fault === 'bus-refuses') ground()?.bus.refuse(left);
      else strikes.set(fault, left);
    },
    clear() {
      strikes.clear();
      doom.clear();
      throttledUntil = 0;
      ground()?.bus.refuse(0);
    },
    /** How many deliveries a fault will still strike. */
    left(fault: PlatformFault): number {
      const left = fault === 'bus-refuses' ? ground()?.bus.refusing() : strikes.get(fault);
      return Math.ceil((left ?? 0) / PER_DELIVERY[fault]) + (fault === 'dead-letter' ? doom.size() : 0);
    },
    /** Told of each message that a function gets; true if it fails on purpose until its queue gives it up. */
    dooms(messageId: string, known: KnownChange, queueUrl: string): boolean {
      if (doom.delivered(messageId)) return true;
      if (doomedTask !== undefined && known.change.subject?.id !== doomedTask) return false;
      if (!strike('dead-letter')) return false;
      doom.add(messageId, known, queueUrl);
      return true;
    },
    returned: doom.returned,
    buried: doom.buried,
    deliversTwice: () => strike('deliver-twice'),
    throttles(caller: string, body = ''): boolean {
      if (caller === CONSOLE_KEY) return false;
      return (caller !== COMMAND_KEY && doom.isAbout(body)) || isThrottled();
    },
    /** Ends the processes of a service's function that are at work. */
    kill(service: string) {
      const workers = ground()?.workers() ?? [];
      for (const { functionName, pid, busy } of workers) if (busy && functionName.includes(service)) end(pid);
    },
  };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
