import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../src/handlers', import.meta.url));

/** Bundles the functions before serverless puts them into zips, so that no stale bundle is ever deployed. */
export default class BundlingPlugin {
  readonly hooks = {
    'before:package:createDeploymentArtifacts': async () => {
      // The local stack packages a copy that holds the bundles alone.
      if (!existsSync(SOURCES)) return;
      const { buildBundles } = await import('./build.ts');
      await buildBundles();
    },
  };
}
