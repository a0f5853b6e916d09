import { nearest } from '../../lib/change/nearest.ts';
import { usage } from '../../operator/fault.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `60s`, `15m`, `2h`, `1d` or `500ms` in milliseconds. */
export function readDuration(name: string, text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h|d)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined)
    throw usage(`--${name}: not a time`, { got: `"${text}"`, allowed: 'a number with ms, s, m, h or d, such as 15m' });
  return Number(number) * factor;
}

/** The start or end of a search, in milliseconds since 1970: a span of time before now, or a time in ISO 8601. */
export function readSince(text: string, now: number, name = 'since'): number {
  const moment = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? now - readDuration(name, text) : moment;
}

/** A whole number of at least one. */
export function readCount(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw usage(`--${name}: not a whole number`, { got: `"${text}"`, allowed: '1 or more' });
  return Number(text);
}

/** Throws a usage error for a word that is not among the known ones. */
export function requireKnown(word: string, known: readonly string[], message: string): void {
  if (known.includes(word)) return;
  throw usage(message, { got: `"${word}"`, allowed: known.join(', '), fix: didYouMean(word, known) });
}

/** A question that names the known word most like a mistyped one; if none is like it, another advice. */
export function didYouMean(word: string, known: Iterable<string>, other?: string) {
  const meant = nearest(word, known);
  return meant === undefined ? other : `did you mean ${meant}?`;
}
