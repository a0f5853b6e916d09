import { batchPuts } from '../../src/lib/aws/batched-puts.ts';
import { createDynamoDbLedger } from '../../src/lib/aws/dynamodb/ledger.ts';
import { createPutResults } from '../../src/lib/aws/eventbridge.ts';
import { createPostpone, createRemove } from '../../src/lib/aws/sqs-receipts.ts';
import { createRecordLog } from '../../src/lib/observability/record-log.ts';
import { createBatch } from '../../src/lib/relay/batch.ts';
import type { Context } from '../../src/lib/relay/context.ts';
import type { Ledger } from '../../src/lib/relay/ledger.ts';
import { backoff, minRetryDelay } from '../../src/lib/relay/policy.ts';
import { createRelay } from '../../src/lib/relay/relay.ts';
import { rememberLocks } from '../../src/lib/relay/remembered-locks.ts';
import { withinPrefix } from '../../src/lib/secrets/secrets.ts';
import { createBus } from './bus.ts';
import { createProcess } from './process.ts';
import { createProvider } from './provider.ts';
import { asDelivery, namingSteps, type Step } from './step.ts';
import { createTableCall } from './table-client.ts';
import { createLogger, createQueueCall, createSecretStore, createTimer, harmProcess } from './worker-edges.ts';
import type { World } from './world.ts';

/** The prefix of the secrets that changes may name. */
const SECRET_PREFIX = 'redis/';

/** A process with the real relay, ledger, batch and publisher, which are connected to the simulated world. */
export function createWorker(world: World, skew: number) {
  const { clock, random, faults } = world;
  const { settings, version, until } = world.currentDeployment();
  const { revision, allowInlineSecrets, maxAge, maxAttempts, replaced } = settings;
  const policy = { ...world.policy, maxAge, maxAttempts };
  const names = new Set(replaced.map(({ name }) => name));
  const operations = [...world.operations.filter(({ name }) => !names.has(name)), ...replaced];
  const process = createProcess(clock, faults, skew);
  const { ledgerDeadline, busDeadline } = policy.times;
  const database = createTableCall({ ...world, process, deadline: ledgerDeadline });
  const bus = createBus({ ...world, process, deadline: busDeadline });
  const results = batchPuts(createPutResults(bus.call, 'results'), createTimer(process));
  const context: Context = {
    source: 'migration-relay.faults',
    ledger: rememberLocks(namingSteps(createDynamoDbLedger(database, 'ledger'), LEDGER)),
    provider: createProvider(world, process, database),
    publish(event) {
      bus.publishing(event.detail);
      return results.publish(event);
    },
    fingerprintKeys: async () => world.fingerprintKeys(),
    secret: withinPrefix(SECRET_PREFIX, createSecretStore(world, process)),
    validation: { operations, revision, allowInlineSecrets },
    policy,
    now: process.now,
    sleep: process.sleep,
    newOwner: random.id,
  };
  const relay = createRelay(context);
  const queue = createQueueCall(world, process);
  const batch = createBatch({
    relay(delivery) {
      const { uid, harm } = world.changeIn(delivery.body);
      return asDelivery(uid, () =>
        harm ? harmProcess(process, harm) : results.withBatchedPuts(() => relay(delivery)),
      );
    },
    postpone: createPostpone(queue, 'queue'),
    remove: createRemove(queue, 'queue'),
    visibility: policy.times.visibility,
    minRetryDelay: (message) => minRetryDelay(message, 200, policy.times.messageLife),
    now: process.now,
    random: random.next,
    retryDelay: (receives) => backoff(receives, policy),
    recordLog: createRecordLog(createLogger(world.logs)),
  });
  return { process, batch, version, until };
}
export type Worker = ReturnType<typeof createWorker>;

const LEDGER: Record<keyof Ledger, Step> = {
  claim: 'claim',
  takeOver: 'takeover',
  acquireLock: 'guard',
  overtake: 'guard',
  replaceLock: 'guard',
  release: 'release',
  note: 'note',
  store: 'store',
  storeRefusal: 'store',
  renew: 'store',
  readChange: 'lookup',
  readSubject: 'lookup',
};
