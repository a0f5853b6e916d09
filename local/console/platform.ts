import type { EventBus } from '../aws/event-bus.ts';
import type { PlatformFault } from './switches.ts';

/** What of the stack is made to fail. */
export interface Ground {
  bus: Pick<EventBus, 'refuse' | 'refusing'>;
  workers(): { functionName: string; pid: number; busy: boolean }[];
}

/** One delivery asks the bus so often before it gives up, its client's own repeats included. */
const PER_DELIVERY: Readonly<Record<PlatformFault, number>> = {
  'deliver-twice': 1,
  'bus-refuses': 3,
  'ledger-throttles': 1,
};

/** Longer than a function waits for the ledger, so that one delivery is struck for good. */
const THROTTLED_FOR = 1000;

/** The access key of the console's own reading, which is not throttled. */
export const CONSOLE_KEY = 'console';

export type Platform = ReturnType<typeof createPlatform>;

/** SQS, the ledger, the bus or a function itself does wrong for a number of times; Infinity: until it is switched off. */
export function createPlatform(ground: () => Ground | undefined) {
  const strikes = new Map<PlatformFault, number>();
  let throttledUntil = 0;
  const strike = (fault: PlatformFault): boolean => {
    const left = strikes.get(fault) ?? 0;
    if (left > 0) strikes.set(fault, left - 1);
    return left > 0;
  };
  return {
    set(fault: PlatformFault, times: number) {
      const left = times * PER_DELIVERY[fault];
      if (fault === 'bus-refuses') ground()?.bus.refuse(left);
      else strikes.set(fault, left);
    },
    clear() {
      strikes.clear();
      throttledUntil = 0;
      ground()?.bus.refuse(0);
    },
    /** How many deliveries a fault will still strike. */
    left(fault: PlatformFault): number {
      const left = fault === 'bus-refuses' ? ground()?.bus.refusing() : strikes.get(fault);
      return Math.ceil((left ?? 0) / PER_DELIVERY[fault]);
    },
    deliversTwice: () => strike('deliver-twice'),
    throttles(caller: string): boolean {
      if (caller === CONSOLE_KEY) return false;
      if (Date.now() < throttledUntil) return true;
      const struck = strike('ledger-throttles');
      if (struck) throttledUntil = Date.now() + THROTTLED_FOR;
      return struck;
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
