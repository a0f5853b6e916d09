import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CompiledTemplate, compiledSample } from '../support/compiled.ts';
import { readYaml } from '../support/deploy-role.ts';
import { deployedNames } from '../support/deployed-names.ts';
import { ACCOUNT, type Actor, type AwsRequest, denied, isAllowed, unused } from '../support/iam.ts';
import { onBehalf } from '../support/on-behalf.ts';
import { policyOfRole, resolved, resourcePolicies } from '../support/resource-policies.ts';

const REGION = 'eu-central-1';
const arn = (service: string, rest: string, account = ACCOUNT) => `arn:aws:${service}:${REGION}:${account}:${rest}`;

const KEY = arn('kms', 'key/11111111-2222-3333-4444-555555555555');
const BUS = arn('events', 'event-bus/migration-relay-prod-results');
const RULE = arn('events', 'rule/migration-relay-prod-results/migration-relay-prod-results-to-log');
const ofBus = { 'kms:EncryptionContext:aws:events:event-bus:arn': BUS };
const call = (action: string, resource: string, context: AwsRequest['context'] = {}) => ({ action, resource, context });

let policyOf: ReturnType<typeof resourcePolicies>;
let prod: CompiledTemplate;
beforeAll(async () => {
  prod = await compiledSample('prod');
  policyOf = resourcePolicies(prod);
}, 60_000);

/** A service that acts in its own name: only the policy of the resource decides. */
const service =
  (principal: string) =>
  ({ resource }: AwsRequest): Actor => ({ principal, policies: [], resourcePolicy: policyOf(resource) });

const groups = [
  '/aws/lambda/migration-relay-prod-dcsChanges',
  '/aws/lambda/migration-relay-prod-smsChanges',
  '/aws/lambda/migration-relay-prod-webhook',
  '/aws/vendedlogs/http-api/migration-relay-prod',
  '/aws/events/migration-relay-prod-results',
];
const ofGroup = (group: string) => ({ 'kms:EncryptionContext:aws:logs:arn': arn('logs', `log-group:${group}`) });

/** The services that use the stage's resources in their own name, with the calls of AWS's pages on them. */
const SERVICES: Record<string, [principal: string, calls: AwsRequest[]]> = {
  // "Encrypting EventBridge event buses with AWS KMS keys" and "Encrypting EventBridge archives with AWS KMS keys".
  'the bus': [
    'events.amazonaws.com',
    [
      call('kms:DescribeKey', KEY),
      call('kms:GenerateDataKey', KEY, { ...ofBus, 'aws:SourceArn': BUS, 'aws:SourceAccount': ACCOUNT }),
      call('kms:Decrypt', KEY, { ...ofBus, 'aws:SourceArn': BUS, 'aws:SourceAccount': ACCOUNT }),
    ],
  ],
  'the archive': [
    'events.amazonaws.com',
    [
      call('kms:DescribeKey', KEY),
      ...['GenerateDataKey', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'].map((name) => call(`kms:${name}`, KEY, ofBus)),
    ],
  ],
  // "Dead-letter queues for encrypted events": the bus parks what it can't encrypt.
  'the dead-letter queue of the bus and its rule': [
    'events.amazonaws.com',
    [BUS, RULE].map((source) =>
      call('sqs:SendMessage', arn('sqs', 'migration-relay-prod-results-dead'), { 'aws:SourceArn': source }),
    ),
  ],
  // "Using resource-based policies for Amazon EventBridge", Amazon SQS permissions; SQS, "Key management", AWS services.
  'the schedules of heartbeats': [
    'events.amazonaws.com',
    ['dcs', 'sms'].flatMap((name) => {
      const context = {
        'aws:SourceArn': arn('events', `rule/migration-relay-prod-heartbeat-${name}`),
        'aws:SourceAccount': ACCOUNT,
      };
      return [
        call('sqs:SendMessage', arn('sqs', `migration-relay-prod-${name}-changes.fifo`), context),
        call('kms:GenerateDataKey', KEY, context),
        call('kms:Decrypt', KEY, context),
      ];
    }),
  ],
  // "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
  'encrypted logs': [
    `logs.${REGION}.amazonaws.com`,
    groups.flatMap((group) =>
      ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'].map((name) =>
        call(`kms:${name}`, KEY, ofGroup(group)),
      ),
    ),
  ],
  // "Using resource-based policies for Amazon EventBridge", CloudWatch Logs permissions.
  'the rule that writes the log of results': ['events.amazonaws.com', writes()],
  'the delivery of the log of results': ['delivery.logs.amazonaws.com', writes()],
};

