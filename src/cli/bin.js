#!/usr/bin/env node
// Plain JavaScript, so that an older Node gets as far as finding the one that npm installed beside it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
if (Number.parseInt(process.versions.node, 10) >= 24) {
  enableCompileCache();
  const { main } = await import('./relay.ts');
  await main();
} else if (existsSync(own)) {
  const { status } = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(`error: relay needs Node 24 and runs under ${process.version}  [node_too_old]\n`);
  process.exitCode = 1;
}
