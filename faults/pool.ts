import { Worker } from 'node:worker_threads';
import type { Job, JobReport } from './jobs.ts';

/** Does lists of jobs in threads, `threads` lists at a time. Each list gets a thread of its own, which does its jobs in order. */
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
