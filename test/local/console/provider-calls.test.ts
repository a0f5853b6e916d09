import { describe, expect, it } from 'vitest';
import { createProviderCalls } from '../../../local/console/provider-calls.ts';
import type { Entry } from '../../../simulator/log.ts';
import type { KnownChange } from '../../../src/console/known.ts';
import type { RecordLine } from '../../../src/operator/story/evidence.ts';

const at = (milliseconds: number) => new Date(Date.UTC(2026, 1, 3) + milliseconds).toISOString();
let n = 0;
const entry = (request: string, milliseconds: number, more: Partial<Entry> = {}): Entry => {
  n += 1;
  return {
    ...{ n, at: at(milliseconds), kind: 'received', request, method: 'PUT', path: '/', service: 'dcs' },
    ...{ operation: 'UpdateMigrationTask', task: 't', project: 'p', ...more },
  };
};
const ended = (milliseconds: number, attempts: number, more: Partial<RecordLine> = {}): RecordLine => ({
  ...{ message: 'change completed', timestamp: at(milliseconds), attempts, ...more },
});
const change = (id: string, lines: RecordLine[], more: Partial<KnownChange> = {}): KnownChange => ({
  ...{
    key: id,
    change: { id, subject: { service: 'dcs', kind: 'migration-task', id: 't', project_id: 'p' } },
    at: 0,
    sent: 1,
    version: 0,
  },
  ...{ lines, notes: [], operatorEvents: [], published: 0, proof: false, ...more },
});
const retried = { message: 'change retried' as const };

/** The change of each call, as a map from change to requests. */
function owners(entries: Entry[], changes: KnownChange[]) {
  const calls = createProviderCalls();
  calls.take(entries);
  return ownersAmong(calls, changes);
}

function ownersAmong(calls: ReturnType<typeof createProviderCalls>, changes: KnownChange[]) {
  const callsOf = calls.among(changes);
  return Object.fromEntries(
    changes.map((known) => [known.key, [...new Set(callsOf(known)?.map(({ request }) => request))]]),
  );
}

describe('a call belongs to', () => {
  it('the change whose attempt is the first to end after it', () => {
    const changes = [change('a', [ended(100, 1)]), change('b', [ended(200, 1)])];
    expect(owners([entry('1', 50), entry('2', 150)], changes)).toEqual({ a: ['1'], b: ['2'] });
  });

  it('the change that tried and was retried, not one that only waited for it', () => {
    const changes = [
      change('a', [ended(100, 1, retried), ended(300, 2)]),
      change('b', [ended(110, 0, retried), ended(400, 1)]),
    ];
    expect(owners([entry('1', 50), entry('2', 105), entry('3', 350)], changes)).toEqual({ a: ['1', '2'], b: ['3'] });
  });

  it('the change that is being processed, while no attempt has ended', () => {
    const changes = [
      change('a', [ended(100, 1)], { result: { data: {} } as never }),
      change('b', [], { delivered: 1 }),
    ];
    expect(owners([entry('1', 150)], changes)).toEqual({ a: [], b: ['1'] });
  });

  it('the change that sent it, although it is applied after that one ended', () => {
    const changes = [change('a', [ended(100, 1)]), change('b', [ended(900, 1)])];
    const late = [entry('1', 50), entry('1', 500, { kind: 'applied' })];
    expect(owners(late, changes)).toEqual({ a: ['1'], b: [] });
  });

  it('the change that names it, whatever the time of its lines', () => {
    const named = (milliseconds: number, request: string) =>
      ended(milliseconds, 1, { provider: { status: 200, request_id: request } });
    const changes = [change('a', [named(400, '1')]), change('b', [named(401, '2')]), change('c', [named(402, '3')])];
    expect(owners([entry('3', 30), entry('2', 20), entry('1', 10)], changes)).toEqual({ a: ['1'], b: ['2'], c: ['3'] });
  });

  it('the change that named it, although that one is no longer shown', () => {
    const calls = createProviderCalls();
    const [gone, next] = [change('a', [ended(100, 1)]), change('b', [ended(900, 1)])];
    calls.take([entry('1', 50)]);
    calls.forget(gone);
    calls.take([entry('1', 60, { kind: 'applied' }), entry('2', 800)]);
    expect(ownersAmong(calls, [next])).toEqual({ b: ['2'] });
  });

  it('no change if the log does not reach back far enough', () => {
    const calls = createProviderCalls();
    calls.take(Array.from({ length: 2001 }, (_, at) => entry(String(at), at)));
    const [early, late] = [change('a', [ended(0, 1)]), change('b', [ended(2500, 1)], { at: Date.parse(at(1)) })];
    const callsOf = calls.among([early, late]);
    expect(callsOf(early)).toBeUndefined();
    expect(callsOf(late)).toHaveLength(2000);
  });

  it('no change of another task', () => {
    expect(owners([entry('1', 50, { task: 'other' })], [change('a', [ended(100, 1)])])).toEqual({ a: [] });
  });
});
