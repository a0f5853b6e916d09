import { describe, expect, it } from 'vitest';
import type { RetryReason } from '../../../src/lib/relay/decision.ts';
import type { Outcome } from '../../../src/lib/relay/result-schema.ts';
import type { ProviderLine, RecordLine } from '../../../src/operator/story/evidence.ts';
import { agreementOf, callersOf, type SubjectLine, subjectIdIn } from '../../../src/operator/story/provider-side.ts';

const at = (milliseconds: number) => new Date(Date.UTC(2026, 1, 3) + milliseconds).toISOString();
const line = (milliseconds: number, attempts: number, more: Partial<RecordLine> = {}): RecordLine => ({
  ...{ message: 'change completed', timestamp: at(milliseconds), attempts, ...more },
});
const back = (milliseconds: number, attempts: number, reason: RetryReason) =>
  line(milliseconds, attempts, { message: 'change retried', reason });
const call = (request: string, milliseconds: number, kind: ProviderLine['kind'] = 'received', method = 'PUT') => ({
  ...{ request, at: at(milliseconds), kind, method, path: '/' },
});
const calls = (received: number, applied: number) =>
  Array.from({ length: received }, (_, n) => [
    call(String(n), n),
    ...(n < applied ? [call(String(n), n, 'applied')] : []),
  ]).flat();

describe('the subject of a call', () => {
  const received = (operation: string, body: object) =>
    ({ ...call('r', 0), operation, body: JSON.stringify(body) }) satisfies SubjectLine;

  it.each<[string, SubjectLine, string | undefined]>([
    ['the task of the path', { ...call('r', 0), task: 't' }, 't'],
    ['the source of the path', { ...call('r', 0), source: 's' }, 's'],
    ['the name of a creation', received('CreateOnlineMigrationTask', { name: 'n' }), 'n'],
    ['the name of an import', received('CreateMigrationTask', { task_name: 'n' }), 'n'],
    ['the source of a new task', received('CreateTask', { source_server: { id: 's' } }), 's'],
    ['not the new task', { ...call('r', 0, 'applied'), operation: 'CreateTask', task: 'new' }, undefined],
    ['unknown without a name', received('CreateOnlineMigrationTask', {}), undefined],
    ['unknown without JSON', { ...call('r', 0), operation: 'CreateTask', body: '{' }, undefined],
    ['unknown for a call about nothing', call('r', 0), undefined],
  ])('is %s', (_title, entry, id) => {
    expect(subjectIdIn(entry)).toBe(id);
  });
});

describe("the provider's calls beside an outcome", () => {
  it('agree on a delete of what does not exist, which applies nothing', () => {
    const deletion = [call('r', 0, 'received', 'DELETE')];
    expect(agreementOf(deletion, { outcome: 'succeeded' })).toEqual({ received: 1, applied: 0, agrees: true });
  });

  it.each<[Outcome | undefined, number, boolean | undefined]>([
    ['succeeded', 1, true],
    ['succeeded', 0, false],
    ['succeeded', 2, false],
    ['rejected', 0, true],
    ['rejected', 1, false],
    ['failed', 1, false],
    ['superseded', 1, false],
    ['unknown', 0, undefined],
    ['unknown', 1, undefined],
    [undefined, 1, undefined],
  ])('%s with %d applied: %s', (outcome, applied, agrees) => {
    expect(agreementOf(calls(2, applied), { outcome })).toEqual({
      ...{ received: 2, applied },
      ...(agrees !== undefined && { agrees }),
    });
  });

  it('do not include reads', () => {
    expect(agreementOf([...calls(1, 1), call('r', 9, 'received', 'GET')], { outcome: 'succeeded' }).received).toBe(1);
  });

  it.each<[string, RecordLine[], boolean]>([
    ['a story that shows no second sending', [line(1, 1)], false],
    ['a provider that was busy, and so had not applied the first', [back(1, 1, 'provider_busy'), line(2, 2)], false],
    ['a read that came after a lost reply', [back(1, 1, 'outcome_unknown'), line(2, 2)], false],
    [
      'two reads that did not see it, and a second sending',
      [back(1, 1, 'outcome_unknown'), back(2, 2, 'not_applied'), line(3, 3)],
      true,
    ],
    [
      'a read that could not tell, and a second sending',
      [back(1, 1, 'outcome_unknown'), back(2, 2, 'read_failed'), back(3, 3, 'outcome_unknown'), line(4, 4)],
      true,
    ],
    ['an attempt without a line, read and sent again', [back(1, 2, 'outcome_unknown'), line(2, 3)], true],
  ])('are compared with the story if the provider applied twice: %s', (_what, lines, agrees) => {
    expect(agreementOf(calls(2, 2), { outcome: 'succeeded', lines }).agrees).toBe(agrees);
  });
});

describe('the caller of a call', () => {
  const named = (milliseconds: number, request: string) => line(milliseconds, 1, { provider: { request_id: request } });
  const change = (key: string, lines: RecordLine[], isUnderWay = false) => ({ key, lines, isUnderWay });

  it('is the change whose line names it, otherwise the one that fits by time', () => {
    const changes = [change('a', [named(100, '1')]), change('b', [line(200, 1)])];
    expect([...callersOf([call('1', 150), call('2', 150), call('3', 20)], changes)]).toEqual([
      ['3', 'a'],
      ['2', 'b'],
      ['1', 'a'],
    ]);
  });

  it('is the change whose result names it, if no line does', () => {
    const result = { data: { provider: { status: 200, request_id: '1' } } } as never;
    expect([...callersOf([call('1', 5)], [{ ...change('a', []), result }])]).toEqual([['1', 'a']]);
  });

  it('is unknown if no attempt ended after it and no change is being processed', () => {
    expect(callersOf([call('1', 500)], [change('a', [line(100, 1)])]).size).toBe(0);
    expect([...callersOf([call('1', 500)], [change('a', [line(100, 1)], true)])]).toEqual([['1', 'a']]);
  });
});
