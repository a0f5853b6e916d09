import type { FingerprintKeys } from '../../src/lib/change/fingerprint.ts';
import { createPutResults } from '../../src/lib/edges/eventbridge-publisher.ts';
import { gatherResults } from '../../src/lib/edges/gathered-results.ts';
import { createDynamoDbLedger } from '../../src/lib/ledger/dynamodb-ledger.ts';
import type { Ledger } from '../../src/lib/ledger/ledger.ts';
import { rememberBarriers } from '../../src/lib/ledger/remembered-barriers.ts';
import { createJournal } from '../../src/lib/observability/journal.ts';
import type { Operation } from '../../src/lib/operations/operation.ts';
import { createBatch } from '../../src/lib/queue/batch.ts';
import { createPostpone, createRemove } from '../../src/lib/queue/sqs-queue.ts';
import type { Context } from '../../src/lib/relay/job.ts';
import { backoff, type Policy, spread } from '../../src/lib/relay/policy.ts';
import { createRelay } from '../../src/lib/relay/relay.ts';
import { withinPrefix } from '../../src/lib/secrets/secrets.ts';
import type { Harm } from '../asked.ts';
import { createBus, type Published } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import type { Deployed } from './deployed.ts';
import type { Faults } from './faults.ts';
import { createProcess } from './process.ts';
import { createProvider } from './provider.ts';
import type { Queue } from './queue-shape.ts';
import type { Random } from './random.ts';
import { asDelivery, enter, type Step } from './step.ts';
import type { Table } from './table.ts';
import { createTableCall } from './table-client.ts';
import { afterIn, createLogger, createQueueCall, poison, secretOf } from './worker-edges.ts';

/** All that the workers share. */
export interface World {
  clock: Clock;
  random: Random;
  faults: Faults;
  table: Table;
  cloud: Cloud;
  queue: Queue;
  published: Published[];
  logs: string[];
  policy: Policy;
  operations: Operation[];
  deployed: Deployed;
  fingerprintKeys(): FingerprintKeys;
  /** True for the breaker in front of the provider. */
  breaker: boolean;
  /** The change behind a message's body, and what the body does to the process that reads it. */
  changeIn(body: string): { uid: string; harm?: Harm };
  /** Hears of every write that took effect. */
  written(uid: string, step: Step): void;
}

/** The prefix of the secrets that changes may name. */
export const SECRET_PREFIX = 'redis/';

/** A worker: a process with the real relay, ledger, batch and publisher, and the world's edges around them. */
export function createWorker(world: World, skew: number) {
  const { clock, random, faults } = world;
  const { settings, version, until } = world.deployed();
  const { revision, allowInlineSecrets, maxAge, maxAttempts, replaced } = settings;
  const policy = { ...world.policy, maxAge, maxAttempts };
  const names = new Set(replaced.map(({ name }) => name));
  const operations = [...world.operations.filter(({ name }) => !names.has(name)), ...replaced];
  const process = createProcess(clock, faults, skew);
  const { ledgerDeadline, busDeadline } = policy.times;
  const database = createTableCall({ ...world, process, deadline: ledgerDeadline });
  const bus = createBus({ ...world, process, deadline: busDeadline });
  const results = gatherResults(createPutResults(bus.call, 'results'), afterIn(process));
  const context: Context = {
    relay: 'migration-relay.faults',
    ledger: rememberBarriers(stepping(createDynamoDbLedger(database, 'ledger'))),
    provider: createProvider(world, process, database),
    publish(event) {
      bus.publishing(event.detail);
      return results.publish(event);
    },
    fingerprintKeys: async () => world.fingerprintKeys(),
    secret: withinPrefix(SECRET_PREFIX, secretOf(world, process)),
    intake: { operations, revision, allowInlineSecrets },
    policy,
    now: process.now,
    sleep: process.sleep,
    newOwner: random.id,
  };
  const relay = createRelay(context);
  const queue = createQueueCall(world, process);
  const batch = createBatch({
    carry(delivery) {
      const { uid, harm } = world.changeIn(delivery.body);
      return asDelivery(uid, () => (harm ? poison(process, harm) : results.during(() => relay(delivery))));
    },
    postpone: createPostpone(queue, 'queue'),
    remove: createRemove(queue, 'queue'),
    visibility: policy.times.visibility,
    spread: (message) => spread(message, 200, policy.times.messageLife),
    now: process.now,
    random: random.next,
    pause: (receives) => backoff(receives, policy),
    journal: createJournal(createLogger(world.logs)),
  });
  return { process, batch, version, until };
}
export type Worker = ReturnType<typeof createWorker>;

/** Names the step of each of the ledger's requests. */
function stepping(ledger: Ledger): Ledger {
  const steps: Record<keyof Ledger, Step> = {
    claim: 'claim',
    takeOver: 'takeover',
    guard: 'guard',
    overtake: 'guard',
    replaceBarrier: 'guard',
    release: 'release',
    note: 'note',
    store: 'store',
    storeRefusal: 'store',
    renew: 'store',
    readChange: 'lookup',
    readTask: 'lookup',
  };
  const wrapped = Object.entries(steps).map(([name, step]) => {
    const method = ledger[name as keyof Ledger] as (...rest: unknown[]) => Promise<unknown>;
    return [
      name,
      (...rest: unknown[]) => {
        enter(step);
        return method(...rest);
      },
    ];
  });
  return { ...ledger, ...Object.fromEntries(wrapped) } as Ledger;
}
