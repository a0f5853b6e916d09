import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/catalogue/commands.ts';
import { type CompiledTemplate, compiledSample, compiledWith } from '../support/compiled.ts';
import { documentedCalls, type Reader } from '../support/documented-calls.ts';
import {
  ACCOUNT,
  type Actor,
  type AwsRequest,
  allowed,
  denied,
  isAllowed,
  neighbours,
  type Policy,
  unguarded,
  unused,
} from '../support/iam.ts';
import { keyUses } from '../support/on-behalf.ts';
import { ACCOUNT_DECIDES, resolved, resourcePolicies } from '../support/resource-policies.ts';

const READERS = ['producer', 'consumer', 'operator', 'maintainer', 'restorer'] as const;
const DOCUMENTED = documentedCalls('prod');

let prod: CompiledTemplate;
let policyOf: ReturnType<typeof resourcePolicies>;
beforeAll(async () => {
  prod = await compiledSample('prod');
  policyOf = resourcePolicies(prod);
}, 60_000);

const idOf = (reader: Reader) => `${reader[0]?.toUpperCase()}${reader.slice(1)}Policy`;
const policyFor = (reader: Reader) => resolved(prod, prod.properties(idOf(reader)).PolicyDocument);
/** A role with a reader's policy that the stage's `senders` name: what the queue's policy denies to others is not asked here. */
const roleWith = (policy: Policy, { resource }: AwsRequest): Actor => ({
  principal: `arn:aws:iam::${ACCOUNT}:role/somebody`,
  policies: [policy],
  resourcePolicy: forSender(policyOf(resource)) ?? (resource.includes(':key/') ? ACCOUNT_DECIDES : undefined),
});
const forSender = (policy: Policy | undefined): Policy | undefined =>
  policy && { Statement: policy.Statement.filter(({ Sid }) => Sid !== 'OnlyNamedSenders') };

const callsBy = (reader: Reader) => {
  const calls = Object.values(DOCUMENTED).flatMap(({ others, ...one }) =>
    [one, ...(others ? [others] : [])].flatMap(({ by, calls }) => (by === reader ? calls : [])),
  );
  const shared = SHARED[reader] ?? [];
  return [...calls, ...shared, ...keyUses(prod, [...calls, ...shared])];
};
const of = (command: string) => DOCUMENTED[command]?.calls ?? [];
/** The calls of commands that several readers run. */
const SHARED: Partial<Record<Reader, AwsRequest[]>> = {
  producer: of('aws sqs get-queue-url').filter(({ resource }) => !/dead/.test(resource)),
  consumer: [
    ...of('aws events list-rules'),
    ...of('aws events list-targets-by-rule').slice(0, 1),
    ...of('aws ssm get-parameter'),
  ],
  operator: of('aws ssm get-parameter'),
};

