import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BEFORE_DEPLOY, checkAccount } from '../../../src/operator/checks/before-deploy.ts';
import { roleActions } from '../../../src/operator/checks/boundary.ts';
import { createClients } from '../../../src/operator/stage/clients.ts';
import { planStage } from '../../../src/operator/stage/planned-stage.ts';
import { stageAt } from '../../../src/operator/stage/stage.ts';
import { type AwsAccount, newAccount, startAwsAccount } from '../../support/aws-account.ts';
import { compiledSample } from '../../support/compiled.ts';
import { parametersOf } from '../../support/stages.ts';

const REGION = 'eu-central-1';
const MINIMAL = { region: REGION, provider: 'huawei-cloud', providerRegion: 'ap-southeast-3', alarmTarget: 'none' };
const TOPIC = `arn:aws:sns:${REGION}:123456789012:alarms`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planned-'));
});
afterAll(() => rm(folder, { recursive: true }));
const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

/** The stage `trial` with these parameters, in an account. */
async function planned(parameters: object, account: Partial<AwsAccount> = {}) {
  await writeFile(join(folder, 'trial.yml'), JSON.stringify({ ...MINIMAL, ...parameters }));
  const server = await startAwsAccount({ ...newAccount(), ...account });
  running.push(server);
  const stage = stageAt({ name: 'trial', region: REGION }, {});
  const clients = createClients({ region: REGION, endpoints: server.endpoints, env: {} });
  return planStage({ ...stage, clients }, folder);
}
const check = async (name: string, parameters: object = {}, account: Partial<AwsAccount> = {}) =>
  BEFORE_DEPLOY[name]?.(await planned(parameters, account));

describe('the account before a deployment', () => {
  it('is named with the caller', async () => {
    expect(await checkAccount(await planned({}))).toEqual({
      level: 'good',
      text: 'arn:aws:iam::123456789012:user/ann, account 123456789012',
    });
  });

  it('may know nobody because its region is not enabled', async () => {
    await expect(checkAccount(await planned({}, { knowsCaller: false }))).rejects.toMatchObject({
      kind: 'denied',
      diagnostic: { why: expect.stringContaining(`the account has not enabled ${REGION}`) },
    });
  });
});

describe('the concurrency of an account', () => {
  const limits = (all: number, unreserved = all, of = {}) => ({
    names: new Set(Object.keys(of)),
    concurrency: { all, unreserved, of },
  });

  it('is enough if a hundred stay without a reservation', async () => {
    expect(await check('concurrency', {}, limits(1000, 130))).toMatchObject({ level: 'good' });
  });

  it('is too little by one', async () => {
    expect(await check('concurrency', {}, limits(1000, 129))).toEqual({
      level: 'bad',
      text: "the stage reserves 30, but 29 of the account's 1000 can be reserved: 100 stay without a reservation",
      fix: expect.stringMatching(
        /^lower 2 x maximumConcurrency \+ webhookConcurrency to 29, set reserveConcurrency: false in stages\/trial\.yml/,
      ),
    });
  });

  it('of a new account allows no reservation at all', async () => {
    expect(await check('concurrency', { maximumConcurrency: 2, webhookConcurrency: 1 }, limits(10))).toMatchObject({
      level: 'bad',
      text: expect.stringContaining("0 of the account's 10 can be reserved"),
      fix: expect.stringMatching(/^set reserveConcurrency: false/),
    });
    expect(await check('concurrency', { reserveConcurrency: false }, limits(10))).toMatchObject({ level: 'good' });
  });

  it('counts what the stage itself has reserved already, and no SMS for a cloud without it', async () => {
    const of = { 'migration-relay-trial-dcsChanges': 10, 'migration-relay-trial-webhook': 10 };
    const otc = { provider: 'open-telekom-cloud', providerRegion: 'eu-de' };
    expect(await check('concurrency', otc, limits(120, 100, of))).toMatchObject({
      level: 'good',
      text: expect.stringContaining('reserves 20'),
    });
  });
});

describe('the resource policies of logs', () => {
  const policies = (count: number, more: string[] = []) => ({
    logPolicies: [...Array.from({ length: count }, (_, at) => `p${at}`), ...more],
  });

  it.each([
    ['eight others', policies(8)],
    ['nine, with the one that AWS makes for access logs', policies(8, ['AWSLogDeliveryWrite20150319'])],
    ["ten, with the stage's own", policies(8, ['AWSLogDeliveryWrite20150319', 'migration-relay-trial-results'])],
  ])('leave room: %s', async (_what, account) => {
    expect(await check('log-policies', {}, account)).toMatchObject({ level: 'good' });
  });

  it.each([
    ['nine others', policies(9), /the stage needs migration-relay-trial-results and AWSLogDeliveryWrite20150319: p0, /],
    ['ten with that of AWS', policies(9, ['AWSLogDeliveryWrite20150319']), /needs migration-relay-trial-results: p0, /],
  ])('leave none: %s', async (_what, account, text) => {
    expect(await check('log-policies', {}, account)).toMatchObject({ level: 'bad', text: expect.stringMatching(text) });
  });
});

