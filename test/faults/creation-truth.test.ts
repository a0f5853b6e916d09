import { describe, expect, it } from 'vitest';
import type { Change } from '../../faults/change.ts';
import { check } from '../../faults/checker.ts';
import type { LogEntry } from '../../faults/world/log.ts';

const NAME = 'dcs-name/move';
const MARK = '[relay:0123456789abcdef]';
const ASKED = { name: 'move', description: 'wave 1' };

const creation = (uid: string, over: Partial<Change> = {}): Change => ({
  ...{ uid, id: uid, kind: 'valid', task: NAME, body: ASKED, repeatable: false, call: 'create_online', text: '' },
  ...over,
});
const at = <Kind extends LogEntry['kind']>(kind: Kind, time: number, uid = 'a') => ({
  kind,
  at: time,
  task: NAME,
  uid,
});
const request = (time: number, behaviour = 'ok', description = `wave 1 ${MARK}`, uid = 'a'): LogEntry => ({
  ...at('request', time, uid),
  ...{ request: time, path: '', body: { ...ASKED, description }, behaviour, call: 'create_online' },
});
/** The request that was sent at `sentAt` makes a task, which lists show from `listedFrom`. */
const makes = (time: number, sentAt: number, id: string, listedFrom = time): LogEntry => ({
  ...at('apply', time),
  ...{ request: sentAt, values: {}, made: { id, listedFrom } },
});
const page = (time: number, ids: string[], offset = 0, count = offset + ids.length): LogEntry => ({
  ...at('read', time),
  ...{ values: {}, page: { offset, ids, count } },
});
const others = (time: number, more: object): LogEntry => ({
  kind: 'outsider',
  at: time,
  task: NAME,
  values: {},
  ...more,
});
const ends = (time: number, outcome: string, more: object = {}, uid = 'a') => ({
  ...{ uid, at: time },
  detail: JSON.stringify({ id: uid, data: { change: { id: uid }, outcome, ...more } }),
});

/** The findings about `a`, and perhaps other changes of the name, with the result of `a`. */
function verdictOn(log: LogEntry[], result: object, changes = [creation('a')]) {
  const accepted = new Map(changes.map((change, arrival) => [change.uid, { change, at: 0, arrival, messages: 1 }]));
  const quiet = { waiting: [], dead: [], overReceived: [], dangling: 0, texts: {} };
  const published = [
    result as ReturnType<typeof ends>,
    ...changes.slice(1).map(({ uid }) => ends(200_000, 'unknown', {}, uid)),
  ];
  const { findings, counts } = check({ accepted, log, published, ...quiet });
  const found = Object.entries(findings).filter(([, list]) => list.length > 0);
  return { ...Object.fromEntries(found), createdUnseen: counts.createdUnseen };
}
const nothing = { createdUnseen: 0 };

describe('a creation', () => {
  it('succeeds with the id of the task that its request made', () => {
    const log = [request(1), makes(2, 1, 't1')];
    expect(verdictOn(log, ends(3, 'succeeded', { created: 't1' }))).toEqual(nothing);
    expect(verdictOn(log, ends(3, 'succeeded', { created: 't2' }))).toMatchObject({ false: [expect.anything()] });
    expect(verdictOn(log, ends(3, 'succeeded'))).toMatchObject({ false: [expect.anything()] });
  });

  it('does not succeed with the task of somebody else', () => {
    const log = [request(1, 'timeout'), others(2, { made: { id: 't9', listedFrom: 2 } }), page(70_000, ['t9'])];
    expect(verdictOn(log, ends(70_001, 'succeeded', { created: 't9' }))).toMatchObject({ false: [expect.anything()] });
  });

  it('is unknown with candidates that exist', () => {
    const log = [request(1, 'timeout'), others(2, { made: { id: 't9', listedFrom: 2 } })];
    expect(verdictOn(log, ends(3, 'unknown', { candidates: ['t9'] }))).toEqual(nothing);
    expect(verdictOn(log, ends(3, 'unknown', { candidates: ['t9', 't8'] }))).toMatchObject({
      false: ['a (dcs-name/move): names t8, which nobody made'],
    });
  });

  it.each(['rejected', 'failed'])('is not %s if a request made a task, even later', (outcome) => {
    const error = { error: { origin: 'provider' } };
    expect(verdictOn([request(1, 'timeout')], ends(2, outcome, error))).toEqual(nothing);
    const log = [request(1, 'timeout'), makes(30_000, 1, 't1')];
    expect(verdictOn(log, ends(20_000, outcome, error))).toMatchObject({ false: [expect.anything()] });
  });

  it('may be rejected if what it made was deleted, or listed too late, before the lists that it read', () => {
    const error = { error: { origin: 'provider' } };
    const lists = [page(70_000, []), page(72_000, [])];
    const deleted = [request(1, 'reset_after'), makes(2, 1, 't1'), others(60_000, { deleted: 't1' }), ...lists];
    expect(verdictOn(deleted, ends(73_000, 'rejected', error))).toEqual({ createdUnseen: 1 });
    const late = [request(1, 'reset_after'), makes(2, 1, 't1', 90_000), ...lists];
    expect(verdictOn(late, ends(73_000, 'rejected', error))).toEqual({ createdUnseen: 1 });
    const shown = [request(1, 'reset_after'), makes(2, 1, 't1', 71_000), page(70_000, []), page(72_000, ['t1'])];
    expect(verdictOn(shown, ends(73_000, 'rejected', error))).toMatchObject({ false: [expect.anything()] });
  });
});

