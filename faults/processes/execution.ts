import { drain } from './drain.ts';
import { type FaultCounts, startFaults } from './fault-schedule.ts';
import type { Inventory } from './inventory.ts';
import type { RunOptions } from './options.ts';
import { sendAll } from './producers.ts';
import { createProviderControl, type ProviderControl } from './provider-control.ts';
import type { Records } from './records.ts';
import type { PlannedMessage } from './traffic.ts';
import type { World } from './world.ts';

/** What a course of events is made of. */
export interface RunContext {
  options: RunOptions;
  world: World;
  inventory: Inventory;
  records: Records;
  planned: PlannedMessage[];
  /** Lines that functions and stack wrote. */
  lines: readonly string[];
  say(sentence: string): void;
}

/** How it went. */
export interface Execution {
  provider: ProviderControl;
  seconds: number;
  /** False if messages were left although nothing happened any more. */
  drained: boolean;
  /** How often each of the provider's faults has struck. */
  faultsFired: Record<string, number>;
  faults: FaultCounts;
}

const RATES = { busEvery: 800, settingsEvery: 3000, credentialEvery: 60_000 };
/** Longer than the longest single wait at this scale, which is a visibility time-out after a long invocation. */
const STILL = 60_000;
const MAX_DRAIN = 600_000;
/** Sending is given up when a change takes this long on average. */
const MAX_PER_CHANGE = 500;
const MAX_START = 60_000;

/** Sends everything under faults; then these end, and what is still open must come to its end. */
export async function execute({
  options,
  world,
  inventory,
  records,
  planned,
  lines,
  say,
}: RunContext): Promise<Execution> {
  const { stack, provider: simulator } = world;
  const start = performance.now();
  stack.onResult(({ detail }) => records.publish(detail));
  const provider = createProviderControl(stack.simulatorUrl);
  const faults = await startFaults(stack, provider, { ...RATES, killEvery: options.killEvery }, options.seed);
  say(`sending ${planned.length} messages`);
  const signal = AbortSignal.timeout(MAX_START + options.changes * MAX_PER_CHANGE);
  await sendAll({ stack, planned, records, open: options.open, signal }).finally(faults.stop);
  const faultsFired = await provider.fired();
  await provider.clear();
  say(`all is sent after ${Math.round(performance.now() - start)} ms; ${records.open()} changes are open`);
  const happened = () => records.published.length + simulator.log().length + lines.length;
  const drained = await drain({ inventory, happened }, STILL, MAX_DRAIN);
  if (!drained)
    say(`stuck: ${await inventory.waiting()} messages wait, without a result: ${records.openUids().join(' ')}`);
  return { provider, seconds: (performance.now() - start) / 1000, drained, faultsFired, faults: faults.counts };
}
