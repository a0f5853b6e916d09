import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { installTools } from '../scripts/install-tools.ts';
import { FOLDERS } from './folders.ts';
import { percent, readScore, type Score } from './score.ts';

/** The scores to reach: for all folders together, and for each folder. */
const MIN_SCORES = { together: 97, alone: 90 };
const WORK = '.stryker';
const STRYKER = 'mutation/node_modules/@stryker-mutator/core/bin/stryker.js';

const USAGE = `npm run mutation -- [FOLDER...]

  tests the mutants of all folders of src/lib, or only of those named: ${Object.keys(FOLDERS).join(', ')}`;

const wanted = process.argv.slice(2);
if (wanted.some((word) => word === '--help' || word === '-h')) {
  console.log(USAGE);
  process.exit(0);
}
const strangers = wanted.filter((folder) => !Object.hasOwn(FOLDERS, folder));
if (strangers.length > 0) {
  console.error(`src/lib has no folder ${strangers.join(', ')}\n\n${USAGE}`);
  process.exit(2);
}

installTools('mutation');
const scores = (wanted.length === 0 ? Object.keys(FOLDERS) : wanted).map(
  (folder) => [folder, scoreOf(folder)] as const,
);
const whole: Score = {
  killed: scores.reduce((sum, [, { killed }]) => sum + killed, 0),
  survivors: scores.flatMap(([, { survivors }]) => survivors),
};
for (const survivor of whole.survivors) console.log(survivor);
for (const [folder, score] of [...scores, ['together', whole] as const])
  console.log(
    `${folder.padEnd(14)} ${percent(score).toFixed(2)} %  ${score.killed} killed, ${score.survivors.length} survived`,
  );
if (percent(whole) < (wanted.length === 0 ? MIN_SCORES.together : MIN_SCORES.alone)) process.exitCode = 1;

/** Runs Stryker on one folder with its own tests. Results of mutants and tests that did not change are reused. */
function scoreOf(folder: string): Score {
  const report = `${WORK}/${folder}.json`;
  mkdirSync(WORK, { recursive: true });
  rmSync(report, { force: true });
  const settings = {
    ...JSON.parse(readFileSync('mutation/stryker.json', 'utf8')),
    mutate: [`src/lib/${folder}/**/*.ts`],
    tempDirName: `${WORK}/sandbox-${folder}`,
    incrementalFile: `${WORK}/${folder}.incremental.json`,
    jsonReporter: { fileName: report },
  };
  writeFileSync(`${WORK}/${folder}.config.json`, JSON.stringify(settings));
  const env = { ...process.env, MUTATION_JUDGES: FOLDERS[folder]?.join(' ') };
  const { status } = spawnSync(process.execPath, [STRYKER, 'run', `${WORK}/${folder}.config.json`], {
    stdio: 'inherit',
    env,
  });
  if (status !== 0) throw new Error(`Stryker ended with ${status} over ${folder}`);
  return readScore(report);
}
