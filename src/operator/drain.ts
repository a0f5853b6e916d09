import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../lib/operations/operation.ts';
import type { Clock } from './clock.ts';
import { OperatorError } from './fault.ts';
import { pausePart, readPart } from './stage/pausing.ts';
import { type Depth, depthOf, servicesOf } from './stage/queues.ts';
import type { Stage } from './stage/stage.ts';
import { pluralize } from './story/wording.ts';
import { suggestion } from './suggestion.ts';

export type Depths = Partial<Record<Service, Depth>>;

/** How a drain ended. */
export interface Drain {
  /** False if the time was over first. Then the functions go on. */
  isDrained: boolean;
  /** What is in the queues at the end. After a drain it came from senders that use a queue directly. */
  depths: Depths;
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
 * later waits there. It can be repeated after any end.
 */
export async function drainStage(stage: Stage, clock: Clock, options: DrainOptions): Promise<Drain> {
  const services = await servicesOf(stage);
  await requireWorking(stage, services);
  await pausePart(stage, 'webhook', clock);
  const isDrained = await waitUntilEmpty(stage, services, clock, options);
  if (isDrained) for (const service of services) await pausePart(stage, service, clock);
  return { isDrained, depths: await readDepths(stage, services) };
}

/** A paused function would never empty its queue. If the queue is empty, an earlier drain has ended already. */
async function requireWorking(stage: Stage, services: Service[]): Promise<void> {
  for (const service of services) {
    const { isPaused } = await readPart(stage, service);
    const count = isPaused ? totalOf(await depthOf(stage, service)) : 0;
    if (count > 0) throw notWorking(service, count);
  }
}

const notWorking = (service: Service, count: number) =>
  new OperatorError('part_paused', 'broken', [
    {
      message: `${service} is paused, so its queue can't become empty`,
      got: pluralize(count, 'message'),
      fix: `${suggestion('resume', [], ['--only', service])}, then drain again`,
    },
  ]);

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
export async function readDepths(stage: Stage, services: Service[]): Promise<Depths> {
  const depths = await Promise.all(services.map(async (service) => [service, await depthOf(stage, service)] as const));
  return Object.fromEntries(depths);
}

const totalOf = ({ waiting, inFlight, delayed }: Depth) => waiting + inFlight + delayed;
const isEmpty = (depths: Depths) => Object.values(depths).every((depth) => totalOf(depth) === 0);
