import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/cli/input/edits.ts';
import { readDuration, readSince } from '../../src/cli/input/option-values.ts';
import { columns } from '../../src/cli/terminal/table.ts';
import { groupOf } from '../../src/lib/change/message.ts';
import { nearest } from '../../src/lib/change/nearest.ts';
import { duration } from '../../src/operator/story/wording.ts';
import { relay } from './terminal.ts';

const FILES = readdirSync('events/invalid').filter((file) => file !== 'conflicting-id.json');

describe('an invalid change', () => {
  it.each(FILES)('%s shows what is wrong and where, without its values', async (file) => {
    const { code, err } = await relay(['validate', `events/invalid/${file}`]);
    expect(code).toBe(3);
    expect(err).toMatch(/^error: .+ {2}\[change_invalid\]\n/);
    expect(err).toContain(`events/invalid/${file}`);
    expect(err).not.toMatch(/undefined|\bmust be a [aeiou]|Invalid input|xxxxxx/);
  });

  it('of many lines shows each problem with its line', async () => {
    const { err } = await relay(['validate', '-'], {
      input: '{"specversion":"1.0"}\n{"id":1,\n"source":2}\n'.replace(',\n', ','),
    });
    expect(err).toMatch(/standard input:1:1 {2}id {2}id is missing[\s\S]*standard input:2:2 {2}id {2}id must be text/);
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

/** A change with these attributes put over it, as text. */
const changeText = (over: object) =>
  JSON.stringify({
    ...{ specversion: '1.0', id: 'i', source: '/s', type: 'migration.dcs.migration-task.update' },
    data: { project_id: 'p', task_id: 't', body: {} },
    ...over,
  });

describe('what is wrong', () => {
  it.each([
    ['a word of Python', '{\n  "a": True }', 'standard input:2:8', 'invalid JSON: expected a value'],
    ['a comma too much', '{"a": 1,\n  }', 'standard input:2:3', 'invalid JSON: expected a name in double quotes'],
    ['a cut text', '{"a": [1', 'standard input:1:9', 'the JSON ends too early: expected a comma or ]'],
  ])('in the JSON itself is shown at its place, with what was expected: %s', async (_what, input, place, message) => {
    const { code, err } = await relay(['validate', '-'], { input });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining(message) });
    expect(err).toContain(place);
  });

  it('is shown with the right way to write it: a sequence as text, a type as it is meant', async () => {
    const type = 'migration.dcs.migration-task.updat';
    const { err } = await relay(['validate', '-'], { input: changeText({ sequence: 17 }) });
    expect(err).toContain('sequence must be text: write "17"');
    const unknown = await relay(['validate', '-'], { input: changeText({ type }) });
    expect(unknown.err).toContain(`not ${type}; did you mean migration.dcs.migration-task.update?`);
  });

  it('is reported for a text that nests deeper than a stack', async () => {
    const input = `{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { code, err } = await relay(['validate', '-'], { input });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('must not nest deeper than 24') });
  });

  it('with the encoding is named', async () => {
    for (const [bytes, message] of [
      [Buffer.from(`\ufeff${changeText({})}`, 'utf16le'), 'the file is in UTF-16'],
      [Buffer.from(changeText({}), 'utf16le').swap16(), 'the file is in UTF-16'],
      [Buffer.from(changeText({ comment: 'é' }), 'latin1'), 'the file is not in UTF-8'],
    ] as const) {
      const { code, err } = await relay(['validate', '-'], { input: bytes });
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
    }
  });
});

describe('a change that is valid', () => {
  it('may begin with a byte order mark, in JSON Lines too', async () => {
    const input = `\ufeff${changeText({})}\n${changeText({ id: 'j' })}\n`;
    const { code, out } = await relay(['validate', '-', '--json'], { input });
    expect({ code, items: JSON.parse(out).items.length }).toEqual({ code: 0, items: 2 });
  });

  it('is shown with the message group and the deduplication id that the queue needs', async () => {
    const { out } = await relay(['validate', '-', '--json'], { input: changeText({}) });
    const group = groupOf({ service: 'dcs', project_id: 'p', id: 't' });
    expect(JSON.parse(out).items).toMatchObject([{ group, deduplication_id: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    const shown = await relay(['validate', '-', '--no-color'], { input: changeText({}), terminal: true });
    expect(shown.out).toContain(`  group  ${group}\n`);
  });

  it.each([
    ['a time that is none', { time: 'yesterday' }, /time: not an RFC 3339 time/],
    ['a time of no such day', { time: '2026-13-41T00:00:00Z' }, /time: not an RFC 3339 time/],
    ['a schema that is no URI', { dataschema: 'not a uri' }, /dataschema: not an absolute URI/],
    ['a name with capitals', { correlationId: 'x' }, /correlationId: names may have only a to z and digits/],
    ['a name that is none', { 'CANARY value': 'x' }, /\(an attribute\): names may have only a to z and digits/],
    ['another order of sequences', { sequencetype: 'String' }, /sequencetype: .*whole numbers/],
    ['a trace that is broken', { traceparent: 'x' }, /traceparent: not a valid W3C trace context/],
  ])('but unusual gets a warning: %s', async (_what, over, warning) => {
    const { code, out, err } = await relay(['validate', '-', '--json'], { input: changeText(over) });
    expect({ code, warnings: JSON.parse(out).items[0].warnings }).toEqual({
      code: 0,
      warnings: [expect.stringMatching(warning)],
    });
    const plain = await relay(['validate', '-'], { input: changeText(over) });
    expect({ code: plain.code, err: plain.err }).toEqual({ code: 0, err: expect.stringMatching(warning) });
    expect(err + plain.err).not.toContain('CANARY');
  });

  it('and usual gets no warning', async () => {
    const over = { time: '2026-02-03T09:14:00.5+01:00', dataschema: 'urn:x:1', sequencetype: 'Integer', sequence: '1' };
    for (const attributes of [over, { time: null, dataschema: null, sequencetype: null }]) {
      const { out, err } = await relay(['validate', '-', '--json'], { input: changeText(attributes) });
      expect({ warnings: JSON.parse(out).items[0].warnings, err }).toEqual({ warnings: [], err: '' });
    }
  });
});

describe('the position of a problem', () => {
  const event = (body: string) =>
    `{"specversion":"1.0", "id":"i", "source":"/s", "type":"migration.sms.task.update",\n"data": {"task_id":"t", ${body}}}`;

  it.each([
    ['a wrong value is the name of its member', event('"b\\u006fdy":\n {"name": 7}'), '3:3', 'data.body.name'],
    ['a missing member is the one that it is missing from', event('"x": 1'), '2:1', 'data.body'],
    [
      'an element is its start',
      event('"body": {"target_server":\n {"disks": [\n {"name":"é"}, 5]}}'),
      '4:16',
      'data.body.target_server.disks.1',
    ],
  ])('of %s', async (_what, input, place, field) => {
    const { code, err } = await relay(['validate', '-'], { input });
    expect(code).toBe(3);
    expect(err).toMatch(new RegExp(`${place}(\\n  field)?  +${field.replaceAll('.', '\\.')}[ \\n]`));
  });
});

describe('a table', () => {
  it('counts two columns for a Chinese character, and none for a colour', () => {
    const rows = [
      ['迁移任务', '1'],
      ['\u001b[31mtask\u001b[39m', '2'],
    ];
    expect(columns(rows)).toEqual(['迁移任务  1', '\u001b[31mtask\u001b[39m      2']);
  });
});

describe('small things', () => {
  it.each([
    ['resum_mode', 'resume_mode'],
    ['RESUME_MODE', 'resume_mode'],
    ['mode_resume', undefined],
    ['naem', 'name'],
  ])('%s is read as %s', (word, meant) => {
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
    expect(readDuration('x', '1.5s')).toBe(1500);
    expect(readDuration('x', '2h')).toBe(7_200_000);
    expect(readSince('15m', 1_000_000)).toBe(100_000);
    expect(readSince('2026-02-03T12:00:00Z', 0)).toBe(Date.UTC(2026, 1, 3, 12));
    expect(() => readDuration('timeout', '5')).toThrow('--timeout: not a time');
  });

  it('sets fields as JSON, or as text if the value is not JSON, and keeps digits as they are', () => {
    const event =
      '{"type":"migration.sms.task.update","data":{"task_id":"t","body":{"total_time":9223372036854775807}}}';
    const set = ['data.body.speed_limit=5', 'data.body.name=a-b', 'sequence=7'];
    expect(applyEdits(event, { set, id: 'x' })).toBe(
      '{"type":"migration.sms.task.update","data":{"task_id":"t","body":{"total_time":9223372036854775807,"speed_limit":5,"name":"a-b"}},"sequence":"7","id":"x"}',
    );
  });
});
