import type { Identity } from '../../local/http/certificate.ts';
import type { Counts, Waits } from './settings.ts';
import { serve } from './wire.ts';

/** The provider's API as a clock: takes every request, verifies nothing, counts. */
export function startProvider(identity: Identity, state: { waits: Waits; counts: Counts }): Promise<string> {
  return serve(identity, () => {
    state.counts.calls = (state.counts.calls ?? 0) + 1;
    return { status: 200, type: 'application/json', body: '{}', wait: state.waits.provider };
  });
}
