import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, SubjectRow } from '../../../src/lib/relay/ledger.ts';
import { rememberBarriers } from '../../../src/lib/relay/remembered-locks.ts';

let asked: string[];
let ledger: Ledger;
/** What the table would answer; undefined refuses. */
let answers: { guard: boolean; replaceBarrier: boolean; store: boolean };

const ask = (key: string, over: object = {}) => ({ subject: 't', key, owner: `of-${key}`, until: 5000, ...over });
const row = (key: string, over: object = {}): SubjectRow => ({
  barrier: key,
  owner: `of-${key}`,
  until: 5000,
  ...over,
});
const end = (key: string, unknown = false) => ledger.store(`change-${key}`, `of-${key}`, '{}', unknown);

beforeEach(() => {
  asked = [];
  answers = { guard: true, replaceBarrier: true, store: true };
  const told = {
    guard: async ({ key, owner, sequence }: { key: string; owner: string; sequence?: string }) => {
      asked.push(`guard ${key}`);
      return answers.guard ? row(key, { owner, ...(sequence !== undefined && { sequence }) }) : undefined;
    },
    replaceBarrier: async ({ key }: { key: string }, seen: SubjectRow) => {
      asked.push(`replace ${seen.barrier} by ${key}`);
      return answers.replaceBarrier ? row(key) : undefined;
    },
    store: async () => answers.store,
  };
  ledger = rememberBarriers(told as unknown as Ledger);
});

describe('a barrier whose change ended here', () => {
  it('is replaced at once, again and again', async () => {
    await ledger.guard(ask('a'));
    expect(await end('a')).toBe(true);
    expect(await ledger.guard(ask('b'))).toEqual(row('b'));
    await end('b');
    await ledger.guard(ask('c'));
    expect(asked).toEqual(['guard a', 'replace a by b', 'replace b by c']);
  });

  it('is asked for as usual when it is no longer as it was', async () => {
    await ledger.guard(ask('a'));
    await end('a');
    answers.replaceBarrier = false;
    await ledger.guard(ask('b'));
    expect(asked).toEqual(['guard a', 'replace a by b', 'guard b']);
  });

  it('judges the next change by sequence first', async () => {
    await ledger.guard(ask('a', { sequence: '5' }));
    await end('a');
    await ledger.guard(ask('b', { sequence: '4' }));
    expect(asked).toEqual(['guard a', 'guard b']);
  });

  it('is remembered while fewer than a thousand other tasks came since', async () => {
    await ledger.guard(ask('a'));
    await end('a');
    for (let number = 0; number < 999; number++) await ledger.guard(ask(`n${number}`, { subject: `t${number}` }));
    await ledger.guard(ask('b'));
    expect(asked.at(-1)).toBe('replace a by b');
  });

  it('is remembered after a replacement that was judged by reading, too', async () => {
    await ledger.replaceBarrier(ask('b'), row('a'));
    await end('b');
    await ledger.guard(ask('c'));
    expect(asked).toEqual(['replace a by b', 'replace b by c']);
  });
});

describe('a barrier is asked for as usual', () => {
  it('while its change is under way', async () => {
    await ledger.guard(ask('a'));
    await ledger.guard(ask('b'));
    expect(asked).toEqual(['guard a', 'guard b']);
  });

  it('when its change ended unknown', async () => {
    await ledger.guard(ask('a'));
    await end('a', true);
    await ledger.guard(ask('b'));
    expect(asked).toEqual(['guard a', 'guard b']);
  });

  it('when the end was that of an earlier attempt', async () => {
    await ledger.guard(ask('a'));
    await ledger.guard(ask('a', { owner: 'later' }));
    await end('a');
    await ledger.guard(ask('b'));
    expect(asked).toEqual(['guard a', 'guard a', 'guard b']);
  });

  it('when a replacement was refused last', async () => {
    await ledger.guard(ask('a'));
    await end('a');
    answers.replaceBarrier = false;
    expect(await ledger.replaceBarrier(ask('b'), row('a'))).toBeUndefined();
    await ledger.guard(ask('c'));
    expect(asked).toEqual(['guard a', 'replace a by b', 'guard c']);
  });

  it('when the end was another owner’s', async () => {
    await ledger.guard(ask('a'));
    answers.store = false;
    expect(await end('a')).toBe(false);
    await ledger.guard(ask('b'));
    expect(asked).toEqual(['guard a', 'guard b']);
  });

  it('when it was refused last', async () => {
    await ledger.guard(ask('a'));
    await end('a');
    answers.replaceBarrier = false;
    answers.guard = false;
    expect(await ledger.guard(ask('b'))).toBeUndefined();
    await ledger.guard(ask('c'));
    expect(asked).toEqual(['guard a', 'replace a by b', 'guard b', 'guard c']);
  });

  it('when a thousand other tasks came since', async () => {
    await ledger.guard(ask('a'));
    await end('a');
    for (let number = 0; number < 1000; number++) await ledger.guard(ask(`n${number}`, { subject: `t${number}` }));
    await ledger.guard(ask('b'));
    expect(asked.at(-1)).toBe('guard b');
  });
});
