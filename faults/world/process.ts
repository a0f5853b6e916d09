import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { currentUid, type Step } from './step.ts';

const never = <T>() => new Promise<T>(() => undefined);

/**
 * Starts the process of a worker. Its clock is off by `skew` milliseconds. When it has ended, its open requests never return, and
 * it does nothing more.
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
    /** Keeps its only thread busy, so that it does nothing more until it is ended. */
    block: () => {
      blocked = true;
    },
    isAlive: () => alive,
    /** The number of open requests. */
    pending: () => pending,
    now: () => clock.now() + skew,
    async sleep(milliseconds: number) {
      await clock.sleep(milliseconds);
      if (!isRunning()) await never();
    },
    /** Makes a request of a step. The process may end before it or after it. */
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
