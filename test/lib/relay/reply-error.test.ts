import { describe, expect, it } from 'vitest';
import { errorInReply } from '../../../src/lib/relay/reply-error.ts';

describe('a reply with a 2xx', () => {
  it.each<[unknown, object]>([
    [{ error_code: 'DCS.5000', error_msg: 'internal error' }, { code: 'DCS.5000' }],
    [{ error_code: 'DCS.4063' }, { code: 'DCS.4063' }],
    [{ error_code: 111400063 }, { code: '111400063' }],
    [{ errorCode: 'SMS.6000' }, {}],
    [{ error_code: 'whatever' }, {}],
    [{ error_msg: 'failed to update' }, {}],
    [{ error: { error_code: 'SMS.7713', error_msg: 'x' } }, { code: 'SMS.7713' }],
    [{ error: { code: 'APIGW.0301', message: 'x' } }, { code: 'APIGW.0301' }],
    [{ error: { code: 401, message: 'unauthorized' } }, {}],
    [{ error: 'no route' }, {}],
    [{ errors: [{ id: 1 }] }, {}],
    [{ code: 'CBC.3002', message: 'x' }, { code: 'CBC.3002' }],
    [{ code: 'DCS.5000' }, { code: 'DCS.5000' }],
    [{ code: 500, message: 'broken' }, {}],
    [{ id: 'i', status: 'FAILED', error: '' }, {}],
    [{ success: 'false' }, {}],
    [{ result: false }, {}],
    [{ status: 500, message: 'x' }, {}],
    ['failed', {}],
    ['Error: no such thing', {}],
    [{ status: 'ERROR' }, {}],
    [{ result: 'failed', error_code: 'DCS.4133' }, { code: 'DCS.4133' }],
    [{ success: false }, {}],
    [{ migration_tasks: [{ id: 'a' }, { id: 'b', error_code: 'DCS.4957' }] }, { code: 'DCS.4957' }],
    [[{ error_msg: 'x' }], {}],
    ['DCS.5000: internal error', { code: 'DCS.5000' }],
    ['the error 111400063 came up', { code: '111400063' }],
  ])('says that something went wrong: %j', (body, said) => {
    expect(errorInReply(body)).toEqual(said);
  });

  it.each([
    [undefined],
    [null],
    [''],
    ['The operation succeeded.'],
    ['version 1.1234 of 2026'],
    [{}],
    [{ id: 'ef3b9722-07a0' }],
    [{ id: 'i', name: 'failed-over', status: 'FULLMIGRATING', error: '' }],
    [{ error: null, error_code: '', error_msg: '  ' }],
    [{ error_code: 0, error: {}, errors: [] }],
    [{ error_code: '0', error_msg: '' }],
    [{ code: 200, message: 'ok' }],
    [{ code: '0', message: 'success' }],
    [{ code: 'a-name' }],
    [{ message: 'accepted' }],
    [{ status: 200, message: 'ok' }],
    // A task that is shown may have failed long ago.
    [{ id: 't', state: 'SYNC_FAIL', subtasks: [{ state: 'FAILED' }] }],
    [{ success: true, result: 'success' }],
    [{ status: 5, state: null }],
    [{ tasks: [{ id: 1, state: 'RUNNING' }] }],
  ])('says nothing of the kind: %j', (body) => {
    expect(errorInReply(body)).toBeUndefined();
  });
});
