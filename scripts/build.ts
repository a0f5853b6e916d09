import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';
import { leavingOut, WITHOUT_MILO } from './left-out.ts';
import { readOptions } from './options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS packages in an ES module call `require` for Node's own modules. Without this definition, that throws at init. */
const REQUIRE = 'const require=process.getBuiltinModule;';

/** The file name of a bundle, and its size in bytes. */
interface Bundle {
  file: string;
  bytes: number;
}

const HANDLERS = join(root, 'src/handlers');

/** Bundles every .ts file of `from` into a minified ES module of the same name in `to`. The same sources give the same bytes. */
export async function buildBundles(from = HANDLERS, to = join(root, 'dist')): Promise<Bundle[]> {
  // Relative, because esbuild takes an asterisk in an entry point for a pattern, also one in the name of the project's folder.
  const entryPoints = (await readdir(from))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `./${relative(root, join(from, name))}`);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entryPoints.sort(),
    outdir: to,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    conditions: ['module', 'import', 'node'],
    banner: { js: REQUIRE },
    // It is known only of the functions what they never use.
    ...(from === HANDLERS && { define: WITHOUT_MILO, plugins: [leavingOut] }),
    legalComments: 'none',
    logLevel: 'warning',
  });
  // Otherwise esbuild's own process would run as long as this one.
  await stop();
  await mkdir(to, { recursive: true });
  return Promise.all(outputFiles.map(({ path, contents }) => replace(path, contents)));
}

/** Replaces a file at once, so that another process never reads half of it. */
async function replace(path: string, contents: Uint8Array): Promise<Bundle> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
  return { file: basename(path), bytes: contents.length };
}

if (import.meta.main) {
  readOptions('npm run build -- (no options): writes a bundle for each handler into dist/.', {});
  for (const { file, bytes } of await buildBundles()) {
    console.log(`dist/${file}  ${(bytes / 1024).toFixed(0)} KB`);
  }
}