describe('a second request', () => {
  const [first, second] = [request(1, 'reset_after'), request(80_000)];
  const success = ends(90_000, 'succeeded', { created: 't2' });
  const made = makes(80_001, 80_000, 't2');
  const [before, after] = [[page(70_000, []), page(72_000, [])], page(81_000, ['t2'])];

  it('needs two complete lists after the grace period, and one more after it', () => {
    expect(verdictOn([first, ...before, second, made, after], success)).toEqual(nothing);
    expect(verdictOn([first, page(70_000, []), second, made, after], success)).toMatchObject({
      illegalResend: [expect.stringContaining('the last two reads')],
    });
    expect(verdictOn([first, page(20_000, []), page(22_000, []), second, made, after], success)).toMatchObject({
      illegalResend: [expect.stringContaining('not read after the grace period')],
    });
    expect(verdictOn([first, ...before, second, made], success)).toMatchObject({
      false: [expect.stringContaining('not read after the last request')],
    });
  });

  it('may not rest on a part of a list, or on a list that changed while it was read', () => {
    const part = (time: number) => page(time, ['x', 'y'], 0, 3);
    const whole = (time: number) => [part(time), page(time + 1, ['z'], 2)];
    const log = (...lists: LogEntry[]) => [first, ...lists, second, made, after];
    expect(verdictOn(log(...whole(70_000), ...whole(72_000)), success)).toEqual(nothing);
    for (const lists of [
      [part(70_000), part(72_000)],
      [...whole(70_000), part(72_000), page(72_001, ['y'], 2)],
      [...whole(70_000), part(72_000), page(72_001, [], 2, 2)],
      [...whole(70_000), part(72_000), { ...page(72_001, ['z'], 2), values: undefined } as LogEntry],
    ])
      expect(verdictOn(log(...lists), success)).toMatchObject({ illegalResend: [expect.anything()] });
  });

  it('may not make a second task, unless no list had to show the first', () => {
    const lists = [page(70_000, ['t1']), page(72_000, ['t1'])];
    expect(verdictOn([first, makes(2, 1, 't1'), ...lists, second, made, after], success)).toMatchObject({
      appliedTwice: [expect.anything()],
      illegalResend: [expect.anything()],
    });
    const late = makes(2, 1, 't1', 85_000);
    expect(verdictOn([first, late, ...before, second, made, after], success)).toEqual({ createdUnseen: 1 });
    const both = [first, late, ...before, second, made, page(86_000, ['t1', 't2'])];
    expect(verdictOn(both, ends(90_000, 'unknown', { candidates: ['t2', 't1'] }))).toEqual(nothing);
    expect(verdictOn(both, success)).toMatchObject({ false: [expect.stringContaining('showed t1 too')] });
  });
});

describe('the request of a creation', () => {
  const result = ends(3, 'unknown');
  it.each(['wave 1', `wave 2 ${MARK}`, `${MARK} wave 1`, MARK, 'wave 1 [relay:0123]'])(
    'is wrong with %j',
    (description) => {
      expect(verdictOn([request(1, 'timeout', description)], result)).toMatchObject({
        wrongRequests: [expect.anything()],
      });
    },
  );

  it('has only the mark if nothing was described', () => {
    const { description: _none, ...body } = ASKED;
    expect(verdictOn([request(1, 'timeout', MARK)], result, [creation('a', { body })])).toEqual(nothing);
  });

  it('has one mark, which no other change has', () => {
    const two = [request(1, 'throttled'), request(2, 'ok', 'wave 1 [relay:fedcba9876543210]')];
    expect(verdictOn(two, result)).toMatchObject({ wrongRequests: ['a has 2 marks'] });
    const shared = [request(1, 'throttled'), request(2, 'throttled', `wave 1 ${MARK}`, 'b')];
    expect(verdictOn(shared, result, [creation('a'), creation('b')])).toMatchObject({
      wrongRequests: ['b has the mark of another change'],
    });
  });

  it('has no mark for an SMS task', () => {
    const sms = creation('a', { call: 'create_sms' });
    const sent = { ...request(1, 'timeout', 'wave 1'), call: 'create_sms' } as LogEntry;
    expect(verdictOn([sent], result, [sms])).toEqual(nothing);
  });
});
