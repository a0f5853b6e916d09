import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { resolve } from '../../../local/intrinsics.ts';
import { BEFORE_DEPLOY } from '../../../src/operator/checks/before-deploy.ts';
import { createClients } from '../../../src/operator/stage/clients.ts';
import { planStage } from '../../../src/operator/stage/planned-stage.ts';
import { stageAt } from '../../../src/operator/stage/stage.ts';
import { type AwsAccount, newAccount, startAwsAccount } from '../../support/aws-account.ts';
import { compiledSample } from '../../support/compiled.ts';
import { deployedNames } from '../../support/deployed-names.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const MINIMAL = { region: REGION, provider: 'huawei-cloud', providerRegion: 'ap-southeast-3', alarmTarget: 'none' };
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`;
const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}.fifo`;
const QUEUES = { dcs: queueArn('theirs'), dcsDeadLetters: queueArn('theirs-dead') };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'existing-'));
});
afterAll(() => rm(folder, { recursive: true }));
const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

/** The check of what the stage `trial` takes from an account. */
async function check(parameters: object, account: Partial<AwsAccount>) {
  await writeFile(join(folder, 'trial.yml'), JSON.stringify({ ...MINIMAL, ...parameters }));
  const server = await startAwsAccount({ ...newAccount(), ...account });
  running.push(server);
  const clients = createClients({ region: REGION, endpoints: server.endpoints, env: {} });
  const stage = stageAt({ name: 'trial', region: REGION }, {});
  return BEFORE_DEPLOY.existing?.(await planStage({ ...stage, clients }, folder));
}

const GOOD = {
  ...{ FifoQueue: 'true', VisibilityTimeout: '180', MessageRetentionPeriod: '1209600' },
  ...{ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
  ContentBasedDeduplication: 'true',
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: QUEUES.dcsDeadLetters, maxReceiveCount: 200 }),
};
const DEAD = { FifoQueue: 'true', MessageRetentionPeriod: '1209600' };
const queues = (changed: object = {}, dead: object = {}) => {
  const isSet = (all: object) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { 'theirs.fifo': isSet({ ...GOOD, ...changed }), 'theirs-dead.fifo': isSet({ ...DEAD, ...dead }) };
};

describe('what a stage has already', () => {
  it('is nothing, or exists', async () => {
    expect(await check({}, {})).toEqual({ level: 'good', text: 'the stage makes all that it needs' });
    const all = { existingKey: KEY, existingBus: 'shared', existingQueues: QUEUES };
    const account = { names: new Set(['shared']), keys: { [KEY]: {} }, queues: queues() };
    expect(await check(all, account)).toEqual({
      level: 'good',
      text: [KEY, 'shared', QUEUES.dcs, QUEUES.dcsDeadLetters].join(', '),
    });
    expect(await check(all, {})).toMatchObject({
      ...{ level: 'bad', fix: expect.stringContaining('docs/deploying.md#what-a-stage-has-already') },
      text: [KEY, 'shared', QUEUES.dcs, QUEUES.dcsDeadLetters].map((one) => `${one} does not exist`).join('; '),
    });
  });
});

describe('an existing key', () => {
  it.each([
    ['KeyUsage', 'SIGN_VERIFY', 'ENCRYPT_DECRYPT'],
    ['KeySpec', 'RSA_2048', 'SYMMETRIC_DEFAULT'],
    ['KeyState', 'PendingDeletion', 'Enabled'],
  ])('with the %s %s is not usable', async (name, value, needed) => {
    const account = { keys: { [KEY]: {} }, keySettings: { [KEY]: { [name]: value } } };
    expect(await check({ existingKey: KEY }, account)).toMatchObject({
      level: 'bad',
      text: `${KEY}: ${name} is ${value}, and ${needed} is needed`,
    });
  });

  it('that is disabled is not usable', async () => {
    expect(await check({ existingKey: KEY }, { keys: { [KEY]: undefined } })).toMatchObject({
      level: 'bad',
      text: `${KEY}: KeyState is Disabled, and Enabled is needed`,
    });
  });

  it('is in the region of the stage', async () => {
    const far = KEY.replace(REGION, 'us-east-1');
    expect(await check({ existingKey: far }, { keys: { [far]: {} } })).toMatchObject({
      level: 'bad',
      text: `${far} is in us-east-1, and the stage is in ${REGION}`,
    });
  });
});

