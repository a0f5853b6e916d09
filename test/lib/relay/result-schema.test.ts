import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/lib/change/fingerprint.ts';
import type { TracedName } from '../../../src/lib/change/validate.ts';
import { parseJson } from '../../../src/lib/json/exact-json.ts';
import { failure } from '../../../src/lib/provider/failures.ts';
import { completionOf, notApplied } from '../../../src/lib/relay/completion.ts';
import { type Completion, toResult, writeResult } from '../../../src/lib/relay/result.ts';
import { Result } from '../../../src/lib/relay/result-schema.ts';

const SUBJECT = { service: 'dcs' as const, kind: 'migration-task', id: 't', project_id: 'p' };
const CHANGE: TracedName = {
  id: 'i',
  source: '/s',
  type: 'migration.dcs.migration-task.update',
  operation: 'o',
  subject: SUBJECT,
};
const NO_CHANGE: TracedName = { hash: sha256('body') };
const PRINT = { keyId: 'k', mac: sha256('content') };
const PROBLEMS = [{ path: 'data', message: 'must be an object' }];
const resultOf = (subject: TracedName, completion: Completion) =>
  parseJson(writeResult(toResult('relay', subject, PRINT, completion, 0)));

const ENDINGS: [string, Completion][] = [
  [
    'a reply',
    { outcome: 'succeeded', confirmedBy: 'reply', reply: { id: 2n ** 63n - 1n }, status: 200, requestId: 'r' },
  ],
  ['a reading', { outcome: 'succeeded', confirmedBy: 'read-back', unverifiable: ['data.body.password'], attempts: 3 }],
  ['an invalid change', completionOf('change_invalid', PROBLEMS)],
  ['a reused id', completionOf('idempotency_conflict')],
  ['a newer change', completionOf('newer_change_handled')],
  ['a secret out of reach', completionOf('secret_unavailable', PROBLEMS)],
  ['a task that is busy', completionOf('task_busy')],
  ['an open outcome', completionOf('outcome_unknown')],
  ['a connection refused', notApplied(failure('connection_refused'))],
];

describe('the schema of results', () => {
  it.each(ENDINGS)('accepts the result of %s', (_name, completion) => {
    expect(Result.safeParse(resultOf(CHANGE, completion)).error).toBeUndefined();
  });

  it('accepts the result of a message that is not a change', () => {
    const completion = completionOf('change_unreadable', PROBLEMS);
    expect(Result.safeParse(resultOf(NO_CHANGE, completion)).error).toBeUndefined();
  });

  it('refuses a success that does not say what confirmed it', () => {
    const result = resultOf(CHANGE, { outcome: 'succeeded', confirmedBy: 'reply' });
    expect(takes(result)).toBe(true);
    expect(takes(withAt('data.confirmed_by', undefined, result))).toBe(false);
  });

  it('refuses a failure without an error', () => {
    expect(takes(withAt('data.error', undefined))).toBe(false);
  });

  it('refuses a member that nobody decided to publish', () => {
    const result = resultOf(CHANGE, completionOf('newer_change_handled')) as { data: object };
    expect(Result.safeParse({ ...result, data: { ...result.data, body: {} } }).success).toBe(false);
  });
});

/** A published result as others receive it, with further members. */
const failed = () => resultOf(CHANGE, { ...notApplied(failure('connection_refused')), status: 404, attempts: 3 });
type Tree = { [name: string]: unknown };

/** The result with one place changed. `undefined` removes it. */
function withAt(place: string, value: unknown, result = failed()): unknown {
  const names = place.split('.');
  const last = names.pop() ?? '';
  const copy = structuredClone(result) as Tree;
  const holder = names.reduce<Tree>((tree, name) => {
    tree[name] ??= {};
    return tree[name] as Tree;
  }, copy);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return copy;
}
const takes = (value: unknown) => Result.safeParse(value).success;
const problem = { path: 'data', message: 'must be an object' };
const [HEX_32, HEX_64] = ['0123456789abcdef'.repeat(2), '0123456789abcdef'.repeat(4)];

