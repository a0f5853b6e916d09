import { describe, expect, it } from 'vitest';
import type { Change } from '../../faults/change.ts';
import { check } from '../../faults/checker.ts';
import type { Evidence } from '../../faults/evidence.ts';
import type { LogEntry } from '../../faults/world/cloud.ts';

const TASK = 'dcs/t';
const MANUAL = { resume_mode: 'manual' };

const change = (uid: string, over: Partial<Change> = {}): Change => ({
  uid,
  id: uid,
  kind: 'valid',
  task: TASK,
  body: MANUAL,
  repeatable: true,
  text: '',
  ...over,
});

const request = (uid: string, at: number, behaviour = 'ok', body: object = MANUAL): LogEntry => ({
  kind: 'request',
  at,
  task: TASK,
  uid,
  request: at,
  path: '',
  body: { ...body },
  behaviour,
});
const apply = (uid: string, at: number): LogEntry => ({
  kind: 'apply',
  at,
  task: TASK,
  uid,
  request: at,
  values: MANUAL,
});
const read = (uid: string, at: number, values: object = MANUAL): LogEntry => ({
  kind: 'read',
  at,
  task: TASK,
  uid,
  values: { ...values },
});
const outsider = (at: number): LogEntry => ({ kind: 'outsider', at, task: TASK, values: { resume_mode: 'auto' } });
const result = (uid: string, at: number, outcome: string, more: object = {}) => ({
  uid,
  at,
  detail: JSON.stringify({ id: uid, data: { change: { id: uid }, outcome, ...more } }),
});

/** Evidence about the changes `a` and `b` of one task, in this order. */
function findingsOf(over: Partial<Evidence>, ...changes: Change[]) {
  const all = changes.length > 0 ? changes : [change('a')];
  const accepted = new Map(all.map((one, arrival) => [one.uid, { change: one, at: arrival, arrival, messages: 1 }]));
  const quiet = { waiting: [], dead: [], overReceived: [], dangling: 0, texts: {} };
  const { findings } = check({ accepted, log: [], published: [result('a', 100_000, 'unknown')], ...quiet, ...over });
  return Object.fromEntries(
    Object.entries(findings).flatMap(([kind, list]) => (list.length > 0 ? [[kind, list.length]] : [])),
  );
}

describe('the checker finds nothing', () => {
  it('if a change was sent and applied, and its result published', () => {
    const log = [request('a', 1), apply('a', 2)];
    expect(findingsOf({ log, published: [result('a', 3, 'succeeded', { confirmed_by: 'reply' })] })).toEqual({});
  });

  it('if the same result was published twice', () => {
    const log = [request('a', 1), apply('a', 2)];
    const once = result('a', 3, 'succeeded');
    expect(findingsOf({ log, published: [once, { ...once, at: 9 }] })).toEqual({});
  });

  it('if a read showed the values of a repeatable change', () => {
    const log = [request('a', 1, 'timeout'), read('a', 90_000)];
    expect(findingsOf({ log, published: [result('a', 91_000, 'succeeded', { confirmed_by: 'read-back' })] })).toEqual(
      {},
    );
  });

  it('if others overwrote a change before it was read', () => {
    const other = { resume_mode: 'auto' };
    const log = [
      request('a', 1, 'reset_after'),
      apply('a', 2),
      outsider(3),
      read('a', 90_000, other),
      read('a', 92_000, other),
    ];
    expect(findingsOf({ log, published: [result('a', 93_000, 'failed')] })).toEqual({});
  });

  it('if a refused request was sent again', () => {
    const log = [request('a', 1, 'throttled'), request('a', 5), apply('a', 6)];
    expect(findingsOf({ log, published: [result('a', 7, 'succeeded')] })).toEqual({});
  });
});

describe('the checker counts', () => {
  it('results that are published more often than their messages explain', () => {
    const accepted = new Map([['a', { change: change('a'), at: 0, arrival: 0, messages: 2 }]]);
    const published = [1, 2, 3].map((at) => result('a', at, 'unknown'));
    const quiet = { waiting: [], dead: [], overReceived: [], dangling: 0, texts: {} };
    const { counts } = check({ accepted, log: [], published, ...quiet });
    expect(counts).toMatchObject({ accepted: 1, unknown: 1, repeatsAnswered: 1, duplicatePublishes: 1 });
  });
});

