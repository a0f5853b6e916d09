import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The lock file by which a folder's tools were installed, so that they are installed again only when it changes. */
const INSTALLED = 'node_modules/.installed-lock.json';

/**
 * Installs the tools that a folder's own package.json names, if they aren't there yet: what only one script needs burdens no
 * first install. npm's words go to stderr. Throws if npm fails.
 */
export function installTools(name: string): void {
  const folder = fileURLToPath(new URL(`../${name}/`, import.meta.url));
  const [lock, installed] = [join(folder, 'package-lock.json'), join(folder, INSTALLED)];
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lock))) return;
  process.stderr.write(`installing the tools of ${name}/, which takes a moment the first time\n`);
  const { status } = spawnSync('npm', ['ci'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`npm ci in ${name}/ failed: run it there to see why`);
  copyFileSync(lock, installed);
}

if (import.meta.main) for (const name of process.argv.slice(2)) installTools(name);
