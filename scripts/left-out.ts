import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Parts of packages that no function gets to. Of undici, whose agent sends texts by HTTP/1.1: a parser for processors
 * without SIMD (Lambda's have it), HTTP/2, the bodies of fetch. Of zod: making JSON Schemas.
 */
const LEFT_OUT = [
  'undici/lib/llhttp/llhttp-wasm.js',
  'undici/lib/dispatcher/client-h2.js',
  'undici/lib/web/fetch/body.js',
  'undici/lib/web/fetch/formdata.js',
  'undici/lib/web/webidl/index.js',
  'zod/v4/core/to-json-schema.js',
  'zod/v4/core/json-schema-processors.js',
];

/**
 * Modules of Node that packages load for a word of theirs, at a tenth of a function's start. What they take of each: undici a
 * class to compare with and a number that the relay sets itself, middy the names of statuses for errors of HTTP; plain checks.
 */
const LITTLE: Record<string, string> = {
  'node:http': `
    exports.IncomingMessage = class IncomingMessage {};
    exports.maxHeaderSize = 16384;
    exports.STATUS_CODES = {};`,
  'node:assert': `
    module.exports = (holds, message) => { if (!holds) throw message instanceof Error ? message : new Error(message ?? 'an assertion of a package failed'); };
    module.exports.strictEqual = (one, other) => module.exports(Object.is(one, other));`,
};

/** undici's build for Node itself defines this name, and then leaves out its experimental parser. */
export const WITHOUT_MILO = { esbuildDetection: 'true' };

/** Bundles packages without the parts that no function uses; using one is an error. Fails if a package has no such part. */
export const leavingOut: Plugin = {
  name: 'leaving out',
  setup(build) {
    const found = new Set<string>();
    build.onLoad({ filter: /[\\/]node_modules[\\/](?:undici|zod)[\\/]/ }, async ({ path }) => {
      const part = path.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? '';
      if (!LEFT_OUT.includes(part)) return undefined;
      found.add(part);
      return { contents: standInFor(part, await readFile(path, 'utf8')), loader: 'js' };
    });
    build.onResolve({ filter: /^node:/ }, ({ path, importer }) =>
      path in LITTLE && /[\\/]node_modules[\\/](?:undici|@middy)[\\/]/.test(importer)
        ? { path, namespace: 'little' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'little' }, ({ path }) => ({ contents: LITTLE[path] ?? '', loader: 'js' }));
    build.onEnd(({ errors }) => {
      const missing = LEFT_OUT.filter((part) => !found.has(part));
      if (errors.length === 0 && missing.length > 0) throw new Error(`nothing to leave out: ${missing.join(', ')}`);
    });
  },
};

/** What stands in a part's place: it loads, and throws when it is used. What a part creates when it loads throws then. */
function standInFor(part: string, text: string): string {
  const names = [...text.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name = '']) => name);
  const leftOut = `function leftOut() { throw new Error('${part} is left out of the bundle'); }`;
  if (names.length === 0) return `${leftOut}\nmodule.exports = leftOut;`;
  const ends = names.map(
    (name) => `export const ${name} = ${name.startsWith('create') ? '() => leftOut' : 'leftOut'};`,
  );
  return [leftOut, ...ends].join('\n');
}
