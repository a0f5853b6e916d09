import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';
import { leavingOut, WITHOUT_MILO } from './left-out.ts';
import { readOptions } from './options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS packages inside an ES module call require for Node's own modules; without this their first call throws at init. */
const REQUIRE = 'const require=process.getBuiltinModule;';

/** A bundle that was written: file name and size in bytes. */
interface Bundle {
  file: string;
  bytes: number;
}

const HANDLERS = join(root, 'src/handlers');

/** Bundles every .ts file of `from` into one minified ES module of the same name in `to`; same sources, same bytes. */
export async function buildBundles(from = HANDLERS, to = join(root, 'dist')): Promise<Bundle[]> {
  const entryPoints = (await readdir(from)).filter((name) => name.endsWith('.ts')).map((name) => join(from, name));
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
    // What the functions never use is known of them alone.
    ...(from === HANDLERS && { define: WITHOUT_MILO, plugins: [leavingOut] }),
    legalComments: 'none',
    logLevel: 'warning',
  });
  // esbuild's own process would otherwise live as long as this one.
  await stop();
  await mkdir(to, { recursive: true });
  return Promise.all(outputFiles.map(({ path, contents }) => replace(path, contents)));
}

/** Never leaves half a file where another process may read it. */
async function replace(path: string, contents: Uint8Array): Promise<Bundle> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
  return { file: basename(path), bytes: contents.length };
}

if (import.meta.main) {
  readOptions('npm run build -- takes no options; it writes a bundle for each handler into dist/', {});
  for (const { file, bytes } of await buildBundles()) {
    console.log(`dist/${file}  ${(bytes / 1024).toFixed(0)} KB`);
  }
}
