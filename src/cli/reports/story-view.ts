import type { Evidence } from '../../operator/story/evidence.ts';
import type { Story } from '../../operator/story/story.ts';
import { nameOf, SIGNS, type State } from '../../operator/story/wording.ts';
import { suggestion } from '../../operator/suggestion.ts';
import type { Paint, Report, Style } from '../terminal/screen.ts';
import { exactTime, isoTime } from '../terminal/table.ts';

const STYLES: Readonly<Partial<Record<State, Style>>> = {
  succeeded: 'green',
  rejected: 'red',
  failed: 'red',
  superseded: 'dim',
  dead: 'red',
  unknown: 'yellow',
};

/** A state as sign and word; its colour only adds to them. */
export function stateText(state: State, paint: Paint): string {
  const text = `${SIGNS[state]} ${state}`;
  const style = STYLES[state] ?? 'yellow';
  return paint(style, text);
}

/** The sentence behind the state's word; a sentence that begins with that word needn't say it twice. */
function headline(state: State, sentence: string, paint: Paint): string {
  const [first = '', ...rest] = sentence.split('. ');
  const isWord = first.toLowerCase() === state;
  return `${stateText(state, paint)}  ${isWord ? rest.join('. ') : sentence}`;
}

/** A story in all three forms. */
export function storyReport({ change, result }: Evidence, story: Story): Report {
  const { title, state, sentence, timeline, advice, provider } = story;
  return {
    text: (paint) => [
      paint('bold', title),
      headline(state, sentence, paint),
      ...timeline.map(
        ({ at, text, next: due }) =>
          `  ${paint('dim', exactTime(at))}  ${text}${due === undefined ? '' : paint('dim', `, next at ${exactTime(due)}`)}`,
      ),
      ...(provider
        ? [`  provider's side: received ${provider.received}, applied ${provider.applied}${agreement(provider.agrees)}`]
        : []),
      ...(advice ? [`Fix: ${advice}`] : []),
    ],
    next: commandFor(story, nameOf(change)),
    rows: [
      [nameOf(change), state, story.attempts, sentence],
      ...timeline.map(({ at, kind, text, next: due }) => [
        isoTime(at),
        kind,
        text,
        due === undefined ? '' : isoTime(due),
      ]),
    ],
    json: {
      change,
      state,
      sentence,
      attempts: story.attempts,
      advice,
      provider,
      next_try: story.next === undefined ? undefined : isoTime(story.next),
      timeline: timeline.map(({ at, next: due, ...more }) => ({
        at: isoTime(at),
        ...more,
        next: due === undefined ? undefined : isoTime(due),
      })),
      result,
    },
  };
}

const agreement = (agrees: boolean | undefined) => (agrees === undefined ? '' : agrees ? ', agrees' : ', DISAGREES');

function commandFor({ state, advice }: Story, id: string): string | undefined {
  if (state === 'unknown' && advice !== undefined)
    return suggestion('resolve', [id], ['--as', 'FINDING', '--reason', 'TEXT']);
  if (state === 'dead') return suggestion('dlq replay', [id]);
  if (state === 'failed') return 'relay resend FILE';
  return undefined;
}
