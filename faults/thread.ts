import { parentPort, workerData } from 'node:worker_threads';
import { type Job, perform } from './jobs.ts';

// Real time has no place in a virtual world: the ledger's deadlines are the world's own.
AbortSignal.timeout = () => new AbortController().signal;

for (const job of workerData as Job[]) parentPort?.postMessage(await perform(job));
