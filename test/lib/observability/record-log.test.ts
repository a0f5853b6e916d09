import { Logger } from '@aws-lambda-powertools/logger';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/lib/change/fingerprint.ts';
import { createRecordLog, faultOf } from '../../../src/lib/observability/record-log.ts';
import { completionOf } from '../../../src/lib/relay/completion.ts';
import { lastAttempt } from '../../../src/lib/relay/decision.ts';
import { toResult } from '../../../src/lib/relay/result.ts';
import { RetryLater } from '../../../src/lib/relay/retry-later.ts';
import { captureLines } from '../../support/captured-lines.ts';
import { sqsRecord } from '../../support/sqs-record.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what is logged of an error', () => {
  it('is its kind, its code and where it was thrown', () => {
    const fault = faultOf(Object.assign(new TypeError('CANARY'), { code: 'ECONNREFUSED' }));
    expect(fault).toMatchObject({ name: 'TypeError', code: 'ECONNREFUSED' });
    expect(fault.at?.[0]).toMatch(/^at .*record-log\.test\.ts:\d+:\d+\)?$/);
    expect(fault.at?.length).toBeLessThanOrEqual(4);
  });

  it.each([
    ['in one line', 'CANARY'],
    ['in lines that look like frames', 'x\n    at CANARY\n    at CANARY (/CANARY:1:2)'],
    ['with the marks of a replacement', '$& $1 CANARY'],
    ['that is empty', ''],
    ['of 100 KB', 'CANARY'.repeat(17_000)],
  ])('is never its message %s', (_what, message) => {
    const fault = faultOf(new Error(message, { cause: new Error('CANARY-CAUSE') }));
    expect(JSON.stringify(fault)).not.toContain('CANARY');
    expect(fault.at?.length).toBeGreaterThan(0);
  });

  it('is never the text that a parser read', () => {
    let fault: unknown;
    try {
      JSON.parse('{"a":\n    at CANARY (/x:1:1)');
    } catch (error) {
      fault = faultOf(error);
    }
    expect(JSON.stringify(fault)).not.toContain('CANARY');
  });

  it.each([
    ['a text', 'CANARY', { name: 'string' }],
    ['an object', { message: 'CANARY' }, { name: 'object' }],
    ['nothing', undefined, { name: 'undefined' }],
    ['null', null, { name: 'object' }],
  ])('that is only %s is its type', (_what, thrown, expected) => {
    expect(faultOf(thrown)).toEqual(expected);
  });

  it('leaves out a code that is not a short text', () => {
    expect(faultOf(Object.assign(new Error('x'), { code: { CANARY: 1 } })).code).toBeUndefined();
    expect(faultOf(Object.assign(new Error('x'), { code: 'c'.repeat(1000) })).code).toHaveLength(64);
  });

  it('has a place only from lines that are stack frames from end to end', () => {
    const error = new Error('x');
    error.stack = 'Error: x\nCANARY  at f (/a.ts:1:2)\n    at g (/b.ts:3:4) CANARY\n    at h (/c.ts:5:6)';
    expect(faultOf(error).at).toEqual(['at h (/c.ts:5:6)']);
  });

  it('without a stack has no place', () => {
    const error = new Error('CANARY');
    delete error.stack;
    expect(faultOf(error).at).toEqual([]);
  });
});

