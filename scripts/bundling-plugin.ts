import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../src/handlers', import.meta.url));

/** Bundles the functions before serverless packs them into zips, so that no outdated bundle is deployed. */
export default class BundlingPlugin {
  readonly hooks = {
    'before:package:createDeploymentArtifacts': async () => {
      // The local stack packages a copy of the project that has only the bundles.
      if (!existsSync(SOURCES)) return;
      const { buildBundles } = await import('./build.ts');
      await buildBundles();
    },
  };
}
