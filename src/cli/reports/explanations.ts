import { OUTCOME_TEXTS } from '../../contracts/events-page.ts';
import { classify } from '../../lib/provider/classify.ts';
import { listedCodes, type Meaning, meaningsOf } from '../../lib/provider/error-table.ts';
import { FAILURE_CODES, failure } from '../../lib/provider/failures.ts';
import {
  conflicting,
  expired,
  lockTimedOut,
  refused,
  secretMissing,
  secretRefused,
  superseded,
  unknown,
} from '../../lib/relay/completion.ts';
import type { NotSucceeded } from '../../lib/relay/result.ts';
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

type Source = (word: string) => Explanation[];

const RELAY_ENDS: NotSucceeded[] = [
  ...(['change_unreadable', 'change_invalid', 'inline_secret_refused'] as const).map((code) =>
    refused({ code, problems: [] }),
  ),
  ...[conflicting(), superseded(), secretRefused([]), secretMissing([]), lockTimedOut(), expired(), unknown()],
];
const RELAY_ERRORS = new Map(RELAY_ENDS.map(({ outcome, error }) => [error.code, { outcome, error }] as const));

const PROVIDER_CODE = /^(?:[A-Z0-9]{3,5}\.\d{4,8}|111\d{6})$/i;

const SOURCES: readonly Source[] = [
  (word) =>
    Object.entries(OUTCOME_TEXTS)
      .filter(([outcome]) => outcome === word)
      .map(([outcome, { means, advice }]) => ({ word: outcome, kind: 'outcome', means, advice })),
  (word) => {
    const found = RELAY_ERRORS.get(word)?.error;
    return found
      ? [
          {
            word,
            kind: `error of the relay, ends as ${RELAY_ERRORS.get(word)?.outcome}`,
            means: found.message,
            advice: found.advice,
          },
        ]
      : [];
  },
  (word) =>
    FAILURE_CODES.includes(word)
      ? [failure(word)].map(({ error, executed }) => ({
          word,
          kind: `failure on the way, executed: ${executed}`,
          means: error.message,
          advice: error.advice,
        }))
      : [],
  (word) =>
    PROVIDER_CODE.test(word) ? meaningsOf(word.toUpperCase()).slice(0, 1).map(ofProvider(word.toUpperCase())) : [],
  (word) =>
    Object.entries(WAITS)
      .filter(([reason]) => reason === word)
      .map(([reason, { happened, next }]) => ({
        word: reason,
        kind: 'reason of a wait',
        means: happened,
        advice: next,
      })),
  (word) =>
    Object.entries(EXIT_TEXTS)
      .filter(([code]) => word === 'exit-codes' || word === code)
      .map(([code, means]) => ({ word: code, kind: 'exit code', means })),
  (word) =>
    Object.entries(NAMED_FAULTS)
      .filter(([name]) => word === 'faults' || word === name)
      .map(([name, { what, expect }]) => ({
        word: name,
        kind: 'fault of the simulator',
        means: what,
        advice: `expected: ${expect}`,
      })),
];

/** Everything that is known under a word; most words have one meaning. */
export const explanationOf = (word: string): Explanation[] => SOURCES.flatMap((source) => source(word));

/** A provider's code as the relay judges it, with its usual status. */
const ofProvider =
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

/** All words, for suggestions. */
export const knownWords = (): string[] => [
  ...Object.keys(OUTCOME_TEXTS),
  ...RELAY_ERRORS.keys(),
  ...FAILURE_CODES,
  ...Object.keys(WAITS),
  'exit-codes',
  'faults',
  ...Object.keys(NAMED_FAULTS),
  ...listedCodes(),
];
