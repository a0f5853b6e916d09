import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type Stack, startStack } from '../../local/stack.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { startTables } from '../../stand-ins/dynamodb/server.ts';
import { type Ages, createAges } from './ages.ts';
import { numberedChange, startTasks } from './changes.ts';
import type { ScaleOptions } from './options.ts';

/** What a run with this number of changes took. */
export interface ScaleReport {
  changes: number;
  seconds: number;
  perSecond: number;
  /** From the sending of a change to its result on the bus, in milliseconds. */
  age: { median: number; p99: number };
  ledgerRequests: number;
  /** The memory of the largest worker process, in megabytes, after a tenth of the changes and at the end. */
  memory: { tenth: number; end: number };
}

type Limits = Pick<ScaleOptions, 'open' | 'workers' | 'tasks'>;

/** The number of senders. Each sends every fourth change. */
const SENDERS = 4;
const POLL_INTERVAL = 2;
/** If no change ends for this many milliseconds, something is wrong. */
const STILL = 60_000;

/** Sends this number of changes through a new stack. Throws unless each succeeds with exactly one call. */
export async function runScale(changes: number, folder: string, limits: Limits): Promise<ScaleReport> {
  let ledgerRequests = 0;
  let provider: Simulator | undefined;
  const countRequest = () => {
    ledgerRequests++;
    return false;
  };
  const stack = await startStack({
    folder,
    timeScale: 1,
    workers: limits.workers,
    startTables: (region) => startTables(region, countRequest),
    startProvider: async () => {
      provider = await startSimulator({ tasks: startTasks(limits.tasks) });
      return provider;
    },
  });
  try {
    const measured = await sendAll(stack, changes, limits);
    const calls = provider?.log().filter(({ kind, method }) => kind === 'received' && method !== 'GET').length;
    if (calls !== changes) throw new Error(`${changes} changes made ${calls} calls`);
    return { changes, ledgerRequests, ...measured };
  } finally {
    await stack.stop();
  }
}

async function sendAll(stack: Stack, changes: number, limits: Limits) {
  const ages = createAges();
  stack.onResult(({ detail }) => ages.end(detail));
  const largest = () => Math.max(0, ...stack.workers().map(({ pid }) => residentMegabytes(pid)));
  const began = performance.now();
  const [tenth] = await Promise.all([
    reached(ages, Math.ceil(changes / 10)).then(largest),
    ...Array.from({ length: SENDERS }, (_, sender) => send(stack, ages, sender, changes, limits)),
    reached(ages, changes),
  ]);
  const seconds = (performance.now() - began) / 1000;
  ages.check();
  return {
    seconds: round(seconds),
    perSecond: round(changes / seconds),
    age: { median: round(ages.at(0.5)), p99: round(ages.at(0.99)) },
    memory: { tenth: round(tenth), end: round(largest()) },
  };
}

async function send(stack: Stack, ages: Ages, sender: number, changes: number, { open, tasks }: Limits): Promise<void> {
  for (let number = sender; number < changes; number += SENDERS) {
    while (ages.open() >= open) await wait(POLL_INTERVAL);
    const { id, service, text, group } = numberedChange(number, tasks);
    ages.begin(id);
    await stack.send(service, text, group, randomUUID());
  }
}

/** The present memory of a process, in megabytes. 0 if it has ended, and on systems other than Linux. */
function residentMegabytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Waits until this number of changes has ended. Throws if changes stop ending. */
async function reached(ages: Ages, changes: number): Promise<void> {
  let last = { ended: 0, at: performance.now() };
  while (ages.ended() < changes) {
    if (ages.ended() !== last.ended) last = { ended: ages.ended(), at: performance.now() };
    if (performance.now() - last.at > STILL) throw new Error(`stuck at ${last.ended} of ${changes} changes`);
    await wait(POLL_INTERVAL);
  }
}

const round = (value: number) => Number(value.toPrecision(4));
