import type { Service } from '../../lib/operations/operation.ts';
import { receivesFor } from '../../lib/relay/policy.ts';
import { MESSAGE_DAYS, timesAt } from '../../lib/relay/times.ts';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { SERVICE } from '../stage/stage.ts';
import { ifAbsent } from './absent.ts';

/** Something wrong with what a stage takes from elsewhere. */
export interface Problem {
  text: string;
  /** True if it is not certain. */
  isDoubt?: boolean;
}

type Attributes = Record<string, string>;

/** A setting of a queue: what is needed, and whether the value that was found is enough. */
interface Setting {
  name: string;
  needed: string;
  found(attributes: Attributes): string | undefined;
  fits(value: string): boolean;
}

/** The problems of the queue that the stage's file names as `role`: dcs, dcsDeadLetters, sms or smsDeadLetters. */
export async function problemsOfQueue(stage: PlannedStage, role: string, account: string): Promise<Problem[]> {
  const arn = stage.parameters.existingQueues[role] ?? '';
  const [, , , region, owner, QueueName] = arn.split(':');
  if (region !== stage.region) return [{ text: `${arn} is in ${region}, and the stage is in ${stage.region}` }];
  if (owner !== account) return [{ text: `${arn} is of the account ${owner}, and the stage is of ${account}` }];
  const attributes = await attributesOf(stage, QueueName ?? '');
  if (!attributes) return [{ text: `${arn} does not exist` }];
  const wrong = settingsOf(stage, role).flatMap(({ name, needed, found, fits }) => {
    const value = found(attributes);
    return fits(value ?? '') ? [] : [{ text: `${arn}: ${name} is ${value ?? 'not set'}, and ${needed} is needed` }];
  });
  return [...wrong, ...(await doubtsOfKey(stage, arn, attributes.KmsMasterKeyId))];
}

async function attributesOf({ clients }: PlannedStage, QueueName: string): Promise<Attributes | undefined> {
  const sqs = await clients.sqs();
  const found = await sqs.getQueueUrl({ QueueName }).catch(ifAbsent);
  if (!found) return undefined;
  return (await sqs.getQueueAttributes({ QueueUrl: found.QueueUrl, AttributeNames: ['All'] })).Attributes ?? {};
}

const exactly = (name: string, value: string): Setting => ({
  ...{ name, needed: value, found: (attributes) => attributes[name], fits: (found) => found === value },
});
const atLeast = (
  name: string,
  minimum: number,
  found: Setting['found'] = (attributes) => attributes[name],
): Setting => ({
  ...{ name, needed: `at least ${minimum}`, found, fits: (value) => Number(value) >= minimum },
});

/** What serverless/queues.yml gives to a queue that the stage makes. */
function settingsOf(stage: PlannedStage, role: string): Setting[] {
  const both = [exactly('FifoQueue', 'true'), exactly('MessageRetentionPeriod', String(MESSAGE_DAYS * 24 * 3600))];
  const service = role.replace('DeadLetters', '');
  const { existingQueues, maxAttempts } = stage.parameters;
  if (service !== role) return [...both, admitting(existingQueues[service] ?? '')];
  const redrive = (name: string) => (attributes: Attributes) => textIn(parsed(attributes.RedrivePolicy)[name]);
  return [
    ...both,
    atLeast('VisibilityTimeout', timesAt(1).visibility / 1000),
    exactly('DeduplicationScope', 'messageGroup'),
    exactly('FifoThroughputLimit', 'perMessageGroupId'),
    exactly('ContentBasedDeduplication', 'true'),
    atLeast('maxReceiveCount', receivesFor(maxAttempts), redrive('maxReceiveCount')),
    {
      ...exactly('deadLetterTargetArn', existingQueues[`${service}DeadLetters`] ?? ''),
      found: redrive('deadLetterTargetArn'),
    },
  ];
}

/** A queue without this policy takes the dead letters of every queue of its account (SQS API Reference, RedriveAllowPolicy). */
const admitting = (source: string): Setting => ({
  ...{ name: 'RedriveAllowPolicy', needed: `one that allows ${source}` },
  found: (attributes) => attributes.RedriveAllowPolicy,
  fits(value) {
    const { redrivePermission = 'allowAll', sourceQueueArns = [] } = parsed(value);
    return redrivePermission === 'allowAll' || [sourceQueueArns].flat().includes(source);
  },
});

const parsed = (text: string | undefined): Record<string, unknown> => JSON.parse(text || '{}');
const textIn = (value: unknown) => (value === undefined ? undefined : String(value));

/** Keys of AWS's own, which every principal of the account may use through SQS. */
const OF_AWS = /alias\/aws\/sqs$/;

/** The functions' roles have rights to the stage's key only. The policy of another key may name them, which is not read here. */
async function doubtsOfKey(stage: PlannedStage, arn: string, key: string | undefined): Promise<Problem[]> {
  if (!key || OF_AWS.test(key)) return [];
  const { existingKey = `alias/${SERVICE}-${stage.name}` } = stage.parameters;
  const [found, own] = await Promise.all([idOf(stage, key), idOf(stage, existingKey)]);
  if (!found) return [{ text: `${arn}: KmsMasterKeyId is ${key}, which does not exist` }];
  if (found === own) return [];
  const text = `${arn}: KmsMasterKeyId is ${key}, which is not the stage's key: its policy must name the functions' roles`;
  return [{ text, isDoubt: true }];
}

async function idOf({ clients }: PlannedStage, KeyId: string): Promise<string | undefined> {
  return (await (await clients.keys()).describeKey({ KeyId }).catch(ifAbsent))?.KeyMetadata?.KeyId;
}

/** The services and dead letters that a stage's file may name queues for. */
export const namedQueues = ({ parameters }: PlannedStage): string[] =>
  (['dcs', 'sms'] satisfies Service[])
    .flatMap((service) => [service, `${service}DeadLetters`])
    .filter((role) => parameters.existingQueues[role] !== undefined);
