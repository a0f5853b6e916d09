import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../faults/processes/options.ts';
import { planTraffic } from '../../../faults/processes/traffic.ts';
import { createRandom } from '../../../faults/world/random.ts';
import { DCS_OPERATIONS } from '../../../src/lib/operations/dcs.ts';
import { SMS_OPERATIONS } from '../../../src/lib/operations/sms.ts';

const traffic = { changes: 3000, tasks: 120, missing: 0.01 };
const { messages: planned, subjects } = planTraffic(traffic, createRandom(7));
const first = [...new Map(planned.map((message) => [message.change.uid, message])).values()];
const share = (is: (message: (typeof planned)[number]) => boolean) => first.filter(is).length / first.length;

describe('the traffic', () => {
  it('is the same for the same seed', () => {
    expect(planTraffic(traffic, createRandom(7))).toEqual({ messages: planned, subjects });
    expect(planTraffic(traffic, createRandom(8)).messages).not.toEqual(planned);
  });

  it('has every operation, invalid changes, stale sequences, missing tasks, the queue and the webhook', () => {
    const types = new Set(first.map(({ text }) => /"type":"(migration\.[\w.-]+)"/.exec(text)?.[1]));
    const all = [...DCS_OPERATIONS, ...SMS_OPERATIONS].map(({ change }) => change);
    expect([...types]).toEqual(expect.arrayContaining([...all, 'migration.unheard-of']));
    expect(share(({ change }) => change.kind === 'invalid')).toBeGreaterThan(0.01);
    expect(share(({ change }) => change.sequence !== undefined)).toBeGreaterThan(0.4);
    expect(share(({ subjectId }) => subjectId.startsWith('missing-'))).toBeGreaterThan(0.005);
    expect(share(({ via }) => via === 'webhook')).toBeGreaterThan(0.03);
    expect(first.some(({ text }) => text.includes('2024-09'))).toBe(true);
  });

  it('repeats some changes, some in another group, and gives some ids to two changes', () => {
    const repeats = planned.length - first.length;
    expect(repeats / first.length).toBeGreaterThan(0.03);
    expect(planned.some(({ hasOwnGroup }) => hasOwnGroup)).toBe(true);
    const rivals = first.filter(({ change }) => change.conflictsWith !== undefined);
    expect(rivals.length).toBeGreaterThan(10);
  });

  it('has a subject of its own for what needs a state, removes or creates something, and sometimes a further change', () => {
    const own = first.filter(({ subjectId }) => subjectId.startsWith('own-'));
    const changesOf = Map.groupBy(own, ({ change }) => change.task);
    expect(own.length / first.length).toBeGreaterThan(0.25);
    expect(Math.max(...[...changesOf.values()].map(({ length }) => length))).toBe(2);
    const missing = [...changesOf.keys()].filter((key) => !subjects.has(key));
    expect(missing.length).toBeGreaterThan(0);
    expect(missing.length / changesOf.size).toBeLessThan(0.05);
  });

  it('has a different body in each change, except where only few values exist', () => {
    const changes = first.filter(({ change }) => change.kind === 'valid').map(({ change }) => change);
    const own = changes.filter(({ body }) => 'migration_method' in body || 'name' in body);
    const bodies = own.map(({ body, task }) => JSON.stringify([task, body]));
    expect(new Set(bodies).size).toBe(own.length);
  });
});

describe('the command line', () => {
  it('has a default for everything', () => {
    expect(readOptions([])).toMatchObject({ changes: 10_000, tasks: 400, seed: 1, database: 'dynalite' });
    expect(readOptions(['--changes', '50'])).toMatchObject({ changes: 50, tasks: 10 });
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['--changes', '0'], '--changes 0: must be a whole number from 1 to 100000'],
    [['--seed', 'x'], '--seed x: must be'],
    [['--colour', 'red'], 'colour'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
