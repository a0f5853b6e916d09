import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from '../../local/folders.ts';

/** What a checkout does not have. */
const MADE = /^(\.git|\.local|\.serverless|\.stryker|coverage|dist|(.+\/)?node_modules)$/;

/** Copies the project as a checkout has it, with its packages, into a folder. */
export async function copyProject(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  for (const name of (await readdir(PROJECT)).filter((one) => !MADE.test(one)))
    await cp(join(PROJECT, name), join(home, name), {
      recursive: true,
      filter: (path) => !MADE.test(path.slice(PROJECT.length)),
    });
  // Only the files are links. A link to the folder would lead back to the project's path.
  execFileSync('cp', ['-al', join(PROJECT, 'node_modules'), join(home, 'node_modules')]);
}
