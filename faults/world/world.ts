import type { FingerprintKeys } from '../../src/lib/change/fingerprint.ts';
import type { Operation } from '../../src/lib/operations/operation.ts';
import type { Policy } from '../../src/lib/relay/policy.ts';
import type { Table } from '../../stand-ins/dynamodb/table.ts';
import type { Queue } from '../../stand-ins/sqs/queue.ts';
import type { Harm } from '../change.ts';
import type { Published } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import type { CurrentDeployment } from './deployed.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Step } from './step.ts';

/** All that the workers share. */
export interface World {
  clock: Clock;
  random: Random;
  faults: Faults;
  table: Table;
  cloud: Cloud;
  queue: Queue;
  /** The queue of dead letters. */
  dead: Queue;
  published: Published[];
  logs: string[];
  policy: Policy;
  operations: Operation[];
  currentDeployment: CurrentDeployment;
  fingerprintKeys(): FingerprintKeys;
  /** True for the breaker in front of the provider. */
  breaker: boolean;
  /** The change behind a message's body, and what the body does to the process that reads it. */
  changeIn(body: string): { uid: string; harm?: Harm };
  /** Hears of every write that took effect. */
  written(uid: string, step: Step): void;
}
