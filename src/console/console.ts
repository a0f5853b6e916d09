import { randomUUID } from 'node:crypto';
import { readChange } from '../lib/change/change.ts';
import { type ValidationSettings, validate } from '../lib/change/validate.ts';
import type { Parts, Routes, StageAccess } from './parts.ts';
import type { ProviderSide } from './provider-side.ts';
import { createReads } from './reads.ts';
import { serveRoutes } from './routes.ts';
import { createStore } from './store.ts';
import { createStreams } from './stream.ts';
import { createView } from './view.ts';
import { createWrites } from './writes.ts';

/** Of a stage whose provider is no simulator. */
const UNKNOWN_SIDE: ProviderSide = { among: () => () => undefined, forget: () => {}, view: () => [] };
const NO_TRIALS: Routes = {
  reads: { '/console/menu': () => ({ samples: [], switches: [], scenarios: [] }) },
  writes: {},
};

/** What is known of a stage from elsewhere: how it judges changes, its addresses once it is found, the state of its bar. */
interface Surroundings {
  intake: ValidationSettings;
  attached(): StageAccess | undefined;
  status(): object;
  provider?: ProviderSide;
}

/**
 * A page to look at a stage with. Whoever has it tells its store what happens, and gives it to a server with `serve`, along
 * with the routes that this stage alone has.
 */
export function createConsole({ intake, attached, status, provider = UNKNOWN_SIDE }: Surroundings) {
  const run = randomUUID().slice(0, 8);
  const store = createStore(intake, provider.forget);
  const view = createView(store, provider.among, run, status);
  const streams = createStreams(run, view.since);
  const parts: Parts = {
    store,
    view,
    provider,
    attached,
    judge: ({ text = '' }) => validate(readChange(text), intake),
  };
  return {
    store,
    view,
    serve({ reads, writes }: Routes = NO_TRIALS) {
      const updates: Routes['reads'] = { '/console/updates': (query) => streams.poll(query.get('after') ?? '') };
      return serveRoutes(
        { reads: { ...updates, ...createReads(parts), ...reads }, writes: { ...createWrites(parts), ...writes } },
        streams,
      );
    },
    close: streams.close,
  };
}
