import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_FOLDER } from '../../local/folders.ts';
import { preparePackage } from '../../local/prepare.ts';
import { copyProject } from '../support/checkout.ts';
import { endStarted, run, until } from './started.ts';

/** What a URL, a shell or a pattern reads as more than a name. Node itself fails at an asterisk and at a backslash. */
const ODD = `blank #1 50%25 100% ünï ?x=y [z] (a) {b} !c $d &e ;f 'g' "h"`;
let base: string;
let home: string;
beforeAll(async () => {
  await mkdir(LOCAL_FOLDER, { recursive: true });
  base = await mkdtemp(join(LOCAL_FOLDER, 'odd-'));
  home = join(base, ODD);
  await copyProject(home);
}, 120_000);
afterAll(async () => {
  await endStarted();
  await rm(base, { recursive: true, force: true });
}, 60_000);

const node = (...args: string[]) => run(process.execPath, args, process.env, home);

describe(`in the folder ${ODD}`, () => {
  it('a stage is packaged into the same bytes as anywhere', async () => {
    const [code, out, err] = await node('node_modules/serverless/bin/serverless.js', 'package', '--stage', 'local')
      .closed;
    expect({ code, text: out + err }).toEqual({ code: 0, text: expect.stringContaining('Service packaged') });
    const packaged = await preparePackage('local');
    const zips = (await readdir(packaged)).filter((name) => name.endsWith('.zip'));
    expect(zips).toHaveLength(3);
    for (const zip of zips) {
      const made = await readFile(join(home, '.serverless', zip));
      expect(made.equals(await readFile(join(packaged, zip))), zip).toBe(true);
    }
  });

  it('the local stack starts, carries every sample as expected, and is found by the command', async () => {
    const { child, exit, output } = node('local/start.ts', '--port', '0');
    await until(() => expect(output.out).toContain('\nconsole '));
    expect(output.out).toContain('samples, all as expected');
    const [code, out, err] = await node('src/cli/bin.js', 'send', '--sample', 'dcs.configure').closed;
    expect({ code, text: out + err }).toEqual({ code: 0, text: expect.stringContaining('succeeded') });
    child.kill('SIGINT');
    expect(await exit).toBe(0);
  });

  it.each(['scripts/secrets.ts', 'simulator/main.ts', 'faults/main.ts', 'faults/processes/main.ts', 'bench/main.ts'])(
    '%s starts',
    async (file) => {
      expect((await node(file, '--help').closed)[0]).toBe(0);
    },
  );
});
