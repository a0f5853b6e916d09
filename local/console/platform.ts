import type { KnownChange } from '../../src/console/known.ts';
import type { EventBus } from '../../stand-ins/eventbridge/bus.ts';
import { createDoom, type Hurry } from './doom.ts';
import type { PlatformFault } from './switches.ts';

/** The parts of the stack that can be made to fail. */
export interface Ground {
  bus: Pick<EventBus, 'refuse' | 'refusing'>;
  workers(): { functionName: string; pid: number; busy: boolean }[];
  hurry: Hurry;
}

/** How many failures make one delivery fail. A call to the bus is repeated twice by its client. */
const PER_DELIVERY: Readonly<Record<PlatformFault, number>> = {
  'dead-letter': 1,
  'deliver-twice': 1,
  'bus-refuses': 3,
  'ledger-throttles': 1,
};

/** In milliseconds; longer than a function waits for the ledger, so that one delivery certainly fails. */
const THROTTLED_FOR = 1000;

/** The access key of the console's own reads, which are not throttled. */
export const CONSOLE_KEY = 'console';
/** The access key of the command, which can still read while the ledger does not answer for one change. */
const COMMAND_KEY = 'local';

export type Platform = ReturnType<typeof createPlatform>;

/** Makes SQS, the ledger, the bus or a function fail a number of times. Infinity means until it is switched off. */
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
    /** Sets a fault. `task` limits only the fault that makes dead letters. */
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
    /** How many deliveries a fault will still affect. */
    left(fault: PlatformFault): number {
      const left = fault === 'bus-refuses' ? ground()?.bus.refusing() : strikes.get(fault);
      return Math.ceil((left ?? 0) / PER_DELIVERY[fault]) + (fault === 'dead-letter' ? doom.size() : 0);
    },
    /** To be called with each message that a function gets. True if it is made to fail until its queue gives it up. */
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
    /** Ends the busy processes of a service's function. */
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
    // The process has just ended by itself.
  }
}
