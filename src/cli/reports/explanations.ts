import { OUTCOME_TEXTS } from '../../contracts/events-page.ts';
import { type Classified, classify } from '../../lib/provider/classify.ts';
import { listedCodes, type Meaning, meaningsOf } from '../../lib/provider/error-table.ts';
import { FAILURE_CODES, failure } from '../../lib/provider/failures.ts';
import type { Remedy } from '../../lib/relay/provider.ts';
import { READ_FAILURES, RELAY_ERRORS } from '../../lib/relay/relay-errors.ts';
import { providerCode } from '../../lib/relay/reply-error.ts';
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

const EXECUTED = { no: 'Not carried out.', unknown: 'Perhaps carried out.' } as const;
/** What the relay does after an error, by what helps. */
const RETRYING: Readonly<Record<Remedy, string>> = {
  no: 'Retrying does not help.',
  later: 'The relay retries later.',
  after_refresh: 'The relay reads its credential again and retries.',
  after_change: 'Retrying helps only once the task is in another state.',
  reconcile: 'The relay reads the task to find out.',
};

const OWN: readonly Explanation[] = [
  ...Object.entries(OUTCOME_TEXTS).map(([word, texts]) => ({ word, kind: 'outcome', ...texts })),
  ...Object.entries(RELAY_ERRORS).map(([word, { outcome, message: means, advice }]) => ({
    word,
    kind: `error of the relay itself; the change ends as ${outcome}`,
    means,
    advice,
  })),
  ...Object.entries(READ_FAILURES).map(([word, { message: means, advice }]) => ({
    word,
    kind: 'error of the relay itself, after reading the task',
    means,
    advice,
  })),
  ...FAILURE_CODES.map((word) => {
    const { error, executed } = failure(word);
    return { word, kind: `failed request. ${EXECUTED[executed]}`, means: error.message, advice: error.advice };
  }),
  ...Object.entries(WAITS).map(([word, { happened: means, next: advice }]) => ({
    word,
    kind: 'reason of a retry',
    means,
    advice,
  })),
];
/** Words that stand for a whole list. */
const LISTS = new Map<string, Explanation[]>([
  ['exit-codes', Object.entries(EXIT_TEXTS).map(([word, means]) => ({ word, kind: 'exit code', means }))],
  [
    'faults',
    Object.entries(NAMED_FAULTS).map(([word, { what: means, expect }]) => ({
      word,
      kind: 'simulated failure',
      means,
      advice: `expected: ${expect}`,
    })),
  ],
]);
const WORDS = [...OWN, ...[...LISTS.values()].flat()];

/** All meanings of a word. Most words have one. */
export const explanationOf = (word: string): readonly Explanation[] =>
  LISTS.get(word) ?? [...WORDS.filter((one) => one.word === word), ...providerError(word)];

/** All words, for suggestions. */
export const knownWords = (): string[] => [...WORDS.map(({ word }) => word), ...LISTS.keys(), ...listedCodes()];

function providerError(word: string): Explanation[] {
  const status = /^http_([1-5]\d\d)$/.exec(word)?.[1];
  if (status !== undefined) return [explainReply(word, classify({ status: Number(status) }), Number(status))];
  const code = providerCode(word);
  return code === undefined ? [] : meaningsOf(code).slice(0, 1).map(asClassified(code));
}

/** A provider's code as the relay classifies it, with its usual status. */
const asClassified =
  (code: string) =>
  ({ status, text }: Meaning): Explanation => ({
    ...explainReply(code, classify({ status, body: { error_code: code } }), status),
    means: text,
  });

/** An error reply of the provider. A status without a code has the word `http_` and the status. */
const explainReply = (word: string, error: Classified, status: number): Explanation => ({
  word,
  kind: `provider error, ${status === 0 ? '' : `HTTP ${status}, `}${error.class}. ${EXECUTED[error.executed]} ${RETRYING[error.remedy]}`,
  means: error.message,
  advice: error.advice,
});
