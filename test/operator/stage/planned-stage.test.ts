import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageParameters } from '../../../scripts/stage-parameters.ts';
import { planStage } from '../../../src/operator/stage/planned-stage.ts';
import { stageAt } from '../../../src/operator/stage/stage.ts';
import { folderOf, parametersOf, stagesUnderTest } from '../../support/stages.ts';

const REGION = 'eu-central-1';
let folder: string;
beforeAll(async () => {
  folder = `${await mkdtemp(join(tmpdir(), 'planned-'))}/`;
});
afterAll(() => rm(folder, { recursive: true }));

const planOf = (name: string, from?: string) => planStage(stageAt({ name, region: REGION }, {}), from);
const MINIMAL = { region: REGION, provider: 'huawei-cloud', providerRegion: 'ap-southeast-3', alarmTarget: 'none' };
async function planOfFile(content: string) {
  await writeFile(`${folder}trial.yml`, content);
  return planOf('trial', folder);
}

describe('a planned stage', () => {
  it.each(stagesUnderTest())('has the parameters with which %s is deployed', async (name) => {
    const { parameters, hasSms } = await planOf(name, folderOf(name));
    const { maxAttempts, ...others } = parametersOf(name);
    // A function's environment has texts.
    const deployed: Record<string, unknown> = { ...others, maxAttempts: Number(maxAttempts) };
    const shared = Object.entries(parameters).filter(([one]) => one in deployed);
    expect(shared.length).toBeGreaterThan(10);
    for (const [one, value] of shared) expect({ [one]: value }).toEqual({ [one]: deployed[one] });
    expect(hasSms).toBe(deployed.sms === 'sms');
  });

  it.each([
    [{}, true],
    [{ smsEndpoint: 'none' }, false],
    [{ provider: 'open-telekom-cloud', providerRegion: 'eu-de' }, false],
  ])('has SMS as the deployed one: %j', async (more, hasSms) => {
    const planned = await planOfFile(JSON.stringify({ ...MINIMAL, ...more }));
    expect(planned.hasSms).toBe(hasSms);
    expect(stageParameters('trial', folder).sms).toBe(hasSms ? 'sms' : 'none');
    expect((await planned.settings('sms')) !== undefined).toBe(hasSms);
    expect(await planned.settings('webhook')).toMatchObject({ WEBHOOK_SECRETS: 'migration-relay/trial/webhook' });
  });

  it.each([
    ['a: [', 'is not YAML'],
    [JSON.stringify({ ...MINIMAL, maximumConcurrency: 'many' }), 'has a wrong parameter'],
    ['', 'is empty'],
  ])('is refused if its file is wrong: %j %s', async (content) => {
    await expect(planOfFile(content)).rejects.toMatchObject({ code: 'no_such_stage', kind: 'denied' });
  });

  it('is refused without a file, and on this machine', async () => {
    await expect(planOf('none', folder)).rejects.toMatchObject({ message: 'there is no file stages/none.yml here' });
    const local = { webhookUrl: '', simulatorUrl: '', endpoints: {} };
    await expect(planStage(stageAt({ name: 'local', region: REGION, local }, {}))).rejects.toMatchObject({
      kind: 'usage',
    });
  });
});
