import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, SubjectRow } from '../../../src/lib/relay/ledger.ts';
import { rememberLocks } from '../../../src/lib/relay/remembered-locks.ts';

let asked: string[];
let ledger: Ledger;
/** What the table would answer; undefined refuses. */
let answers: { acquireLock: boolean; replaceLock: boolean; store: boolean };

const ask = (key: string, over: object = {}) => ({ subject: 't', key, owner: `of-${key}`, expiresAt: 5000, ...over });
const row = (key: string, over: object = {}): SubjectRow => ({
  lock: key,
  owner: `of-${key}`,
  expiresAt: 5000,
  ...over,
});
const end = (key: string, unknown = false) => ledger.store(`change-${key}`, `of-${key}`, '{}', unknown);

beforeEach(() => {
  asked = [];
  answers = { acquireLock: true, replaceLock: true, store: true };
  const inner = {
    acquireLock: async ({ key, owner, sequence }: { key: string; owner: string; sequence?: string }) => {
      asked.push(`guard ${key}`);
      return answers.acquireLock ? row(key, { owner, ...(sequence !== undefined && { sequence }) }) : undefined;
    },
    replaceLock: async ({ key }: { key: string }, expected: SubjectRow) => {
      asked.push(`replace ${expected.lock} by ${key}`);
      return answers.replaceLock ? row(key) : undefined;
    },
    store: async () => answers.store,
  };
  ledger = rememberLocks(inner as unknown as Ledger);
});

describe('a lock whose change ended here', () => {
  it('is replaced at once, again and again', async () => {
    await ledger.acquireLock(ask('a'));
    expect(await end('a')).toBe(true);
    expect(await ledger.acquireLock(ask('b'))).toEqual(row('b'));
    await end('b');
    await ledger.acquireLock(ask('c'));
    expect(asked).toEqual(['guard a', 'replace a by b', 'replace b by c']);
  });

  it('is asked for as usual when it is no longer as it was', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    answers.replaceLock = false;
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['guard a', 'replace a by b', 'guard b']);
  });

  it('judges the next change by sequence first', async () => {
    await ledger.acquireLock(ask('a', { sequence: '5' }));
    await end('a');
    await ledger.acquireLock(ask('b', { sequence: '4' }));
    expect(asked).toEqual(['guard a', 'guard b']);
  });

  it('is remembered while fewer than a thousand other tasks came since', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    for (let number = 0; number < 999; number++) await ledger.acquireLock(ask(`n${number}`, { subject: `t${number}` }));
    await ledger.acquireLock(ask('b'));
    expect(asked.at(-1)).toBe('replace a by b');
  });

  it('is remembered after a replacement that was judged by reading, too', async () => {
    await ledger.replaceLock(ask('b'), row('a'));
    await end('b');
    await ledger.acquireLock(ask('c'));
    expect(asked).toEqual(['replace a by b', 'replace b by c']);
  });
});

describe('a lock is asked for as usual', () => {
  it('while its change is under way', async () => {
    await ledger.acquireLock(ask('a'));
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['guard a', 'guard b']);
  });

  it('when its change ended unknown', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a', true);
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['guard a', 'guard b']);
  });

  it('when the end was that of an earlier attempt', async () => {
    await ledger.acquireLock(ask('a'));
    await ledger.acquireLock(ask('a', { owner: 'later' }));
    await end('a');
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['guard a', 'guard a', 'guard b']);
  });

  it('when a replacement was refused last', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    answers.replaceLock = false;
    expect(await ledger.replaceLock(ask('b'), row('a'))).toBeUndefined();
    await ledger.acquireLock(ask('c'));
    expect(asked).toEqual(['guard a', 'replace a by b', 'guard c']);
  });

  it('when the end was another owner’s', async () => {
    await ledger.acquireLock(ask('a'));
    answers.store = false;
    expect(await end('a')).toBe(false);
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['guard a', 'guard b']);
  });

  it('when it was refused last', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    answers.replaceLock = false;
    answers.acquireLock = false;
    expect(await ledger.acquireLock(ask('b'))).toBeUndefined();
    await ledger.acquireLock(ask('c'));
    expect(asked).toEqual(['guard a', 'replace a by b', 'guard b', 'guard c']);
  });

  it('when a thousand other tasks came since', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    for (let number = 0; number < 1000; number++)
      await ledger.acquireLock(ask(`n${number}`, { subject: `t${number}` }));
    await ledger.acquireLock(ask('b'));
    expect(asked.at(-1)).toBe('guard b');
  });
});
