import type { Invocation } from '../../stand-ins/lambda/batch-response.ts';
import type { LocalFunction } from './function.ts';
import { startWorker, type Worker } from './worker.ts';

/** The workers of one function. They are started when there is work, as in Lambda, up to a limit. */
export interface Pool {
  /** Starts one worker; throws when the function's init fails. */
  warm(): Promise<void>;
  /** Runs one invocation on a worker of its own. A failed init counts as a failed invocation. */
  invoke(event: unknown): Promise<Invocation>;
  /** The workers that are alive, and whether they are busy. */
  workers(): { pid: number; busy: boolean }[];
  /** Ends every worker, busy or not. May be called more than once. */
  stop(): Promise<void>;
}

/** Lambda's answer for a function that may not run at all. */
const THROTTLED: Invocation = { ok: false, type: 'TooManyRequestsException', message: 'Rate Exceeded.' };

/** Keeps up to `limit` workers of one function. */
export function createPool(definition: LocalFunction, limit: number): Pool {
  const workers = new Set<Worker>();
  const idle: Worker[] = [];
  const queue: (() => void)[] = [];
  let busy = 0;
  const stopping = new AbortController();
  const starting = new Set<Promise<Worker>>();

  const start = async () => {
    const worker = startWorker(definition, stopping.signal);
    starting.add(worker);
    try {
      workers.add(await worker);
      return await worker;
    } finally {
      starting.delete(worker);
    }
  };
  const idleWorker = (): Worker | undefined => {
    const worker = idle.pop();
    return worker === undefined || worker.alive() ? worker : idleWorker();
  };
  const release = (worker: Worker | undefined) => {
    if (worker?.alive()) idle.push(worker);
    else if (worker) workers.delete(worker);
    const next = queue.shift();
    if (next) next();
    else busy -= 1;
  };
  const run = async (event: unknown): Promise<Invocation> => {
    let worker: Worker | undefined;
    try {
      worker = idleWorker() ?? (await start());
      return await worker.invoke(event);
    } catch (error) {
      return { ok: false, type: 'Runtime.InitError', message: String(error) };
    } finally {
      release(worker);
    }
  };

  return {
    async warm() {
      idle.push(await start());
    },
    async invoke(event) {
      if (definition.reserved === 0) return THROTTLED;
      if (busy >= limit) await new Promise<void>((resolve) => queue.push(resolve));
      else busy += 1;
      return run(event);
    },
    workers: () =>
      [...workers]
        .filter((worker) => worker.alive())
        .map((worker) => ({ pid: worker.pid, busy: !idle.includes(worker) })),
    async stop() {
      stopping.abort();
      await Promise.allSettled(starting);
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
}
