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
import { createDeployments, type Deployment, keysAt, OPERATIONS, type WorkerSettings } from './world/deployments.ts';
import type { Faults } from './world/faults.ts';
import { startMapping } from './world/mapping.ts';
import type { Random } from './world/random.ts';
import type { World } from './world/world.ts';
import { type Chances, exposeByChance, sendAll, startOperator } from './world-events.ts';

/** What happens by plan instead of by chance. */
export interface Script {
  /** Changes the world before anything is sent. */
  prepare?(world: World): void;
  received?(world: World, messages: Message[]): void;
  /** True if the change's message goes to the dead-letter queue instead of being received once more. */
  isDeadLetter?(uid: string): boolean;
}

export interface Settings {
  chances: Chances;
  script?: Script;
  /** The clock of the run, for faults that depend on the time. */
  clock?: Clock;
  workers: number;
  /** How far a worker's clock may be off, in milliseconds. */
  skew: number;
  /** How long after it was sent a request may take effect, in milliseconds. */
  latest: number;
  /** True for a queue that keeps no order. */
  standard: boolean;
  /** True for a circuit breaker in front of the provider. In an outage it stops nearly all calls, so that few faults occur. */
  breaker?: boolean;
  /** How long queues keep a message, in milliseconds; 14 days by default. */
  retention?: number;
  /** How long a change is tried, in milliseconds; a day by default. */
  maxAge?: number;
  /** What is deployed while changes are under way. */
  deployments?: readonly Deployment[];
}

const NO_CHANCES: Chances = { duplicateDelivery: 0, visibilityExpiry: 0, deadLetter: 0, outsiders: 0, missing: 0 };
/** Ten workers in a world where faults come only by plan. */
export const CALM: Settings = { chances: NO_CHANCES, workers: 10, skew: 5000, latest: 39_000, standard: false };

const HOUR = 3_600_000;
/** The time after which a run ends. It is longer than a change can take, and than poison takes to use up its receives. */
const MAX_TIME = 30 * DAY;

/** Runs one world until every message is handled and every dead letter redriven, or the time is over. */
export async function simulate(
  planned: PlannedMessage[],
  settings: Settings,
  faults: Faults,
  random: Random,
): Promise<Evidence> {
  const register = createRegister(planned, settings.standard);
  const { world, deadOnPurpose } = createWorld(register, settings, faults, random);
  const { clock, queue, deadLetters } = world;
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
  await clock.run(start + MAX_TIME, () => unsent() === 0 && queue.size() === 0 && operator.isDone());
  return {
    accepted: register.accepted,
    log: world.cloud.log,
    published: world.published,
    waiting: queue.messages().map(({ body }) => register.changeOf(body).uid),
    dead: deadLetters.messages().map(({ body }) => register.changeOf(body).uid),
    overReceived: operator.found().filter((id) => !deadOnPurpose.has(id)),
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
  const deadOnPurpose = new Set<string>();
  const common = { visibility: times.visibility, retention, onExpired: () => faults.fired('message_expired') };
  const deadLetters = createQueue({ ...common, maxReceives: Number.POSITIVE_INFINITY }, clock);
  let ids = 0;
  const queueSettings: QueueSettings = {
    ...common,
    maxReceives: 200,
    standard,
    onDeadLetter: deadLetters.inherit,
    newId: () => `m${ids++}`,
    // A change that nobody has claimed has no row with its arrival. Its order after a redrive is not promised.
    isExhausted({ id, body }) {
      const { uid } = register.changeOf(body);
      const isDead = script?.isDeadLetter?.(uid) || (claimed.has(uid) && random.chance(chances.deadLetter));
      if (isDead) deadOnPurpose.add(id);
      return isDead;
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
    queue: createQueue(queueSettings, clock),
    deadLetters,
    policy,
    table: createTable(),
    cloud: createCloud({ clock, random, faults, latest, missing: chances.missing }),
    published: [],
    logs: [],
    operations: OPERATIONS,
    currentDeployment: createDeployments(clock, random, base, deployments),
    breaker,
    fingerprintKeys: keysAt(clock.now(), clock.now, random),
    changeIn(body) {
      const { uid, harm } = register.changeOf(body);
      return harm ? { uid, harm } : { uid };
    },
    written: (uid, step) => step === 'claim' && claimed.add(uid),
  };
  return { world, deadOnPurpose };
}
