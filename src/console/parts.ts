import type { InvalidChange, ValidChange } from '../lib/change/validate.ts';
import type { Forecast } from '../operator/dead-letters/forecast.ts';
import type { Stage } from '../operator/stage/stage.ts';
import type { KnownChange } from './known.ts';
import type { ProviderSide } from './provider-side.ts';
import type { Store } from './store.ts';
import type { LedgerEntry } from './story-view.ts';
import type { View } from './view.ts';

/** A stage that has been found, with the reads of its ledger. */
export interface StageAccess {
  stage: Stage;
  ledger: {
    /** Reads a change's rows; empty while the ledger does not answer. */
    read(known: KnownChange): Promise<LedgerEntry>;
    /** What the relay would do with a change that was delivered now. */
    forecastOf(change: ValidChange | InvalidChange): Promise<Forecast | undefined>;
  };
}

/** What the console's own routes use. */
export interface Parts {
  view: View;
  store: Store;
  provider: ProviderSide;
  /** Validates a change as the relay would. */
  validate(known: KnownChange): ValidChange | InvalidChange;
  attached(): StageAccess | undefined;
}

/** What a route returns; undefined if there is nothing under that name. */
export type Payload = Promise<object | undefined> | object | undefined;

/** Read and write routes by path. */
export interface Routes {
  reads: Record<string, (query: URLSearchParams) => Payload>;
  writes: Record<string, (body: Record<string, unknown>) => Payload>;
}
