import { parentPort } from 'node:worker_threads';
import { takeIn } from '../../src/lib/change/intake.ts';
import { ALL_OPERATIONS, FIRST_KEYS } from './relay-under-test.ts';

const SETTINGS = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: true };

// A thread of its own, so that its heap can be bounded: says `ready`, then `judged` after each text that it is sent.
parentPort?.on('message', (text: string) => {
  takeIn(text, FIRST_KEYS, SETTINGS);
  parentPort?.postMessage('judged');
});
parentPort?.postMessage('ready');