describe('the checker finds', () => {
  it('a lost result', () => expect(findingsOf({ published: [] })).toEqual({ lost: 1 }));

  it('two results that differ', () => {
    expect(findingsOf({ published: [result('a', 1, 'unknown'), result('a', 2, 'failed')] })).toEqual({
      contradictory: 1,
    });
  });

  it('two changes that share a result', () => {
    const shared = {
      ...result('b', 2, 'unknown'),
      detail: result('a', 1, 'unknown').detail.replace('"change":{"id":"a"}', '"change":{}'),
    };
    expect(findingsOf({ published: [result('a', 1, 'unknown'), shared] }, change('a'), change('b'))).toEqual({
      contradictory: 1,
    });
  });

  it.each(['rejected', 'failed', 'superseded'])('%s that was applied, even after the result', (outcome) => {
    const log = [request('a', 1, 'timeout_applied_late'), apply('a', 50_000)];
    expect(findingsOf({ log, published: [result('a', 9, outcome)] })).toMatchObject({ false: 1 });
  });

  it('a success that was never applied', () => {
    const log = [request('a', 1, 'timeout')];
    expect(findingsOf({ log, published: [result('a', 9, 'succeeded', { confirmed_by: 'reply' })] })).toEqual({
      false: 1,
    });
  });

  it('a success after a read, of a change that must not repeat and was never applied', () => {
    const log = [request('a', 1, 'timeout'), read('a', 90_000)];
    const published = [result('a', 91_000, 'succeeded', { confirmed_by: 'read-back' })];
    expect(findingsOf({ log, published }, change('a', { repeatable: false }))).toEqual({ false: 1 });
  });

  it('a valid change that the relay rejected, and an invalid one that was sent', () => {
    const error = { code: 'change_invalid', origin: 'relay' };
    expect(findingsOf({ published: [result('a', 1, 'rejected', { error })] })).toEqual({ false: 1 });
    expect(findingsOf({ log: [request('a', 1)] }, change('a', { kind: 'invalid' }))).toEqual({ false: 1 });
  });

  it('a change that is superseded by nothing newer', () => {
    expect(findingsOf({ published: [result('a', 5, 'superseded')] })).toEqual({ false: 1 });
  });

  it('an operation that must not repeat applied twice', () => {
    const log = [request('a', 1), apply('a', 2), apply('a', 3)];
    expect(findingsOf({ log }, change('a', { repeatable: false }))).toEqual({ appliedTwice: 1 });
  });

  it('an old value that overwrote a newer change', () => {
    const log = [request('a', 1), apply('a', 2), apply('b', 3), apply('a', 4)];
    const published = [result('a', 9, 'unknown'), result('b', 9, 'unknown')];
    expect(findingsOf({ log, published }, change('a'), change('b'))).toEqual({ appliedTwice: 1, orderBreaks: 1 });
  });

  it('a repeat without a read, after a read in the grace period, and after another change was sent', () => {
    const [first, again] = [request('a', 1, 'timeout'), request('a', 80_000)];
    expect(findingsOf({ log: [first, again] })).toEqual({ illegalResend: 1 });
    expect(findingsOf({ log: [first, read('a', 20_000), again] })).toEqual({ illegalResend: 1 });
    expect(findingsOf({ log: [first, read('a', 70_000), again] })).toEqual({});
    const between = [first, request('b', 60_000), read('a', 70_000), again];
    const published = [result('a', 100_000, 'unknown'), result('b', 100_000, 'unknown')];
    expect(findingsOf({ log: between, published }, change('a'), change('b'))).toEqual({ illegalResend: 1 });
    const after = [first, read('a', 70_000), request('b', 75_000), again];
    expect(findingsOf({ log: after, published }, change('a'), change('b'))).toEqual({ illegalResend: 1 });
    const [a, b] = [change('a', { sequence: 1 }), change('b', { sequence: 1 })];
    expect(findingsOf({ log: after, published }, a, b)).toEqual({});
    expect(findingsOf({ log: between, published }, a, b)).toEqual({ illegalResend: 1 });
  });

  it('a repeat of a change that must not repeat, after only one read that shows no effect', () => {
    const denied = { resume_mode: 'auto' };
    const log = [request('a', 1, 'timeout'), read('a', 70_000, denied), request('a', 80_000)];
    expect(findingsOf({ log }, change('a', { repeatable: false }))).toEqual({ illegalResend: 1 });
  });

  it('an older change after a newer one, by sequence and by arrival', () => {
    const log = [apply('b', 1), apply('a', 2)];
    const published = [result('a', 9, 'unknown'), result('b', 9, 'unknown')];
    expect(findingsOf({ log, published }, change('a'), change('b'))).toEqual({ orderBreaks: 1 });
    const numbered = [change('a', { sequence: 2 }), change('b', { sequence: 1 })] as const;
    expect(findingsOf({ log, published }, ...numbered)).toEqual({});
  });

  it('a message that stays in its queue, poison that disappeared, and a message that used up its receives', () => {
    expect(findingsOf({ published: [], waiting: ['a'] })).toEqual({ stuck: 1 });
    expect(findingsOf({ published: [], dead: ['a'] })).toEqual({ stuck: 1 });
    expect(findingsOf({ published: [] }, change('a', { kind: 'poison' }))).toEqual({ stuck: 1 });
    expect(findingsOf({ overReceived: ['m1'] })).toEqual({ deadLettered: 1 });
  });

  it.each(['a canary', Buffer.from('canary-key').toString('base64'), Buffer.from('canary').toString('hex'), 'yranac'])(
    'a secret in a text: %s',
    (text) => expect(findingsOf({ texts: { logs: [text] } })).toEqual({ leaks: 1 }),
  );

  it('a request that differs from its change', () => {
    expect(findingsOf({ log: [request('a', 1, 'ok', { resume_mode: 'auto' })] })).toEqual({ wrongRequests: 1 });
  });

  it('a request that outlives its invocation', () => expect(findingsOf({ dangling: 1 })).toEqual({ dangling: 1 }));
});