function writes() {
  const stream = arn('logs', 'log-group:/aws/events/migration-relay-prod-results:log-stream:one');
  return [call('logs:CreateLogStream', stream), call('logs:PutLogEvents', stream, { 'aws:SourceArn': RULE })];
}

describe.each(Object.entries(SERVICES))('%s', (_name, [principal, calls]) => {
  it('may make its calls', async () => {
    expect(await denied(calls, service(principal))).toEqual([]);
  });
});

describe.each(['prod', 'staging', 'prod-otc'])('the functions of %s', (stage) => {
  it('may do what Lambda does for them, tracing included', async () => {
    const view = await compiledSample(stage);
    const resourcePolicy = resourcePolicies(view);
    for (const { id, Role } of view.functions()) {
      const principal = deployedNames(view).arn(Role['Fn::GetAtt'][0]);
      const policies = [policyOfRole(view, Role['Fn::GetAtt'][0])];
      const calls = onBehalf(view, id, []);
      const traces = calls.filter(({ action }) => action.startsWith('xray:'));
      expect(traces).toHaveLength(stage === 'staging' ? 2 : 0);
      const actor = ({ resource }: AwsRequest) => ({ principal, policies, resourcePolicy: resourcePolicy(resource) });
      expect(await denied(calls, actor)).toEqual([]);
    }
  }, 60_000);
});

