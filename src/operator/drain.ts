import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../lib/operations/operation.ts';
import type { Clock } from './clock.ts';
import { pausePart, readPart } from './stage/pausing.ts';
import { type Depth, depthOf, servicesOf } from './stage/queues.ts';
import type { Stage } from './stage/stage.ts';

export type Depths = Partial<Record<Service, Depth>>;

/** How a drain ended. */
export interface Drain {
  /** False if the time was over first. Then the functions go on. */
  isDrained: boolean;
  /** The services whose functions worked at the beginning. Only their queues were waited for. */
  working: Service[];
}

interface DrainOptions {
  /** When to give up; milliseconds since 1970. */
  until: number;
  report(depths: Depths): void;
  /** How long all queues must look empty, in milliseconds. */
  calm?: number;
}

/**
 * How long the queues must look empty, in milliseconds. SQS's counts are approximate: a queue counts as empty when all three were 0
 * for several minutes (SQS Developer Guide, "Troubleshoot messages not returned for ReceiveMessage").
 */
const CALM = { local: 500, deployed: 180_000 };
/** Between two reads of the queues, in milliseconds. */
const INTERVAL = { local: 100, deployed: 5000 };

/**
 * Closes the webhook, waits until the functions have emptied their queues, and then pauses them, so that what senders put into a queue
 * later waits there. A function that is paused already would never empty its queue, so it is not waited for. It can be repeated after
 * any end.
 */
export async function drainStage(stage: Stage, clock: Clock, options: DrainOptions): Promise<Drain> {
  const services = await servicesOf(stage);
  const working = await workingOf(stage, services);
  await pausePart(stage, 'webhook', clock);
  const isDrained = working.length === 0 || (await waitUntilEmpty(stage, working, clock, options));
  if (isDrained) for (const service of services) await pausePart(stage, service, clock);
  return { isDrained, working };
}

async function workingOf(stage: Stage, services: Service[]): Promise<Service[]> {
  const states = await Promise.all(services.map(async (service) => ({ service, ...(await readPart(stage, service)) })));
  return states.flatMap(({ service, isPaused }) => (isPaused ? [] : [service]));
}

/** False if the time was over before the queues had looked empty for long enough. */
async function waitUntilEmpty(
  stage: Stage,
  services: Service[],
  { now, signal }: Clock,
  { until, report, calm = CALM[kindOf(stage)] }: DrainOptions,
): Promise<boolean> {
  let busyAt = now();
  for (;;) {
    const depths = await readDepths(stage, services);
    report(depths);
    if (!isEmpty(depths)) busyAt = now();
    if (now() - busyAt >= calm) return true;
    if (now() >= until) return false;
    await sleep(INTERVAL[kindOf(stage)], undefined, { signal });
  }
}

const kindOf = ({ isLocal }: Stage) => (isLocal ? 'local' : 'deployed');

/** What is in each queue. */
async function readDepths(stage: Stage, services: Service[]): Promise<Depths> {
  const depths = await Promise.all(services.map(async (service) => [service, await depthOf(stage, service)] as const));
  return Object.fromEntries(depths);
}

const totalOf = ({ waiting, inFlight, delayed }: Depth) => waiting + inFlight + delayed;
const isEmpty = (depths: Depths) => Object.values(depths).every((depth) => totalOf(depth) === 0);
