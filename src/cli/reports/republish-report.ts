import type { Publication, StoredEvent } from '../../operator/republish/publish.ts';
import type { Republication } from '../../operator/republish/republish.ts';
import { nameOf, pluralize } from '../../operator/story/wording.ts';
import type { Paint, Report } from '../terminal/screen.ts';

/** What was published again, or would be, in the three forms of output. */
export function republishReport(done: Republication, isDry: boolean): Report {
  const states = statesOf(done, isDry);
  return {
    text: (paint) => [...states.map((state) => lineOf(state, paint)), sumOf(done, isDry)],
    rows: states.map(({ event: { id, time, type, data }, word }) => [time, nameOf(data.change), type, id, word]),
    json: {
      items: states.map(({ event: { id, time, type, data }, refusal, isPublished }) => ({
        id,
        time,
        type,
        change: data.change,
        outcome: 'outcome' in data ? data.outcome : null,
        published: isPublished,
        ...(refusal !== undefined && { refusal }),
      })),
      next: null,
      total: done.events.length,
      published: states.filter(({ isPublished }) => isPublished).length,
      ...(done.dead && { dead: done.dead }),
    },
  };
}

interface PublicationState extends StoredEvent, Pick<Publication, 'refusal'> {
  isPublished: boolean;
  word: string;
}

function statesOf({ events, tried }: Republication, isDry: boolean): PublicationState[] {
  const byId = new Map(tried.map((one) => [one.event.id, one]));
  return events.map(
    (one) =>
      stateOf(byId.get(one.event.id)) ?? { ...one, isPublished: false, word: isDry ? UNTRIED.dry : UNTRIED.left },
  );
}

const UNTRIED = { dry: 'would be published', left: 'not tried' };

function stateOf(tried: Publication | undefined): PublicationState | undefined {
  if (!tried) return undefined;
  const isPublished = tried.refusal === undefined;
  return { ...tried, isPublished, word: isPublished ? 'published' : `refused: ${tried.refusal}` };
}

function lineOf({ event: { time, type, data }, refusal, isPublished, word }: PublicationState, paint: Paint): string {
  const sign = isPublished ? paint('green', '✓') : refusal ? paint('red', '✗') : '-';
  return `${sign} ${word}  ${nameOf(data.change)}  ${type}  ${time}`;
}

/** `3 published again, 1 refused, 0 not tried. 2 dead letters removed, 0 left.` */
export function sumOf({ events, tried, dead }: Republication, isDry: boolean): string {
  const refused = tried.filter(({ refusal }) => refusal !== undefined).length;
  const rest = dead ? ` ${restOf(dead)}` : '';
  if (events.length === 0) return `Nothing to publish again.${rest}`;
  if (isDry) return `${pluralize(events.length, 'event')} would be published again.${rest}`;
  const counts = `${tried.length - refused} published again, ${refused} refused, ${events.length - tried.length} not tried`;
  return `${counts}.${rest}`;
}

function restOf({ removed, left, unmatched }: NonNullable<Republication['dead']>): string {
  const rest = `${pluralize(removed, 'dead letter')} removed, ${left} left.`;
  if (unmatched === 0) return rest;
  return `${rest} ${unmatched} of these can't be decrypted, and nothing is missing: confirm that to remove them.`;
}
