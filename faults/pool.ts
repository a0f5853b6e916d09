import { Worker } from 'node:worker_threads';
import type { Job, JobReport } from './jobs.ts';

/** Does lists of jobs on threads of their own, `threads` at a time; a list's jobs run one after the other in one thread. */
export async function doAll(lists: Job[][], threads: number, onReport: (report: JobReport) => void): Promise<void> {
  const open = [...lists];
  const next = async (): Promise<void> => {
    const jobs = open.shift();
    if (!jobs) return;
    await inThread(jobs, onReport);
    return next();
  };
  await Promise.all(Array.from({ length: threads }, next));
}

function inThread(jobs: Job[], onReport: (report: JobReport) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const thread = new Worker(new URL('./thread.ts', import.meta.url), { workerData: jobs, stderr: false });
  thread.on('message', onReport);
  thread.on('error', reject);
  thread.on('exit', () => resolve());
  return promise;
}