describe('an existing queue', () => {
  const wrong = (name: string, found: string, needed: string) => ({
    level: 'bad',
    text: `${QUEUES.dcs}: ${name} is ${found}, and ${needed} is needed`,
  });

  it.each<[string, string | undefined, string]>([
    ['FifoQueue', undefined, 'true'],
    ['VisibilityTimeout', '179', 'at least 180'],
    ['MessageRetentionPeriod', '345600', '1209600'],
    ['DeduplicationScope', 'queue', 'messageGroup'],
    ['FifoThroughputLimit', 'perQueue', 'perMessageGroupId'],
    // The heartbeats come from a rule of EventBridge, which names no id.
    ['ContentBasedDeduplication', 'false', 'true'],
  ])('whose %s is %s is not usable', async (name, value, needed) => {
    const found = await check({ existingQueues: QUEUES }, { queues: queues({ [name]: value }) });
    expect(found).toMatchObject(wrong(name, value ?? 'not set', needed));
  });

  it('gives a message up only after as many receives as maxAttempts needs', async () => {
    const redriven = (maxReceiveCount: number) =>
      queues({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: QUEUES.dcsDeadLetters, maxReceiveCount }) });
    const receiving = (maxReceiveCount: number, maxAttempts: number) =>
      check({ existingQueues: QUEUES, maxAttempts }, { queues: redriven(maxReceiveCount) });
    expect(await receiving(199, 10)).toMatchObject(wrong('maxReceiveCount', '199', 'at least 200'));
    expect(await receiving(400, 20)).toMatchObject({ level: 'good' });
    expect(await receiving(99, 1)).toMatchObject(wrong('maxReceiveCount', '99', 'at least 100'));
  });

  it('gives dead letters to the named queue', async () => {
    const other = JSON.stringify({ deadLetterTargetArn: queueArn('other'), maxReceiveCount: 200 });
    const found = await check({ existingQueues: QUEUES }, { queues: queues({ RedrivePolicy: other }) });
    expect(found).toMatchObject(wrong('deadLetterTargetArn', queueArn('other'), QUEUES.dcsDeadLetters));
    expect(await check({ existingQueues: QUEUES }, { queues: queues({ RedrivePolicy: undefined }) })).toMatchObject({
      level: 'bad',
      text: expect.stringMatching(/maxReceiveCount is not set, .+; .+ deadLetterTargetArn is not set/),
    });
  });

  it.each([
    [{ redrivePermission: 'denyAll' }, 'bad'],
    [{ redrivePermission: 'byQueue', sourceQueueArns: [queueArn('other')] }, 'bad'],
    [{ redrivePermission: 'byQueue', sourceQueueArns: [queueArn('other'), QUEUES.dcs] }, 'good'],
    [{ redrivePermission: 'allowAll' }, 'good'],
  ])('of dead letters takes those of its queue: %j', async (policy, level) => {
    const account = { queues: queues({}, { RedriveAllowPolicy: JSON.stringify(policy) }) };
    expect(await check({ existingQueues: QUEUES }, account)).toMatchObject({
      level,
      ...(level === 'bad' && {
        text: `${QUEUES.dcsDeadLetters}: RedriveAllowPolicy is ${JSON.stringify(policy)}, and one that allows ${QUEUES.dcs} is needed`,
      }),
    });
  });

  it('of dead letters keeps them as long', async () => {
    const account = { queues: queues({}, { FifoQueue: undefined, MessageRetentionPeriod: '60' }) };
    expect((await check({ existingQueues: QUEUES }, account))?.text).toMatch(
      /FifoQueue .+ MessageRetentionPeriod is 60/,
    );
  });

  const parameters = { existingKey: KEY, existingQueues: QUEUES };
  const encryptedWith = (KmsMasterKeyId: string) => ({
    ...{ keys: { [KEY]: {}, 'other-key': {} }, aliases: { 'alias/theirs': KEY } },
    queues: queues({ KmsMasterKeyId }),
  });

  it.each(['alias/theirs', KEY, 'alias/aws/sqs'])(
    "is encrypted with the stage's key or one of AWS: %s",
    async (key) => {
      expect(await check(parameters, encryptedWith(key))).toMatchObject({ level: 'good' });
    },
  );

  it('may be encrypted with another key, whose policy this does not read', async () => {
    expect(await check(parameters, encryptedWith('other-key'))).toMatchObject({
      ...{
        level: 'warning',
        text: expect.stringMatching(/other-key, which is not the stage's key: its policy must name/),
      },
    });
    expect(await check(parameters, encryptedWith('gone'))).toMatchObject({
      ...{ level: 'bad', text: `${QUEUES.dcs}: KmsMasterKeyId is gone, which does not exist` },
    });
  });

  it.each([
    ['us-east-1', QUEUES.dcs.replace(REGION, 'us-east-1'), /is in us-east-1, and the stage is in eu-central-1/],
    ['another account', QUEUES.dcs.replace(ACCOUNT, '210987654321'), /is of the account 210987654321, and the stage/],
  ])('is not usable in %s', async (_where, dcs, text) => {
    expect((await check({ existingQueues: { ...QUEUES, dcs } }, { queues: queues() }))?.text).toMatch(text);
  });
});

describe('a queue that a stage makes', () => {
  it('would be usable as an existing one, so that both are asked the same', async () => {
    const view = await compiledSample('prod');
    const names = deployedNames(view);
    const attributes = (id: string) =>
      Object.fromEntries(
        Object.entries(resolve(view.properties(id), names) as object).map(([name, value]) => [
          name,
          typeof value === 'object' ? JSON.stringify(value) : String(value),
        ]),
      );
    const made = {
      'theirs.fifo': attributes('DcsChangesQueue'),
      'theirs-dead.fifo': attributes('DcsChangesDeadLetterQueue'),
    };
    const account = {
      queues: JSON.parse(renamed(JSON.stringify(made))),
      keys: { [made['theirs.fifo'].KmsMasterKeyId ?? '']: {} },
    };
    const existingKey = String(made['theirs.fifo'].KmsMasterKeyId);
    expect(await check({ existingKey, existingQueues: QUEUES }, account)).toMatchObject({ level: 'good' });
  }, 60_000);

  const renamed = (text: string) =>
    text
      .replaceAll(/arn:aws:sqs:[\w-]+:\d+:migration-relay-prod-dcs-changes-dead\.fifo/g, QUEUES.dcsDeadLetters)
      .replaceAll(/arn:aws:sqs:[\w-]+:\d+:migration-relay-prod-dcs-changes\.fifo/g, QUEUES.dcs);
});
