import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { close, createPatientServer, listen } from '../../stand-ins/listen.ts';

/** An account of AWS, as far as it is asked before a first deployment. A test fills it in. */
export interface AwsAccount {
  stacks: Record<string, { status: string; reason?: string; resources: [type: string, id: string][] }>;
  /** What exists by name, or policies by ARN. */
  names: Set<string>;
  concurrency: { all: number; unreserved: number; of: Record<string, number> };
  logPolicies: string[];
  /** What S3 answers to HeadBucket, by the bucket's name. */
  buckets: Record<string, number>;
  /** Topics by their ARN, with the key that encrypts them. */
  topics: Record<string, string | undefined>;
  /** The policies of topics, by the topic's ARN. */
  topicPolicies: Record<string, object>;
  /** Keys by id, with their policies; one that is not enabled has none. */
  keys: Record<string, object | undefined>;
  /** What differs from an enabled symmetric key, by id. */
  keySettings: Record<string, object>;
  /** The documents of policies by ARN. */
  policies: Record<string, object>;
  /** The attributes of queues by name. */
  queues: Record<string, Record<string, string>>;
  /** Aliases of keys, with the ids that they stand for. */
  aliases: Record<string, string>;
  secrets: Record<string, string>;
  /** Event source mappings by the name of their function. */
  mappings: Record<string, object[]>;
  /** Rules by BUS/NAME, with the ARNs of their targets. */
  rules: Record<string, { State: string; targets: string[] }>;
  /** The rights that the calls so far needed. */
  calls: Set<string>;
  /** False if AWS does not know the caller in this region. */
  knowsCaller: boolean;
}