describe('the right to keys of secrets', () => {
  const OWN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/99999999-8888`;
  const text = readFileSync('serverless/optional-rights.yml', 'utf8').replace(`\${param:secretKeys}`, `['${OWN}']`);
  const { secretKeys } = readYaml(text) as { secretKeys: { named: { PolicyDocument: unknown } } };
  const principal = `arn:aws:iam::${ACCOUNT}:role/migration-relay/prod/migration-relay-prod-webhook`;
  const keyPolicy = (user: string) => ({
    Statement: [{ Effect: 'Allow', Principal: { AWS: user }, Action: ['kms:*'], Resource: ['*'] }],
  });
  const decrypt = (resource: string, by?: string) =>
    call('kms:Decrypt', resource, by ? { 'kms:ViaService': `${by}.${REGION}.amazonaws.com` } : {});
  const may = (request: AwsRequest, resourcePolicy = keyPolicy(`arn:aws:iam::${ACCOUNT}:root`)) =>
    isAllowed(request, { principal, policies: [resolved(prod, secretKeys.named.PolicyDocument)], resourcePolicy });

  it.each(['secretsmanager', 'ssm'])('serves reading through %s', async (by) => {
    expect(await may(decrypt(OWN, by))).toBe(true);
  });

  it.each([
    ['through another service', decrypt(OWN, 'sqs')],
    ['by itself', decrypt(OWN)],
    ['with another key', decrypt(`${OWN}0`, 'ssm')],
  ])('does not serve decrypting %s', async (_what, request) => {
    expect(await may(request)).toBe(false);
  });

  it('needs the policy of a key in another account too', async () => {
    const theirs = keyPolicy('arn:aws:iam::999999999999:root');
    expect(await may(decrypt(OWN, 'ssm'), theirs)).toBe(false);
    expect(await may(decrypt(OWN, 'ssm'), keyPolicy(principal))).toBe(true);
  });
});

describe("the key's policy", () => {
  it('has nothing that no service needs', async () => {
    const all = Object.values(SERVICES).flatMap(([principal, calls]) => calls.map((one) => ({ ...one, principal })));
    const policy = policyOf(KEY);
    if (!policy) throw new Error('the key has no policy');
    // The first statement leaves the rest to the account's own policies.
    const services = { Statement: policy.Statement.slice(1) };
    const principalOf = new Map(
      all.map((one) => [JSON.stringify([one.action, one.resource, one.context]), one.principal]),
    );
    const actor = (less: typeof policy, { action, resource, context }: AwsRequest): Actor => ({
      principal: principalOf.get(JSON.stringify([action, resource, context])) ?? '',
      policies: [],
      resourcePolicy: less,
    });
    const requests = all.filter(({ resource }) => resource === KEY).map(({ principal: _, ...request }) => request);
    expect(await unused(services, requests, actor)).toEqual([]);
  });

  it.each<[string, string, string, AwsRequest['context']]>([
    [
      'a bus of another account',
      'events.amazonaws.com',
      'kms:GenerateDataKey',
      {
        'kms:EncryptionContext:aws:events:event-bus:arn': arn(
          'events',
          'event-bus/migration-relay-prod-results',
          '999999999999',
        ),
      },
    ],
    [
      'another bus',
      'events.amazonaws.com',
      'kms:Decrypt',
      { 'kms:EncryptionContext:aws:events:event-bus:arn': arn('events', 'event-bus/migration-relay-prod-otc-results') },
    ],
    ['a bus without context', 'events.amazonaws.com', 'kms:Decrypt', {}],
    [
      'the log of another stage',
      `logs.${REGION}.amazonaws.com`,
      'kms:Decrypt',
      ofGroup('/aws/vendedlogs/http-api/migration-relay-prod-otc'),
    ],
    [
      'the log of a function of another stage',
      `logs.${REGION}.amazonaws.com`,
      'kms:Decrypt',
      ofGroup('/aws/lambda/migration-relay-prod-otc-webhook'),
    ],
    ['logs without context', `logs.${REGION}.amazonaws.com`, 'kms:Decrypt', {}],
    [
      'a rule of another account',
      'events.amazonaws.com',
      'kms:GenerateDataKey',
      { 'aws:SourceArn': arn('events', 'rule/x', '999999999999'), 'aws:SourceAccount': '999999999999' },
    ],
    ['a service that the relay does not use', 's3.amazonaws.com', 'kms:Decrypt', {}],
    ['another account', 'arn:aws:iam::999999999999:role/admin', 'kms:Decrypt', {}],
  ])('refuses %s', async (_what, principal, action, context) => {
    const request = call(action, KEY, context);
    const everything = { Statement: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }] };
    const actor = { ...service(principal)(request), policies: principal.startsWith('arn:') ? [everything] : [] };
    expect(await isAllowed(request, actor)).toBe(false);
  });
});

describe('the log of results', () => {
  const stream = arn('logs', 'log-group:/aws/events/migration-relay-prod-results:log-stream:one');
  it.each<[string, string, string, AwsRequest['context']]>([
    ['another rule', 'events.amazonaws.com', 'logs:PutLogEvents', { 'aws:SourceArn': arn('events', 'rule/other') }],
    [
      'a rule of another account',
      'events.amazonaws.com',
      'logs:PutLogEvents',
      { 'aws:SourceArn': RULE.replace(ACCOUNT, '999999999999') },
    ],
    ['nobody that is named', 'events.amazonaws.com', 'logs:PutLogEvents', {}],
    ['another service', 'sns.amazonaws.com', 'logs:PutLogEvents', { 'aws:SourceArn': RULE }],
    ['a reader', 'events.amazonaws.com', 'logs:GetLogEvents', { 'aws:SourceArn': RULE }],
  ])('refuses lines of %s', async (_what, principal, action, context) => {
    const request = call(action, stream, context);
    expect(await isAllowed(request, service(principal)(request))).toBe(false);
  });

  it('refuses a stream in another group', async () => {
    const request = call('logs:CreateLogStream', arn('logs', 'log-group:/aws/events/other:log-stream:one'));
    expect(await isAllowed(request, service('events.amazonaws.com')(request))).toBe(false);
  });
});

describe('the queues', () => {
  const queue = arn('sqs', 'migration-relay-prod-dcs-changes.fifo');
  const everything = { Statement: [{ Effect: 'Allow', Action: ['sqs:*'], Resource: ['*'] }] };
  const role = (principal: string, request: AwsRequest): Actor => ({
    ...service(principal)(request),
    policies: [everything],
  });

  it('refuse calls without TLS', async () => {
    const request = call('sqs:SendMessage', queue, { 'aws:SecureTransport': 'false' });
    const webhook = `arn:aws:iam::${ACCOUNT}:role/migration-relay/prod/migration-relay-prod-webhook`;
    expect(await isAllowed({ ...request, context: {} }, role(webhook, request))).toBe(true);
    expect(await isAllowed(request, role(webhook, request))).toBe(false);
  });

  it.each([
    ['a role that is no sender', `arn:aws:iam::${ACCOUNT}:role/other`],
    [
      'the webhook of another stage',
      `arn:aws:iam::${ACCOUNT}:role/migration-relay/prod-otc/migration-relay-prod-otc-webhook`,
    ],
    ['a service', 'events.amazonaws.com'],
  ])('refuse messages of %s', async (_what, principal) => {
    const request = call('sqs:SendMessage', queue);
    expect(
      await isAllowed(request, principal.startsWith('arn:') ? role(principal, request) : service(principal)(request)),
    ).toBe(false);
  });
});
