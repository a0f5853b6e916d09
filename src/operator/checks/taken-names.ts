import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { SERVICE } from '../stage/stage.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Finding, good } from './address-checks.ts';
import { resourcesOf } from './stack-checks.ts';

/** Something that a deployment makes under a fixed name. `find` gives undefined if it does not exist. */
interface NamedResource {
  kind: string;
  name: string;
  find(name: string): Promise<unknown>;
}

/** Finds what has a name that the deployment needs and is in none of the stage's stacks, so that it can't be made. */
export async function checkNames(stage: PlannedStage): Promise<Finding> {
  const wanted = [...(await stateOf(stage)), ...(await functionsOf(stage))];
  const there = await Promise.all(wanted.map(async (one) => ((await one.find(one.name).catch(ifAbsent)) ? [one] : [])));
  const existing = there.flat();
  if (existing.length === 0) return good(`none of ${wanted.length} is taken`);
  const own = await resourcesOf(stage);
  const isOwn = ({ name }: NamedResource) => own.some((id) => id === name || id.endsWith(`/${name}`));
  const others = existing.filter((one) => !isOwn(one));
  if (others.length === 0) return good(`none of ${wanted.length} is taken by anything outside of the stage's stacks`);
  return bad(
    `the deployment can't make what exists outside of the stage's stacks: ${others.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
    `an earlier attempt may have left it: delete what holds nothing that you need, import the rest into the stack ${SERVICE}-${stage.name}-state, or name the stage otherwise`,
  );
}

/** What holds data, except what the stage takes from elsewhere. */
async function stateOf(stage: PlannedStage): Promise<NamedResource[]> {
  const { clients, table, bus, resultsDead, resultsGroup, parameters, hasSms, name: of } = stage;
  const [dynamo, sqs, events, keys, logs] = await Promise.all([
    clients.dynamo(),
    clients.sqs(),
    clients.bus(),
    clients.keys(),
    clients.logs(),
  ]);
  const { existingQueues, existingBus, existingKey, archiveDays } = parameters;
  const queues = ['dcs', ...(hasSms ? ['sms'] : [])].flatMap((service) => [
    ...(existingQueues[service] ? [] : [`${SERVICE}-${of}-${service}-changes.fifo`]),
    ...(existingQueues[`${service}DeadLetters`] ? [] : [`${SERVICE}-${of}-${service}-changes-dead.fifo`]),
  ]);
  const queue = (name: string): NamedResource => ({
    kind: 'queue',
    name,
    find: (QueueName) => sqs.getQueueUrl({ QueueName }),
  });
  return [
    { kind: 'table', name: table, find: (TableName) => dynamo.describeTable({ TableName }) },
    ...[...queues, resultsDead].map(queue),
    ...(existingBus ? [] : [{ kind: 'bus', name: bus, find: (Name: string) => events.describeEventBus({ Name }) }]),
    ...(archiveDays === 0
      ? []
      : [{ kind: 'archive', name: bus, find: (ArchiveName: string) => events.describeArchive({ ArchiveName }) }]),
    ...(existingKey
      ? []
      : [{ kind: 'key', name: `alias/${SERVICE}-${of}`, find: (KeyId: string) => keys.describeKey({ KeyId }) }]),
    logGroup(logs, resultsGroup),
  ];
}

/** The functions, their roles and their logs. */
async function functionsOf({ clients, hasSms, name: of, functionGroups }: PlannedStage): Promise<NamedResource[]> {
  const [lambda, iam, logs] = await Promise.all([clients.lambda(), clients.iam(), clients.logs()]);
  const functions = { dcsChanges: 'dcs', ...(hasSms && { smsChanges: 'sms' }), webhook: 'webhook' } as const;
  const each = Object.entries(functions).flatMap(([own, service]): NamedResource[] => [
    {
      kind: 'function',
      name: `${SERVICE}-${of}-${own}`,
      find: (FunctionName) => lambda.getFunctionConfiguration({ FunctionName }),
    },
    {
      kind: 'role',
      name: `${SERVICE}-${of}-${own === 'webhook' ? own : `${service}-changes`}`,
      find: (RoleName) => iam.getRole({ RoleName }),
    },
    logGroup(logs, functionGroups[service as keyof typeof functionGroups]),
  ]);
  return [...each, logGroup(logs, `/aws/vendedlogs/http-api/${SERVICE}-${of}`)];
}

const logGroup = (logs: CloudWatchLogs, name: string): NamedResource => ({
  kind: 'log group',
  name,
  async find(logGroupNamePrefix) {
    const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix });
    return logGroups.find(({ logGroupName }) => logGroupName === name);
  },
});
