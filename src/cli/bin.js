#!/usr/bin/env node
// Plain JavaScript without newer syntax, so that an older Node can read it and start the Node 24 that npm installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
if (Number.parseInt(process.versions.node, 10) >= 24) {
  nodeModule.enableCompileCache();
  const { main } = await import('./relay.ts');
  await main();
} else if (existsSync(own)) {
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal interrupts both processes. The child decides how it ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (status) => {
    process.exitCode = status ?? 1;
  });
} else {
  process.stderr.write(`error: relay needs Node 24 and runs under ${process.version}  [node_too_old]\n`);
  process.exitCode = 1;
}
