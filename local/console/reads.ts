import type { Sample } from '../samples.ts';
import type { Given, Parts } from './parts.ts';
import { withoutPasswords } from './sample-texts.ts';
import { SCENARIOS } from './scenarios.ts';
import { viewStory } from './story-view.ts';
import { SWITCHES } from './switches.ts';

/** What may be asked, by path. */
export function createReads(parts: Parts): Record<string, (query: URLSearchParams) => Given> {
  const { view, streams, samples, judge, attached } = parts;
  return {
    '/console/updates': (query) => streams.poll(query.get('after') ?? ''),
    '/console/menu': () => ({
      samples: samples.map(toChoice),
      switches: SWITCHES,
      scenarios: SCENARIOS.map(({ name, title, short, about }) => ({ name, title, short, about })),
    }),
    '/console/story': async (query) => {
      const known = view.find(query.get('ref') ?? '', query.get('key'));
      if (!known) return undefined;
      const ledger = (await attached()?.ledger.read(known)) ?? {};
      const forecast = known.dead && (await attached()?.ledger.foretell(judge(known)));
      return viewStory(known, view.callsOf(known), { ...ledger, forecast }, Date.now());
    },
  };
}

/** A sample as the form offers it. */
function toChoice({ file, text, expected }: Sample) {
  const type = /"type": *"(migration\.[\w.-]+)"/.exec(text)?.[1];
  const group = file.startsWith('invalid/') ? 'invalid' : (type ?? 'other');
  return { file, text: withoutPasswords(text), group, expected: expected.outcome };
}
