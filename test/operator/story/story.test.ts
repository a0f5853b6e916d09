import { describe, expect, it } from 'vitest';
import { failure } from '../../../src/lib/provider/failures.ts';
import { completionOf, notApplied } from '../../../src/lib/relay/completion.ts';
import type { RetryReason } from '../../../src/lib/relay/decision.ts';
import type { ChangeRow } from '../../../src/lib/relay/ledger.ts';
import { type Completion, toResult } from '../../../src/lib/relay/result.ts';
import { type Evidence, isAboutChange, type RecordLine, readRecordLine } from '../../../src/operator/story/evidence.ts';
import { storyOf } from '../../../src/operator/story/story.ts';

const START = Date.UTC(2026, 1, 3, 12, 0, 0);
const at = (milliseconds: number) => new Date(START + milliseconds).toISOString();
const change = {
  id: 'ord-1031',
  source: '/orchestrator',
  type: 'migration.dcs.migration-task.update',
  subject: { service: 'dcs' as const, kind: 'migration-task', id: '7e1f', project_id: 'p' },
};
const row = (more: Partial<ChangeRow> = {}): ChangeRow => ({
  ...{ key: 'change#1', state: 'CALLING', fingerprint: { keyId: 'k', mac: 'm' }, attempts: 1, firstSeen: START },
  ...{ doubt: false, ...more },
});
const line = (milliseconds: number, more: Partial<RecordLine>): RecordLine => ({
  ...{ message: 'change retried', timestamp: at(milliseconds), message_id: 'm-1', change, ...more },
});
const back = (milliseconds: number, reason: RetryReason, delay: number, more: Partial<RecordLine> = {}) =>
  line(milliseconds, { reason, delay_milliseconds: delay, attempts: 1, ...more });
const completed = (milliseconds: number, outcome: string, more: Partial<RecordLine> = {}) =>
  line(milliseconds, { message: 'change completed', outcome, attempts: 1, ...more });
const result = (milliseconds: number, ending: Completion) =>
  toResult('relay', { ...change, operation: 'o' }, { keyId: 'k', mac: 'm' }, ending, START + milliseconds);
const success = (confirmedBy: 'reply' | 'read-back', attempts = 1): Completion => ({
  ...{ outcome: 'succeeded', confirmedBy, status: 200, attempts },
});
const tell = (evidence: Partial<Evidence> = {}) => storyOf({ change, now: START + 60_000, ...evidence });
const texts = (evidence: Partial<Evidence>) => tell(evidence).timeline.map(({ text }) => text);

describe('the title of a change', () => {
  it('says no more than what is known', () => {
    expect(tell().title).toBe('ord-1031 · DCS update · task 7e1f');
    expect(tell({ change: { id: 'ord-1' } }).title).toBe('ord-1');
    expect(tell({ change: { hash: 'ab'.repeat(32) } }).title).toBe('sha256:abababababababab · no change');
  });
});

describe('the sentence of a change', () => {
  const refusal = notApplied({
    ...failure('connection_refused'),
    error: { class: 'not_found', code: 'DCS.4133', remedy: 'no', message: 'No such task.', advice: 'Check the ids.' },
    status: 400,
  });
  const cases: [string, Partial<Evidence>, string, string][] = [
    [
      'nobody has seen',
      {},
      'queued',
      'No trace of it yet. It may still be queued, its function may not start, or it was never sent.',
    ],
    [
      'that is claimed',
      { row: row() },
      'calling',
      'A request may be in flight. Attempt 1; the change was first seen 60 s ago.',
    ],
    [
      'that is idle without a log',
      { row: row({ state: 'READY', attempts: 2 }) },
      'waiting',
      'No request is in flight. 2 attempts so far; the next delivery tries again.',
    ],
    [
      'that the provider puts off',
      {
        row: row(),
        lines: [back(59_000, 'provider_busy', 5000, { error_code: 'APIGW.0308', provider: { status: 429 } })],
      },
      'waiting',
      'The provider could not accept it now (APIGW.0308, HTTP 429); it is sent again in 4.0 s.',
    ],
    [
      'whose request got no reply',
      { row: row(), lines: [back(10_000, 'outcome_unknown', 70_000, { error_code: 'request_timeout' })] },
      'reading back',
      'A request was sent and its outcome is not known (request_timeout); the task is read in 20 s.',
    ],
    [
      'that is overdue',
      { lines: [back(0, 'subject_locked', 1000)] },
      'waiting',
      'An earlier change for the task has not ended yet; it is tried again any moment.',
    ],
    [
      'that breaks the function before its claim',
      {
        lines: [line(0, { message: 'record broken', fault: { name: 'TimeoutError' }, receives: 3 })],
        maxReceives: 200,
      },
      'waiting',
      'It arrived, but the function failed before it could claim the change (TimeoutError) at delivery 3 of 200. It is delivered again; after its last delivery it goes to the dead-letter queue.',
    ],
    [
      'that breaks the function after its claim',
      { row: row(), lines: [line(0, { message: 'record broken', fault: { name: 'Error', code: 'EPIPE' } })] },
      'waiting',
      'It arrived, but the function failed (EPIPE). It is delivered again; after its last delivery it goes to the dead-letter queue.',
    ],
    [
      'that its queue gave up',
      { lines: [line(0, { message: 'record broken', fault: { name: 'SecretUnavailable' } })], dead: true },
      'dead',
      'It is in the dead-letter queue: the function failed before it could claim the change (SecretUnavailable). It is not tried again until somebody puts it back.',
    ],
    [
      'that died without a word of the function',
      { dead: true },
      'dead',
      'It is in the dead-letter queue. It is not tried again until somebody puts it back.',
    ],
    [
      'that was taken at once',
      { row: row({ state: 'DONE' }), result: result(84, success('reply')) },
      'succeeded',
      'Succeeded. The provider accepted it at the first attempt after 84 ms.',
    ],
    [
      'that took three attempts',
      { result: result(84, success('reply', 3)) },
      'succeeded',
      'Succeeded. The provider accepted it at attempt 3.',
    ],
    [
      'whose reply was lost',
      {
        row: row({ state: 'DONE' }),
        result: result(80_000, success('read-back', 2)),
        lines: [
          completed(80_100, 'succeeded'),
          back(10_000, 'outcome_unknown', 70_000, { error_code: 'request_timeout' }),
        ],
      },
      'succeeded',
      'Succeeded. No usable reply came (request_timeout); the relay read the task and found the change applied after 80 s.',
    ],
    [
      'that was refused',
      { result: result(5, refusal) },
      'rejected',
      'Rejected. No such task. The provider said DCS.4133.',
    ],
    [
      'that gave up',
      { result: result(5, notApplied(failure('connection_refused'))) },
      'failed',
      'Failed. The provider refused the connection; nothing was sent.',
    ],
    [
      'that is too old',
      { result: result(5, completionOf('newer_change_handled')) },
      'superseded',
      'Superseded. A newer change for the same task or server was already handled, so this one was not sent.',
    ],
    [
      'whose outcome is unknown',
      { result: result(5, completionOf('outcome_unknown')) },
      'unknown',
      'Unknown. A request was sent, but neither its reply nor a later read shows whether it was applied.',
    ],
  ];
  it.each(cases)('%s', (_what, evidence, state, sentence) => {
    expect(tell(evidence)).toMatchObject({ state, sentence, title: 'ord-1031 · DCS update · task 7e1f' });
  });

  it('shows what a person found out, and asks for nothing more', () => {
    const { type: _type, ...envelope } = result(5, completionOf('outcome_unknown'));
    const word = {
      ...{ ...envelope, type: 'migration.dcs.migration-task.update.resolved', time: at(9000) },
      data: {
        ...{ change, result: { id: envelope.id, outcome: 'unknown' as const } },
        ...{ resolved_as: 'applied' as const, operator: 'ann', reason: 'seen in the console' },
      },
    };
    const story = tell({ result: result(5, completionOf('outcome_unknown')), operatorEvents: [word] });
    expect(story.sentence).toMatch(/ Ann found it applied\.$/);
    expect(story.advice).toBeUndefined();
    expect(story.timeline.at(-1)?.text).toBe('resolved as applied by ann: seen in the console');
  });
});