describe('the names that a deployment needs', () => {
  const NAME = 'migration-relay-trial';
  const POLICY = `arn:aws:iam::123456789012:policy/migration-relay/trial/${NAME}-operator`;
  const RULE = `${NAME}-results|${NAME}-results-to-log`;
  const QUEUE = `https://sqs.${REGION}.amazonaws.com/123456789012/${NAME}-dcs-changes.fifo`;
  /** What exists by its name, and how the stack that makes it names it. */
  const ALL: [kind: string, name: string, type: string, id?: string][] = [
    ['table', `${NAME}-ledger`, 'AWS::DynamoDB::Table'],
    ['bus', `${NAME}-results`, 'AWS::Events::EventBus'],
    ['queue', `${NAME}-results-dead`, 'AWS::SQS::Queue'],
    ['queue', `${NAME}-dcs-changes.fifo`, 'AWS::SQS::Queue', QUEUE],
    ['queue', `${NAME}-sms-changes-dead.fifo`, 'AWS::SQS::Queue'],
    ['key', `alias/${NAME}`, 'AWS::KMS::Alias'],
    ['function', `${NAME}-dcsChanges`, 'AWS::Lambda::Function'],
    ['role', `${NAME}-sms-changes`, 'AWS::IAM::Role'],
    ['policy', POLICY, 'AWS::IAM::ManagedPolicy', POLICY],
    ['rule', RULE, 'AWS::Events::Rule', RULE],
    ['log group', `/aws/lambda/${NAME}-webhook`, 'AWS::Logs::LogGroup'],
    ['log group', `/aws/vendedlogs/http-api/${NAME}`, 'AWS::Logs::LogGroup'],
    ['alarm', `${NAME}-DcsDeadLetters`, 'AWS::CloudWatch::Alarm'],
    ['dashboard', NAME, 'AWS::CloudWatch::Dashboard'],
    ['parameter', '/migration-relay/trial/stack/WebhookUrl', 'AWS::SSM::Parameter'],
  ];
  const FREE = { level: 'good', text: 'none is taken' };

  it('are free in a new account', async () => {
    expect(await check('names', { archiveDays: 3 })).toEqual(FREE);
  });

  it.each(ALL)('are taken if the %s %s exists', async (kind, name) => {
    const bare = name.split(/.*[|]|.*policy.migration-relay.trial./).at(-1);
    expect(await check('names', {}, { names: new Set([name]) })).toMatchObject({
      level: 'bad',
      text: expect.stringContaining(`${kind} ${bare}`),
    });
  });

  it('are taken by a resource policy of logs and by an archive, which the bus is called like', async () => {
    expect(await check('names', {}, { logPolicies: [`${NAME}-results`] })).toMatchObject({
      level: 'bad',
      text: expect.stringMatching(/stacks: resource policy of logs migration-relay-trial-results$/),
    });
    const names = new Set([`${NAME}-results`]);
    const stacks = {
      [NAME]: { status: 'CREATE_COMPLETE', resources: [pair('AWS::Events::EventBus', `${NAME}-results`)] },
    };
    expect(await check('names', { archiveDays: 3 }, { names, stacks })).toMatchObject({
      level: 'bad',
      text: expect.stringMatching(/stacks: archive migration-relay-trial-results$/),
    });
  });

  it('are not those of another stage whose name begins alike', async () => {
    const names = new Set([`${NAME}-two-DcsDeadLetters`, '/migration-relay/trial-two/stack/WebhookUrl']);
    expect(await check('names', {}, { names })).toEqual(FREE);
  });

  const pair = (type: string, id: string): [string, string] => [type, id];
  const own = (resources: [string, string][]) => ({
    [`${NAME}-state`]: { status: 'CREATE_COMPLETE', resources },
  });
  const resources = ALL.map(([_kind, name, type, id = name]) => pair(type, id));
  const names = new Set(ALL.map(([_kind, name]) => name));

  it("are the stage's own if they are in one of its stacks", async () => {
    expect(await check('names', {}, { names, stacks: own(resources) })).toEqual({
      level: 'good',
      text: "none is taken by anything outside of the stage's stacks",
    });
  });

  it.each(ALL.map(([kind], at) => ({ kind, at })))('are not if one is in none: $kind $at', async ({ kind, at }) => {
    const stacks = own(resources.toSpliced(at, 1));
    expect(await check('names', {}, { names, stacks })).toMatchObject({
      level: 'bad',
      text: expect.stringMatching(new RegExp(`outside of the stage's stacks: ${kind} [^ ]+$`)),
    });
  });

  it('are not needed for what the stage takes from elsewhere', async () => {
    const others = new Set(['migration-relay-trial-dcs-changes.fifo', 'alias/migration-relay-trial']);
    const existing = {
      existingKey: 'arn:aws:kms:eu-central-1:123456789012:key/k',
      existingQueues: { dcs: 'arn:aws:sqs:eu-central-1:123456789012:migration-relay-trial-dcs-changes.fifo' },
    };
    expect(await check('names', existing, { names: others })).toEqual(FREE);
  });
});

