import { partitionOf } from '../../lib/aws/partitions.ts';
import type { Clients } from '../stage/clients.ts';
import { operatorOf } from '../stage/operator.ts';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { SERVICE } from '../stage/stage.ts';
import { ifAbsent } from './absent.ts';
import { policiesOf } from './account-limits.ts';

/** Resources of one type that a deployment makes under fixed names. */
export interface NamedResources {
  /** The type in CloudFormation. */
  type: string;
  kind: string;
  /** The names, or a pattern of all that a version of the relay may make. */
  names: string[] | RegExp;
  /** Which of the names exist. */
  find(): Promise<string[]>;
}

/** Gives undefined, or throws one of the errors that `ifAbsent` knows, if nothing has the name. */
type Ask = (name: string, clients: Clients) => Promise<unknown>;

/** The calls that tell whether something has a name. All only read. */
const ASKS: Record<string, { kind: string; ask: Ask }> = {
  'AWS::DynamoDB::Table': {
    kind: 'table',
    ask: async (TableName, { dynamo }) => (await dynamo()).describeTable({ TableName }),
  },
  'AWS::SQS::Queue': { kind: 'queue', ask: async (QueueName, { sqs }) => (await sqs()).getQueueUrl({ QueueName }) },
  'AWS::Events::EventBus': { kind: 'bus', ask: async (Name, { bus }) => (await bus()).describeEventBus({ Name }) },
  'AWS::Events::Archive': {
    kind: 'archive',
    ask: async (ArchiveName, { bus }) => (await bus()).describeArchive({ ArchiveName }),
  },
  'AWS::KMS::Alias': { kind: 'key', ask: async (KeyId, { keys }) => (await keys()).describeKey({ KeyId }) },
  'AWS::Lambda::Function': {
    kind: 'function',
    ask: async (FunctionName, { lambda }) => (await lambda()).getFunctionConfiguration({ FunctionName }),
  },
  'AWS::IAM::Role': { kind: 'role', ask: async (RoleName, { iam }) => (await iam()).getRole({ RoleName }) },
  'AWS::CloudWatch::Dashboard': {
    kind: 'dashboard',
    ask: async (DashboardName, { alarms }) => (await alarms()).getDashboard({ DashboardName }),
  },
  'AWS::Logs::LogGroup': {
    kind: 'log group',
    async ask(logGroupNamePrefix, { logs }) {
      const { logGroups = [] } = await (await logs()).describeLogGroups({ logGroupNamePrefix });
      return logGroups.find(({ logGroupName }) => logGroupName === logGroupNamePrefix);
    },
  },
  'AWS::Logs::ResourcePolicy': {
    kind: 'resource policy of logs',
    ask: async (name, { logs }) => (await policiesOf(await logs())).find(({ policyName }) => policyName === name),
  },
};

/** All that a deployment of the stage makes under fixed names, except what the stage takes from elsewhere. */
export function namedResources(stage: PlannedStage): NamedResources[] {
  return [...namesOf(stage).map(([type, names]) => exact(stage, type, names)), ...others(stage)];
}

function exact({ clients }: PlannedStage, type: string, names: string[]): NamedResources {
  const { kind, ask } = ASKS[type] as { kind: string; ask: Ask };
  return { type, kind, names, find: () => existing(names, (name) => ask(name, clients)) };
}

async function existing(names: string[], ask: (name: string) => Promise<unknown>): Promise<string[]> {
  const found = await Promise.all(names.map(async (name) => ((await ask(name).catch(ifAbsent)) ? [name] : [])));
  return found.flat();
}

