import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, glob, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { buildBundles } from '../scripts/build.ts';
import { isRunning } from '../src/operator/stage/local-stack.ts';
import { LOCAL_FOLDER, PROJECT } from './folders.ts';
import { TEMPLATE } from './template.ts';

const SERVERLESS = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
const SOURCES = [
  'serverless.yml',
  'serverless/*',
  'stages/*.yml',
  'dist/*.mjs',
  'package.json',
  'scripts/alarms.ts',
  'scripts/bundling-plugin.ts',
  'scripts/completing-plugin.ts',
  'scripts/existing-resources.ts',
  'scripts/senders.ts',
  'scripts/links.ts',
  'scripts/policy-sizes.ts',
  'scripts/references.ts',
  'scripts/regions-plugin.ts',
  'scripts/rollback-plugin.ts',
  'scripts/stage-parameters.ts',
  'scripts/stage-problems.ts',
  'scripts/stage-schema.ts',
  'scripts/state-plugin.ts',
  'scripts/state-stack.ts',
  'scripts/tags.ts',
  'src/lib/aws/partitions.ts',
  'src/lib/provider/profiles.ts',
  'src/lib/relay/policy.ts',
  'src/lib/relay/times.ts',
  'src/operator/checks/stack-statuses.ts',
];

/** The functions are bundled once per process. */
let bundled: Promise<unknown> | undefined;
const prepared = new Map<string, Promise<string>>();

/**
 * Bundles the functions and compiles the template of a stage, unless these sources were packaged before. Gives the folder with the
 * template and the zips. It works on a copy, so that starts at the same time don't disturb each other.
 * `own` is the file of a stage that the project does not have.
 */
export function preparePackage(stage = 'local', signal?: AbortSignal, own?: string): Promise<string> {
  const key = `${stage} ${own}`;
  const known = prepared.get(key) ?? prepare(stage, signal, own);
  prepared.set(key, known);
  return known;
}

async function prepare(stage: string, signal: AbortSignal | undefined, own: string | undefined): Promise<string> {
  bundled ??= buildBundles();
  await bundled;
  const files = (await Array.fromAsync(glob(SOURCES, { cwd: PROJECT }))).sort();
  const home = join(LOCAL_FOLDER, 'package', `${stage}-${await digest(files, own)}`);
  const packaged = join(home, '.serverless');
  const isPackaged = () => existsSync(join(packaged, TEMPLATE));
  while (!isPackaged() && (await isBeingMade(home))) await wait(50);
  if (isPackaged()) return packaged;
  const draft = `${home}.${process.pid}`;
  try {
    for (const file of files) await cp(join(PROJECT, file), join(draft, file));
    if (own !== undefined) await writeFile(join(draft, 'stages', `${stage}.yml`), own);
    await compile(draft, stage, signal);
    await removeOthers(home, stage);
    // If the folder exists, it has an incomplete package, or the package of another start with the same sources.
    if (!isPackaged()) await rm(home, { recursive: true, force: true });
    await rename(draft, home).catch((error) => {
      if (!isPackaged()) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return packaged;
}

/** The process that makes a package, from the end of the folder's name. */
const makerOf = (name: string) => Number(name.split('.')[1]);

/** True while another process makes the same package. */
async function isBeingMade(home: string): Promise<boolean> {
  const names = await readdir(dirname(home)).catch(() => []);
  const drafts = names.filter((name) => name.startsWith(`${basename(home)}.`)).map(makerOf);
  return drafts.some((maker) => maker !== process.pid && isRunning(maker));
}

/** The age at which a package is removed, in milliseconds. A run of older sources may still read its own package. */
const MAY_BE_IN_USE = 3_600_000;

/** Removes packages of the stage's earlier sources. */
async function removeOthers(home: string, stage: string): Promise<void> {
  const isOfStage = new RegExp(`^${stage}-[0-9a-f]{16}(\\.|$)`);
  const names = (await readdir(dirname(home))).filter(
    (name) => isOfStage.test(name) && name !== basename(home) && !isRunning(makerOf(name)),
  );
  for (const folder of names.map((name) => join(dirname(home), name))) {
    const made = await stat(folder).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > MAY_BE_IN_USE) await rm(folder, { recursive: true, force: true });
  }
}

async function digest(files: string[], own = ''): Promise<string> {
  const hash = createHash('sha256').update(own);
  for (const file of files) hash.update(`${file}\0`).update(await readFile(join(PROJECT, file)));
  return hash.digest('hex').slice(0, 16);
}

async function compile(folder: string, stage: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  const child = spawn(process.execPath, [SERVERLESS, 'package', '--stage', stage], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal, killSignal: 'SIGKILL' }),
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const status = await new Promise((resolve) => {
    child.on('error', () => child.pid === undefined && resolve(null));
    child.once('exit', resolve);
  });
  if (status !== 0) throw new Error(`the template could not be compiled:\n${(await output).join('')}`);
}