describe('a published result', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['specversion', ['1.0'], ['', '1.1', undefined]],
    ['id', [HEX_32], ['', `${HEX_32}0`, `0${HEX_32}`, HEX_32.slice(1), 'g'.repeat(32), 'A'.repeat(32), undefined]],
    ['source', ['r', 'relay.test'], ['', 5, undefined]],
    ['type', ['t', 'a.b.c'], ['', undefined]],
    [
      'time',
      ['2026-11-21T07:08:09.012Z'],
      [
        '2026-11-21T07:08:09Z',
        '2026-11-21T07:08:09.012+00:00',
        ' 2026-11-21T07:08:09.012Z',
        '2026-11-21T07:08:09.012Z ',
        '226-11-21T07:08:09.012Z',
        '2026-1-21T07:08:09.012Z',
        '2026-11-21 07:08:09.012Z',
        '2026-11-21T07:08:09.12Z',
        '2026-11-21T07:08:09x012Z',
        'yyyy-mm-ddThh:mm:ss.mmmZ',
      ],
    ],
    ['datacontenttype', ['application/json'], ['', 'text/plain', undefined]],
    ['subject', ['s', 'dcs/t', undefined], ['']],
    ['sequence', ['', '007', undefined], [7]],
    ['traceparent', ['tp', undefined], [7]],
    ['data.outcome', ['rejected', 'failed', 'superseded', 'unknown'], ['succeeded', 'done', '', undefined]],
    ['data.change.id', ['i', 'an-id', undefined], ['', 5]],
    ['data.change.source', ['s', '/source', undefined], ['']],
    ['data.change.type', ['t', 'a.type', undefined], ['']],
    ['data.change.sequence', ['', '007', undefined], [7]],
    [
      'data.change.hash',
      [HEX_64, undefined],
      ['', `${HEX_64}0`, `x${HEX_64}`, HEX_64.slice(1), 'g'.repeat(64), 'A'.repeat(64)],
    ],
    ['data.change.body', [undefined], [{}]],
    ['data.change.subject.service', ['dcs', 'sms'], ['', 'ecs', undefined]],
    ['data.change.subject.project_id', ['p', 'project', undefined], ['']],
    ['data.change.subject.id', ['t', 'task'], ['', undefined]],
    ['data.change.subject.name', [undefined], ['n']],
    ['data.operation', ['o', 'update', undefined], ['']],
    ['data.provider.status', [100, 404, 599], [99, 600, 404.5, '404', undefined]],
    ['data.provider.request_id', ['r', 'request', undefined], ['']],
    ['data.provider.body', [undefined], ['x']],
    ['data.attempts', [0, 1, 4, undefined], [-1, 1.5]],
    ['data.ignored_fields', [['a'], Array(50).fill('a'), undefined], [[], Array(51).fill('a'), [1]]],
    ['data.warnings', [['a'], Array(50).fill('a')], [[], Array(51).fill('a')]],
    ['data.unverified_fields', [['a'], Array(50).fill('a')], [[], Array(51).fill('a')]],
    [
      'data.error.class',
      [
        ...['invalid_request', 'unauthenticated', 'forbidden', 'not_found'],
        ...['conflict', 'throttled', 'service_error', 'unknown'],
      ],
      ['', 'other', undefined],
    ],
    ['data.error.code', ['c', 'DCS.4133'], ['', undefined]],
    ['data.error.message', ['m', 'message'], ['', undefined]],
    ['data.error.advice', ['a', 'advice'], ['', undefined]],
    ['data.error.origin', ['relay', 'provider'], ['', 'other', undefined]],
    ['data.error.retryable', [true, false], ['true', undefined]],
    ['data.error.remedy', [undefined], ['no']],
    ['data.error.problems', [[problem], Array(50).fill(problem), undefined], [[], Array(51).fill(problem), [{}]]],
    [
      'data.error.problems',
      [[{ path: '', message: 'm' }]],
      [[{ ...problem, message: '' }], [{ ...problem, value: 1 }]],
    ],
  ])('has as its %s what is said of it, and nothing else', (place, right, wrong) => {
    for (const value of right) expect(takes(withAt(place, value)), JSON.stringify(value)).toBe(true);
    for (const value of wrong) expect(takes(withAt(place, value)), JSON.stringify(value)).toBe(false);
  });

  it.each<[string, unknown[], unknown[]]>([
    ['data.confirmed_by', ['reply', 'read-back'], ['', 'guess', undefined]],
    ['data.reply', [{}, { id: 'x', size: 5 }, undefined], ['text']],
    ['data.error', [undefined], [{}]],
  ])('of a success has as its %s what is said of it', (place, right, wrong) => {
    const succeeded = resultOf(CHANGE, { outcome: 'succeeded', confirmedBy: 'reply' });
    for (const value of right) expect(takes(withAt(place, value, succeeded)), JSON.stringify(value)).toBe(true);
    for (const value of wrong) expect(takes(withAt(place, value, succeeded)), JSON.stringify(value)).toBe(false);
  });
});
