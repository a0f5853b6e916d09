import type { Policy } from '../src/lib/relay/policy.ts';
import { DAY, MESSAGE_DAYS, timesAt } from '../src/lib/relay/times.ts';
import { createTable } from '../stand-ins/dynamodb/table.ts';
import type { Message } from '../stand-ins/sqs/message.ts';
import { createQueue, type QueueSettings } from '../stand-ins/sqs/queue.ts';
import type { PlannedMessage } from './change.ts';
import type { Evidence } from './evidence.ts';
import { createRegister, type Register } from './register.ts';
import { type Clock, createClock } from './world/clock.ts';
import { createCloud } from './world/cloud.ts';
import { createDeployments, type Deployment, keysAt, OPERATIONS, type WorkerSettings } from './world/deployed.ts';
import type { Faults } from './world/faults.ts';
import { startMapping } from './world/mapping.ts';
import type { Random } from './world/random.ts';
import type { World } from './world/world.ts';
import { type Chances, exposeByChance, sendAll, startOperator } from './world-events.ts';

/** What happens by plan instead of by chance. */
export interface Script {
  /** Sets the stage before anything is sent. */
  prepare?(world: World): void;
  received?(world: World, messages: Message[]): void;
  /** True for a message that is to go to the dead-letter queue instead of being received once more. */
  isDoomed?(uid: string): boolean;
}

export interface Settings {
  chances: Chances;
  script?: Script;
  /** The clock of the run, for faults that depend on the time. */
  clock?: Clock;
  workers: number;
  /** How far a worker's clock may be off, in milliseconds. */
  skew: number;
  /** How long after its sending a request may take effect, in milliseconds. */
  latest: number;
  /** True for a queue that keeps no order. */
  standard: boolean;
  /** True for the breaker in front of the provider, which stops nearly all calls in an outage, and with them the chances of faults. */
  breaker?: boolean;
  /** How long queues keep a message, 14 days if it isn't said. */
  retention?: number;
  /** How long a change is tried, a day if it isn't said. */
  maxAge?: number;
  /** What is deployed while changes are under way. */
  deployments?: readonly Deployment[];
}

/** Nothing happens by chance. */
export const QUIET: Chances = { duplicateDelivery: 0, visibilityExpiry: 0, bury: 0, outsiders: 0 };
/** Ten workers in a world where faults come only by plan. */
export const CALM: Settings = { chances: QUIET, workers: 10, skew: 5000, latest: 39_000, standard: false };

const HOUR = 3_600_000;
/** Longer than the oldest change may get, and than poison takes to use up its receives. */
const MAX = 30 * DAY;

/** Runs one world to its end: everything that was sent is carried, buried and redriven, or the time is over. */
export async function simulate(
  planned: PlannedMessage[],
  settings: Settings,
  faults: Faults,
  random: Random,
): Promise<Evidence> {
  const register = createRegister(planned, settings.standard);
  const { world, doomed } = createWorld(register, settings, faults, random);
  const { clock, queue, dead } = world;
  const start = clock.now();
  settings.script?.prepare?.(world);
  const mapping = startMapping(world, {
    ...settings,
    received(messages) {
      settings.script?.received?.(world, messages);
      exposeByChance(world, settings.chances, messages);
    },
  });
  const operator = startOperator(world, register);
  const unsent = sendAll(world, register, planned, settings.chances.outsiders);
  await clock.run(start + MAX, () => unsent() === 0 && queue.size() === 0 && operator.isDone());
  return {
    accepted: register.accepted,
    log: world.cloud.log,
    published: world.published,
    waiting: queue.messages().map(({ body }) => register.of(body).uid),
    dead: dead.messages().map(({ body }) => register.of(body).uid),
    overReceived: operator.found().filter((id) => !doomed.has(id)),
    dangling: mapping.dangling(),
    texts: { results: world.published.map(({ detail }) => detail), ledger: [world.table.dump()], logs: world.logs },
    deadTexts: operator.texts(),
  };
}

function createWorld(register: Register, settings: Settings, faults: Faults, random: Random) {
  const times = timesAt(1);
  const { chances, script, clock = createClock(), standard, latest, breaker = false } = settings;
  const { retention = MESSAGE_DAYS * DAY, maxAge = 24 * HOUR, deployments = [] } = settings;
  const { claimed } = register;
  const doomed = new Set<string>();
  const kept = { visibility: times.visibility, retention, expired: () => faults.fired('message_expired') };
  const dead = createQueue({ ...kept, maxReceives: Number.POSITIVE_INFINITY }, clock);
  let ids = 0;
  const settingsOfQueue: QueueSettings = {
    ...kept,
    maxReceives: 200,
    standard,
    bury: dead.inherit,
    newId: () => `m${ids++}`,
    // A change that nobody has claimed yet has no row that remembers its arrival, so a redrive promises it no order.
    isDoomed({ id, body }) {
      const { uid } = register.of(body);
      const is = script?.isDoomed?.(uid) || (claimed.has(uid) && random.chance(chances.bury));
      if (is) doomed.add(id);
      return is;
    },
  };
  const policy: Policy = { maxAttempts: 10, maxAge, times, random: random.next };
  const base: WorkerSettings = {
    revision: '2026-01',
    allowInlineSecrets: false,
    maxAttempts: policy.maxAttempts,
    maxAge,
    replaced: [],
  };
  const world: World = {
    clock,
    random,
    faults,
    queue: createQueue(settingsOfQueue, clock),
    dead,
    policy,
    table: createTable(),
    cloud: createCloud({ clock, random, faults, latest }),
    published: [],
    logs: [],
    operations: OPERATIONS,
    currentDeployment: createDeployments(clock, random, base, deployments),
    breaker,
    fingerprintKeys: keysAt(clock.now(), clock.now, random),
    changeIn(body) {
      const { uid, kind, harm = 'ends' } = register.of(body);
      return kind === 'poison' ? { uid, harm } : { uid };
    },
    written: (uid, step) => step === 'claim' && claimed.add(uid),
  };
  return { world, doomed };
}
