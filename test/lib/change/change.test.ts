import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { MAX_BYTES, MAX_DEPTH } from '../../../src/lib/change/body.ts';
import { type Reading, readChange, readEvent, withoutNulls } from '../../../src/lib/change/change.ts';
import { Envelope } from '../../../src/lib/change/envelope.ts';
import { InexactNumber } from '../../../src/lib/json/exact-json.ts';

const event = (over: object = {}) =>
  JSON.stringify({ specversion: '1.0', id: '1', source: '/s', type: 't', data: { a: 1 }, ...over });
const problemsOf = (reading: Reading) => (reading.kind === 'change' ? [] : reading.problems);
const problems = (body: string) => problemsOf(readChange(body));

describe('a CloudEvent', () => {
  it('is read with the attributes that the relay uses', () => {
    const traceparent = `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-00`;
    expect(
      readChange(event({ sequence: '007', traceparent, dataschema: 'https://x/2024-09', comexampleother: 'x' })),
    ).toEqual({
      kind: 'change',
      event: {
        id: '1',
        source: '/s',
        type: 't',
        sequence: '007',
        traceparent,
        dataschema: 'https://x/2024-09',
        data: { a: 1 },
      },
    });
  });

  it('is read without attributes that it does not have', () => {
    expect(readChange(event())).toStrictEqual({
      kind: 'change',
      event: { id: '1', source: '/s', type: 't', data: { a: 1 } },
    });
  });

  it('without data is valid here; its operation validates the data', () => {
    expect(readChange(event({ data: undefined }))).toStrictEqual({
      kind: 'change',
      event: { id: '1', source: '/s', type: 't', data: undefined },
    });
  });

  it('loses members that are null, at every depth, but keeps null in arrays for the schema to refuse', () => {
    expect(readChange(event({ data: { a: null, b: { c: null, d: [null, { e: null }] } } }))).toMatchObject({
      event: { data: { b: { d: [null, {}] } } },
    });
  });

  it.each([
    ['sequence', '', { sequence: '' }],
    ['sequence', 'a sign', { sequence: '+1' }],
    ['sequence', '39 digits', { sequence: '1'.repeat(39) }],
    ['sequence', 'a number', { sequence: 1 }],
    ['specversion', 'another version', { specversion: '1.1' }],
    ['type', 'no type', { type: undefined }],
    ['datacontenttype', 'XML', { datacontenttype: 'application/xml' }],
  ])('with a wrong %s (%s) keeps its name and says where it is wrong', (path, _what, over) => {
    expect(readChange(event(over))).toMatchObject({
      kind: 'invalid',
      event: { id: '1', source: '/s' },
      problems: [{ path }],
    });
  });

  it.each([
    ['id', { id: '' }],
    ['id', { id: 5 }],
    ['id', { id: 'a\u0000b' }],
    ['id', { id: 'x'.repeat(257) }],
    ['id', { id: '\ud800' }],
    ['source', { source: undefined }],
  ])('without a usable %s is not a change', (path, over) => {
    expect(readChange(event(over))).toMatchObject({ kind: 'unreadable', problems: [{ path }] });
  });

  it.each(['2', '38'.repeat(19)])('takes the sequence %s', (sequence) => {
    expect(readChange(event({ sequence }))).toMatchObject({ kind: 'change', event: { sequence } });
  });
});

const LENGTH = (max: number) => `must be 1 to ${max} characters long`;
const TEXT = 'must be text without control characters and lone surrogates';