describe('changes of one task in two message groups', () => {
  const inGroups = (...groups: string[]) => {
    const uids = ['a', 'b'];
    const accepted = new Map(
      uids.map((uid, arrival) => [
        uid,
        { change: change(uid), at: arrival, arrival, group: groups[arrival] ?? '', messages: 1 },
      ]),
    );
    const log = [request('b', 2), apply('b', 3), request('a', 4), apply('a', 5)];
    const published = [result('b', 9, 'succeeded'), result('a', 9, 'succeeded')];
    const quiet = { waiting: [], dead: [], overReceived: [], dangling: 0, texts: {} };
    return check({ accepted, log, published, ...quiet }).findings.orderBreaks;
  };

  it('have no order of arrival', () => expect(inGroups('one', 'other')).toEqual([]));
  it('have an order within one group', () =>
    expect(inGroups('one', 'one')).toEqual([`a took effect after b on ${TASK} at 5`]));
});

describe('a change that only some deployments accept', () => {
  const refusal = { error: { code: 'change_invalid', origin: 'relay' } };
  const published = [result('a', 3, 'rejected', refusal)];

  it('may be refused by the relay', () =>
    expect(findingsOf({ published }, change('a', { mayBeRefused: true }))).toEqual({}));
  it('may not be refused if it was carried out', () => {
    const log = [request('a', 1), apply('a', 2)];
    expect(findingsOf({ log, published }, change('a', { mayBeRefused: true }))).toEqual({ false: 1 });
  });
  it('may be refused only if it is marked as such', () => expect(findingsOf({ published })).toEqual({ false: 1 }));
});

describe('what was sent', () => {
  const log = [request('a', 1, 'ok', {}), apply('a', 2)];
  const leftOut = { confirmed_by: 'reply', ignored_fields: ['data.body.resume_mode'] };

  it('may lack what the result says was left out', () =>
    expect(findingsOf({ log, published: [result('a', 3, 'succeeded', leftOut)] })).toEqual({}));
  it('may not lack anything else', () =>
    expect(findingsOf({ log, published: [result('a', 3, 'succeeded')] })).toEqual({ wrongRequests: 1 }));
});

describe('a delete', () => {
  const deletion = change('a', { call: 'delete', body: {}, bodiless: true });
  const sent: LogEntry = { ...request('a', 1, 'ok'), body: undefined, call: 'delete' } as LogEntry;
  const published = [result('a', 90, 'succeeded', { confirmed_by: 'reply' })];
  const gone = (at: number): LogEntry => ({ kind: 'outsider', at, task: TASK, values: { gone: true } });

  it('has succeeded if the subject is gone, whoever deleted it', () =>
    expect(findingsOf({ log: [gone(50), sent], published }, deletion)).toEqual({}));
  it('has not if the subject is still there, or goes only later', () => {
    expect(findingsOf({ log: [sent], published }, deletion)).toEqual({ false: 1 });
    expect(findingsOf({ log: [sent, gone(91)], published }, deletion)).toEqual({ false: 1 });
  });
  it('must not be sent with a body, nor be another call', () => {
    const log = [gone(0), { ...sent, body: {} } as LogEntry];
    expect(findingsOf({ log, published }, deletion)).toEqual({ wrongRequests: 1 });
    expect(findingsOf({ log: [gone(0), { ...sent, call: 'stop' } as LogEntry], published }, deletion)).toEqual({
      wrongRequests: 1,
    });
  });
});

describe('an exchange of addresses', () => {
  const exchange = change('a', { call: 'exchange', repeatable: false });
  const published = [result('a', 200_000, 'succeeded', { confirmed_by: 'reply' })];

  it('must not take effect twice', () =>
    expect(findingsOf({ log: [request('a', 1), apply('a', 2), apply('a', 3)], published }, exchange)).toEqual({
      appliedTwice: 1,
    }));
  it('may be sent again only after two reads that show no effect', () => {
    const again = (heading?: string) => [
      request('a', 1, 'timeout'),
      read('a', 70_000, { heading }),
      read('a', 72_000, { heading }),
      request('a', 80_000),
      apply('a', 80_001),
    ];
    expect(findingsOf({ log: again(), published }, exchange)).toEqual({});
    expect(findingsOf({ log: again('EXCHANGE_SUCCESS'), published }, exchange)).toEqual({ illegalResend: 1 });
  });
});

describe('a dead letter', () => {
  it('may hold what a producer wrote', () =>
    expect(findingsOf({ deadTexts: ['{"password":"canary-inline"}'] })).toEqual({}));
  it('may not hold a secret that the relay looked up', () =>
    expect(findingsOf({ deadTexts: ['{"password":"canary-secret-redis/source-1"}'] })).toEqual({ leaks: 1 }));
});