type Reply = { status: number; type: string; body: string };
const json = (body: object, status = 200): Reply => ({ status, type: 'application/json', body: JSON.stringify(body) });
const absent = (name: string): Reply => json({ __type: name, message: 'it does not exist' }, 400);
const xml = (action: string, inner: string): Reply => ({
  ...{ status: 200, type: 'text/xml' },
  body: `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`,
});
const refusal = (code: string, message: string): Reply => ({
  ...{ status: 400, type: 'text/xml' },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

/** A new account without anything of the relay. */
export const newAccount = (): AwsAccount => ({
  ...{
    stacks: {},
    names: new Set(),
    logPolicies: [],
    buckets: {},
    topics: {},
    topicPolicies: {},
    keys: {},
    keySettings: {},
    queues: {},
    policies: {},
    aliases: {},
    secrets: {},
    calls: new Set(),
    mappings: {},
    rules: {},
    knowsCaller: true,
  },
  concurrency: { all: 1000, unreserved: 1000, of: {} },
});

/** Starts the services that tell about an account. */
export async function startAwsAccount(account: AwsAccount) {
  const server = createPatientServer(async (request, response) => {
    const { status, type, body } = answer(account, request, await text(request));
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  const url = await listen(server);
  const services = [
    ...[
      'CLOUDFORMATION',
      'CLOUDWATCH',
      'CLOUDWATCH_LOGS',
      'DYNAMODB',
      'EVENTBRIDGE',
      'IAM',
      'KMS',
      'LAMBDA',
      'SECRETS_MANAGER',
    ],
    ...['S3', 'SNS', 'SQS', 'SSM', 'STS'],
  ];
  return {
    endpoints: Object.fromEntries(services.map((name) => [`AWS_ENDPOINT_URL_${name}`, url])),
    close: () => close(server),
  };
}

function answer(account: AwsAccount, request: IncomingMessage, body: string): Reply {
  const { method, url = '', headers } = request;
  account.calls.add(rightOf(request, body));
  if (method === 'HEAD')
    return { status: account.buckets[url.split(/[/?]/)[1] ?? ''] ?? 404, type: 'text/xml', body: '' };
  const target = headers['x-amz-target'];
  if (target !== undefined) return jsonCall(account, String(target).split('.')[1] ?? '', JSON.parse(body));
  if (url !== '/') return lambdaCall(account, url);
  return queryCall(account, new URLSearchParams(body));
}

/** The paths of Lambda's calls. */
const LAMBDA: [RegExp, string][] = [
  [/account-settings/, 'GetAccountSettings'],
  [/event-source-mappings/, 'ListEventSourceMappings'],
  [/concurrency$/, 'GetFunctionConcurrency'],
  [/configuration$/, 'GetFunctionConfiguration'],
];

/** The right that a call needs. A signature names the service. */
function rightOf({ method, url = '', headers }: IncomingMessage, body: string): string {
  const [, service = ''] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  // AWS's service authorization reference: HeadBucket needs ListBucket.
  if (method === 'HEAD') return `${service}:ListBucket`;
  const target = headers['x-amz-target'];
  const action =
    target === undefined
      ? (LAMBDA.find(([path]) => path.test(url))?.[1] ?? new URLSearchParams(body).get('Action'))
      : String(target).split('.')[1];
  return `${service === 'monitoring' ? 'cloudwatch' : service}:${action}`;
}

function jsonCall(account: AwsAccount, action: string, input: Record<string, string>): Reply {
  const existing = (name = '', error = 'ResourceNotFoundException') =>
    account.names.has(name) ? json({ Name: name }) : absent(error);
  const calls: Record<string, () => Reply> = {
    DescribeTable: () => existing(input.TableName),
    GetQueueUrl: () => {
      const { QueueName = '' } = input;
      return account.names.has(QueueName) || account.queues[QueueName]
        ? json({ QueueUrl: `https://sqs.eu-central-1.amazonaws.com/123456789012/${QueueName}` })
        : absent('QueueDoesNotExist');
    },
    GetQueueAttributes: () => json({ Attributes: account.queues[input.QueueUrl?.split('/').at(-1) ?? ''] ?? {} }),
    DescribeEventBus: () => existing(input.Name),
    ListRules: () => {
      const found = Object.entries(account.rules).filter(([name]) =>
        name.startsWith(`${input.EventBusName}/${input.NamePrefix}`),
      );
      const Rules = found.map(([name, { State }]) => ({
        ...{ Name: name.split('/')[1], State, Arn: `arn:aws:events:eu-central-1:123456789012:rule/${name}` },
      }));
      return json({ Rules });
    },
    ListTargetsByRule: () => {
      const { targets = [] } = account.rules[`${input.EventBusName}/${input.Rule}`] ?? {};
      return json({ Targets: targets.map((Arn, at) => ({ Id: `t${at}`, Arn })) });
    },
    FilterLogEvents: () =>
      account.names.has(input.logGroupName ?? '') ? json({ events: [] }) : absent('ResourceNotFoundException'),
    DescribeRule: () =>
      input.EventBusName && account.names.has(`${input.EventBusName}|${input.Name}`)
        ? json({ Name: input.Name })
        : absent('ResourceNotFoundException'),
    GetDashboard: () => existing(input.DashboardName, 'ResourceNotFound'),
    DescribeAlarms: () => {
      const found = [...account.names].filter((name) => name.startsWith(input.AlarmNamePrefix ?? '?'));
      return json({ MetricAlarms: found.map((AlarmName) => ({ AlarmName })) });
    },
    GetParametersByPath: () => {
      const found = [...account.names].filter((name) => name.startsWith(input.Path ?? '?'));
      return json({ Parameters: found.map((Name) => ({ Name })) });
    },
    DescribeArchive: () => existing(input.ArchiveName),
    DescribeLogGroups: () => {
      const found = [...account.names].filter((name) => name.startsWith(input.logGroupNamePrefix ?? '?'));
      return json({ logGroups: found.map((logGroupName) => ({ logGroupName })) });
    },
    DescribeResourcePolicies: () => {
      const from = Number(input.nextToken ?? 0);
      const page = account.logPolicies.slice(from, from + 6).map((policyName) => ({ policyName }));
      return json({
        resourcePolicies: page,
        ...(account.logPolicies.length > from + 6 && { nextToken: String(from + 6) }),
      });
    },
    DescribeKey: () => {
      const { KeyId: given = '' } = input;
      const KeyId = account.aliases[given] ?? given;
      if (!account.names.has(KeyId) && !(KeyId in account.keys)) return absent('NotFoundException');
      const isEnabled = account.names.has(KeyId) || account.keys[KeyId] !== undefined;
      const state = { Enabled: isEnabled, KeyState: isEnabled ? 'Enabled' : 'Disabled' };
      const use = { KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT' };
      return json({ KeyMetadata: { KeyId, ...state, ...use, ...account.keySettings[KeyId] } });
    },
    // KMS takes no alias here.
    GetKeyPolicy: () =>
      account.keys[input.KeyId ?? '']
        ? json({ Policy: JSON.stringify(account.keys[input.KeyId ?? '']) })
        : absent('NotFoundException'),
    GetSecretValue: () => {
      const SecretString = account.secrets[input.SecretId ?? ''];
      return SecretString === undefined ? absent('ResourceNotFoundException') : json({ SecretString });
    },
  };
  return calls[action]?.() ?? absent('UnknownOperationException');
}

function lambdaCall({ concurrency, names, mappings }: AwsAccount, url: string): Reply {
  const { all, unreserved, of } = concurrency;
  const { searchParams, pathname } = new URL(url, 'http://lambda');
  if (pathname.endsWith('/event-source-mappings')) return mappingPage(mappings, searchParams);
  if (url.includes('/account-settings'))
    return json({ AccountLimit: { ConcurrentExecutions: all, UnreservedConcurrentExecutions: unreserved } });
  const name = /\/functions\/([^/]+)/.exec(url)?.[1] ?? '';
  const reserved = of[name];
  if (!names.has(name)) return { ...json({ __type: 'ResourceNotFoundException', Message: 'not here' }, 404) };
  return url.endsWith('/concurrency')
    ? json(reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved })
    : json({ FunctionName: name, Environment: { Variables: {} } });
}

/** One mapping a page. */
function mappingPage(mappings: AwsAccount['mappings'], asked: URLSearchParams): Reply {
  const all = mappings[asked.get('FunctionName') ?? ''] ?? [];
  const from = Number(asked.get('Marker') ?? 0);
  return json({
    EventSourceMappings: all.slice(from, from + 1),
    ...(all.length > from + 1 && { NextMarker: String(from + 1) }),
  });
}

function queryCall(account: AwsAccount, form: URLSearchParams): Reply {
  const action = form.get('Action') ?? '';
  const of = (name: string) => form.get(name) ?? '';
  const stack = account.stacks[of('StackName')];
  const noStack = () => refusal('ValidationError', `Stack with id ${of('StackName')} does not exist`);
  const calls: Record<string, () => Reply> = {
    GetCallerIdentity: () =>
      account.knowsCaller
        ? xml(action, '<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>')
        : refusal('InvalidClientTokenId', 'The security token included in the request is invalid.'),
    DescribeStacks: () =>
      stack ? xml(action, `<Stacks><member>${describe(of('StackName'), stack)}</member></Stacks>`) : noStack(),
    ListStackResources: () => (stack ? xml(action, summaries(stack.resources)) : noStack()),
    GetTopicAttributes: () => {
      const arn = of('TopicArn');
      if (!(arn in account.topics)) return refusal('NotFound', 'Topic does not exist');
      const entries: Record<string, string | undefined> = {
        TopicArn: arn,
        Policy: JSON.stringify(account.topicPolicies[arn]),
        KmsMasterKeyId: account.topics[arn],
      };
      return xml(
        action,
        `<Attributes>${Object.entries(entries)
          .map(([key, value]) => entry(key, value))
          .join('')}</Attributes>`,
      );
    },
    GetPolicy: () =>
      of('PolicyArn') in account.policies
        ? xml(action, '<Policy><DefaultVersionId>v3</DefaultVersionId></Policy>')
        : iam(account, action, of('PolicyArn')),
    GetPolicyVersion: () => {
      const document = of('VersionId') === 'v3' ? account.policies[of('PolicyArn')] : undefined;
      if (!document) return refusal('NoSuchEntity', 'no such version');
      const text = encodeURIComponent(JSON.stringify(document));
      return xml(action, `<PolicyVersion><Document>${text}</Document></PolicyVersion>`);
    },
    GetRole: () => iam(account, action, of('RoleName')),
  };
  return calls[action]?.() ?? refusal('InvalidAction', action);
}

const iam = ({ names }: AwsAccount, action: string, name: string) => {
  const what = action.replace('Get', '');
  return names.has(name) ? xml(action, `<${what}><Arn>${name}</Arn></${what}>`) : refusal('NoSuchEntity', `no ${name}`);
};

const entry = (key: string, value: string | undefined) =>
  value === undefined ? '' : `<entry><key>${key}</key><value>${value}</value></entry>`;

const describe = (name: string, { status, reason }: { status: string; reason?: string }) =>
  `<StackName>${name}</StackName><StackStatus>${status}</StackStatus>${reason ? `<StackStatusReason>${reason}</StackStatusReason>` : ''}<CreationTime>2026-01-01T00:00:00Z</CreationTime>`;

const summaries = (ids: [type: string, id: string][]) =>
  `<StackResourceSummaries>${ids
    .map(
      ([type, id], at) =>
        `<member><LogicalResourceId>R${at}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`,
    )
    .join('')}</StackResourceSummaries>`;
