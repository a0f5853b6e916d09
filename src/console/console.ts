import { randomUUID } from 'node:crypto';
import { readChange } from '../lib/change/change.ts';
import { type ValidationSettings, validate } from '../lib/change/validate.ts';
import type { Parts, Routes, StageAccess } from './parts.ts';
import type { ProviderSide } from './provider-side.ts';
import { serveRoutes } from './routes.ts';
import { createStageRoutes } from './stage-routes.ts';
import { createStore } from './store.ts';
import { createStreams } from './stream.ts';
import { createView } from './view.ts';

/** For a stage without a simulator, which has no provider's log. */
const NO_PROVIDER_LOG: ProviderSide = { among: () => () => undefined, forget: () => {}, view: () => [] };
const NO_LOCAL_ROUTES: Routes = {
  reads: { '/console/menu': () => ({ samples: [], switches: [], scenarios: [] }) },
  writes: {},
};

/** What the console gets from its stage: how it validates changes, its addresses once it is found, and its status. */
interface ConsoleOptions {
  validation: ValidationSettings;
  attached(): StageAccess | undefined;
  status(): object;
  provider?: ProviderSide;
}

/**
 * A page that shows a stage. The caller reports to its store what happens, and adds it to a server with `serve`, together
 * with the routes that only this stage has.
 */
export function createConsole({ validation, attached, status, provider = NO_PROVIDER_LOG }: ConsoleOptions) {
  const run = randomUUID().slice(0, 8);
  const store = createStore(validation, provider.forget);
  const view = createView(store, provider.among, run, status);
  const streams = createStreams(run, view.since);
  const parts: Parts = {
    store,
    view,
    provider,
    attached,
    validate: ({ text = '' }) => validate(readChange(text), validation),
  };
  return {
    store,
    view,
    serve({ reads, writes }: Routes = NO_LOCAL_ROUTES) {
      const updates: Routes['reads'] = { '/console/updates': (query) => streams.poll(query.get('after') ?? '') };
      const ofStage = createStageRoutes(parts);
      return serveRoutes(
        { reads: { ...updates, ...ofStage.reads, ...reads }, writes: { ...ofStage.writes, ...writes } },
        streams,
      );
    },
    close: streams.close,
  };
}
