import { parentPort } from 'node:worker_threads';
import { parseRecord } from '../../src/lib/change/parse-record.ts';
import { ALL_OPERATIONS, FIRST_KEYS } from './relay-under-test.ts';

const SETTINGS = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: true };

// A thread of its own, so that its heap can be bounded and no counting of coverage slows it: says `ready`, then after each
// text that it is sent the milliseconds of computing that judging it took, those of the collector's threads included.
parentPort?.on('message', (text: string) => {
  const start = process.cpuUsage();
  parseRecord(text, FIRST_KEYS, SETTINGS);
  const { user, system } = process.cpuUsage(start);
  parentPort?.postMessage((user + system) / 1000);
});
parentPort?.postMessage('ready');
