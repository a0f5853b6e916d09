import { parentPort, workerData } from 'node:worker_threads';
import { type Job, perform } from './jobs.ts';

// The relay's deadlines for the ledger use real time, but the world has only virtual time and deadlines of its own.
AbortSignal.timeout = () => new AbortController().signal;

for (const job of workerData as Job[]) parentPort?.postMessage(await perform(job));