describe('an attribute', () => {
  it.each<[string, string, unknown[], unknown[]]>([
    ['specversion', 'must be "1.0"', ['1.0'], ['1.1', '', 1]],
    ['id', LENGTH(256), ['x', 'x'.repeat(256), '😀'.repeat(256)], ['', 'x'.repeat(257), '😀'.repeat(257)]],
    ['id', LENGTH(256), [`${'😀'.repeat(255)}x`], [`${'😀'.repeat(256)}x`, `${'😀'.repeat(250)}${'x'.repeat(7)}`]],
    ['id', TEXT, ['ä ö', '\u00a0'], ['a\u0000b', 'a\nb', '\u007f', '\u0085', '\ud800', '\udc00\ud800']],
    ['source', LENGTH(512), ['x', 'x'.repeat(512)], ['', 'x'.repeat(513)]],
    ['source', TEXT, ['/s'], ['a\tb']],
    ['type', LENGTH(128), ['x', 'x'.repeat(128)], ['', 'x'.repeat(129)]],
    ['dataschema', LENGTH(512), ['x', 'x'.repeat(512), undefined], ['', 'x'.repeat(513)]],
    [
      'sequence',
      'must be 1 to 38 decimal digits',
      ['0', '007', '9'.repeat(38), undefined],
      ['', '+1', '-1', '1.0', 'a1', '1a', ' 1', '1\n', '٣', '9'.repeat(39)],
    ],
    [
      'datacontenttype',
      'must be a JSON media type, such as application/json',
      [
        'application/json',
        'Application/JSON',
        'application/json; charset=utf-8',
        'application/json;charset=UTF-8',
        'application/json \t;\t charset=utf-8\t ',
        'application/json; charset="utf-8"',
        'application/json;',
        'application/json ; ; ;',
        'application/json; charset=latin1',
        'application/json; odata.metadata=minimal; charset=utf-8',
        'application/json; a="x;y=\\"z"',
        'application/json; a=""',
        'application/vnd.example.change+json',
        'application/cloudevents+JSON; v=1',
        'text/json',
        undefined,
        null,
      ],
      [
        'application/xml',
        'xapplication/jsonx',
        'json',
        '/json',
        'application/',
        'application/json/x',
        'application/+json',
        'application/jsonx',
        'application/json+xml',
        'application/json x',
        'application/json; a',
        'application/json; a=',
        'application/json; =a',
        'application/json; a = b',
        'application/json; a="',
        'application/json; a="x"y',
        'application/json; a="\n"',
        'application/json, text/json',
        'application/json\n',
        '\u0130pplication/json',
        'application/j\u017fon',
        '',
      ],
    ],
    ['datacontenttype', 'must be text', [], [5, {}, true]],
    ['sequence', 'must be text: write "17"', [], [17, 17n]],
    ['traceparent', 'nothing', ['x', '', 5, {}, null, `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`], []],
  ])('%s %s, and the message says so', (name, message, right, wrong) => {
    const problems = (event: object) => problemsOf(readEvent(event));
    const event = (over: object) => ({ specversion: '1.0', id: '1', source: '/s', type: 't', data: { a: 1 }, ...over });
    for (const value of right) expect(problems(event({ [name]: value })), String(value)).toEqual([]);
    for (const value of wrong)
      expect(problems(event({ [name]: value })), String(value)).toEqual([{ path: name, message }]);
  });

  it('has the limits of the published schema', () => {
    const { properties, required } = z.toJSONSchema(Envelope, { io: 'input' });
    expect(properties).toMatchObject({
      id: { type: 'string', minLength: 1, maxLength: 256 },
      source: { type: 'string', minLength: 1, maxLength: 512 },
      type: { type: 'string', minLength: 1, maxLength: 128 },
      dataschema: { type: 'string', minLength: 1, maxLength: 512 },
    });
    expect(required).toEqual(['specversion', 'id', 'source', 'type']);
  });
});

describe('an attribute that is null', () => {
  const OPTIONAL = ['sequence', 'datacontenttype', 'dataschema', 'traceparent', 'subject', 'time', 'data_base64'];

  it.each(OPTIONAL)('counts as absent: %s', (name) => {
    expect(readChange(event({ [name]: null }))).toStrictEqual(readChange(event()));
  });

  it('is missing where it is required', () => {
    for (const name of ['specversion', 'type'])
      expect(problems(event({ [name]: null }))).toEqual([{ path: name, message: 'is missing' }]);
    expect(readChange(event({ id: null }))).toEqual({
      kind: 'unreadable',
      problems: [{ path: 'id', message: 'is missing' }],
    });
    expect(readChange(event({ data: null }))).toStrictEqual(readChange(event({ data: undefined })));
  });

  it('is the only reason for a copy of the event', () => {
    const data = { a: [1] };
    const reading = readEvent({ specversion: '1.0', id: '1', source: '/s', type: 't', data });
    expect(reading.kind === 'change' && reading.event.data).toBe(data);
  });
});

