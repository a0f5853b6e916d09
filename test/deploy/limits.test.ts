import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolve } from '../../local/intrinsics.ts';
import { localNames } from '../../local/template.ts';
import { problemOfPolicies } from '../../scripts/senders.ts';
import { MAX_STAGE_LENGTH } from '../../scripts/stage-parameters.ts';
import { type CompiledTemplate, compiledWith } from '../support/compiled.ts';
import { deployedNames } from '../support/deployed-names.ts';

const ACCOUNT = '111111111111';
const text = (length: number) => 'x'.repeat(length);
const arn = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${rest}`;
const accounts = (count: number, first: number) => Array.from({ length: count }, (_none, n) => `${first + n}`);
const host = `${'a.'.repeat(120)}example.com`;

const MINIMAL = {
  region: 'eu-central-1',
  provider: 'huawei-cloud',
  providerRegion: 'ap-southeast-3',
  alarmTarget: 'none',
};
/** The most of every parameter that the template makes longer or larger. */
const LARGEST = {
  ...MINIMAL,
  alarmTarget: arn('sns', text(256)),
  dcsEndpoint: `https://${host}`,
  smsEndpoint: `https://${host}`,
  iamEndpoint: `https://${host}`,
  providerCredentials: text(256),
  fingerprintKeys: text(256),
  webhookSecrets: text(256),
  passwordPrefix: `${text(255)}/`,
  maxAttempts: 50,
  maxAgeSeconds: 1_036_800,
  maximumConcurrency: 1000,
  webhookConcurrency: 1000,
  webhookRate: 10_000,
  webhookBurst: 5000,
  oldestMessageSeconds: 1_123_200,
  logRetentionDays: 3653,
  archiveDays: 3650,
  tracing: true,
  vpc: {
    subnets: Array.from({ length: 16 }, (_none, n) => `subnet-0123456789abcde${10 + n}`),
    securityGroups: Array.from({ length: 5 }, (_none, n) => `sg-0123456789abcdef${n}`),
  },
  rollbackMinutes: 180,
  senders: [`arn:aws:iam::${ACCOUNT}:role/${text(500)}`],
  senderAccounts: Array.from({ length: 20 }, (_none, n) => `${200_000_000_000 + n}`),
  senderRules: [arn('events', `rule/${text(255)}/${text(64)}`)],
  senderTopics: [arn('sns', `${text(251)}.fifo`)],
  consumerAccounts: Array.from({ length: 40 }, (_none, n) => `${300_000_000_000 + n}`),
  permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/${text(128)}`,
};
const bus = (length: number) => arn('events', `event-bus/${'b'.repeat(length)}`);
const existing = (name: string) => arn('sqs', `${text(75 - name.length)}${name}.fifo`);
/** The longest names of what a stage has already. The secrets have the names that they have by default. */
const EXISTING = {
  ...MINIMAL,
  passwordPrefix: `${text(255)}/`,
  archiveDays: 3650,
  tracing: true,
  existingKey: arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab'),
  existingBus: bus(256),
  existingQueues: {
    ...{ dcs: existing('dcs'), dcsDeadLetters: existing('dcs-dead') },
    ...{ sms: existing('sms'), smsDeadLetters: existing('sms-dead') },
  },
};
const key = (end: string) => arn('kms', `key/mrk-${'0'.repeat(30)}${end}`);
const withKeys = (parameters: object, count: number) => ({ ...parameters, secretKeys: accounts(count, 10).map(key) });
const SMALLEST = {
  ...MINIMAL,
  smsEndpoint: 'none',
  maxAttempts: 1,
  maxAgeSeconds: 60,
  maximumConcurrency: 2,
  webhookConcurrency: 1,
  webhookRate: 1,
  webhookBurst: 1,
  oldestMessageSeconds: 60,
  logRetentionDays: 1,
  reserveConcurrency: false,
};

const name = (max: number, pattern: RegExp) => ({ max, pattern });
const plain = (max: number) => name(max, /^[\w-]+$/);

/** What AWS accepts as a name (the API reference of each service, at the call that creates the resource). */
const NAMES: Record<string, { max: number; pattern: RegExp }> = {
  'AWS::ApiGatewayV2::Api Name': name(128, /^.+$/),
  'AWS::ApiGatewayV2::Stage StageName': name(128, /^(\$default|[\w-]+)$/),
  'AWS::CloudWatch::Alarm AlarmName': name(255, /^[\x20-\x7e]+$/),
  'AWS::CloudWatch::Alarm AlarmDescription': name(1024, /^.+$/),
  'AWS::CloudWatch::Alarm MetricName': name(255, /^\w+$/),
  'AWS::CloudWatch::Dashboard DashboardName': plain(255),
  'AWS::DynamoDB::Table TableName': name(255, /^[\w.-]{3,}$/),
  'AWS::Events::Archive ArchiveName': name(48, /^[\w.-]+$/),
  'AWS::Events::EventBus Name': name(256, /^[\w./-]+$/),
  'AWS::Events::EventBusPolicy StatementId': plain(64),
  'AWS::Events::Rule EventBusName': name(256, /^[\w./-]+$/),
  'AWS::Events::Rule Name': name(64, /^[\w.-]+$/),
  'AWS::Events::Rule Description': name(512, /^.+$/),
  // "General purpose bucket naming rules".
  'AWS::S3::Bucket BucketName': name(63, /^[a-z0-9][a-z0-9-]+[a-z0-9]$/),
  'AWS::IAM::Policy PolicyName': name(128, /^[\w+=,.@-]+$/),
  'AWS::IAM::ManagedPolicy ManagedPolicyName': name(128, /^[\w+=,.@-]+$/),
  'AWS::IAM::ManagedPolicy Path': name(512, /^\/([\x21-\x7e]+\/)*$/),
  'AWS::IAM::ManagedPolicy Description': name(1000, /^.+$/),
  'AWS::IAM::Role RoleName': name(64, /^[\w+=,.@-]+$/),
  'AWS::IAM::Role Path': name(512, /^\/([\x21-\x7e]+\/)*$/),
  'AWS::KMS::Alias AliasName': name(256, /^alias\/[\w/-]+$/),
  'AWS::KMS::Key Description': name(8192, /^.*$/),
  'AWS::Lambda::Function FunctionName': plain(64),
  'AWS::Lambda::Function Description': name(256, /^.*$/),
  'AWS::Logs::LogGroup LogGroupName': name(512, /^[\w./#-]+$/),
  'AWS::Logs::MetricFilter FilterName': name(512, /^[^:*]+$/),
  'AWS::Logs::MetricFilter MetricName': name(255, /^\w+$/),
  'AWS::Logs::ResourcePolicy PolicyName': name(255, /^[\w-]+$/),
  'AWS::SQS::Queue QueueName': name(80, /^[\w-]+(\.fifo)?$/),
  'AWS::SSM::Parameter Name': name(1011, /^(\/[\w.-]+){1,15}$/),
};
const NAMING = /^(\w*Name|Description|AlarmDescription|StatementId|Path)$/;

const namesOf = ({ template }: CompiledTemplate) => localNames(template, 'ap-northeast-1', 'http://127.0.0.1');

/** The longest names of a partition and a region. */
const PLACE: Record<string, string> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-northeast-1',
  'AWS::NoValue': '',
};

/** A value with its references resolved. A member that is absent stays as an empty text. */
function resolved(view: CompiledTemplate, value: unknown): unknown {
  const names = namesOf(view);
  return resolve(value, {
    ref: (id) => PLACE[id] ?? names.ref(id),
    attribute: (id, attribute) => names.attribute(id, attribute).replace(/^arn:aws:/, 'arn:aws-us-gov:'),
  });
}

/** Every name that a template makes, as `TYPE PROPERTY`. A name that AWS makes itself is not in the template. */
function namesIn(view: CompiledTemplate) {
  const resources = Object.values(view.template.Resources);
  return resources.flatMap(({ Type, Properties }) =>
    Object.entries(Properties).flatMap(([property, value]) => {
      const refers = typeof value === 'object' && ('Ref' in (value as object) || 'Fn::GetAtt' in (value as object));
      return NAMING.test(property) && !refers
        ? [{ key: `${Type} ${property}`, value: String(resolved(view, value)) }]
        : [];
    }),
  );
}

let validator: InstanceType<typeof RegoEngine>;
beforeAll(() => {
  validator = new RegoEngine();
}, 60_000);
/** Rules about ARNs that are written out, which the parameters are, and about what serverless writes. */
const MEANT = ['W9002', 'W9013', 'W3005'];

const FULL_NAME = 'longest-name-of-a-stage1';

describe.each([
  ['the largest parameters and the longest name', LARGEST, FULL_NAME],
  ['the smallest parameters and the shortest name', SMALLEST, 'a'],
  ['all that can exist already and a key of secrets', withKeys({ ...EXISTING, existingBus: bus(250) }, 1), FULL_NAME],
])('a stage with %s', (_what, parameters, stage) => {
  let view: CompiledTemplate;
  beforeAll(async () => {
    view = await compiledWith(parameters, stage);
  }, 60_000);

  it('makes names that AWS accepts', () => {
    const made = namesIn(view);
    expect(made.length).toBeGreaterThan(40);
    expect(made.map(({ key }) => key).filter((key) => !NAMES[key])).toEqual([]);
    const wrong = made.filter(({ key, value }) => {
      const { max, pattern } = NAMES[key] ?? name(0, /^$/);
      return value.length > max || !pattern.test(value);
    });
    expect(wrong).toEqual([]);
  });

  it("has no errors for AWS's validator", async () => {
    const files = (await readdir(view.folder)).filter((file) => /^cloudformation-template-(update|state)-/.test(file));
    for (const file of files) {
      const { diagnostics } = validator.validateStandard(new TemplateFile(join(view.folder, file)), {
        severityLevel: 'WARN',
      });
      // An Fn::Sub stays without a variable when an ARN takes its place.
      const meant = [...MEANT, ...('existingBus' in parameters ? ['W1020'] : [])];
      expect(diagnostics.filter(({ ruleId }) => !meant.includes(ruleId)).map(({ message }) => message)).toEqual([]);
    }
  });

  it('is within the quotas of a template', async () => {
    // "AWS CloudFormation quotas": 1 MB in S3, 500 resources, 200 outputs.
    for (const file of await readdir(view.folder))
      if (/^cloudformation-template-/.test(file)) {
        const body = await readFile(join(view.folder, file), 'utf8');
        expect(Buffer.byteLength(body)).toBeLessThan(1_000_000);
        const { Resources, Outputs = {} } = JSON.parse(body) as { Resources: object; Outputs?: object };
        expect(Object.keys(Resources).length).toBeLessThanOrEqual(500);
        expect(Object.keys(Outputs).length).toBeLessThanOrEqual(200);
      }
  });

  it('has environments of at most 4 KB', () => {
    for (const { id } of view.functions()) {
      const { Environment } = resolved(view, view.properties(id)) as { Environment: { Variables: object } };
      // "Lambda quotas": all variables of a function together.
      expect(Buffer.byteLength(JSON.stringify(Environment.Variables))).toBeLessThanOrEqual(4096);
    }
  });

  it.each([
    ['AWS::IAM::Role', 10_240, 'inline policies of a role, in all ("IAM and AWS STS quotas")'],
    ['AWS::IAM::ManagedPolicy', 6144, '"IAM and AWS STS quotas"'],
    ['AWS::SQS::QueuePolicy', 8192, 'SQS, "Amazon SQS policy quotas"'],
    ['AWS::KMS::Key', 32_768, 'KMS, "Resource quotas", key policy document size'],
    ['AWS::Events::EventBusPolicy', 10_240, 'EventBridge, PutPermission'],
    ['AWS::Logs::ResourcePolicy', 5120, 'CloudWatch Logs, PutResourcePolicy'],
  ])('has policies of %s of at most %d bytes', (type, max) => {
    for (const { id } of view.ofType(type)) {
      const { PolicyDocument, KeyPolicy, Statement } = resolved(view, view.properties(id)) as Record<string, unknown>;
      const rights = resolved(view, view.rights(id));
      const document = type === 'AWS::IAM::Role' ? rights : (PolicyDocument ?? KeyPolicy ?? Statement);
      expect(Buffer.byteLength(JSON.stringify(document)), id).toBeLessThanOrEqual(max);
    }
  });

  it('has queue policies of at most 20 statements, 10 conditions and 50 principals', () => {
    for (const { id } of view.ofType('AWS::SQS::QueuePolicy')) {
      const statements = view.policy(id);
      expect(statements.length).toBeLessThanOrEqual(20);
      const conditions = statements.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys));
      expect(conditions.length).toBeLessThanOrEqual(10);
      const principals = statements.flatMap(({ Principal }) =>
        typeof Principal === 'string' ? [Principal] : Object.values(Principal as object).flat(),
      );
      expect(new Set(principals.map((one) => JSON.stringify(one))).size).toBeLessThanOrEqual(50);
    }
  });
});

it('the longest name is the longest that is allowed, and one that is too long by a letter breaks a limit', () => {
  expect(FULL_NAME).toHaveLength(MAX_STAGE_LENGTH);
  expect(`migration-relay-${FULL_NAME}-results`).toHaveLength(NAMES['AWS::Events::Archive ArchiveName']?.max ?? 0);
});

it('a stage that reserves nothing has no reserved concurrency, and its queues bound the functions', async () => {
  const view = await compiledWith(SMALLEST, 'a');
  for (const one of view.functions()) expect(one).not.toHaveProperty('ReservedConcurrentExecutions');
  expect(view.properties('WebhookLambdaFunction')).toMatchObject({
    Environment: { Variables: { RESERVED_CONCURRENCY: 'none' } },
  });
  for (const { Properties } of view.ofType('AWS::Lambda::EventSourceMapping'))
    expect(Properties.ScalingConfig).toEqual({ MaximumConcurrency: 2 });
}, 60_000);

/** As many callers of a kind as the policies of a queue can name, and as many accounts on the bus as its policy can name. */
function maxCallers(kind: 'senders' | 'senderTopics' | 'senderAccounts', callers: string[]) {
  const others = {
    ...{ region: LARGEST.region, senders: [], senderAccounts: [] },
    // One of each other kind, because each has a statement of its own.
    ...{ senderRules: [arn('events', 'rule/a')], senderTopics: [arn('sns', 'a.fifo')] },
    consumerAccounts: accounts(100, 300_000_000_000),
  };
  const withFirst = (count: number) => ({ ...others, [kind]: callers.slice(0, count) });
  const isRefused = (count: number) => problemOfPolicies(FULL_NAME, withFirst(count)) !== undefined;
  const count = callers.findIndex((_one, index) => isRefused(index + 1));
  return { fitting: { ...LARGEST, ...withFirst(count) }, oneMore: { ...LARGEST, ...withFirst(count + 1) }, count };
}
const SHORT_ROLES = accounts(400, 100).map((name) => `arn:aws:iam::${ACCOUNT}:role/${name}`);
const LONG_ROLES = accounts(400, 100).map((name) => `arn:aws:iam::${ACCOUNT}:role/${text(100)}${name}`);
const TOPICS = accounts(400, 100).map((name) => arn('sns', `${text(50)}${name}.fifo`));

it.each([
  ['senderAccounts', accounts(400, 400_000_000_000), 47],
  ['senders', SHORT_ROLES, 73],
  ['senders', LONG_ROLES, 19],
  ['senderTopics', TOPICS, 28],
] as const)(
  'of %s, the limits of SQS are met before the template is too large for a call',
  async (kind, all, fit) => {
    const { fitting, oneMore, count } = maxCallers(kind, [...all]);
    expect(count).toBe(fit);
    const { folder } = await compiledWith(fitting, FULL_NAME);
    const state = JSON.parse(await readFile(join(folder, 'cloudformation-template-state-stack.json'), 'utf8'));
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(51_200);
    await expect(compiledWith(oneMore, FULL_NAME)).rejects.toThrow(
      /stages\/longest-name-of-a-stage1\.yml: senders?, [^\n]* together they make a policy [^\n]*, and SQS allows (8192|50)/,
    );
  },
  60_000,
);

/** The length of each policy for people in the stage's own region, as IAM counts it. */
const sizesIn = (view: CompiledTemplate) =>
  view
    .ofType('AWS::IAM::ManagedPolicy')
    .map(({ Properties }) => JSON.stringify(resolve(Properties.PolicyDocument, deployedNames(view))).length);

describe.each([
  ['the longest names of secrets', LARGEST, FULL_NAME, 1],
  ['the longest names of what exists already', EXISTING, FULL_NAME, 3],
  ['the longest name of a stage', MINIMAL, FULL_NAME, 9],
  ['the shortest name of a stage', MINIMAL, 'a', 15],
])('the keys of secrets of a stage with %s', (_what, parameters, stage, fit) => {
  it(`make policies that IAM takes, if they are at most ${fit}, and one more would be too many`, async () => {
    const view = await compiledWith(withKeys(parameters, fit), stage);
    const longest = Math.max(...sizesIn(view));
    expect(longest).toBeLessThanOrEqual(6144);
    expect(longest + `,"${key('10')}"`.length).toBeGreaterThan(6144);
  }, 60_000);

  it('are refused when packaging if there is one more, in one sentence', async () => {
    await expect(compiledWith(withKeys(parameters, fit + 1), stage)).rejects.toThrow(
      new RegExp(
        `stages/${stage}\\.yml: secretKeys, providerCredentials, [^\\n]*: together they make the policy migration-relay-${stage}-operator 6\\d{3} characters long, and IAM allows 6144\\n(?!\\s+at )`,
      ),
    );
  }, 60_000);
});

it('three names of secrets of 256 fit together, and not together with the longest names of what exists already', async () => {
  const names = { providerCredentials: text(256), fingerprintKeys: text(256), webhookSecrets: text(256) };
  expect(Math.max(...sizesIn(await compiledWith({ ...MINIMAL, ...names }, FULL_NAME)))).toBeLessThanOrEqual(6144);
  await expect(compiledWith({ ...EXISTING, ...names }, FULL_NAME)).rejects.toThrow(
    /: providerCredentials, fingerprintKeys, webhookSecrets, existingKey, existingBus, existingQueues: together they make/,
  );
}, 60_000);
