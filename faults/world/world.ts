import type { FingerprintKeys } from '../../src/lib/change/fingerprint.ts';
import type { Operation } from '../../src/lib/operations/operation.ts';
import type { Policy } from '../../src/lib/relay/policy.ts';
import type { Table } from '../../stand-ins/dynamodb/table.ts';
import type { Queue } from '../../stand-ins/sqs/queue.ts';
import type { Harm } from '../change.ts';
import type { Published } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import type { CurrentDeployment } from './deployments.ts';
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
  deadLetters: Queue;
  published: Published[];
  logs: string[];
  policy: Policy;
  operations: Operation[];
  currentDeployment: CurrentDeployment;
  fingerprintKeys(): FingerprintKeys;
  /** True if there is a circuit breaker in front of the provider. */
  breaker: boolean;
  /** The change in a message's body, and how it harms the process that reads it. */
  changeIn(body: string): { uid: string; harm?: Harm };
  /** Called after every write that took effect. */
  written(uid: string, step: Step): void;
}
