import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage } from '../../../src/operator/stage/stage.ts';
import { regionIn, stageNames } from '../../../src/operator/stage/stage-files.ts';
import { relay } from '../../cli/terminal.ts';
import { amongSamples, folderOf, parametersOf, stagesUnderTest } from '../../support/stages.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stages-'));
  await writeFile(join(folder, 'quoted.yml'), '# region: none-1\nregion: "eu-west-3"  # Paris\nprovider: x\n');
  await writeFile(join(folder, 'without.yml'), 'provider: x\n  region: eu-west-3\n');
  await writeFile(join(folder, 'notes.txt'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the files of stages', () => {
  it('have the region that a deployment reads there', () => {
    for (const stage of stagesUnderTest()) expect(regionIn(stage, folderOf(stage))).toBe(parametersOf(stage).region);
    expect(regionIn('quoted', folder)).toBe('eu-west-3');
    expect(regionIn('without', folder)).toBeUndefined();
    expect(regionIn('none', folder)).toBeUndefined();
  });

  it('are the list of stages', () => {
    expect(stageNames(folder)).toEqual(['quoted', 'without']);
    expect(stageNames(join(folder, 'none'))).toEqual([]);
  });
});

describe('a stage without a region on the command line', () => {
  it('is in the region of its file, whatever region the shell has set', async () => {
    const regionOf = async (choice: object) =>
      (await amongSamples(() => openStage({ stage: 'prod', ...choice }, { AWS_REGION: 'us-east-1' }))).region;
    expect(await regionOf({})).toBe('eu-central-1');
    expect(await regionOf({ region: 'eu-west-3' })).toBe('eu-west-3');
    expect(await regionOf({ stage: 'elsewhere' })).toBe('us-east-1');
  });

  it('and without a file is reported with the stages that have one', async () => {
    const { code, err } = await amongSamples(() => relay(['results', '--stage', 'nostage']));
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(
        /there is no stage nostage[\s\S]*there are files for a-first-stage, company-otc, dev, local, prod/,
      ),
    });
  });
});
