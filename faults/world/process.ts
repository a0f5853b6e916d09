import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { currentUid, type Step } from './step.ts';

/** A worker's process. Once it has ended, none of its requests returns and nothing of it happens any more. */
export interface Process {
  /** Its own clock, which may be off. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Performs a request of a step. */
  io<T>(step: Step, perform: () => Promise<T>): Promise<T>;
  end(): void;
  /** Its one thread never comes free again: nothing of it goes on until it is ended. */
  block(): void;
  isAlive(): boolean;
  /** Requests under way. */
  pending(): number;
  readonly ended: Promise<void>;
}

const never = <T>() => new Promise<T>(() => undefined);

/** Starts a process whose clock is off by `skew` milliseconds. */
export function createProcess(clock: Clock, faults: Faults, skew: number): Process {
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
    block: () => {
      blocked = true;
    },
    isAlive: () => alive,
    pending: () => pending,
    now: () => clock.now() + skew,
    async sleep(milliseconds) {
      await clock.sleep(milliseconds);
      if (!isRunning()) await never();
    },
    async io(step, perform) {
      pending++;
      if (!survives(step, 'before')) return never();
      const outcome = await perform().then(
        (value) => () => value,
        (error) => () => {
          throw error;
        },
      );
      if (!survives(step, 'after')) return never();
      pending--;
      return outcome();
    },
  };
}
