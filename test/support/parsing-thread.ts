import { parentPort } from 'node:worker_threads';
import { parseRecord } from '../../src/lib/change/parse-record.ts';
import { ALL_OPERATIONS, FIRST_KEYS } from './relay-under-test.ts';

const SETTINGS = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: true };

// Parses records in a thread of its own, so that its heap can be limited and coverage does not slow it. It posts `ready`, and
// then for each text the milliseconds of processor time that parsing took, including the garbage collector's threads.
parentPort?.on('message', (text: string) => {
  const start = process.cpuUsage();
  parseRecord(text, FIRST_KEYS, SETTINGS);
  const { user, system } = process.cpuUsage(start);
  parentPort?.postMessage((user + system) / 1000);
});
parentPort?.postMessage('ready');
