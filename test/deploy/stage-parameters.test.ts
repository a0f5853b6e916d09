import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preparePackage } from '../../local/prepare.ts';
import { stageNames, stageParameters } from '../../scripts/stage-parameters.ts';
import { PROFILES } from '../../src/lib/provider/profiles.ts';

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
  it.each(stageNames())('%s are complete', (stage) => {
    expect(stageParameters(stage)).toMatchObject({ provider: expect.any(String) });
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
    ['an odd retention', { logRetentionDays: 8 }, /logRetentionDays: /],
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
      const ask = () => stageParameters(stage);
      expect(ask).toThrow(`there is no stage "${stage}": create stages/${stage}.yml`);
      expect(ask).toThrow('there are dev, local, prod, prod-otc, staging');
    },
  );
});

describe('packaging', () => {
  it('of an unknown stage fails with that sentence', async () => {
    await expect(preparePackage('nowhere')).rejects.toThrow(/there is no stage "nowhere": create stages\/nowhere\.yml/);
  }, 30_000);
});
