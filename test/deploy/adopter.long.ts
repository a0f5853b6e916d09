import { cp, glob, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LOCAL_FOLDER, PROJECT } from '../../local/folders.ts';
import { endStarted, run } from '../local/started.ts';
import { copyProject } from '../support/checkout.ts';
import { SAMPLES, sampleText } from '../support/stages.ts';

/** Tests that read a stage, whichever it is. Those that only compile stages of their own take longer than all others. */
const READS = /\b(compiled|compiledSample|stage(Names|Parameters)|stagesUnderTest|amongSamples)\(|SAMPLES/;

/** What Vitest writes about a run. */
interface Report {
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; failureMessages: string[] }[];
  }[];
}

let home: string;
beforeAll(async () => {
  await mkdir(LOCAL_FOLDER, { recursive: true });
  home = await mkdtemp(join(LOCAL_FOLDER, 'adopter-'));
  await copyProject(home);
  const stages = join(home, 'stages');
  for (const name of await readdir(stages)) if (name !== 'local.yml') await rm(join(stages, name));
  for (const [name, sample] of [
    ['aa-one', 'a-first-stage'],
    ['otc-two', 'company-otc'],
    ['shared', 'with-existing'],
  ])
    await cp(`${SAMPLES}${sample}.yml`, join(stages, `${name}.yml`));
  const prod = sampleText('prod').replace(
    /^alarmTarget: none$/m,
    'alarmTarget: arn:aws:sns:eu-central-1:111111111111:a',
  );
  await writeFile(join(stages, 'prod.yml'), prod);
}, 120_000);
afterAll(async () => {
  await endStarted();
  await rm(home, { recursive: true, force: true });
}, 60_000);

it("a checkout with an adopter's stages, and without those that the project ships, passes every test that reads stages", async () => {
  const tests = await Array.fromAsync(
    glob('test/{deploy,docs,local,operator,cli,scripts}/**/*.test.ts', { cwd: PROJECT }),
  );
  const texts = await Promise.all(
    tests.map(async (file) => [file, await readFile(join(PROJECT, file), 'utf8')] as const),
  );
  const reading = texts.flatMap(([file, text]) => (READS.test(text) ? [file] : []));
  expect(reading.length).toBeGreaterThan(15);
  const { PATH, HOME } = process.env;
  const [vitest, report] = ['node_modules/vitest/vitest.mjs', 'report.json'].map((name) => join(home, name));
  const args = [`${vitest}`, 'run', '--reporter=json', '--testTimeout=60000', `--outputFile=${report}`, ...reading];
  const [code, out, err] = await run(process.execPath, args, { PATH, HOME }, home).closed;
  const { testResults } = JSON.parse(await readFile(`${report}`, 'utf8').catch(() => '{"testResults":[]}')) as Report;
  const failed = testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message ? [`${name}: ${message}`] : []),
    ...assertionResults.flatMap(({ fullName, failureMessages: [why] }) => (why ? [`${fullName}: ${why}`] : [])),
  ]);
  expect(failed).toEqual([]);
  expect({ code, text: code === 0 ? '' : out + err, files: testResults.length }).toEqual({
    ...{ code: 0, text: '', files: reading.length },
  });
}, 900_000);