const key = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
const name = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${rest}`;

/** What consumers do with their own rules, except for reading. */
const CHANGES_OF_RULES = Object.values(DOCUMENTED)
  .flatMap(({ by, calls }) => (by === 'consumer' ? calls : []))
  .flatMap(({ action }) => (/^events:(?!Describe|List)/.test(action) ? [action] : []));

/** Requests that would be too much for a reader. */
const TOO_MUCH = (
  [
    ['producer', 'read messages', 'sqs:ReceiveMessage', name('sqs', 'migration-relay-prod-dcs-changes.fifo')],
    [
      'producer',
      'send to a dead-letter queue',
      'sqs:SendMessage',
      name('sqs', 'migration-relay-prod-dcs-changes-dead.fifo'),
    ],
    ['producer', 'decrypt by itself', 'kms:Decrypt', key],
    ['producer', 'read the ledger', 'dynamodb:GetItem', name('dynamodb', 'table/migration-relay-prod-ledger')],
    [
      'consumer',
      'publish results',
      'events:PutEvents',
      name('events', 'event-bus/migration-relay-prod-results'),
      { 'events:source': ['migration-relay.prod'] },
    ],
    ...['migration-relay-prod-results-to-log', 'Events-Archive-migration-relay-prod-results'].flatMap((rule) =>
      CHANGES_OF_RULES.map((action): [Reader, string, string, string] => [
        'consumer',
        `${action} of ${rule}`,
        action,
        name('events', `rule/migration-relay-prod-results/${rule}`),
      ]),
    ),
    ['consumer', 'make rules on the default bus', 'events:PutRule', name('events', 'rule/mine')],
    ['consumer', 'send changes', 'sqs:SendMessage', name('sqs', 'migration-relay-prod-dcs-changes.fifo')],
    ['operator', 'read changes that wait', 'sqs:ReceiveMessage', name('sqs', 'migration-relay-prod-dcs-changes.fifo')],
    ['operator', 'delete changes that wait', 'sqs:PurgeQueue', name('sqs', 'migration-relay-prod-dcs-changes.fifo')],
    [
      'operator',
      'write any attribute of the ledger',
      'dynamodb:UpdateItem',
      name('dynamodb', 'table/migration-relay-prod-ledger'),
      { 'dynamodb:Attributes': ['pk', 'result'] },
    ],
    [
      'operator',
      'write the ledger without naming attributes',
      'dynamodb:UpdateItem',
      name('dynamodb', 'table/migration-relay-prod-ledger'),
    ],
    ['operator', 'delete the ledger', 'dynamodb:DeleteTable', name('dynamodb', 'table/migration-relay-prod-ledger')],
    [
      'operator',
      'publish as somebody else',
      'events:PutEvents',
      name('events', 'event-bus/migration-relay-prod-results'),
      { 'events:source': ['migration-relay.prod', 'other'] },
    ],
    [
      'operator',
      'publish without a source',
      'events:PutEvents',
      name('events', 'event-bus/migration-relay-prod-results'),
    ],
    [
      'operator',
      'read passwords of changes',
      'secretsmanager:GetSecretValue',
      name('secretsmanager', 'secret:migration-relay/prod/redis/a-a1B2c3'),
    ],
    ['operator', 'deploy', 'lambda:UpdateFunctionCode', name('lambda', 'function:migration-relay-prod-webhook')],
    ['operator', 'decrypt by itself', 'kms:Decrypt', key],
    [
      'operator',
      'pause a function of others',
      'lambda:UpdateEventSourceMapping',
      name('lambda', 'event-source-mapping:1'),
      { 'lambda:FunctionArn': name('lambda', 'function:migration-relay-prod-otc-dcsChanges') },
    ],
    [
      'restorer',
      'restore over another table',
      'dynamodb:RestoreTableFromBackup',
      name('dynamodb', 'table/migration-relay-prod-otc-ledger'),
    ],
    ['restorer', 'delete another table', 'dynamodb:DeleteTable', name('dynamodb', 'table/orders')],
  ] satisfies [Reader, string, string, string, AwsRequest['context']?][]
).map(
  ([reader, what, action, resource, context]) => [reader, what, { action, resource, context: context ?? {} }] as const,
);

/** Any rule of the bus, value of the stage, backup, mapping of the functions. The console asks for all alarms at once. */
const CHOSEN_BY_READERS =
  /^cloudwatch:DescribeAlarms|:(rule\/migration-relay-prod-results\/|parameter\/migration-relay\/prod\/stack\/|table\/migration-relay-prod-ledger-restored\/backup\/|event-source-mapping:)[\w-]+-x( |$)/;

describe.each(READERS)('the policy of the %s', (reader) => {
  it('allows every call of the documented commands', async () => {
    const calls = callsBy(reader);
    expect(calls.length).toBeGreaterThan(3);
    expect(await denied(calls, (request) => roleWith(policyFor(reader), request))).toEqual([]);
  });

  it('is needed completely', async () => {
    expect(
      policyFor(reader)
        .Statement.flatMap(({ Action }) => Action)
        .join(' '),
    ).not.toContain('*');
    expect(await unused(policyFor(reader), callsBy(reader), roleWith)).toEqual([]);
  });

  it('allows no call beside these but under the names that readers choose', async () => {
    const reached = await allowed(neighbours(callsBy(reader)), (request) => roleWith(policyFor(reader), request));
    expect(reached.filter((text) => !CHOSEN_BY_READERS.test(text))).toEqual([]);
  });

  it('has no limit that refuses nothing', async () => {
    const refused = [
      ...neighbours(callsBy(reader)),
      ...TOO_MUCH.flatMap(([who, , request]) => (who === reader ? [request] : [])),
    ];
    expect(await unguarded(policyFor(reader), refused, roleWith)).toEqual([]);
  });

  it('allows none of these calls on another stage, not even on one whose name begins alike', async () => {
    const others = ['prod-otc', 'prodx', 'dev'].flatMap((stage) => {
      const all = Object.values(documentedCalls(stage)).flatMap((one) => (one.by === reader ? one.calls : []));
      // The key of the other stage has another id. Lists can't be limited.
      return all.filter(({ resource, action }) => resource !== '*' && !/^kms:|\/apis$/.test(action + resource));
    });
    const reached = await allowed(others, (request) => roleWith(policyFor(reader), request));
    // The console asks for the states of all alarms at once.
    expect(reached.filter((text) => !text.startsWith('cloudwatch:DescribeAlarms'))).toEqual([]);
  });

  it('fits into the quota of IAM, for the longest name of a stage too', () => {
    const text = JSON.stringify({ Version: '2012-10-17', ...policyFor(reader) });
    const room = 'a'.repeat(24);
    expect(text.replaceAll('migration-relay-prod', `migration-relay-${room}`).length).toBeLessThanOrEqual(6144);
  });
});

describe('too much', () => {
  it.each(TOO_MUCH)('would be that the %s may %s', async (reader, _what, request) => {
    expect(await isAllowed(request, roleWith(policyFor(reader), request))).toBe(false);
  });

  it('would be that a producer who is not among the senders may send', async () => {
    const resource = name('sqs', 'migration-relay-prod-dcs-changes.fifo');
    const request = { action: 'sqs:SendMessage', resource, context: {} };
    const actor = { ...roleWith(policyFor('producer'), request), resourcePolicy: policyOf(resource) };
    expect(await isAllowed(request, actor)).toBe(false);
  });
});

describe('secrets that are encrypted with a key of the account', () => {
  const OWN = name('kms', 'key/99999999-8888');
  let view: CompiledTemplate;
  beforeAll(async () => {
    const place = { region: 'eu-central-1', provider: 'huawei-cloud', providerRegion: 'ap-southeast-3' };
    view = await compiledWith({ ...place, alarmTarget: 'none', secretKeys: [OWN] });
  }, 60_000);
  const use = (action: string, by: string): AwsRequest => ({
    action: `kms:${action}`,
    resource: OWN,
    context: { 'kms:ViaService': `${by}.eu-central-1.amazonaws.com` },
  });
  const may = (reader: Reader) => ({
    principal: `arn:aws:iam::${ACCOUNT}:role/somebody`,
    policies: [resolved(view, view.properties(idOf(reader)).PolicyDocument)],
    resourcePolicy: ACCOUNT_DECIDES,
  });

  // "Secret encryption and decryption in AWS Secrets Manager", permissions for the KMS key.
  it('can be rotated by the maintainer', async () => {
    const calls = [use('GenerateDataKey', 'secretsmanager'), use('Decrypt', 'secretsmanager')];
    expect(await denied(calls, () => may('maintainer'))).toEqual([]);
  });

  it('can be read by the operator, and not written', async () => {
    expect(await isAllowed(use('Decrypt', 'secretsmanager'), may('operator'))).toBe(true);
    expect(await isAllowed(use('GenerateDataKey', 'secretsmanager'), may('operator'))).toBe(false);
  });

  it('give the maintainer no use of the key through other services', async () => {
    const calls = ['ssm', 'sqs', 'dynamodb'].flatMap((by) => [use('GenerateDataKey', by), use('Decrypt', by)]);
    expect(await allowed(calls, () => may('maintainer'))).toEqual([]);
  });
});

describe('the documented commands', () => {
  const pages = ['producer.md', 'consumer.md', 'cli.md', 'dead-letters.md', 'runbook.md', 'deploying.md'];

  it('are all played, and no others', () => {
    const written = pages.flatMap((page) => [
      ...readFileSync(`docs/${page}`, 'utf8').matchAll(/\baws (?!cloudformation|logs put)([a-z0-9]+) ([a-z-]+)/g),
    ]);
    const named = Object.values(COMMANDS).map(({ name: command }) => `relay ${command}`);
    const expected = new Set([...written.map(([command]) => command), ...named, 'npm run secrets']);
    const played = Object.keys(DOCUMENTED).filter((command) => /^(aws|relay|npm) /.test(command));
    expect(new Set(played)).toEqual(expected);
  });

  it.each(READERS)('say that the %s has a policy, and where its ARN is', (reader) => {
    const text = pages.map((page) => readFileSync(`docs/${page}`, 'utf8')).join('\n');
    expect(text).toContain(`\`${idOf(reader)}Arn\``);
    expect(prod.template.Outputs?.[`${idOf(reader)}Arn`]).toMatchObject({ Value: { Ref: idOf(reader) } });
  });
});
