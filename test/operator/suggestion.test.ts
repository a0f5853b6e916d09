import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { suggestion } from '../../src/operator/suggestion.ts';

/** The words of a line, as a shell reads it. */
const wordsOf = (line: string) =>
  execFileSync('sh', ['-c', `relay() { printf '%s\\n' "$@"; }; ${line}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');

describe('a suggested command', () => {
  it.each([
    'order-1042',
    'order 42; echo $(id -un)',
    "it's-one",
    '`id`',
    '$HOME',
    '~',
    'a\\b',
    '*',
    'a"b',
    '=ls',
    '#1',
    'größe',
    'sha256:0f3a',
  ])('has %s as one word', (id) => {
    expect(wordsOf(suggestion('status', [id]))).toEqual(['status', id]);
  });

  it.each(['-dash', '--stage', '--'])('keeps %s from being an option', (id) => {
    expect(wordsOf(suggestion('dlq replay', [id], ['--all']))).toEqual(['dlq', 'replay', '--all', '--', id]);
  });

  it('is quoted only if it must be', () => {
    expect(suggestion('status', ['order-1042'], ['--wait'])).toBe('relay status order-1042 --wait');
  });
});
