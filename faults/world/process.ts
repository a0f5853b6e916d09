import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { currentUid, type Step } from './step.ts';

const never = <T>() => new Promise<T>(() => undefined);

/**
 * Starts a worker's process whose clock is off by `skew` milliseconds. Once it has ended, none of its requests returns and
 * nothing of it happens any more.
 */
export function createProcess(clock: Clock, faults: Faults, skew: number) {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let alive = true;
  let blocked = false;
  let pending = 0;
  const isRunning = () => alive && !blocked;

  const end = () => {
    alive = false;
    resolve();
  };
  const survives = (step: Step, when: 'before' | 'after'): boolean => {
    if (!isRunning()) return false;
    const fault = faults.process(step, when, currentUid());
    if (fault === undefined) return true;
    faults.fired(fault === 'hang' ? 'function_timeout' : `crash_${when}_${step}`);
    if (fault === 'crash') end();
    return false;
  };

  return {
    ended,
    end,
    /** Its one thread never comes free again: nothing of it goes on until it is ended. */
    block: () => {
      blocked = true;
    },
    isAlive: () => alive,
    /** Requests under way. */
    pending: () => pending,
    now: () => clock.now() + skew,
    async sleep(milliseconds: number) {
      await clock.sleep(milliseconds);
      if (!isRunning()) await never();
    },
    /** Performs a request of a step. */
    async io<T>(step: Step, perform: () => Promise<T>): Promise<T> {
      pending++;
      if (!survives(step, 'before')) return never();
      const outcome = perform();
      await Promise.allSettled([outcome]);
      if (!survives(step, 'after')) return never();
      pending--;
      return outcome;
    },
  };
}
export type Process = ReturnType<typeof createProcess>;
