import { writeSync } from 'node:fs';
import { readChange } from '../../src/lib/change/change.ts';
import { validate } from '../../src/lib/change/validate.ts';
import { SMS_OPERATIONS } from '../../src/lib/operations/sms.ts';
import { changeText } from '../changes.ts';
import { median } from '../verdict.ts';

/** Microseconds of processor time per text: only parsed, and completely read and validated. */
export interface ReadingReport {
  parse: number;
  whole: number;
  /** The same for a change with one number above 2^53. */
  wholeWithInt64: number;
}

const settings = { operations: SMS_OPERATIONS, revision: '2024-09', allowInlineSecrets: false } as const;
const ROUNDS = 40;
const TEXTS = 100;

/** All texts differ, so that nothing can be cached. */
const textsOf = (extra: object) => (round: number) =>
  Array.from({ length: TEXTS }, (_, n) => JSON.parse(JSON.stringify(changeText(`${round}-${n}`, `task-${n}`, extra))));
const plain = textsOf({});
const large = (round: number) =>
  textsOf({ estimate_complete_time: 1 })(round).map((text: string) =>
    text.replace('"estimate_complete_time":1', '"estimate_complete_time":9223372036854775807'),
  );

function whole(text: string): void {
  const change = validate(readChange(text), settings);
  if (change.kind !== 'valid') throw new Error(`the change was refused: ${JSON.stringify(change)}`);
}

function cost(texts: string[], work: (text: string) => void): number {
  const before = process.cpuUsage();
  for (const text of texts) work(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / texts.length;
}

const samples = { parse: [] as number[], whole: [] as number[], wholeWithInt64: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  samples.parse.push(cost(plain(round), JSON.parse));
  samples.whole.push(cost(plain(round), whole));
  samples.wholeWithInt64.push(cost(large(round), whole));
}
// The first half lets the compiler warm up.
const warmMedian = (values: number[]) => median(values.slice(ROUNDS / 2));
const warm = {
  parse: warmMedian(samples.parse),
  whole: warmMedian(samples.whole),
  wholeWithInt64: warmMedian(samples.wholeWithInt64),
} satisfies ReadingReport;
writeSync(3, JSON.stringify(warm));
