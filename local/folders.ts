import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunning } from '../src/operator/stage/local-stack.ts';

/** The project's own folder, with a separator at its end. */
export const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** The ignored folder for everything that the local stack writes. */
export const LOCAL_FOLDER = join(PROJECT, '.local');

/** Makes a folder for one running stack, and removes the folders of processes that no longer run. */
export async function createRunFolder(): Promise<string> {
  await mkdir(LOCAL_FOLDER, { recursive: true });
  const runs = (await readdir(LOCAL_FOLDER)).filter((name) => /^run-\d+-/.test(name));
  const abandoned = runs.filter((name) => !isRunning(Number(name.split('-')[1])));
  await Promise.all(abandoned.map((name) => rm(join(LOCAL_FOLDER, name), { recursive: true, force: true })));
  return mkdtemp(join(LOCAL_FOLDER, `run-${process.pid}-`));
}
