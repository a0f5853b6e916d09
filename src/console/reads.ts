import type { Parts, Routes } from './parts.ts';
import { viewStory } from './story-view.ts';

/** The read routes of any stage, by path. */
export const createReads = ({ view, provider, judge, attached }: Parts): Routes['reads'] => ({
  '/console/story': async (query) => {
    const known = view.find(query.get('ref') ?? '', query.get('key'));
    if (!known) return undefined;
    const at = attached();
    const ledger = (await at?.ledger.read(known)) ?? {};
    const forecast = known.dead && (await at?.ledger.forecastOf(judge(known)));
    const calls = view.callsOf(known);
    return viewStory(known, calls, provider.view(calls ?? []), { ...ledger, forecast }, Date.now());
  },
});
