import { describe, expect, it } from 'vitest';
import { MAX_BYTES, MAX_DEPTH } from '../../../src/lib/change/body.ts';
import { readChange } from '../../../src/lib/change/change.ts';

const event = (over: object = {}) =>
  JSON.stringify({ specversion: '1.0', id: '1', source: '/s', type: 't', data: { a: 1 }, ...over });
const problems = (body: string) => {
  const reading = readChange(body);
  return reading.kind === 'change' ? [] : reading.problems;
};

describe('a CloudEvent', () => {
  it('is read with the attributes that count', () => {
    const traceparent = `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-00`;
    expect(
      readChange(event({ sequence: '007', traceparent, dataschema: 'https://x/2024-09', comexampleother: 'x' })),
    ).toEqual({
      kind: 'change',
      change: {
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

  it('loses members that are null, at every depth, but keeps null in arrays for the schema to refuse', () => {
    expect(readChange(event({ data: { a: null, b: { c: null, d: [null, { e: null }] } } }))).toMatchObject({
      change: { data: { b: { d: [null, {}] } } },
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
    ['traceparent', 'nonsense', { traceparent: 'x' }],
  ])('with a wrong %s (%s) keeps its name and says where it is wrong', (path, _what, over) => {
    expect(readChange(event(over))).toMatchObject({
      kind: 'invalid',
      change: { id: '1', source: '/s' },
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
  ])('without a usable %s is no change', (path, over) => {
    expect(readChange(event(over))).toMatchObject({ kind: 'unreadable', problems: [{ path }] });
  });

  it.each(['2', '38'.repeat(19)])('takes the sequence %s', (sequence) => {
    expect(readChange(event({ sequence }))).toMatchObject({ kind: 'change', change: { sequence } });
  });
});

describe('a wrapped CloudEvent', () => {
  const inner = JSON.parse(event()) as object;
  it.each([
    ['EventBridge', { 'detail-type': 'x', source: 's', detail: inner }],
    ['SNS', { Type: 'Notification', Message: event() }],
    ['EventBridge in SNS', { Type: 'Notification', Message: JSON.stringify({ 'detail-type': 'x', detail: inner }) }],
  ])('is unwrapped from %s', (_what, wrapped) => {
    expect(readChange(JSON.stringify(wrapped))).toMatchObject({ kind: 'change', change: { id: '1' } });
  });

  it.each([
    [
      'three layers',
      { 'detail-type': 'x', detail: { 'detail-type': 'x', detail: { 'detail-type': 'x', detail: inner } } },
    ],
    ['a notification without JSON', { Type: 'Notification', Message: 'hello' }],
    ['a subscription confirmation', { Type: 'SubscriptionConfirmation', Message: event() }],
  ])('is not found in %s', (_what, wrapped) => {
    expect(readChange(JSON.stringify(wrapped)).kind).toBe('unreadable');
  });
});

describe('limits', () => {
  const padded = (bytes: number) => {
    const empty = event({ data: '' });
    return event({ data: 'x'.repeat(bytes - empty.length) });
  };
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it('are held in bytes', () => {
    expect(readChange(padded(MAX_BYTES)).kind).toBe('change');
    expect(problems(padded(MAX_BYTES + 1))).toEqual([{ path: '', message: `must be at most ${MAX_BYTES} bytes` }]);
  });

  it('are held in depth, brackets in strings not counted', () => {
    expect(readChange(event({ data: JSON.parse(nested(MAX_DEPTH - 1)) })).kind).toBe('change');
    expect(problems(nested(MAX_DEPTH + 1))).toEqual([{ path: '', message: `must not nest deeper than ${MAX_DEPTH}` }]);
    expect(readChange(event({ data: '[{"\\'.repeat(1000) })).kind).toBe('change');
  });

  it('cost no more than a look at 200 KB of brackets, quotes or backslashes', () => {
    for (const bomb of ['[', '"', '\\"', '{"a":', '"\\']) {
      const start = performance.now();
      expect(readChange(bomb.repeat(200_000 / bomb.length)).kind).toBe('unreadable');
      expect(performance.now() - start).toBeLessThan(200);
    }
  });
});
