import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preparePackage } from '../../local/prepare.ts';
import { stageParameters } from '../../scripts/stage-parameters.ts';
import { PARAMETER_NAMES } from '../../scripts/stage-schema.ts';
import { PROFILES } from '../../src/lib/provider/profiles.ts';
import { parametersOf, SAMPLES, stagesUnderTest } from '../support/stages.ts';

let folder: string;
beforeAll(async () => {
  folder = `${await mkdtemp(join(tmpdir(), 'stages-'))}/`;
});
afterAll(() => rm(folder, { recursive: true }));

const MINIMAL = {
  region: 'eu-central-1',
  provider: 'huawei-cloud',
  providerRegion: 'ap-southeast-3',
  alarmTarget: 'none',
};

/** The parameters of a stage file with this content; JSON is YAML. */
async function read(given: object, stage = 'trial') {
  await writeFile(`${folder}${stage}.yml`, JSON.stringify(given));
  return stageParameters(stage, folder);
}
const sentence = (given: object, stage?: string) => read(given, stage).catch((error: unknown) => error);

const tagsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_tag, index) => [`t${index}`, 'x']));

describe('the parameters of a stage', () => {
  it.each(stagesUnderTest())('%s are complete', (stage) => {
    expect(parametersOf(stage)).toMatchObject({ provider: expect.any(String) });
  });

  it.each(['us-gov-west-1', 'cn-northwest-1', 'eusc-de-east-1'])('take the region %s', async (region) => {
    expect(await read({ ...MINIMAL, region })).toMatchObject({ region });
  });

  it('have defaults, except where it runs, whom it calls and whom it alerts', async () => {
    expect(await read(MINIMAL)).toMatchObject({
      sms: 'sms',
      archive: 'none',
      tracingMode: 'PassThrough',
      maxReceiveCount: 200,
      alarmActions: [],
      providerCredentials: 'migration-relay/trial/provider',
    });
  });

  it.each(Object.keys(MINIMAL))('must include %s', async (name) => {
    const { [name as keyof typeof MINIMAL]: _gone, ...rest } = MINIMAL;
    expect(await sentence(rest)).toBe(`stages/trial.yml: ${name} is missing`);
  });

  it.each([
    ['a name that nobody knows', { maxAtempts: 3 }, 'unknown: maxAtempts'],
    ['a cloud that nobody knows', { provider: 'aws' }, /^stages\/trial\.yml: provider: /],
    ['a region that the cloud has not', { providerRegion: 'eu-de' }, /providerRegion: .*allowed are .*ap-southeast-3/],
    ['an endpoint in the clear', { dcsEndpoint: 'http://example.com' }, /must be https/],
    ['a secret by ARN', { providerCredentials: 'arn:aws:secretsmanager:x' }, /providerCredentials: must be the name/],
    ['a secret that is a parameter', { webhookSecrets: '/relay/webhook' }, /webhookSecrets: must be the name/],
    ['a prefix without end', { passwordPrefix: 'relay/redis' }, /passwordPrefix: must end in \//],
    ['a target that is no topic', { alarmTarget: 'me@example.com' }, /alarmTarget: /],
    ['a key by its alias', { secretKeys: ['alias/secrets'] }, /secretKeys\.0: must be the ARN of a key/],
    ['an odd retention', { logRetentionDays: 8 }, /logRetentionDays: /],
    ['a budget that tells nobody', { monthlyBudget: 20 }, /monthlyBudget: name an alarmTarget/],
    ['no alarms at all', { alarms: 'none' }, /alarms: /],
    ['one worker only', { maximumConcurrency: 1 }, /maximumConcurrency: /],
    ['attempts beyond what a queue counts', { maxAttempts: 51 }, /maxAttempts: /],
    [
      'a prefix that the secrets have too',
      { passwordPrefix: 'migration-relay/' },
      /could use migration-relay\/trial\/provider as/,
    ],
    [
      'a prefix of a renamed secret',
      { passwordPrefix: 'own/', webhookSecrets: 'own/webhook' },
      /could use own\/webhook as a/,
    ],
    [
      'the prefix of the names in SSM',
      { passwordPrefix: 'migration-relay/trial/stack/' },
      /could use migration-relay\/trial\/st/,
    ],
    ['a runbook in the clear', { runbookUrl: 'http://example.com/runbook' }, /runbookUrl: must be an https address/],
    [
      'a runbook with an anchor',
      { runbookUrl: 'https://example.com/#runbook' },
      /runbookUrl: must be an https address/,
    ],
    ['tags as a list', { tags: ['team'] }, /tags: /],
    ['a tag whose zeros YAML would drop', { tags: { cost: 815 } }, /tags\.cost: must be text; put a number in quotes/],
    ['a tag without value', { tags: { cost: '' } }, /tags\.cost: must have 1 to 256/],
    ['a tag with a long value', { tags: { cost: 'x'.repeat(257) } }, /tags\.cost: must have 1 to 256/],
    ['a tag with a sign that IAM refuses', { tags: { cost: 'a,b' } }, /tags\.cost: must have 1 to 256/],
    ['a tag without key', { tags: { '': 'x' } }, /tags\.: a key has 1 to 128/],
    ['a tag with a long key', { tags: { ['x'.repeat(129)]: 'x' } }, /: a key has 1 to 128/],
    ['a tag of AWS', { tags: { 'AWS:team': 'x' } }, /tags\.AWS:team: keys that begin with aws: are reserved/],
    ['a tag that every stage has', { tags: { Stage: 'x' } }, /tags\.Stage: every stage has the tag STAGE already/],
    [
      'tags that differ in case only',
      { tags: { team: 'x', Team: 'x' } },
      /tags\.team: another key differs only in its case/,
    ],
    ['too many tags', { tags: tagsOf(50) }, /tags: must be at most 49/],
    ['passwords in changes', { inlinePasswords: true }, /only the stage local/],
    ['shortened waits', { timeScale: 2 }, /only the stage local/],
  ])('refuse %s', async (_what, given, expected) => {
    const text = await sentence({ ...MINIMAL, ...given });
    expect(text).toMatch(expected);
    expect(text).toMatch(/^stages\/trial\.yml: /);
  });

  it('take as many and as long tags as AWS does', async () => {
    const tags = { ...tagsOf(48), [`a b_./=+:-${'x'.repeat(118)}`]: `ü 1_.:/=+-@${'x'.repeat(245)}` };
    expect(await read({ ...MINIMAL, tags })).toMatchObject({ tags });
  });

  it.each([
    ['eu-central-1', 'console.aws.amazon.com'],
    ['cn-north-1', 'console.amazonaws.cn'],
    ['us-gov-west-1', 'console.amazonaws-us-gov.com'],
  ])('lead from %s to the console at %s', async (region, consoleHost) => {
    expect(await read({ ...MINIMAL, region })).toMatchObject({ consoleHost });
  });

  it('give rights to keys of secrets if they name some', async () => {
    const secretKeys = ['arn:aws:kms:eu-central-1:000000000000:key/11111111-2222'];
    expect(await read(MINIMAL)).toMatchObject({ secretKeyRights: 'none' });
    expect(await read({ ...MINIMAL, secretKeys })).toMatchObject({ secretKeys, secretKeyRights: 'named' });
  });

  it('leave SMS out if the cloud has none, unless an endpoint is named', async () => {
    const otc = { ...MINIMAL, provider: 'open-telekom-cloud', providerRegion: 'eu-de' };
    expect(await read(otc)).toMatchObject({ sms: 'none', smsQueue: { Ref: 'AWS::NoValue' } });
    expect(await read({ ...otc, smsEndpoint: 'https://sms.example.com' })).toMatchObject({ sms: 'sms' });
  });

  it('have SMS in every region of a cloud that has it', async () => {
    for (const providerRegion of Object.keys(PROFILES['huawei-cloud'].hosts.dcs))
      expect(await read({ ...MINIMAL, providerRegion })).toMatchObject({
        sms: 'sms',
        smsQueue: { Ref: 'SmsChangesQueue' },
      });
  });

  it('leave SMS out if a stage does not want it', async () => {
    const without = await read({ ...MINIMAL, smsEndpoint: 'none' });
    expect(without).toMatchObject({ sms: 'none', smsQueue: { Ref: 'AWS::NoValue' }, smsEndpoint: '' });
    const otc = { ...MINIMAL, provider: 'open-telekom-cloud', providerRegion: 'eu-de', smsEndpoint: 'none' };
    expect(await read(otc)).toMatchObject({ sms: 'none', smsEndpoint: '' });
  });

  it.each(['production', 'Prod', 'a/../b'])(
    'of an unknown stage %s cause an error that names it and the others',
    (stage) => {
      const ask = () => stageParameters(stage, SAMPLES);
      expect(ask).toThrow(`there is no stage "${stage}": create stages/${stage}.yml`);
      expect(ask).toThrow('there are a-first-stage, company-otc, dev, local, prod, prod-otc, staging, with-existing');
    },
  );
});

const ACCOUNT = '111111111111';
const text = (length: number) => 'x'.repeat(length);
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const bus = (name: string) => `arn:aws:events:eu-central-1:${ACCOUNT}:event-bus/${name}`;
const rule = (name: string) => `arn:aws:events:eu-central-1:${ACCOUNT}:rule/${name}`;
const topic = (name: string) => `arn:aws:sns:eu-central-1:${ACCOUNT}:${name}`;
const queue = (name: string) => `arn:aws:sqs:eu-central-1:${ACCOUNT}:${name}`;
const key = (id: string) => `arn:aws:kms:eu-central-1:${ACCOUNT}:key/${id}`;
const policy = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
const accounts = (count: number) => Array.from({ length: count }, (_none, n) => `${100_000_000_000 + n}`);
const dcs = { dcs: queue('ours.fifo'), dcsDeadLetters: queue('dead.fifo') };
const VPC = { subnets: ['subnet-12345678'], securityGroups: ['sg-12345678'] };

/** Each parameter with the values that are the least and the most that AWS accepts, and with values beyond. */
const BOUNDS: [name: string, accepted: unknown[], refused: unknown[]][] = [
  [
    'region',
    ['eu-central-1', 'us-gov-west-1', 'cn-north-1', 'ap-southeast-7'],
    ['eu', 'EU-central-1', 'eu-central', 5],
  ],
  [
    'alarmTarget',
    ['none', topic('a'), topic(text(256))],
    [topic(text(257)), topic('a').replace('eu-', 'us-'), topic('a').replace('aws', 'aws-cn'), queue('a'), ''],
  ],
  [
    'dcsEndpoint',
    ['', 'https://dcs.example.com', `https://${'a.'.repeat(120)}example.com`],
    ['http://example.com', `https://${'a.'.repeat(140)}example.com`, 5],
  ],
  ['smsEndpoint', ['', 'none', 'https://sms.example.com'], ['http://example.com', 'nothing']],
  ['iamEndpoint', ['', 'https://iam.example.com'], ['http://example.com']],
  ['providerCredentials', ['a', text(256), 'a/b_c+d=e.f@g-h'], ['', text(257), '/a', 'a b', 'a:b', 'a*']],
  ['fingerprintKeys', ['a', text(256)], ['', text(257)]],
  ['webhookSecrets', ['a', text(256)], ['', text(257)]],
  ['passwordPrefix', ['a/', `${text(255)}/`], ['/', 'a', `${text(256)}/`, 'a*/']],
  ['maxAttempts', [1, 50], [0, 51, 1.5, '5']],
  ['maxAgeSeconds', [60, 1_036_800], [59, 1_036_801]],
  ['maximumConcurrency', [2, 1000], [1, 1001]],
  ['webhookConcurrency', [1, 1000], [0, 1001]],
  ['reserveConcurrency', [true, false], ['false', 0]],
  ['webhookRate', [1, 10_000], [0, 10_001]],
  ['webhookBurst', [1, 5000], [0, 5001]],
  ['oldestMessageSeconds', [60, 1_123_200], [59, 1_123_201]],
  ['logRetentionDays', [1, 3653], [0, 2, 3654]],
  ['keyRotationDays', [90, 2560], [89, 2561]],
  // Without a target of alarms, each is refused; the tests of the budget have one.
  ['monthlyBudget', [], [0, 0.5, 1_000_001, 20]],
  ['archiveDays', [0, 3650], [-1, 3651]],
  ['tracing', [true, false], ['yes']],
  ['rollbackMinutes', ['none', 0, 180], [-1, 181, 1.5, '10', 'never']],
  [
    'vpc',
    [VPC, { subnets: Array(16).fill('subnet-0123456789abcdef0'), securityGroups: Array(5).fill('sg-12345678') }],
    [
      {},
      { subnets: [], securityGroups: ['sg-12345678'] },
      { ...VPC, securityGroups: [] },
      { ...VPC, subnets: Array(17).fill('subnet-12345678') },
      { ...VPC, securityGroups: Array(6).fill('sg-12345678') },
      { ...VPC, subnets: ['sg-12345678'] },
      { ...VPC, id: 'vpc-12345678' },
    ],
  ],
  [
    'senders',
    [[], [role('a')], [role('*')], [role(text(576))], [`arn:aws:iam::${ACCOUNT}:user/a`]],
    [
      [role('')],
      [role(text(577))],
      [`arn:aws:iam::${ACCOUNT}:root`],
      [`arn:aws:iam::*:role/a`],
      ['arn:aws-cn:iam::111111111111:role/a'],
      [topic('a')],
      role('a'),
    ],
  ],
  [
    'senderAccounts',
    [[], [ACCOUNT], accounts(40)],
    [[111_111_111_111], ['11111111111'], ['1111111111111'], ['*'], accounts(48)],
  ],
  [
    'senderRules',
    [[], [rule('a')], [rule(`bus/${text(64)}`)], [rule('aws.partner/example.com/1/a')]],
    [[rule(text(65))], [rule('*')], [rule('a').replace('eu-', 'us-')], [bus('a')], [rule('')]],
  ],
  [
    'senderTopics',
    [[], [topic('a.fifo')], [topic(`${text(251)}.fifo`)]],
    [[topic('a')], [topic(`${text(252)}.fifo`)], [topic('a.fifo').replace('eu-', 'us-')], [topic('*.fifo')]],
  ],
  ['consumerAccounts', [[], [ACCOUNT], accounts(100)], [['1'], accounts(101)]],
  [
    'secretKeys',
    [[], [key('mrk-1')]],
    [[key('1').replace('key/', 'alias/')], [key('1').replace('eu-', 'us-')], key('1')],
  ],
  [
    'existingKey',
    [key('1234abcd-12ab-34cd-56ef-1234567890ab'), key('mrk-1')],
    [key('1').replace('eu-', 'us-'), key('1').replace('key/', 'alias/'), '1234abcd'],
  ],
  [
    'existingBus',
    ['a', text(256), bus('a'), bus(text(256))],
    ['', text(257), bus(text(257)), bus('a').replace('eu-', 'us-'), 'a b'],
  ],
  [
    'existingQueues',
    [{}, dcs, { ...dcs, dcs: queue(`${text(75)}.fifo`) }],
    [
      { dcs: dcs.dcs },
      { dcsDeadLetters: dcs.dcs },
      { ...dcs, dcs: queue('a') },
      { ...dcs, dcs: queue(`${text(76)}.fifo`) },
      { ...dcs, dcs: dcs.dcs.replace('eu-', 'us-') },
      { ...dcs, other: dcs.dcs },
    ],
  ],
  [
    'permissionsBoundary',
    [policy('a'), policy(`path/${text(128)}`), 'arn:aws:iam::aws:policy/PowerUserAccess'],
    [policy(''), role('a'), 'arn:aws-cn:iam::111111111111:policy/a'],
  ],
];

describe('the bounds', () => {
  it('are tested for every parameter, except those of few values', () => {
    const few = [
      'alarms',
      'dashboard',
      'tags',
      'runbookUrl',
      'provider',
      'providerRegion',
      'smsRevision',
      'logLevel',
      'inlinePasswords',
      'timeScale',
    ];
    expect([...BOUNDS.map(([name]) => name), ...few].sort()).toEqual([...PARAMETER_NAMES].sort());
  });

  it.each(BOUNDS)('of %s are those of AWS', async (name, accepted, refused) => {
    for (const value of accepted) expect(await sentence({ ...MINIMAL, [name]: value })).toBeTypeOf('object');
    for (const value of refused) {
      const text = await sentence({ ...MINIMAL, [name]: value });
      expect(text, JSON.stringify(value)).toMatch(new RegExp(`^stages/trial\\.yml: (\\w+, )*(${name}|providerRegion)`));
    }
  });

  it('of a budget are those of a stage whose alarms have a target, in the partition whose accounts pay in dollars', async () => {
    const topicIn = (partition: string, region: string) => `arn:${partition}:sns:${region}:111111111111:alarms`;
    const alarmTarget = topicIn('aws', MINIMAL.region);
    for (const monthlyBudget of [1, 1_000_000])
      expect(await read({ ...MINIMAL, alarmTarget, monthlyBudget })).toMatchObject({
        budget: 'limited',
        ofOwnAccount: { alarmTarget: [alarmTarget] },
      });
    expect(await read({ ...MINIMAL, alarmTarget })).toMatchObject({
      budget: 'none',
      ofOwnAccount: { alarmTarget: [] },
    });
    for (const [partition, region] of [
      ['aws-cn', 'cn-north-1'],
      ['aws-us-gov', 'us-gov-west-1'],
      ['aws-eusc', 'eusc-de-east-1'],
    ] as const)
      expect(await sentence({ ...MINIMAL, region, alarmTarget: topicIn(partition, region), monthlyBudget: 20 })).toBe(
        `stages/trial.yml: monthlyBudget: not known to work in the partition ${partition} of ${region}`,
      );
  });

  it('of what senders make together are those of a queue', async () => {
    const many = Array.from({ length: 60 }, (_none, n) => role(`${text(60)}${n}`));
    expect(await sentence({ ...MINIMAL, senders: many })).toMatch(
      /senders, .*: together they make a policy of \d+ bytes, and SQS allows 8192/,
    );
    const far = accounts(48);
    expect(await sentence({ ...MINIMAL, senderAccounts: far })).toMatch(/policy with 51 principals, and SQS allows 50/);
  });

  it('name the value, but not where a secret may have been written', async () => {
    expect(await sentence({ ...MINIMAL, webhookRate: 0 })).toBe(
      'stages/trial.yml: webhookRate: must be a whole number from 1 to 10000, not 0',
    );
    expect(await sentence({ ...MINIMAL, senderTopics: [topic('a')] })).toMatch(
      /senderTopics\.0: must be a FIFO topic's ARN.*, not "arn:aws:sns:/,
    );
    expect(await sentence({ ...MINIMAL, webhookSecrets: 'whsec_a b' })).not.toContain('whsec_');
  });

  it('of what exists already exclude what would have no effect', async () => {
    expect(await sentence({ ...MINIMAL, existingBus: 'a', consumerAccounts: [ACCOUNT] })).toMatch(
      /consumerAccounts: the policy of the bus/,
    );
    for (const existingBus of ['default', `arn:aws:events:eu-central-1:${ACCOUNT}:event-bus/default`])
      expect(await sentence({ ...MINIMAL, existingBus })).toMatch(/existingBus: .* the account's default bus/);
    const sms = { sms: queue('a.fifo'), smsDeadLetters: queue('b.fifo') };
    expect(await sentence({ ...MINIMAL, smsEndpoint: 'none', existingQueues: sms })).toMatch(
      /existingQueues\.sms: the stage has no SMS/,
    );
  });

  it.each([
    ['a'.repeat(25), /the name of a stage has at most 24 characters, and this one has 25: .*archive.*48/],
    ['orders-state', /the name of a stage must not end in -state/],
    ['double--dash', /there is no stage "double--dash"/],
    ['dash-', /there is no stage "dash-"/],
    ['1st', /there is no stage "1st"/],
  ])('of the name of a stage exclude %s', async (stage, expected) => {
    expect(await sentence(MINIMAL, stage)).toMatch(expected);
  });

  it.each(['a', 'a'.repeat(24), 'state', 'a-state-1', 'x1-2-3'])('of the name of a stage include %s', async (stage) => {
    expect(await sentence(MINIMAL, stage)).toBeTypeOf('object');
  });
});

describe('packaging', () => {
  it('of an unknown stage fails with that sentence', async () => {
    await expect(preparePackage('nowhere')).rejects.toThrow(/there is no stage "nowhere": create stages\/nowhere\.yml/);
  }, 30_000);
});