describe('the bucket of the packages', () => {
  const bucket = 'migration-relay-trial-123456789012-packages';
  const answer = (status: number) => ({ buckets: { [bucket]: status } });

  it('has a name that is free', async () => {
    expect(await check('bucket')).toEqual({ level: 'good', text: `${bucket} is free` });
  });

  it.each([
    [200, "outside of the stage's stacks", /empty and delete it/],
    [301, 'in another region', /name the stage otherwise/],
    [403, 'of another account, or you may not read it', /name the stage otherwise/],
  ])('can not be made where S3 answers %s: %s', async (status, where, fix) => {
    expect(await check('bucket', {}, answer(status))).toMatchObject({
      ...{ level: 'bad', text: expect.stringContaining(`there is one ${where}`), fix: expect.stringMatching(fix) },
    });
  });

  it.each([200, 403])("is the stage's own if it is in its stack, and S3 answers %i", async (status) => {
    const resources: [string, string][] = [['AWS::S3::Bucket', bucket]];
    const stacks = { 'migration-relay-trial': { status: 'CREATE_COMPLETE', resources } };
    expect(await check('bucket', {}, { ...answer(status), stacks })).toEqual({
      level: 'good',
      text: `${bucket} exists`,
    });
  });

  it('is not checked by an answer that says nothing of it', async () => {
    await expect(check('bucket', {}, answer(400))).rejects.toThrow();
  });
});

describe('all checks', () => {
  it('together need the rights that the page names for them, and no others', async () => {
    const name = 'migration-relay-trial-ledger';
    const boundary = 'arn:aws:iam::123456789012:policy/limit';
    const key = `arn:aws:kms:${REGION}:123456789012:key/k`;
    const account = {
      ...newAccount(),
      ...{ names: new Set([name]), policies: { [boundary]: {} }, keys: { [key]: {} }, topics: { [TOPIC]: key } },
      ...{ stacks: { 'migration-relay-trial': { status: 'CREATE_COMPLETE', resources: [] } } },
      queues: { 'theirs.fifo': {} },
    };
    const existingQueues = { dcs: `arn:aws:sqs:${REGION}:123456789012:theirs.fifo` };
    const parameters = { alarmTarget: TOPIC, permissionsBoundary: boundary, archiveDays: 3, existingQueues };
    const stage = await planned(parameters, account);
    const atTheProvider = ['clock', 'provider', 'provider-sms'];
    for (const [one, run] of Object.entries(BEFORE_DEPLOY)) if (!atTheProvider.includes(one)) await run(stage);
    const [row = ''] = /^\| `doctor --before-deploy` .*$/m.exec(readFileSync('docs/cli.md', 'utf8')) ?? [];
    const written = [...row.matchAll(/`(\w+:\w+)`/g)].map(([, right]) => right);
    // It needs no right.
    account.calls.delete('sts:GetCallerIdentity');
    expect([...account.calls].sort()).toEqual(written.sort());
  });
});

