import type { KnownChange } from '../../src/console/known.ts';
import type { EventBus } from '../../stand-ins/eventbridge/bus.ts';
import { createForcedDeadLetters, type SkipDeliveries } from './forced-dead-letters.ts';
import type { PlatformFault } from './switches.ts';

/** The parts of the stack that can be made to fail. */
export interface StackParts {
  bus: Pick<EventBus, 'refuse' | 'refusing'>;
  workers(): { functionName: string; pid: number; busy: boolean }[];
  skipDeliveries: SkipDeliveries;
}

/** How many failures make one delivery fail. The client repeats a call to the bus twice. */
const PER_DELIVERY: Readonly<Record<PlatformFault, number>> = {
  'dead-letter': 1,
  'deliver-twice': 1,
  'bus-refuses': 3,
  'ledger-throttles': 1,
};

/** In milliseconds. It is longer than a function waits for the ledger, so that one delivery certainly fails. */
const THROTTLED_FOR = 1000;

/** The access key of the console's own reads, which are not throttled. */
export const CONSOLE_KEY = 'console';
/** The access key of the command, which can still read while the ledger does not answer for one change. */
const COMMAND_KEY = 'local';

export type Platform = ReturnType<typeof createPlatform>;

/** Makes SQS, the ledger, the bus or a function fail a number of times. Infinity means until it is switched off. */
export function createPlatform(parts: () => StackParts | undefined) {
  const remaining = new Map<PlatformFault, number>();
  const deadLetters = createForcedDeadLetters(async (...message) => parts()?.skipDeliveries(...message));
  let throttledUntil = 0;
  let deadLetterTask: string | undefined;
  /** True if a fault can still occur, which then counts as having occurred. */
  const use = (fault: PlatformFault): boolean => {
    const left = remaining.get(fault) ?? 0;
    if (left > 0) remaining.set(fault, left - 1);
    return left > 0;
  };
  const isThrottled = (): boolean => {
    if (Date.now() < throttledUntil) return true;
    const isFault = use('ledger-throttles');
    if (isFault) throttledUntil = Date.now() + THROTTLED_FOR;
    return isFault;
  };
  return {
    /** Sets a fault. `task` limits only the fault that makes dead letters. */
    set(fault: PlatformFault, times: number, task?: string) {
      if (fault === 'dead-letter') deadLetterTask = task;
      const left = times * PER_DELIVERY[fault];
      if (fault === 'bus-refuses') parts()?.bus.refuse(left);
      else remaining.set(fault, left);
    },
    clear() {
      remaining.clear();
      deadLetters.clear();
      throttledUntil = 0;
      parts()?.bus.refuse(0);
    },
    /** How many deliveries a fault will still affect. */
    left(fault: PlatformFault): number {
      const left = fault === 'bus-refuses' ? parts()?.bus.refusing() : remaining.get(fault);
      return Math.ceil((left ?? 0) / PER_DELIVERY[fault]) + (fault === 'dead-letter' ? deadLetters.size() : 0);
    },
    /** To be called with each message that a function gets. True if it is made to fail until it is a dead letter. */
    makesDeadLetter(messageId: string, known: KnownChange, queueUrl: string): boolean {
      if (deadLetters.delivered(messageId)) return true;
      if (deadLetterTask !== undefined && known.change.subject?.id !== deadLetterTask) return false;
      if (!use('dead-letter')) return false;
      deadLetters.add(messageId, known, queueUrl);
      return true;
    },
    returned: deadLetters.returned,
    forgetDeadLetters: deadLetters.forget,
    deliversTwice: () => use('deliver-twice'),
    /** True if the ledger does not answer this caller. */
    throttles(caller: string, body = ''): boolean {
      if (caller === CONSOLE_KEY) return false;
      return (caller !== COMMAND_KEY && deadLetters.isAbout(body)) || isThrottled();
    },
    /** Ends the busy processes of a service's function. */
    kill(service: string) {
      const workers = parts()?.workers() ?? [];
      for (const { functionName, pid, busy } of workers) if (busy && functionName.includes(service)) end(pid);
    },
  };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has already ended by itself.
  }
}
