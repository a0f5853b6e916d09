import { OUTCOME_TEXTS } from '../../contracts/events-page.ts';
import { classify } from '../../lib/provider/classify.ts';
import { listedCodes, type Meaning, meaningsOf } from '../../lib/provider/error-table.ts';
import { FAILURE_CODES, failure } from '../../lib/provider/failures.ts';
import { RELAY_ERRORS } from '../../lib/relay/completion.ts';
import { NAMED_FAULTS } from '../../operator/stage/simulator-faults.ts';
import { WAITS } from '../../operator/story/wording.ts';
import { EXIT_TEXTS } from '../terminal/exit-codes.ts';

/** What a word means and what to do about it. */
interface Explanation {
  word: string;
  kind: string;
  means: string;
  advice?: string | undefined;
}

const OWN: readonly Explanation[] = [
  ...Object.entries(OUTCOME_TEXTS).map(([word, texts]) => ({ word, kind: 'outcome', ...texts })),
  ...Object.entries(RELAY_ERRORS).map(([word, { outcome, message: means, advice }]) => ({
    word,
    kind: `error of the relay, ends as ${outcome}`,
    means,
    advice,
  })),
  ...FAILURE_CODES.map((word) => {
    const { error, executed } = failure(word);
    return { word, kind: `failure on the way, executed: ${executed}`, means: error.message, advice: error.advice };
  }),
  ...Object.entries(WAITS).map(([word, { happened: means, next: advice }]) => ({
    word,
    kind: 'reason of a wait',
    means,
    advice,
  })),
];
/** What is listed as a whole under one word. */
const LISTS = new Map<string, Explanation[]>([
  ['exit-codes', Object.entries(EXIT_TEXTS).map(([word, means]) => ({ word, kind: 'exit code', means }))],
  [
    'faults',
    Object.entries(NAMED_FAULTS).map(([word, { what: means, expect }]) => ({
      word,
      kind: 'fault of the simulator',
      means,
      advice: `expected: ${expect}`,
    })),
  ],
]);
const WORDS = [...OWN, ...[...LISTS.values()].flat()];

/** Everything that is known under a word; most words have one meaning. */
export const explanationOf = (word: string): readonly Explanation[] =>
  LISTS.get(word) ?? [...WORDS.filter((one) => one.word === word), ...providerCode(word.toUpperCase())];

/** All words, for suggestions. */
export const knownWords = (): string[] => [...WORDS.map(({ word }) => word), ...LISTS.keys(), ...listedCodes()];

const providerCode = (code: string): Explanation[] =>
  /^(?:[A-Z0-9]{3,5}\.\d{4,8}|111\d{6})$/.test(code) ? meaningsOf(code).slice(0, 1).map(asJudged(code)) : [];

/** A provider's code as the relay judges it, with its usual status. */
const asJudged =
  (code: string) =>
  ({ status, text }: Meaning): Explanation => {
    const { class: kind, remedy, advice, executed } = classify({ status, body: { error_code: code } });
    return {
      word: code,
      kind: `code of the provider, HTTP ${status}, ${kind}, remedy: ${remedy}, executed: ${executed}`,
      means: text,
      advice,
    };
  };
