import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_FOLDER, PROJECT } from '../../local/folders.ts';
import { buildBundles } from '../../scripts/build.ts';
import { UNDICI } from '../../scripts/left-out.ts';

const folders: string[] = [];
beforeAll(async () => {
  await mkdir(LOCAL_FOLDER, { recursive: true });
  for (const _ of [1, 2]) folders.push(await mkdtemp(join(LOCAL_FOLDER, 'build-')));
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describe('the build', () => {
  it('makes one bundle per handler, of the same name and with the same bytes each time, and nothing else', async () => {
    const handlers = (await readdir(join(PROJECT, 'src/handlers'))).map((name) => basename(name, '.ts')).sort();
    const contents: Buffer[][] = [];
    for (const folder of folders) {
      const bundles = await buildBundles(undefined, folder);
      expect((await readdir(folder)).sort()).toEqual(handlers.map((name) => `${name}.mjs`));
      contents.push(await Promise.all(bundles.map(({ file }) => readFile(join(folder, file)))));
      expect(bundles.map(({ bytes }) => bytes)).toEqual(contents.at(-1)?.map(({ length }) => length));
    }
    expect(contents[0]).toEqual(contents[1]);
  });

  it('stays within its budget of 460 KB per function', async () => {
    const [folder = ''] = folders;
    for (const name of await readdir(folder)) {
      expect((await readFile(join(folder, name))).length).toBeLessThanOrEqual(460_000);
    }
  });

  it('lacks the parts that are left out, and using one is an error', async () => {
    const [folder = ''] = folders;
    const bundle = await readFile(join(folder, 'sms-changes.mjs'), 'utf8');
    expect(bundle).toContain('undici/lib/dispatcher/client-h2.js is left out of the bundle');
    expect(bundle).not.toMatch(/node:http2|SETTINGS_ENABLE_PUSH/);
  });

  it('leaves out parts only of the undici version that was reviewed for that', async () => {
    const { version } = JSON.parse(await readFile(join(PROJECT, 'node_modules/undici/package.json'), 'utf8'));
    expect(version, 'look through the parts in scripts/left-out.ts and the imports of undici/lib again').toBe(UNDICI);
  });

  it('contains nothing about the machine that built it', async () => {
    const [folder = ''] = folders;
    for (const name of await readdir(folder)) {
      expect(await readFile(join(folder, name), 'utf8')).not.toContain(PROJECT.replace(/\/$/, ''));
    }
  });
});
