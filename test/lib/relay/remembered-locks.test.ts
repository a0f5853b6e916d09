import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, SubjectRow } from '../../../src/lib/relay/ledger.ts';
import { rememberLocks } from '../../../src/lib/relay/remembered-locks.ts';

let asked: string[];
let ledger: Ledger;
/** The answers of the table; undefined refuses. */
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
      asked.push(`acquire ${key}`);
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
    expect(asked).toEqual(['acquire a', 'replace a by b', 'replace b by c']);
  });

  it('is acquired as usual if its row has changed', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    answers.replaceLock = false;
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['acquire a', 'replace a by b', 'acquire b']);
  });

  it('compares the sequence of the next change first', async () => {
    await ledger.acquireLock(ask('a', { sequence: '5' }));
    await end('a');
    await ledger.acquireLock(ask('b', { sequence: '4' }));
    expect(asked).toEqual(['acquire a', 'acquire b']);
  });

  it('is remembered until a thousand other tasks came', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    for (let number = 0; number < 999; number++) await ledger.acquireLock(ask(`n${number}`, { subject: `t${number}` }));
    await ledger.acquireLock(ask('b'));
    expect(asked.at(-1)).toBe('replace a by b');
  });

  it('is remembered after a replacement that needed a read, too', async () => {
    await ledger.replaceLock(ask('b'), row('a'));
    await end('b');
    await ledger.acquireLock(ask('c'));
    expect(asked).toEqual(['replace a by b', 'replace b by c']);
  });
});

describe('a lock is acquired as usual', () => {
  it('while its change is under way', async () => {
    await ledger.acquireLock(ask('a'));
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['acquire a', 'acquire b']);
  });

  it('when the outcome of its change is unknown', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a', true);
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['acquire a', 'acquire b']);
  });

  it('by a change that waits for its time', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    await ledger.acquireLock(ask('b', { mustExpire: true }));
    expect(asked).toEqual(['acquire a', 'acquire b']);
  });

  it('when an earlier attempt of its change ended', async () => {
    await ledger.acquireLock(ask('a'));
    await ledger.acquireLock(ask('a', { owner: 'later' }));
    await end('a');
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['acquire a', 'acquire a', 'acquire b']);
  });

  it('when the last replacement was refused', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    answers.replaceLock = false;
    expect(await ledger.replaceLock(ask('b'), row('a'))).toBeUndefined();
    await ledger.acquireLock(ask('c'));
    expect(asked).toEqual(['acquire a', 'replace a by b', 'acquire c']);
  });

  it('when another owner stored the result', async () => {
    await ledger.acquireLock(ask('a'));
    answers.store = false;
    expect(await end('a')).toBe(false);
    await ledger.acquireLock(ask('b'));
    expect(asked).toEqual(['acquire a', 'acquire b']);
  });

  it('when the last try to acquire it was refused', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    answers.replaceLock = false;
    answers.acquireLock = false;
    expect(await ledger.acquireLock(ask('b'))).toBeUndefined();
    await ledger.acquireLock(ask('c'));
    expect(asked).toEqual(['acquire a', 'replace a by b', 'acquire b', 'acquire c']);
  });

  it('when a thousand other tasks came since', async () => {
    await ledger.acquireLock(ask('a'));
    await end('a');
    for (let number = 0; number < 1000; number++)
      await ledger.acquireLock(ask(`n${number}`, { subject: `t${number}` }));
    await ledger.acquireLock(ask('b'));
    expect(asked.at(-1)).toBe('acquire b');
  });
});
