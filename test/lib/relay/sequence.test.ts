import { describe, expect, it } from 'vitest';
import type { ChangeRow, SubjectRow } from '../../../src/lib/relay/ledger.ts';
import { checkLock, isOlder, isSuperseded } from '../../../src/lib/relay/sequence.ts';

const task = (over: Partial<SubjectRow> = {}): SubjectRow => ({ lock: 'c', owner: 'o', expiresAt: 100, ...over });

describe('isSuperseded', () => {
  it.each([
    ['an older sequence', { sequence: '1' }, { sequence: '2' }, true],
    ['the same sequence', { sequence: '2' }, { sequence: '2' }, false],
    [
      'a newer sequence, though older by arrival',
      { sequence: '3', arrival: '1' },
      { sequence: '2', arrival: '9' },
      false,
    ],
    [
      'a sequence, older by arrival than a change without one',
      { sequence: '3', arrival: '1' },
      { plainArrival: '9' },
      true,
    ],
    ['no sequence and an older arrival', { arrival: '1' }, { arrival: '9' }, true],
    ['no sequence and the same arrival', { arrival: '9' }, { arrival: '9' }, false],
    [
      'a sequence, older by arrival than one that has a sequence too',
      { sequence: '3', arrival: '1' },
      { arrival: '9' },
      false,
    ],
    ['no sequence, older by arrival than one without', { arrival: '1' }, { plainArrival: '9' }, false],
    ['no sequence, whatever sequences were sent', {}, { sequence: '9' }, false],
    ['digits compared as integers', { sequence: '9' }, { sequence: '10' }, true],
  ])('says of %s', (_what, change, row, answer) => {
    expect(isSuperseded(change, task(row))).toBe(answer);
  });
});

describe('isOlder', () => {
  it.each([
    ['9', '10', true],
    ['10', '9', false],
    ['7', '7', false],
    ['007', '7', false],
    ['99999999999999999999999999999999999998', '99999999999999999999999999999999999999', true],
    [undefined, '1', false],
    ['1', undefined, false],
    [undefined, undefined, false],
  ])('says of %s and %s: %s', (one, other, answer) => {
    expect(isOlder(one, other)).toBe(answer);
  });
});

describe('checkLock', () => {
  const row = (over: Partial<ChangeRow>): ChangeRow => ({
    key: 'c',
    state: 'DONE',
    fingerprint: { keyId: 'k', mac: 'm' },
    attempts: 1,
    firstSeen: 0,
    doubt: false,
    ...over,
  });
  const [before, after] = [50, 150];
  const pass = { pass: true };
  it.each([
    ['a definite end lifts it at once', row({}), before, pass],
    ['an unknown end holds it expiresAt its time', row({ unknown: true }), before, { pass: false, expiresAt: 100 }],
    ['an unknown end lifts it after its time', row({ unknown: true }), after, pass],
    ['a provably idle change lifts it at once', row({ state: 'READY' }), before, pass],
    [
      'an idle change in doubt holds it expiresAt its time',
      row({ state: 'READY', doubt: true }),
      before,
      { pass: false, expiresAt: 100 },
    ],
    ['a call under way holds it', row({ state: 'CALLING', lease: 120 }), before, { pass: false, expiresAt: 120 }],
    [
      'a call under way holds it also after its time',
      row({ state: 'CALLING', lease: 120 }),
      after,
      { pass: false, expiresAt: 150 },
    ],
    [
      'a call past its total age lifts it after its time',
      row({ state: 'CALLING', lease: 120 }),
      1200,
      { pass: true, overtakes: row({ state: 'CALLING', lease: 120 }) },
    ],
    [
      'a call at its total age holds it still',
      row({ state: 'CALLING', lease: 120 }),
      1000,
      { pass: false, expiresAt: 1000 },
    ],
    [
      'a call past its total age holds it expiresAt its time',
      row({ state: 'CALLING', firstSeen: -2000 }),
      before,
      { pass: false, expiresAt: 100 },
    ],
    [
      'a call past its total age lifts it at its time',
      row({ state: 'CALLING', firstSeen: -2000 }),
      100,
      { pass: true, overtakes: row({ state: 'CALLING', firstSeen: -2000 }) },
    ],
    ['a call that has no lease holds it', row({ state: 'CALLING' }), after, { pass: false, expiresAt: 150 }],
    ['an unknown end lifts it at its time', row({ unknown: true }), 100, pass],
    ['a change in doubt with a definite end lifts it at once', row({ doubt: true }), before, pass],
    ['a change that is gone holds it expiresAt its time', undefined, before, { pass: false, expiresAt: 100 }],
    ['a change that is gone lifts it after its time', undefined, after, pass],
  ])('%s', (_what, change, now, answer) => {
    expect(checkLock(task(), change, {}, now, 1000)).toMatchObject(answer);
  });

  const ended = (outcome: string) => row({ result: JSON.stringify({ data: { outcome } }) });
  const check = (change: ReturnType<typeof row>, now: number) =>
    checkLock(task(), change, { mustExpire: true }, now, 1000);

  it('holds until its time after a success, for a change that demands it', () => {
    const one = ended('succeeded');
    expect([check(one, before), check(one, after)]).toEqual([{ pass: false, expiresAt: 100, isEnded: true }, pass]);
  });

  it.each([ended('rejected'), ended('failed'), ended('superseded'), row({ state: 'READY' })])(
    'does not hold for such a change if nothing was carried out: %j',
    (one) => expect(check(one, before)).toEqual(pass),
  );
});