describe('data in base64', () => {
  const encoded = (text: string | Buffer) =>
    event({ data: undefined, data_base64: Buffer.from(text).toString('base64') });

  it('is read as the JSON that it contains, with digits and nulls as in data', () => {
    expect(readChange(encoded('{"a":9223372036854775807,"b":null}'))).toStrictEqual({
      kind: 'change',
      event: { id: '1', source: '/s', type: 't', data: { a: 9223372036854775807n } },
    });
    expect(readChange(encoded('\ufeff{"a":1}'))).toStrictEqual(readChange(event()));
  });

  it.each([
    ['no text', event({ data: undefined, data_base64: 5 }), 'must be text'],
    ['no base64', event({ data: undefined, data_base64: '{}' }), 'must be base64'],
    ['base64 without its padding', event({ data: undefined, data_base64: 'e30' }), 'must be base64'],
    ['bytes that are no UTF-8', encoded(Buffer.from([0xff])), 'must contain UTF-8'],
    ['data beside it', event({ data_base64: 'e30=' }), 'must not be given together with data'],
    [
      'no JSON',
      encoded('{'),
      /^must decode to valid data: the text must be JSON: it ends too early, at line 1, column 2: expected a name/,
    ],
    [
      'too deep a nesting',
      encoded('['.repeat(25)),
      /^must decode to valid data: the text must not nest deeper than 24$/,
    ],
  ])('with %s is refused under its own name, with the name of its change', (_what, text, message) => {
    expect(readChange(text)).toMatchObject({
      kind: 'invalid',
      event: { id: '1', source: '/s' },
      problems: [{ path: 'data_base64', message: expect.stringMatching(message) }],
    });
  });

  it('that is wrong is part of the fingerprint', () => {
    const envelope = (text: string) => {
      const reading = readChange(text);
      return reading.kind === 'invalid' ? reading.event.envelope : undefined;
    };
    expect(envelope(encoded('{'))).not.toEqual(envelope(encoded('[')));
  });
});

describe('a byte order mark', () => {
  it('at the start is skipped, once', () => {
    expect(readChange(`\ufeff${event()}`)).toStrictEqual(readChange(event()));
    expect(readChange(`\ufeff\ufeff${event()}`).kind).toBe('unreadable');
  });

  it('of UTF-16 that was read as UTF-8 is reported', () => {
    const text = Buffer.from(event(), 'utf16le').toString('utf8');
    for (const read of [text, text.slice(1)])
      expect(problems(read)).toEqual([{ path: '', message: 'must be JSON: it looks like UTF-16 and must be UTF-8' }]);
  });
});

describe('an event whose envelope is wrong', () => {
  it('keeps its whole envelope as its content', () => {
    const over = { sequence: 'x', datacontenttype: 'text/plain', dataschema: '', traceparent: 'x', data: { a: null } };
    const reading = readChange(event(over));
    expect(reading).toMatchObject({
      kind: 'invalid',
      event: {
        id: '1',
        source: '/s',
        type: 't',
        data: { a: null },
        envelope: ['t', '1.0', 'x', 'text/plain', ''],
      },
    });
    expect(problems(event(over)).map(({ path }) => path)).toEqual(['sequence', 'datacontenttype', 'dataschema']);
  });

  it('has no type if that is not a text', () => {
    expect(readChange(event({ type: 5 }))).toMatchObject({
      kind: 'invalid',
      event: { type: '', envelope: [5, '1.0', undefined, undefined, undefined] },
    });
  });

  it.each([
    ['id', { id: 'a\u0000' }],
    ['id', { id: 'x'.repeat(257) }],
    ['source', { source: 'x'.repeat(513) }],
  ])('and that has no name is told what its %s must be', (path, over) => {
    expect(readChange(event({ ...over, sequence: 'x' }))).toMatchObject({ kind: 'unreadable', problems: [{ path }] });
  });
});

describe('members that are null', () => {
  it('cost a copy only if there are any', () => {
    const whole = { a: [{ b: 'x' }], c: 1n, d: new InexactNumber('1e400') };
    expect(withoutNulls(whole)).toBe(whole);
    expect(withoutNulls({ ...whole, e: null })).toEqual(whole);
    expect(withoutNulls({ a: [{ b: null }] })).toStrictEqual({ a: [{}] });
    expect(withoutNulls({ a: [{ b: 1 }, { b: null }] })).toStrictEqual({ a: [{ b: 1 }, {}] });
    expect(withoutNulls([null])).toEqual([null]);
    expect(withoutNulls(null)).toBeNull();
  });

  it('leave a number beside them as it was written', () => {
    const inexact = new InexactNumber('1e400');
    expect((withoutNulls({ a: null, b: inexact }) as { b: unknown }).b).toBe(inexact);
  });
});

