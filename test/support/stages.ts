import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../local/folders.ts';
import { stageNames, stageParameters } from '../../scripts/stage-parameters.ts';

const OWN = join(PROJECT, 'stages/');
/**
 * Stages that belong to the tests: four whose values tests know, and some with what an adopter may set. The project's own stages
 * can be changed and removed, except `local`.
 */
export const SAMPLES = join(PROJECT, 'test/fixtures/stages/');

const isOwn = (stage: string) => existsSync(`${OWN}${stage}.yml`);

/** The stages for which tests must hold, whatever their parameters are: those of the project, and the samples. */
export const stagesUnderTest = () => [...new Set([...stageNames(), ...stageNames(SAMPLES)])].sort();

/** The folder with the file of a stage under test. */
export const folderOf = (stage: string) => (isOwn(stage) ? OWN : SAMPLES);

/** The parameters of a stage under test. */
export const parametersOf = (stage: string) => stageParameters(stage, folderOf(stage));

/** The services that a stage under test has, as they begin the names of resources. */
export const servicesOf = (stage: string) => (parametersOf(stage).sms === 'sms' ? ['Dcs', 'Sms'] : ['Dcs']);

/** What packaging needs of a stage under test: its file, if the project does not have it. */
export const ownFileOf = (stage: string) => (isOwn(stage) ? undefined : sampleText(stage));

/** The file of a sample. */
export const sampleText = (stage: string) => readFileSync(`${SAMPLES}${stage}.yml`, 'utf8');

/** What packaging needs of a sample. While the project has the same file, both have one package. */
export const ownFileOfSample = (stage: string) =>
  isOwn(stage) && readFileSync(`${OWN}${stage}.yml`, 'utf8') === sampleText(stage) ? undefined : sampleText(stage);

/** Runs something as in a checkout whose stages are the samples. The command finds them below the present folder. */
export async function amongSamples<Result>(run: () => Promise<Result>): Promise<Result> {
  const before = process.cwd();
  process.chdir(join(SAMPLES, '..'));
  return run().finally(() => process.chdir(before));
}
