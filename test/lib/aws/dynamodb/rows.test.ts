import { describe, expect, it } from 'vitest';
import { toBreakerRow, toChangeRow, toSubjectRow } from '../../../../src/lib/aws/dynamodb/rows.ts';

const [text, number, flag] = [(S: string) => ({ S }), (N: string) => ({ N }), (BOOL: boolean) => ({ BOOL })];

describe('the row of a change', () => {
  it('is read whole', () => {
    const item = {
      pk: text('c'),
      state: text('CALLING'),
      mac: text('m'),
      keyId: text('k'),
      owner: text('o'),
      lease: number('1700000000123'),
      attempts: number('3'),
      firstSeen: number('1700000000000'),
      arrival: number('18850000000000000000000001'),
      group: text('g'),
      revision: text('2024-09'),
      overtaken: flag(true),
      doubt: flag(true),
      baseline: text('digest'),
      result: text('{}'),
      unknown: flag(false),
      ttl: number('5'),
    };
    expect(toChangeRow('c', item)).toStrictEqual({
      key: 'c',
      state: 'CALLING',
      fingerprint: { mac: 'm', keyId: 'k' },
      owner: 'o',
      lease: 1_700_000_000_123,
      attempts: 3,
      firstSeen: 1_700_000_000_000,
      arrival: '18850000000000000000000001',
      group: 'g',
      revision: '2024-09',
      overtaken: true,
      doubt: true,
      baseline: 'digest',
      result: '{}',
      unknown: false,
      ttl: 5,
    });
  });

  it.each([
    ['empty', {}],
    [
      'of other types',
      { state: number('1'), mac: flag(true), attempts: text('3'), doubt: text('x'), arrival: text('5') },
    ],
  ])('that is %s counts as done, so that nothing is sent for it', (_what, item) => {
    expect(toChangeRow('c', item)).toStrictEqual({
      key: 'c',
      state: 'DONE',
      fingerprint: { mac: '', keyId: '' },
      attempts: 0,
      firstSeen: 0,
      doubt: false,
    });
  });
});

describe('the row of a task', () => {
  it('is read with digits of any length', () => {
    const digits = '9'.repeat(38);
    const item = {
      sequence: number(digits),
      arrival: number('18850000000000000000000001'),
      plainArrival: number('18850000000000000000000000'),
      lock: text('c'),
      owner: text('o'),
      expiresAt: number('5'),
      ttl: number('6'),
    };
    expect(toSubjectRow(item)).toStrictEqual({
      sequence: digits,
      arrival: '18850000000000000000000001',
      plainArrival: '18850000000000000000000000',
      lock: 'c',
      owner: 'o',
      expiresAt: 5,
    });
  });

  it('that is empty has no holder', () => {
    expect(toSubjectRow({})).toStrictEqual({ lock: '', owner: '', expiresAt: 0 });
  });
});

describe('the row of a breaker', () => {
  it('is read, and means a closed breaker if it is empty', () => {
    expect(toBreakerRow({ failures: number('6'), until: number('7'), ttl: number('8') })).toStrictEqual({
      failures: 6,
      until: 7,
    });
    expect(toBreakerRow({})).toStrictEqual({ failures: 0, until: 0 });
  });
});