describe('a wrapped CloudEvent', () => {
  const inner = JSON.parse(event()) as object;
  it.each([
    ['EventBridge', { 'detail-type': 'x', source: 's', detail: inner }],
    ['SNS', { Type: 'Notification', Message: event() }],
    ['EventBridge in SNS', { Type: 'Notification', Message: JSON.stringify({ 'detail-type': 'x', detail: inner }) }],
  ])('is unwrapped from %s', (_what, wrapped) => {
    expect(readChange(JSON.stringify(wrapped))).toMatchObject({ kind: 'change', event: { id: '1' } });
  });

  it.each([
    [
      'three layers',
      { 'detail-type': 'x', detail: { 'detail-type': 'x', detail: { 'detail-type': 'x', detail: inner } } },
    ],
    ['a notification without JSON', { Type: 'Notification', Message: 'hello' }],
    ['a notification of no text', { Type: 'Notification', Message: inner }],
    ['a subscription confirmation', { Type: 'SubscriptionConfirmation', Message: event() }],
    ['a detail without its type', { detail: inner }],
    ['a type without its detail', { 'detail-type': 'x', Detail: inner }],
    ['a list', [inner]],
  ])('is not found in %s', (_what, wrapped) => {
    expect(readChange(JSON.stringify(wrapped)).kind).toBe('unreadable');
  });
});

describe('an envelope around a change', () => {
  const inner = JSON.parse(event({ id: 'inner' })) as object;

  it('is looked for only if the text itself is not an event', () => {
    const both = event({ id: 'outer', 'detail-type': 'x', detail: inner, Type: 'Notification', Message: event() });
    expect(readChange(both)).toMatchObject({ kind: 'change', event: { id: 'outer' } });
  });

  it('with a text that cannot be read is reported as such', () => {
    const wrapped = (Message: string) => JSON.stringify({ Type: 'Notification', Message });
    expect(readChange(wrapped('hello'))).toEqual({
      kind: 'unreadable',
      problems: [
        {
          path: '',
          message:
            'must not be in an SNS envelope with an invalid message: it must be JSON: at line 1, column 1: expected a value',
        },
      ],
    });
    expect(problems(wrapped('['.repeat(30)))).toEqual([
      { path: '', message: 'must not be in an SNS envelope with an invalid message: it must not nest deeper than 24' },
    ]);
  });

  it('may be wrapped in another one, in any order', () => {
    const notified = { Type: 'Notification', Message: JSON.stringify(inner) };
    for (const wrapped of [
      { 'detail-type': 'x', detail: notified },
      { Type: 'Notification', Message: JSON.stringify(notified) },
    ])
      expect(readChange(JSON.stringify(wrapped))).toMatchObject({ kind: 'change', event: { id: 'inner' } });
    const thrice = { Type: 'Notification', Message: JSON.stringify({ 'detail-type': 'x', detail: notified }) };
    expect(problems(JSON.stringify(thrice))).toEqual([
      { path: '', message: 'must not be in more than two envelopes of EventBridge or SNS' },
    ]);
  });
});

describe('limits', () => {
  const padded = (bytes: number) => {
    const empty = event({ data: '' });
    return event({ data: 'x'.repeat(bytes - empty.length) });
  };
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it('are the published ones', () => {
    expect({ MAX_BYTES, MAX_DEPTH }).toEqual({ MAX_BYTES: 262_144, MAX_DEPTH: 24 });
  });

  it('count bytes, not letters', () => {
    const wide = event({ data: 'ä'.repeat(MAX_BYTES / 2) });
    expect(wide.length).toBeLessThan(MAX_BYTES);
    expect(problems(wide)).toEqual([{ path: '', message: 'must be at most 262144 bytes' }]);
  });

  it('apply to bytes', () => {
    expect(readChange(padded(MAX_BYTES)).kind).toBe('change');
    expect(problems(padded(MAX_BYTES + 1))).toEqual([{ path: '', message: `must be at most ${MAX_BYTES} bytes` }]);
  });

  it('apply to depth; brackets in strings do not count', () => {
    expect(readChange(event({ data: JSON.parse(nested(MAX_DEPTH - 1)) })).kind).toBe('change');
    expect(problems(event({ data: JSON.parse(nested(MAX_DEPTH)) }))).toHaveLength(1);
    expect(problems(nested(MAX_DEPTH + 1))).toEqual([{ path: '', message: `must not nest deeper than ${MAX_DEPTH}` }]);
    expect(readChange(event({ data: '[{"\\'.repeat(1000) })).kind).toBe('change');
  });
});