describe('the record log', () => {
  const record = { ...sqsRecord('m-1', 'group-1', '{"CANARY":1}', { receives: 3 }) };
  const subject = { id: 'i', source: '/s', type: 'migration.change', traceparent: 'tp', operation: 'op' };
  const about = { message_id: 'm-1', message_group: 'group-1', receives: 3 };

  it('has one line for a completed record: its outcome, its change and how long it took', () => {
    const { lines } = captureLines();
    const completion = {
      outcome: 'succeeded' as const,
      confirmedBy: 'reply' as const,
      status: 200,
      reply: { name: 'CANARY' },
    };
    const result = toResult('relay', subject, { keyId: 'k', mac: 'm' }, completion, 0);
    createRecordLog(new Logger()).completed(record, result, 12.7);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatchObject({
      ...about,
      level: 'INFO',
      message: 'change completed',
      outcome: 'succeeded',
      confirmed_by: 'reply',
      change: { id: 'i', source: '/s' },
      milliseconds: 13,
      provider: { status: 200 },
      traceparent: 'tp',
    });
    expect(JSON.stringify(lines())).not.toContain('CANARY');
  });

  it('has the reason and the delay of a retry', () => {
    const { lines } = captureLines();
    const recordLog = createRecordLog(new Logger());
    recordLog.retried(record, new RetryLater({ reason: 'lease_held', delay: 1234.5 }, subject));
    recordLog.retried(record, new RetryLater({ reason: 'time_short', delay: 0 }));
    expect(lines()[0]).not.toHaveProperty('provider');
    expect(lines()).toMatchObject([
      { ...about, message: 'change retried', reason: 'lease_held', delay_milliseconds: 1235, change: { id: 'i' } },
      { ...about, message: 'change retried', reason: 'time_short', delay_milliseconds: 0 },
    ]);
  });

  it('has what was tried before a retry: codes and the id of the request alone', () => {
    const { lines } = captureLines();
    const failure = { error: { code: 'APIGW.0308', message: 'CANARY' }, status: 429, requestId: 'r-1' };
    createRecordLog(new Logger()).retried(
      record,
      new RetryLater({ reason: 'provider_busy', delay: 5, tried: lastAttempt(2, failure) }),
    );
    expect(lines()).toMatchObject([
      { attempts: 2, error_code: 'APIGW.0308', provider: { status: 429, request_id: 'r-1' } },
    ]);
    expect(JSON.stringify(lines())).not.toContain('CANARY');
  });

  it('warns of an event of a relay that came back as a change, and names it', () => {
    const { lines } = captureLines();
    const own = { specversion: '1.0', id: 'r', source: 'migration-relay.prod', type: 'CANARY', data: 'CANARY' };
    createRecordLog(new Logger()).ignored({ ...record, body: JSON.stringify(own) });
    expect(lines()).toMatchObject([
      { ...about, level: 'WARN', message: 'relay event ignored', change: { id: 'r', source: 'migration-relay.prod' } },
    ]);
    expect(JSON.stringify(lines())).not.toContain('CANARY');
  });

  it('has a heartbeat only at the level of debugging', () => {
    const { lines } = captureLines();
    const name = { id: 'dcs', source: 'migration-relay.prod.heartbeat', type: 'migration.relay.heartbeat' };
    const result = toResult(name.source, name, { keyId: 'k', mac: 'm' }, completionOf('heartbeat'), 0);
    createRecordLog(new Logger()).completed(record, result, 1);
    expect(lines()).toEqual([]);
    createRecordLog(new Logger({ logLevel: 'DEBUG' })).completed(record, result, 1);
    expect(lines()).toMatchObject([
      { ...about, level: 'DEBUG', message: 'heartbeat completed', error_code: 'heartbeat' },
    ]);
  });

  it('has a broken record as an error without its text', () => {
    const { lines } = captureLines();
    createRecordLog(new Logger()).broken(record, new RangeError('CANARY'));
    expect(lines()).toMatchObject([
      { ...about, level: 'ERROR', message: 'record broken', fault: { name: 'RangeError' } },
    ]);
    expect(JSON.stringify(lines())).not.toContain('CANARY');
  });

  it('names the change whose record broke, or its hash if it is not a change', () => {
    const { lines } = captureLines();
    const recordLog = createRecordLog(new Logger());
    const body = JSON.stringify({ id: 'i', source: '/s', type: 'CANARY', data: { password: 'CANARY' } });
    recordLog.broken(sqsRecord('m', 'g', body), new Error());
    recordLog.broken(sqsRecord('m', 'g', 'CANARY'), new Error());
    expect(lines()).toMatchObject([
      { message: 'record broken', change: { id: 'i', source: '/s' } },
      { message: 'record broken', change: { hash: sha256('CANARY') } },
    ]);
    expect(JSON.stringify(lines())).not.toContain('CANARY');
  });

  it('keeps records apart that run side by side', () => {
    const { lines } = captureLines();
    const recordLog = createRecordLog(new Logger());
    for (const id of ['a', 'b'])
      recordLog.retried(sqsRecord(id, id, ''), new RetryLater({ reason: 'contended', delay: 0 }));
    expect(lines()).toMatchObject([
      { message_id: 'a', message_group: 'a' },
      { message_id: 'b', message_group: 'b' },
    ]);
  });
});