describe('the stacks of a stage', () => {
  const stacks = (status: string, reason?: string) => ({
    stacks: { 'migration-relay-trial': { status, resources: [], ...(reason !== undefined && { reason }) } },
  });

  it('need not exist', async () => {
    expect(await check('stacks')).toEqual({ level: 'good', text: 'neither exists yet' });
  });

  it.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])('can be updated: %s', async (status) => {
    expect(await check('stacks', {}, stacks(status))).toEqual({
      level: 'good',
      text: `migration-relay-trial is ${status}`,
    });
  });

  it.each([
    ['ROLLBACK_COMPLETE', 'warning', 'remove the cause, then deploy again'],
    ['ROLLBACK_FAILED', 'bad', expect.stringMatching(/DELETE_FAILED, then: aws cloudformation delete-stack /)],
    ['CREATE_FAILED', 'bad', 'aws cloudformation delete-stack --stack-name migration-relay-trial'],
    [
      'UPDATE_ROLLBACK_FAILED',
      'bad',
      'remove the cause, then: aws cloudformation continue-update-rollback --stack-name migration-relay-trial',
    ],
    [
      'UPDATE_FAILED',
      'bad',
      'remove the cause, then: aws cloudformation rollback-stack --stack-name migration-relay-trial',
    ],
    ['REVIEW_IN_PROGRESS', 'bad', 'aws cloudformation delete-stack --stack-name migration-relay-trial'],
    ['DELETE_FAILED', 'bad', expect.stringMatching(/DELETE_FAILED, then: aws cloudformation delete-stack /)],
    ['UPDATE_IN_PROGRESS', 'warning', 'wait until it has ended'],
  ])('stop a deployment or delay it: %s', async (status, level, fix) => {
    expect(await check('stacks', {}, stacks(status, 'the key was refused'))).toMatchObject({
      ...{ level, fix },
      text: expect.stringMatching(/^migration-relay-trial is \w+: .+: the key was refused$/),
    });
  });
});

describe('two stacks of a stage', () => {
  it('are told by the worse of both', async () => {
    const of = (status: string) => ({ status, resources: [] });
    const stacks = {
      'migration-relay-trial': of('ROLLBACK_COMPLETE'),
      'migration-relay-trial-state': of('DELETE_FAILED'),
    };
    expect(await check('stacks', {}, { stacks })).toMatchObject({
      level: 'bad',
      fix: expect.stringMatching(/, then: aws cloudformation delete-stack --stack-name migration-relay-trial-state$/),
    });
  });
});

describe('the topic of the alarms', () => {
  const key = 'arn:aws:kms:eu-central-1:123456789012:key/alarms';
  const policy = (Action: string | string[], Principal: object | string = { Service: 'cloudwatch.amazonaws.com' }) => ({
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal, Action, Resource: '*' },
    ],
  });
  const encrypted = (by: string, keys: AwsAccount['keys'] = {}) => ({ topics: { [TOPIC]: by }, keys });
  const topic = { alarmTarget: TOPIC };

  it('is missed if there is none', async () => {
    expect(await check('alarm-topic')).toMatchObject({ level: 'warning' });
  });

  it('exists in the region of the stage', async () => {
    expect(await check('alarm-topic', topic, { topics: { [TOPIC]: undefined } })).toMatchObject({ level: 'good' });
    expect(await check('alarm-topic', topic)).toMatchObject({ level: 'bad', text: `${TOPIC} does not exist` });
    const far = { alarmTarget: TOPIC.replace(REGION, 'us-east-1') };
    expect(await check('alarm-topic', far)).toMatchObject({ level: 'bad', text: expect.stringContaining('us-east-1') });
  });

  it.each([
    ['the two rights', policy(['kms:Decrypt', 'kms:GenerateDataKey*'])],
    ['all rights', policy('kms:*', { Service: ['sns.amazonaws.com', 'cloudwatch.amazonaws.com'] })],
  ])('may be encrypted with a key that gives CloudWatch %s', async (_what, own) => {
    expect(await check('alarm-topic', topic, encrypted(key, { [key]: own }))).toMatchObject({ level: 'good' });
  });

  it('may be encrypted with a key that is named by its alias', async () => {
    const account = encrypted('alias/alarms', { [key]: policy('kms:*') });
    expect(await check('alarm-topic', topic, { ...account, aliases: { 'alias/alarms': key } })).toMatchObject({
      level: 'good',
    });
  });

  it('must let a budget publish, and use its key', async () => {
    const budget = { ...topic, monthlyBudget: 20 };
    const service = { Service: 'budgets.amazonaws.com' };
    const publishes = { Statement: [{ Effect: 'Allow', Principal: service, Action: 'SNS:Publish', Resource: TOPIC }] };
    const plain = { topics: { [TOPIC]: undefined } };
    expect(await check('alarm-topic', budget, plain)).toMatchObject({
      level: 'bad',
      text: expect.stringContaining('does not allow budgets.amazonaws.com sns:Publish'),
      fix: expect.stringContaining(`"Resource":"${TOPIC}"`),
    });
    const topicPolicies = { [TOPIC]: publishes };
    expect(await check('alarm-topic', budget, { ...plain, topicPolicies })).toMatchObject({ level: 'good' });
    const alone = encrypted(key, { [key]: policy('kms:*') });
    expect(await check('alarm-topic', budget, { ...alone, topicPolicies })).toMatchObject({
      level: 'bad',
      text: expect.stringMatching(/does not allow budgets\.amazonaws\.com kms:Decrypt and kms:GenerateDataKey/),
    });
    const both = encrypted(key, { [key]: policy('kms:*', { Service: ['cloudwatch.amazonaws.com', service.Service] }) });
    expect(await check('alarm-topic', budget, { ...both, topicPolicies })).toMatchObject({ level: 'good' });
  });

  it('is not judged by a policy with conditions', async () => {
    const own = policy('kms:*');
    const bounded = {
      Statement: own.Statement.map((one) => ({ ...one, Condition: { Bool: { 'aws:SecureTransport': 'true' } } })),
    };
    expect(await check('alarm-topic', topic, encrypted(key, { [key]: bounded }))).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('conditions'),
    });
  });

  it.each([
    ["SNS's own key", encrypted('alias/aws/sns'), /alias\/aws\/sns, which CloudWatch may not use/],
    [
      'a key that says nothing of CloudWatch',
      encrypted(key, { [key]: policy('kms:*', { Service: 'sns.amazonaws.com' }) }),
      /kms:Decrypt and kms:GenerateDataKey\*/,
    ],
    [
      'a key that lets it only decrypt',
      encrypted(key, { [key]: policy('kms:Decrypt') }),
      /amazonaws.com kms:GenerateDataKey\*/,
    ],
  ])('gets no alarm if it is encrypted with %s', async (_what, account, text) => {
    expect(await check('alarm-topic', topic, account)).toMatchObject({
      level: 'bad',
      text: expect.stringMatching(text),
    });
  });
});

