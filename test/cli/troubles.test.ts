import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { edited } from '../../src/cli/input/edits.ts';
import { readDuration, readSince } from '../../src/cli/input/option-values.ts';
import { positionsIn, syntaxErrorIn, toPosition } from '../../src/cli/input/positions.ts';
import { nearest } from '../../src/cli/input/suggest.ts';
import { duration } from '../../src/cli/story/wording.ts';
import { relay } from './terminal.ts';

const FILES = readdirSync('events/invalid').filter((file) => file !== 'conflicting-id.json');

describe('an invalid change', () => {
  it.each(FILES)('%s is told by what is wrong and where, without its values', async (file) => {
    const { code, err } = await relay(['validate', `events/invalid/${file}`]);
    expect(code).toBe(3);
    expect(err).toMatch(/^error: .+ {2}\[change_invalid\]\n/);
    expect(err).toContain(`events/invalid/${file}`);
    expect(err).not.toMatch(/undefined|\bmust be a [aeiou]|Invalid input|xxxxxx/);
  });

  it('of many lines is told by the line of each', async () => {
    const { err } = await relay(['validate', '-'], {
      input: '{"specversion":"1.0"}\n{"id":1,\n"source":2}\n'.replace(',\n', ','),
    });
    expect(err).toMatch(
      /standard input:1:1 {2}id {2}id is missing[\s\S]*standard input:2:2 {2}id {2}id must be a string/,
    );
  });

  it('with more than ten problems counts the rest', async () => {
    const body = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`field_${index}`, 1]));
    const event = {
      specversion: '1.0',
      id: 'i',
      source: '/s',
      type: 'migration.dcs.migration-task.update',
      data: { project_id: 'p', task_id: 't', body },
    };
    const { err } = await relay(['validate', '-'], { input: JSON.stringify(event) });
    expect(err).toMatch(/^error: 15 problems[\s\S]*\n {2}and 5 more\n$/);
  });
});

describe('positions', () => {
  it('are those of member names and of elements', () => {
    const text = '{\n  "a": {"b\\u0063": [1, {"d": "}"}]},\n  "e": null }';
    const found = positionsIn(text);
    expect([...found.keys()]).toEqual(['', 'a', 'a.bc', 'a.bc.0', 'a.bc.1', 'a.bc.1.d', 'e']);
    expect(toPosition(text, found.get('a.bc.1') ?? 0)).toEqual({ line: 2, column: 24 });
    expect(toPosition(text, found.get('e') ?? 0)).toEqual({ line: 3, column: 3 });
  });

  it('say where a text stops being JSON', () => {
    expect(syntaxErrorIn('{"a": 1,\n  }')).toEqual({
      message: 'not JSON from here on',
      position: { line: 2, column: 3 },
    });
    expect(syntaxErrorIn('{"a": [1')).toMatchObject({ message: 'the JSON ends too early' });
    expect(syntaxErrorIn('{}')).toBeUndefined();
  });
});

describe('small things', () => {
  it.each([
    ['resum_mode', 'resume_mode'],
    ['RESUME_MODE', 'resume_mode'],
    ['mode_resume', undefined],
    ['naem', 'name'],
  ])('%s is taken for %s', (word, meant) => {
    expect(nearest(word, ['resume_mode', 'name', 'bandwidth_limit_mb'])).toBe(meant);
  });

  it.each([
    [84, '84 ms'],
    [3140, '3.1 s'],
    [80_000, '80 s'],
    [720_000, '12 min'],
    [10_800_000, '3 h'],
    [200_000_000, '2 days'],
  ])('%i milliseconds are %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it('reads times as people write them', () => {
    expect([readDuration('x', '1.5s'), readDuration('x', '2h'), readSince('15m', 1_000_000)]).toEqual([
      1500, 7_200_000, 100_000,
    ]);
    expect(readSince('2026-02-03T12:00:00Z', 0)).toBe(Date.UTC(2026, 1, 3, 12));
    expect(() => readDuration('timeout', '5')).toThrow('--timeout is no time');
  });

  it('sets fields as JSON, as text where it is none, and digits as they are', () => {
    const event =
      '{"type":"migration.sms.task.update","data":{"task_id":"t","body":{"total_time":9223372036854775807}}}';
    const set = ['data.body.speed_limit=5', 'data.body.name=a-b', 'sequence=7'];
    expect(edited(event, { set, id: 'x' })).toBe(
      '{"type":"migration.sms.task.update","data":{"task_id":"t","body":{"total_time":9223372036854775807,"speed_limit":5,"name":"a-b"}},"sequence":"7","id":"x"}',
    );
  });
});