function namesOf(stage: PlannedStage): [type: string, names: string[]][] {
  const { table, bus, resultsDead, resultsGroup, parameters, functionGroups: groups, functionNames } = stage;
  const { existingQueues, existingBus, existingKey, archiveDays, dashboard } = parameters;
  const named = `${SERVICE}-${stage.name}`;
  const services = stage.hasSms ? (['dcs', 'sms'] as const) : (['dcs'] as const);
  const functions = [...services, 'webhook' as const];
  const queues = services.flatMap((service) => [
    ...(existingQueues[service] ? [] : [`${named}-${service}-changes.fifo`]),
    ...(existingQueues[`${service}DeadLetters`] ? [] : [`${named}-${service}-changes-dead.fifo`]),
  ]);
  return [
    ['AWS::DynamoDB::Table', [table]],
    ['AWS::SQS::Queue', [...queues, resultsDead]],
    ['AWS::Events::EventBus', existingBus ? [] : [bus]],
    ['AWS::Events::Archive', archiveDays === 0 ? [] : [bus]],
    ['AWS::KMS::Alias', existingKey ? [] : [`alias/${named}`]],
    ['AWS::Lambda::Function', functions.map((one) => functionNames[one])],
    ['AWS::IAM::Role', [...services.map((one) => `${named}-${one}-changes`), `${named}-webhook`]],
    [
      'AWS::Logs::LogGroup',
      [resultsGroup, ...functions.map((one) => groups[one]), `/aws/vendedlogs/http-api/${named}`],
    ],
    ['AWS::Logs::ResourcePolicy', [bus]],
    ['AWS::CloudWatch::Dashboard', dashboard ? [named] : []],
  ];
}

const READERS = ['producer', 'consumer', 'operator', 'maintainer', 'restorer'];

/** What is asked in another way than by its name alone. */
function others(stage: PlannedStage): NamedResources[] {
  const { clients, bus, region, name: of, parameters, hasSms } = stage;
  const named = `${SERVICE}-${of}`;
  const toLog = `${bus}-to-log`;
  // Schedules belong to the account's default bus.
  const rules = [toLog, ...['dcs', ...(hasSms ? ['sms'] : [])].map((service) => `${named}-heartbeat-${service}`)];
  const policies = READERS.map((one) => `${named}-${one}`);
  const path = `/${SERVICE}/${of}/stack/`;
  return [
    {
      ...{ type: 'AWS::Events::Rule', kind: 'rule', names: rules },
      async find() {
        const events = await clients.bus();
        const EventBusName = parameters.existingBus ?? bus;
        return existing(rules, (Name) => events.describeRule({ Name, ...(Name === toLog && { EventBusName }) }));
      },
    },
    {
      ...{ type: 'AWS::IAM::ManagedPolicy', kind: 'policy', names: policies },
      async find() {
        const [iam, account] = await Promise.all([clients.iam(), accountOf(stage)]);
        const paths = `arn:${partitionOf(region).name}:iam::${account}:policy/${SERVICE}/${of}/`;
        return existing(policies, (name) => iam.getPolicy({ PolicyArn: `${paths}${name}` }));
      },
    },
    {
      ...{ type: 'AWS::CloudWatch::Alarm', kind: 'alarm', names: new RegExp(`^${named}-[A-Z][A-Za-z]+$`) },
      find: () => alarmsOf(clients, `${named}-`),
    },
    {
      ...{ type: 'AWS::SSM::Parameter', kind: 'parameter', names: new RegExp(`^${path}[A-Za-z]+$`) },
      find: () => parametersBelow(clients, path),
    },
  ];
}

/** The account of who asks. */
export const accountOf = async (stage: PlannedStage) => (await operatorOf(stage)).split(':')[4] ?? '';

async function alarmsOf({ alarms }: Clients, AlarmNamePrefix: string): Promise<string[]> {
  const { paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
  const found: string[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: await alarms() }, { AlarmNamePrefix }))
    found.push(...MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []));
  return found;
}

async function parametersBelow({ parameters }: Clients, Path: string): Promise<string[]> {
  const { paginateGetParametersByPath } = await import('@aws-sdk/client-ssm');
  const found: string[] = [];
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: await parameters() }, { Path }))
    found.push(...Parameters.flatMap(({ Name }) => Name ?? []));
  return found;
}
