import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { exchangeDcsIp } from '../../../src/lib/operations/exchange-dcs-ip.ts';
import type { Operation } from '../../../src/lib/operations/operation.ts';
import { rollBackDcsIp } from '../../../src/lib/operations/roll-back-dcs-ip.ts';
import { pathsIn, problemsIn, sent } from './judging.ts';

const ids = { project_id: '0123456789abcdef0123456789abcdef', task_id: 'b21989ec-2889' };
const TASK = '/v2/0123456789abcdef0123456789abcdef/migration-task/b21989ec-2889';

/** The verdict about a task that showed `before` before the request and shows `now` after it. */
function verdictOf({ readBack }: Operation, before: JsonObject | undefined, now: JsonObject) {
  const baseline = before && JSON.stringify(readBack.snapshot(before, ids));
  const isBaseline = baseline === undefined ? undefined : (other: JsonObject) => JSON.stringify(other) === baseline;
  return readBack.verdict(readBack.snapshot(now, ids), ids, isBaseline);
}

const copying = { status: 'INCRMIGEATING' };
const exchanging = { status: 'INCRMIGEATING', task_status: 'EXCHANGING' };
const exchanged = { status: 'SUCCESS', task_status: 'EXCHANGE_SUCCESS' };
const failedBefore = { status: 'INCRMIGEATING', task_status: 'EXCHANGE_FAILED' };
const rolledBackWhileCopying = { status: 'INCRMIGEATING', task_status: 'ROLLBACK_SUCCESS' };
const rolledBack = { status: 'SUCCESS', task_status: 'ROLLBACK_SUCCESS' };

describe('a change that exchanges the addresses of two instances', () => {
  it.each([
    [{ ...ids, body: { exchanged_ip: ['10.0.0.7'], is_exchange_domain: true } }],
    [{ ...ids, body: { is_exchange_domain: false } }],
    [{ ...ids, body: {} }],
    [ids],
  ] as JsonObject[][])('is sent as asked: %j', (data = {}) => {
    expect(problemsIn(exchangeDcsIp, data)).toEqual([]);
    expect({ method: exchangeDcsIp.method, path: exchangeDcsIp.path(data) }).toEqual({
      method: 'POST',
      path: `${TASK}/exchange-ip`,
    });
    expect(JSON.parse(sent(exchangeDcsIp, data))).toEqual(data.body ?? {});
  });

  it.each([
    ['an address that is no text', { ...ids, body: { exchanged_ip: [7] } }, ['data.body.exchanged_ip.0']],
    ['a word for a flag', { ...ids, body: { is_exchange_domain: 'yes' } }, ['data.body.is_exchange_domain']],
    ['an unknown field', { ...ids, body: { force: true } }, ['data.body.force']],
    ['no task', { project_id: ids.project_id }, ['data.task_id']],
  ])('is refused for %s', (_title, change, paths) => {
    expect(pathsIn(exchangeDcsIp, change)).toEqual(paths);
  });

  it.each([
    ['it has begun', copying, exchanging, 'applied'],
    ['it is done', copying, exchanged, 'applied'],
    ['it follows a rollback', rolledBack, exchanged, 'applied'],
    ['the task still copies', copying, copying, 'not-applied'],
    ['the task has ended', copying, { status: 'SUCCESS' }, 'cannot-tell'],
    ['it was under way before', exchanging, exchanged, 'cannot-tell'],
    ['it was done before', exchanged, exchanged, 'cannot-tell'],
    ['the task shows another word', copying, { ...copying, task_status: 'EXCHANGE_FAILED' }, 'cannot-tell'],
    ['it had failed before, and is done', failedBefore, exchanged, 'cannot-tell'],
    ['it had failed before, and shows the same', failedBefore, failedBefore, 'cannot-tell'],
    ['a rollback still stands', rolledBackWhileCopying, rolledBackWhileCopying, 'not-applied'],
    ['the earlier read showed no word', {}, exchanged, 'cannot-tell'],
    ['the earlier read showed only the word of now', { task_status: 'EXCHANGE_SUCCESS' }, exchanged, 'cannot-tell'],
    ['nothing is known of before', undefined, exchanged, 'cannot-tell'],
    ['the task shows nothing', copying, {}, 'cannot-tell'],
  ])('is read, where %s', (_title, before, now, verdict) => {
    expect(verdictOf(exchangeDcsIp, before, now)).toBe(verdict);
  });

  it('is never repeated, and exists in one cloud only', () => {
    for (const operation of [exchangeDcsIp, rollBackDcsIp])
      expect({ repeatable: operation.repeatable, cloud: operation.cloud }).toEqual({
        repeatable: false,
        cloud: 'huawei-cloud',
      });
    const body = { exchanged_ip: ['10.0.0.7'], is_exchange_domain: true };
    expect(exchangeDcsIp.readBack.unverifiable({ ...ids, body })).toEqual([
      'data.body.exchanged_ip',
      'data.body.is_exchange_domain',
    ]);
    expect(exchangeDcsIp.readBack.unverifiable(ids)).toEqual([]);
  });
});

describe('a change that takes an exchange of addresses back', () => {
  it('is a request without a body', () => {
    expect(problemsIn(rollBackDcsIp, ids)).toEqual([]);
    expect({ method: rollBackDcsIp.method, path: rollBackDcsIp.path(ids), body: sent(rollBackDcsIp, ids) }).toEqual({
      method: 'POST',
      path: `${TASK}/rollback-ip`,
      body: '',
    });
    expect(pathsIn(rollBackDcsIp, { ...ids, body: {} })).toEqual(['data.body']);
  });

  it.each([
    ['it is done', exchanged, rolledBack, 'applied'],
    ['the exchange still stands', exchanged, exchanged, 'not-applied'],
    ['an exchange of either direction is under way', exchanged, exchanging, 'cannot-tell'],
    ['it was done before', rolledBack, rolledBack, 'cannot-tell'],
    ['an earlier one may have been under way', exchanging, rolledBack, 'cannot-tell'],
    ['a word that no manual names was there before', failedBefore, rolledBack, 'cannot-tell'],
    ['no exchange was there before', copying, rolledBack, 'cannot-tell'],
    ['there was no exchange', copying, copying, 'cannot-tell'],
    ['nothing is known of before', undefined, rolledBack, 'cannot-tell'],
    ['the task shows nothing', exchanged, {}, 'cannot-tell'],
  ])('is read, where %s', (_title, before, now, verdict) => {
    expect(verdictOf(rollBackDcsIp, before, now)).toBe(verdict);
  });
});
