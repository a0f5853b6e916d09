import type { PlannedStage } from '../stage/planned-stage.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Finding, good } from './address-checks.ts';
import { namedQueues, type Problem, problemsOfQueue } from './existing-queues.ts';
import { accountOf } from './named-resources.ts';

/** Checks the key, the bus and the queues that the stage takes from elsewhere: whether they exist, and their settings. */
export async function checkExisting(stage: PlannedStage): Promise<Finding> {
  const { existingKey, existingBus, existingQueues } = stage.parameters;
  const queues = namedQueues(stage);
  const names = [existingKey, existingBus, ...queues.map((role) => existingQueues[role])].filter(Boolean);
  if (names.length === 0) return good('the stage makes all that it needs');
  const account = await accountOf(stage);
  const found = await Promise.all([
    existingKey === undefined ? [] : problemsOfKey(stage, existingKey),
    existingBus === undefined ? [] : problemsOfBus(stage, existingBus),
    ...queues.map((role) => problemsOfQueue(stage, role, account)),
  ]);
  const problems = found.flat();
  if (problems.length === 0) return good(names.join(', '));
  const finding = bad(
    problems.map(({ text }) => text).join('; '),
    'ask the owner for these settings (docs/deploying.md#what-a-stage-has-already), or correct existingKey, existingBus or existingQueues',
  );
  return problems.every(({ isDoubt }) => isDoubt) ? { ...finding, level: 'warning' } : finding;
}

/** What a key must be that encrypts queues, table, bus and logs (KMS API Reference, KeyMetadata). */
const KEY = { KeyState: 'Enabled', KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT' } as const;

async function problemsOfKey({ clients, region }: PlannedStage, arn: string): Promise<Problem[]> {
  const place = arn.split(':')[3];
  if (place !== region) return [{ text: `${arn} is in ${place}, and the stage is in ${region}` }];
  const found = await (await clients.keys()).describeKey({ KeyId: arn }).catch(ifAbsent);
  const metadata = found?.KeyMetadata;
  if (!metadata) return [{ text: `${arn} does not exist` }];
  return (Object.keys(KEY) as (keyof typeof KEY)[])
    .filter((name) => metadata[name] !== KEY[name])
    .map((name) => ({ text: `${arn}: ${name} is ${metadata[name]}, and ${KEY[name]} is needed` }));
}

async function problemsOfBus({ clients }: PlannedStage, Name: string): Promise<Problem[]> {
  const found = await (await clients.bus()).describeEventBus({ Name }).catch(ifAbsent);
  return found ? [] : [{ text: `${Name} does not exist` }];
}
