import type { Plugin } from 'esbuild';

/** The version of undici that has these parts. For another version, each part must be reviewed again. */
export const UNDICI = '8.12.4';

/**
 * Parts of undici that no function uses, because its agent only sends texts by HTTP/1.1: a parser for processors without SIMD
 * (Lambda's have it), HTTP/2, and the bodies of fetch. They are a fourth of a bundle and a twelfth of its start.
 */
const LEFT_OUT = [
  'undici/lib/llhttp/llhttp-wasm.js',
  'undici/lib/dispatcher/client-h2.js',
  'undici/lib/web/fetch/body.js',
  'undici/lib/web/fetch/formdata.js',
  'undici/lib/web/webidl/index.js',
];

/** undici's own build for Node defines this name, which leaves out undici's experimental parser. */
export const WITHOUT_MILO = { esbuildDetection: 'true' };

/** Bundles undici without the parts that no function uses. Using one is an error. The build fails if undici has no such part. */
export const leavingOut: Plugin = {
  name: 'undici without unused parts',
  setup(build) {
    const found = new Set<string>();
    build.onLoad({ filter: /[\\/]node_modules[\\/]undici[\\/]/ }, ({ path }) => {
      const part = path.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? '';
      if (!LEFT_OUT.includes(part)) return undefined;
      found.add(part);
      return { contents: `module.exports = () => { throw new Error('${part} is left out of the bundle'); };` };
    });
    build.onEnd(({ errors }) => {
      const missing = LEFT_OUT.filter((part) => !found.has(part));
      if (errors.length === 0 && missing.length > 0)
        throw new Error(`undici has no such part to leave out: ${missing.join(', ')}`);
    });
  },
};
