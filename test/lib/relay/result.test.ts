import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TracedName } from '../../../src/lib/change/validate.ts';
import {
  type Completion,
  type ErrorCompletion,
  readResult,
  toEvent,
  toResult,
  writeResult,
} from '../../../src/lib/relay/result.ts';
import { errorOf } from '../../support/relay-under-test.ts';

const SUBJECT: TracedName = {
  ...{ id: 'i', source: '/s', type: 'migration.dcs.migration-task.update', sequence: '007', hash: 'h' },
  ...{
    traceparent: 'tp',
    operation: 'op',
    subject: { service: 'dcs', kind: 'migration-task', id: 't', project_id: 'p' },
  },
};
const PRINT = { keyId: 'k', mac: 'm' };
const ERROR: ErrorCompletion['error'] = {
  class: 'service_error',
  code: 'c',
  message: 'm',
  advice: 'a',
  remedy: 'later',
  origin: 'relay',
};
const NOW = Date.UTC(2026, 0, 1);
const TAKEN: Completion = { outcome: 'succeeded', confirmedBy: 'reply' };
const FAILED: Completion = { outcome: 'failed', error: ERROR };
const textOf = (completion: Completion = TAKEN, subject = SUBJECT, fingerprint = PRINT) =>
  writeResult(toResult('relay', subject, fingerprint, completion, NOW));
const resultOf = (completion: Completion = TAKEN, subject = SUBJECT) => readResult(textOf(completion, subject));

describe('a result', () => {
  it('cuts texts of the reply that are longer than any that the provider documents', () => {
    const reply = { id: 'x'.repeat(100_000), name: 'n', count: 5, split: `${'a'.repeat(254)}😀` };
    const text = { id: 'x'.repeat(255), name: 'n', count: 5, split: `${'a'.repeat(254)}\ufffd` };
    expect(resultOf({ ...TAKEN, reply }).data).toMatchObject({ reply: text });
  });

  it('contains what is known, and leaves out what does not exist', () => {
    expect(resultOf()).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      source: 'relay',
      type: 'migration.dcs.migration-task.update.succeeded',
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'https://migration-relay.example/schemas/result',
      subject: 'dcs/migration-task/t',
      sequence: '007',
      traceparent: 'tp',
      data: {
        change: {
          ...{ id: 'i', source: '/s', type: SUBJECT.type, sequence: '007', hash: 'h' },
          subject: { service: 'dcs', kind: 'migration-task', id: 't', project_id: 'p' },
        },
        operation: 'op',
        outcome: 'succeeded',
        confirmed_by: 'reply',
      },
    });
    expect(resultOf(TAKEN, {})).toMatchObject({ type: 'migration.change.succeeded', data: { change: {} } });
    expect(textOf({ ...FAILED, status: undefined, requestId: undefined, problems: [], omitted: [] }, {})).not.toMatch(
      /undefined|null|\[\]/,
    );
  });

  it('keeps an int64 of the reply digit for digit', () => {
    expect(textOf({ ...TAKEN, reply: { id: 9_223_372_036_854_775_807n } })).toContain('"id":9223372036854775807');
  });

  it('goes to the bus under its own source and type, byte for byte', () => {
    const text = textOf();
    expect(toEvent(readResult(text), text)).toEqual({
      source: 'relay',
      detailType: 'migration.dcs.migration-task.update.succeeded',
      detail: text,
    });
  });

  it('contains of an error what its receiver needs, and whether sending again can help', () => {
    expect(errorOf(resultOf(FAILED))).toEqual({
      ...{ class: 'service_error', code: 'c', message: 'm', advice: 'a', origin: 'relay', retryable: true },
    });
    expect(errorOf(resultOf({ outcome: 'failed', error: { ...ERROR, remedy: 'no' } }))?.retryable).toBe(false);
  });

  it('contains a request id only in the shape of one', () => {
    expect(resultOf({ ...TAKEN, status: 200, requestId: '0123-abc:.x' }).data.provider).toEqual({
      status: 200,
      request_id: '0123-abc:.x',
    });
    for (const requestId of ['', 'CANARY x', 'a'.repeat(129), 'CANARY\n', '<CANARY>'])
      expect(resultOf({ ...TAKEN, status: 200, requestId }).data.provider).toEqual({ status: 200 });
    expect(resultOf({ ...TAKEN, requestId: 'abc' }).data.provider).toBeUndefined();
  });
});

describe('the id of a result', () => {
  const idOf = (over: Partial<TracedName>, mac = 'm') =>
    readResult(textOf(TAKEN, { ...SUBJECT, ...over }, { keyId: 'k', mac })).id;

  it('depends on source, id and content alone', () => {
    const expected = createHash('sha256').update('["/s","i","m"]').digest('hex').slice(0, 32);
    expect(idOf({})).toBe(expected);
    expect(idOf({ type: 'x', sequence: '9', traceparent: 'other', operation: 'y' })).toBe(expected);
    expect(resultOf({ ...FAILED, attempts: 5 }).id).toBe(expected);
  });

  it('differs for other changes, for other content and for a message that is not a change', () => {
    const ids = [idOf({}), idOf({ id: 'j' }), idOf({ source: '/t' }), idOf({}, 'n')];
    ids.push(resultOf(TAKEN, { hash: 'a' }).id, resultOf(TAKEN, { hash: 'b' }).id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the largest result', () => {
  const paths = (count: number) => Array.from({ length: count }, () => `data.body.${'x'.repeat(190)}`);
  const largest = (character: string): string =>
    textOf(
      {
        ...{ outcome: 'rejected', status: 599, requestId: 'a'.repeat(128), attempts: 50 },
        error: { ...ERROR, message: 'm'.repeat(1000), advice: 'a'.repeat(500), code: 'c'.repeat(64) },
        problems: paths(400).map((path) => ({ path, message: 'm'.repeat(200) })),
        omitted: paths(65_535),
        warnings: paths(65_535),
        unverifiable: paths(65_535),
      },
      {
        ...{ id: character.repeat(256 / character.length), source: character.repeat(512 / character.length) },
        ...{ type: 'migration.dcs.online-migration.configure', sequence: '9'.repeat(38) },
        ...{ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, operation: 'configure-dcs-online-migration' },
        subject: { service: 'dcs', kind: 'migration-task', id: 't'.repeat(64), project_id: 'p'.repeat(64) },
      },
    );

  it.each(['x', '"', '\uffff', '😀', '\u2028'])('stays under 64 KB, even with characters such as %j', (character) => {
    expect(Buffer.byteLength(largest(character))).toBeLessThan(64 * 1024);
    expect(largest(character)).not.toContain('undefined');
  });

  it('lists at most fifty of each kind', () => {
    const result = readResult(largest('x'));
    const { data } = result;
    expect(errorOf(result)?.problems).toHaveLength(50);
    expect(data.ignored_fields).toHaveLength(50);
    expect(data.warnings).toHaveLength(50);
    expect(data.unverified_fields).toHaveLength(50);
  });
});
