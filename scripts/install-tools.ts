import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A copy of the lock file from the last installation. The tools are installed again only when the lock file has changed. */
const INSTALLED = 'node_modules/.installed-lock.json';

/**
 * Installs the tools of a folder's own package.json, unless they are installed. They are not in the project's package.json because
 * only one script needs them. npm's output goes to stderr. Throws if npm fails.
 */
export function installTools(name: string): void {
  const folder = fileURLToPath(new URL(`../${name}/`, import.meta.url));
  const [lock, installed] = [join(folder, 'package-lock.json'), join(folder, INSTALLED)];
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lock))) return;
  process.stderr.write(`installing the tools of ${name}/, which takes a moment the first time\n`);
  const { status } = spawnSync('npm', ['ci'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`npm ci failed in ${name}/; run it there to see why`);
  copyFileSync(lock, installed);
}

if (import.meta.main) for (const name of process.argv.slice(2)) installTools(name);
