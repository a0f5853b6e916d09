import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../src/lib/change/examine.ts';
import { sha256 } from '../../../src/lib/change/fingerprint.ts';
import { parseJson } from '../../../src/lib/change/json.ts';
import { failure } from '../../../src/lib/provider/failures.ts';
import {
  conflicting,
  notApplied,
  refused,
  secretMissing,
  superseded,
  unknown,
  waitedOut,
} from '../../../src/lib/relay/ending.ts';
import { type Ending, toResult } from '../../../src/lib/relay/result.ts';
import { Result } from '../../../src/lib/relay/result-schema.ts';

const TASK = { service: 'dcs' as const, project_id: 'p', task_id: 't' };
const CHANGE: Subject = {
  id: 'i',
  source: '/s',
  type: 'migration.dcs.migration-task.update',
  operation: 'o',
  task: TASK,
};
const NO_CHANGE: Subject = { hash: sha256('body') };
const PRINT = { keyId: 'k', mac: sha256('content') };
const PROBLEMS = [{ path: 'data', message: 'must be an object' }];
const resultOf = (subject: Subject, ending: Ending) => parseJson(toResult('relay', subject, PRINT, ending, 0));

const ENDINGS: [string, Ending][] = [
  [
    'a reply',
    { outcome: 'succeeded', confirmedBy: 'reply', reply: { id: 2n ** 63n - 1n }, status: 200, requestId: 'r' },
  ],
  ['a reading', { outcome: 'succeeded', confirmedBy: 'read-back', unverified: ['data.body.password'], attempts: 3 }],
  ['an invalid change', refused({ code: 'change_invalid', problems: PROBLEMS })],
  ['a reused id', conflicting()],
  ['a newer change', superseded()],
  ['a secret out of reach', secretMissing(PROBLEMS)],
  ['a task that is busy', waitedOut()],
  ['an open outcome', unknown(failure('request_timeout'))],
  ['a connection refused', notApplied(failure('connection_refused'))],
];

describe('the schema of results', () => {
  it.each(ENDINGS)('takes what is made of %s', (_name, ending) => {
    expect(Result.safeParse(resultOf(CHANGE, ending)).error).toBeUndefined();
  });

  it('takes what is made of something that is no change', () => {
    const ending = refused({ code: 'change_unreadable', problems: PROBLEMS });
    expect(Result.safeParse(resultOf(NO_CHANGE, ending)).error).toBeUndefined();
  });

  it.each([
    ['a success without a word on what confirmed it', { outcome: 'succeeded' }],
    ['a failure without an error', { outcome: 'failed' }],
    ['an outcome of another name', { outcome: 'done' }],
  ] as [string, Ending][])('refuses %s', (_name, ending) => {
    expect(Result.safeParse(resultOf(CHANGE, ending)).success).toBe(false);
  });

  it('refuses a member that nobody decided to publish', () => {
    const result = resultOf(CHANGE, superseded()) as { data: object };
    expect(Result.safeParse({ ...result, data: { ...result.data, body: {} } }).success).toBe(false);
  });
});