describe('what a stage refers to', () => {
  const boundary = 'arn:aws:iam::123456789012:policy/limit';
  const limited = (...Statement: object[]) =>
    check('boundary', { permissionsBoundary: boundary }, { policies: { [boundary]: { Statement } } });
  const allow = (Action: string | string[]) => ({ Effect: 'Allow', Action, Resource: '*' });

  it('is a boundary that exists', async () => {
    expect(await check('boundary')).toMatchObject({ level: 'good' });
    expect(await check('boundary', { permissionsBoundary: boundary })).toMatchObject({
      level: 'bad',
      text: `${boundary} does not exist`,
    });
    expect(await limited(allow('*'))).toEqual({ level: 'good', text: boundary });
  });

  it('is a boundary that allows each action of a function', async () => {
    expect(await limited(allow(roleActions({ tracing: false }).slice(1)))).toMatchObject({
      level: 'bad',
      text: `${boundary} allows none of dynamodb:GetItem, which the functions need`,
    });
    expect(await limited({ Effect: 'Allow', NotAction: 'kms:*', Resource: '*' })).toMatchObject({
      text: `${boundary} allows none of kms:Decrypt, kms:GenerateDataKey, which the functions need`,
    });
    expect(await limited({ ...allow('*'), Effect: 'Deny' })).toMatchObject({ level: 'bad' });
  });

  it('is a boundary that allows traces and network interfaces if the stage has these', async () => {
    const own = { permissionsBoundary: boundary, tracing: true, vpc: { subnets: [], securityGroups: [] } };
    const policies = { [boundary]: { Statement: [allow(roleActions({ tracing: false }))] } };
    const finding = await check('boundary', own, { policies });
    expect(finding?.text).toMatch(/allows none of xray:PutTraceSegments, .*ec2:CreateNetworkInterface, /);
  });

  it.each(['prod', 'staging', 'a-first-stage'])(
    'is a boundary for the actions of the roles in the template of %s',
    async (stage) => {
      const { rights, ofType } = await compiledSample(stage);
      const actions = ofType('AWS::IAM::Role').flatMap(({ id }) => rights(id).flatMap(({ Action }) => Action));
      const { tracing, vpc } = parametersOf(stage);
      expect([...new Set(actions)].sort()).toEqual(roleActions({ tracing, vpc }).toSorted());
    },
    60_000,
  );

  it('is three secrets that are well formed', async () => {
    expect(await check('webhook-secret')).toMatchObject({
      level: 'bad',
      text: 'migration-relay/trial/webhook does not exist',
    });
    const secrets = { mine: '{"secrets":"none"}' };
    expect(await check('webhook-secret', { webhookSecrets: 'mine' }, { secrets })).toMatchObject({
      level: 'bad',
      text: expect.stringMatching(/^mine: /),
    });
  });
});