describe('the timeline', () => {
  it('has every attempt with its reason and its next try, by time', () => {
    const lines = [
      completed(80_000, 'succeeded', { attempts: 3, provider: { status: 200 } }),
      back(4000, 'outcome_unknown', 70_000, { attempts: 2, error_code: 'request_timeout' }),
      back(1000, 'provider_busy', 2000, { error_code: 'DCS.4017', provider: { status: 400 } }),
      completed(90_000, 'succeeded'),
    ];
    const { timeline, attempts } = tell({ row: row({ state: 'DONE' }), lines });
    expect(timeline).toEqual([
      { at: START, kind: 'accepted', text: 'accepted from the queue' },
      {
        ...{ at: START + 1000, kind: 'attempt', next: START + 3000 },
        text: 'attempt 1: the provider could not accept it now (DCS.4017, HTTP 400); it is sent again',
      },
      {
        ...{ at: START + 4000, kind: 'attempt', next: START + 74_000 },
        text: 'attempt 2: a request was sent and its outcome is not known (request_timeout); the task is read',
      },
      { at: START + 80_000, kind: 'result', text: 'result published: succeeded (HTTP 200), 3 attempts' },
      {
        at: START + 90_000,
        kind: 'repeat',
        text: 'delivered again: the stored result was published, the provider was not called',
      },
    ]);
    expect(attempts).toBe(1);
  });

  it('shows the stored outcome of a change whose logs are gone', () => {
    expect(texts({ result: result(5, success('reply')) })).toEqual(['result stored: succeeded']);
  });

  it("has the provider's side of every call", () => {
    const call = { at: at(50), request: 'r', method: 'PUT', path: '/v3/tasks/t' };
    const calls = [
      { ...call, kind: 'received' as const },
      { ...call, kind: 'applied' as const },
      { ...call, kind: 'answered' as const, status: 200 },
      { ...call, request: 's', kind: 'received' as const },
    ];
    expect(texts({ calls })).toEqual([
      'provider: PUT /v3/tasks/t: applied, answered 200',
      'provider: PUT /v3/tasks/t: never answered',
    ]);
    expect(tell({ calls, result: result(5, success('reply')) }).provider).toEqual({
      received: 2,
      applied: 1,
      agrees: true,
    });
  });
});

describe('evidence', () => {
  it('is read from the log lines that name changes', () => {
    expect(readRecordLine(JSON.stringify(back(0, 'contended', 1)))?.reason).toBe('contended');
    expect(readRecordLine('{"message":"webhook answered"}')).toBeUndefined();
    expect(readRecordLine('"message":"change completed" {')).toBeUndefined();
  });

  it('belongs to a change by id and source, or by its hash if the message is not a change', () => {
    expect(isAboutChange(change, { id: 'ord-1031' })).toBe(true);
    expect(isAboutChange(change, { id: 'ord-1031', source: '/other' })).toBe(false);
    expect(isAboutChange(undefined, { id: 'ord-1031' })).toBe(false);
    expect(isAboutChange({ hash: 'h' }, { hash: 'h' })).toBe(true);
    expect(isAboutChange({ id: 'a' }, {})).toBe(false);
  });
});
