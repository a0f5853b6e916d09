import { setTimeout as wait } from 'node:timers/promises';
import type { Values } from '../world/task.ts';
import { type FaultCounts, startFaults } from './fault-schedule.ts';
import type { Inventory } from './inventory.ts';
import type { RunOptions } from './options.ts';
import { sendAll } from './producers.ts';
import { createProviderControl, type ProviderControl } from './provider-control.ts';
import type { Records } from './records.ts';
import type { PlannedMessage } from './traffic.ts';
import type { World } from './world.ts';

/** The parts of a run. */
export interface RunContext {
  options: RunOptions;
  world: World;
  inventory: Inventory;
  records: Records;
  planned: PlannedMessage[];
  /** The subjects that exist from the start, by key. */
  subjects: ReadonlyMap<string, Values>;
  /** The lines that the functions and the stack wrote. */
  lines: readonly string[];
  report(sentence: string): void;
}

/** What happened in a run. */
export interface Execution {
  provider: ProviderControl;
  seconds: number;
  /** False if messages were left although nothing happened any more. */
  drained: boolean;
  /** How often each of the provider's faults has occurred. */
  faultsFired: Record<string, number>;
  faults: FaultCounts;
}

const RATES = { busEvery: 800, settingsEvery: 3000, credentialEvery: 60_000, strangerEvery: 300 };
/** Longer than the longest single wait at this time scale, which is a visibility time-out after a long invocation. */
const MAX_QUIET = 60_000;
const MAX_DRAIN = 600_000;
/** Sending ends when a change takes longer than this on average. */
const MAX_PER_CHANGE = 500;
const MAX_START = 60_000;
const LOOK = 250;

/** Sends all messages under faults. Then it ends the faults and waits until the queues are empty. */
export async function execute(context: RunContext): Promise<Execution> {
  const { options, world, inventory, records, planned, lines, report } = context;
  const { stack, provider: simulator } = world;
  const start = performance.now();
  stack.onResult(({ detail }) => records.publish(detail));
  const provider = createProviderControl(stack.simulatorUrl);
  const targets = { stack, provider, openNames: () => openNames(records) };
  const faults = await startFaults(targets, { ...RATES, killEvery: options.killEvery }, options.seed);
  report(`sending ${planned.length} messages`);
  const signal = AbortSignal.timeout(MAX_START + options.changes * MAX_PER_CHANGE);
  await sendAll({ stack, planned, records, open: options.open, signal }).finally(faults.stop);
  const faultsFired = await provider.fired();
  await provider.clear();
  report(`everything is sent after ${Math.round(performance.now() - start)} ms; ${records.open()} changes are open`);
  const progress = () => records.published.length + simulator.log().length + lines.length;
  const drained = await drain(inventory, progress);
  if (!drained)
    report(`stuck: ${await inventory.waiting()} messages wait, without a result: ${records.openUids().join(' ')}`);
  return { provider, seconds: (performance.now() - start) / 1000, drained, faultsFired, faults: faults.counts };
}

/** The names of DCS tasks that the oldest changes without a result are to create. These changes are mostly in doubt. */
const openNames = ({ openUids, accepted }: Records) =>
  openUids()
    .map((uid) => accepted.get(uid)?.change.task.split('/') ?? [])
    .flatMap(([place, name]) => (place === 'dcs-name' && name !== undefined ? [name] : []))
    .slice(0, 5);

/** Waits until the queues are empty. False if `progress`, which counts all events, no longer grows, or after ten minutes. */
async function drain(inventory: Inventory, progress: () => number): Promise<boolean> {
  const end = Date.now() + MAX_DRAIN;
  let last = { count: progress(), at: Date.now() };
  while ((await inventory.waiting()) > 0) {
    if (progress() !== last.count) last = { count: progress(), at: Date.now() };
    if (Date.now() > Math.min(end, last.at + MAX_QUIET)) return false;
    await wait(LOOK);
  }
  return true;
}
