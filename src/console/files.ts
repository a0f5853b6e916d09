import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('page', import.meta.url));
const PREACT = join(createRequire(import.meta.url).resolve('htm'), '../../preact/standalone.module.js');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file of the page by its path, read from the disk each time. Undefined for any other path. */
export async function findFile(path: string): Promise<{ type: string; content: Buffer } | undefined> {
  const file = fileOf(path);
  const type = file && TYPES[extname(file)];
  const content = file && type && (await readFile(file).catch(() => undefined));
  return type && content ? { type, content } : undefined;
}

function fileOf(path: string): string | undefined {
  if (path === '/') return join(PAGE, 'index.html');
  if (path === '/page/preact.js') return PREACT;
  const [, name] = /^\/page\/([a-z-]+\.(?:js|css|svg))$/.exec(path) ?? [];
  return name && join(PAGE, name);
}
