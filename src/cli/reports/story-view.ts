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

/** A state as a sign and a word. The colour carries no meaning of its own. */
export function stateText(state: State, paint: Paint): string {
  const text = `${SIGNS[state]} ${state}`;
  const style = STYLES[state] ?? 'yellow';
  return paint(style, text);
}

/** The state's word and the sentence. If the sentence begins with that word, the word is not repeated. */
function headline(state: State, sentence: string, paint: Paint): string {
  const [first = '', ...rest] = sentence.split('. ');
  const isWord = first.toLowerCase() === state;
  return `${stateText(state, paint)}  ${isWord ? rest.join('. ') : sentence}`;
}

/** A story in the three forms of output. */
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
