import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { keyOf } from '../../../src/lib/change/parse-record.ts';
import { type BatchDependencies, createBatch } from '../../../src/lib/relay/batch.ts';
import { toResult } from '../../../src/lib/relay/result.ts';
import { RetryLater } from '../../../src/lib/relay/retry-later.ts';
import { sqsRecord } from '../../support/sqs-record.ts';

/** A batch whose records do what their body says: `ok`, `wait`, `break`, or `slow`. */
function createUnderTest() {
  const log: string[] = [];
  const postponed: [string[], number][] = [];
  const dependencies: BatchDependencies = {
    async relay({ body, arrival }) {
      log.push(`start ${arrival}`);
      if (body === 'slow') await new Promise((resolve) => setTimeout(resolve, 30));
      if (body === 'wait') throw new RetryLater({ reason: 'provider_busy', delay: 4000 });
      if (body === 'break') throw new TypeError('CANARY');
      log.push(`end ${arrival}`);
      return toResult(
        '/relay',
        { id: 'r' },
        { keyId: 'k', mac: 'm' },
        { outcome: 'succeeded', confirmedBy: 'reply' },
        0,
      );
    },
    async postpone(records, delay) {
      postponed.push([records.map(({ messageId }) => messageId), delay]);
    },
    async remove(records) {
      log.push(`removed ${records.map(({ messageId }) => messageId)}`);
    },
    visibility: 180_000,
    minRetryDelay: ({ age, receives }) => age + receives - 1,
    now: () => 1_763_600_000_000,
    random: () => 0,
    retryDelay: (receives) => receives * 1000,
    recordLog: {
      completed: ({ messageId }) => log.push(`completed ${messageId}`),
      retried: ({ messageId }, { reason }) => log.push(`retried ${messageId} ${reason}`),
      ignored: ({ messageId }) => log.push(`ignored ${messageId}`),
      broken: ({ messageId }) => log.push(`broken ${messageId}`),
    },
  };
  const batch = createBatch(dependencies);
  const run = async (...Records: SQSRecord[]) => {
    const { batchItemFailures } = await batch({ Records }, { getRemainingTimeInMillis: () => 30_000 });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { run, log, postponed, dependencies };
}

describe('a batch', () => {
  it('reports no failure if every record succeeds', async () => {
    const { run, postponed } = createUnderTest();
    expect(await run(sqsRecord('a1', 'A', 'ok'), sqsRecord('b1', 'B', 'ok'))).toEqual([]);
    expect(postponed).toEqual([]);
  });

  it('acknowledges a record without a result, and goes on with its group', async () => {
    const { run, log, dependencies } = createUnderTest();
    const { relay } = dependencies;
    dependencies.relay = async (delivery) => (delivery.body === 'own' ? undefined : relay(delivery));
    expect(await run(sqsRecord('a1', 'A', 'own'), sqsRecord('a2', 'A', 'ok'))).toEqual([]);
    expect(log.filter((line) => /^(ignored|completed)/.test(line))).toEqual(['ignored a1', 'completed a2']);
  });

  it('processes a change of the group first if the head of the group waits for it, as a redrive can order them', async () => {
    const { run, dependencies, postponed } = createUnderTest();
    const { relay } = dependencies;
    const event = (id: string) => JSON.stringify({ specversion: '1.0', id, source: '/s', type: 't', data: {} });
    const [head, other, holder] = [event('head'), event('other'), event('holder')];
    dependencies.relay = (delivery) => {
      if (delivery.body !== head) return relay(delivery);
      throw new RetryLater({ reason: 'subject_locked', delay: 9000, behind: keyOf(holder) ?? '' });
    };
    const records = [sqsRecord('a1', 'A', head), sqsRecord('a2', 'A', other), sqsRecord('a3', 'A', holder)] as const;
    expect(await run(...records)).toEqual(['a1', 'a2']);
    expect(postponed).toEqual([[['a1', 'a2'], 0]]);
    expect(await run(records[0], records[1])).toEqual(['a1', 'a2']);
    expect(postponed[1]?.[1]).toBe(9000);
  });

  it('hides a group until the change that its head waits for is tried again', async () => {
    const { run, dependencies, postponed } = createUnderTest();
    const head = '{"specversion":"1.0","id":"head","source":"/s"}';
    const holder = '{"specversion":"1.0","id":"holder","source":"/s"}';
    dependencies.relay = async ({ body }) => {
      if (body === head) throw new RetryLater({ reason: 'subject_locked', delay: 9000, behind: keyOf(holder) ?? '' });
      throw new RetryLater({ reason: 'read_failed', delay: 500 });
    };
    expect(await run(sqsRecord('a1', 'A', head), sqsRecord('a2', 'A', holder))).toEqual(['a1', 'a2']);
    expect(postponed).toEqual([[['a1', 'a2'], 500]]);
  });

  it('logs how long each record took, from its own start', async () => {
    const { run, dependencies } = createUnderTest();
    const ages: number[] = [];
    dependencies.recordLog.completed = (_record, _carried, milliseconds) => ages.push(milliseconds);
    const ticks = vi.spyOn(performance, 'now').mockReturnValueOnce(90_000).mockReturnValueOnce(90_012);
    await run(sqsRecord('a1', 'A', 'ok'));
    ticks.mockRestore();
    expect(ages).toEqual([12]);
  });

  it('reports no failure if it is empty', async () => {
    expect(await createUnderTest().run()).toEqual([]);
  });

  it('reports a failed record and the rest of its group, nothing else', async () => {
    const { run, log, postponed } = createUnderTest();
    const failed = await run(
      sqsRecord('a1', 'A', 'ok'),
      sqsRecord('a2', 'A', 'wait'),
      sqsRecord('b1', 'B', 'ok'),
      sqsRecord('a3', 'A', 'ok'),
      sqsRecord('b2', 'B', 'ok'),
    );
    expect(failed).toEqual(['a2', 'a3']);
    expect(log).not.toContain('start a3');
    expect(log).toContain('completed b2');
    expect(postponed).toEqual([[['a2', 'a3'], 4000]]);
  });

  it('keeps a group in order while other groups run beside it', async () => {
    const { run, log } = createUnderTest();
    await run(sqsRecord('a1', 'A', 'slow'), sqsRecord('a2', 'A', 'ok'), sqsRecord('b1', 'B', 'ok'));
    expect(log.indexOf('end b1')).toBeLessThan(log.indexOf('end a1'));
    expect(log.indexOf('end a1')).toBeLessThan(log.indexOf('start a2'));
  });

  it('processes groups whose head was delivered before last, one at a time', async () => {
    const { run, log } = createUnderTest();
    await run(
      sqsRecord('a1', 'A', 'slow', { receives: 2 }),
      sqsRecord('b1', 'B', 'slow', { receives: 3 }),
      sqsRecord('c1', 'C', 'slow'),
    );
    const order = ['end c1', 'start a1', 'end a1', 'start b1'];
    expect(log.filter((line) => order.includes(line))).toEqual(order);
  });

  it('deletes finished messages before it processes a group whose head was delivered before, and deletes nothing else', async () => {
    const { run, log } = createUnderTest();
    const failed = await run(
      sqsRecord('a1', 'A', 'ok'),
      sqsRecord('a2', 'A', 'wait'),
      sqsRecord('b1', 'B', 'ok'),
      sqsRecord('c1', 'C', 'ok', { receives: 2 }),
      sqsRecord('c2', 'C', 'break'),
      sqsRecord('d1', 'D', 'ok', { receives: 2 }),
    );
    expect(failed).toEqual(['a2', 'c2']);
    const order = ['removed a1,b1', 'start c1', 'removed c1', 'start d1'];
    expect(log.filter((line) => line.startsWith('removed') || order.includes(line))).toEqual(order);
  });

  it('deletes nothing before such a group if nothing is finished, and nothing if there is no such group', async () => {
    const { run, log } = createUnderTest();
    await run(sqsRecord('a1', 'A', 'wait'), sqsRecord('b1', 'B', 'ok', { receives: 2 }));
    await run(sqsRecord('c1', 'C', 'ok'), sqsRecord('d1', 'D', 'ok'));
    expect(log.filter((line) => line.startsWith('removed'))).toEqual([]);
  });

  it('processes groups whose heads were delivered before in random order, so that poison is not always the first', async () => {
    const { run, log, dependencies } = createUnderTest();
    const places = [0.9, 0.1, 0.5];
    dependencies.random = () => places.shift() ?? 0;
    await run(...['A', 'B', 'C'].map((group) => sqsRecord(group, group, 'ok', { receives: 2 })));
    expect(log.filter((line) => line.startsWith('completed'))).toEqual(['completed B', 'completed C', 'completed A']);
  });

  it('goes on if finished messages cannot be deleted, and leaves that to Lambda', async () => {
    const { run, log, dependencies } = createUnderTest();
    dependencies.remove = () => Promise.reject(new Error('queue away'));
    expect(await run(sqsRecord('a1', 'A', 'ok'), sqsRecord('b1', 'B', 'ok', { receives: 2 }))).toEqual([]);
    expect(log).toContain('completed b1');
    expect(log.filter((line) => line.startsWith('broken'))).toEqual([]);
  });

  it('hides a group that was delivered often for longer before it processes it, because it may end the process', async () => {
    const { run, log, dependencies } = createUnderTest();
    dependencies.postpone = async (records, delay) => {
      log.push(`hidden ${records.map(({ messageId }) => messageId)} for ${delay}`);
    };
    expect(await run(sqsRecord('a1', 'A', 'ok', { receives: 181 }), sqsRecord('a2', 'A', 'ok'))).toEqual([]);
    expect(log.slice(0, 2)).toEqual(['hidden a1,a2 for 181000', 'start a1']);
    expect(log.filter((line) => line.startsWith('hidden'))).toHaveLength(1);
  });

  it('hides groups that were delivered before until different times, each as a whole', async () => {
    const { run, dependencies, postponed } = createUnderTest();
    const places = [0.2, 0.1, 0.5, 0.25];
    dependencies.random = () => places.shift() ?? 0;
    const repeated = { receives: 2 };
    await run(
      sqsRecord('a1', 'A', 'ok', repeated),
      sqsRecord('a2', 'A', 'ok'),
      sqsRecord('b1', 'B', 'ok', repeated),
      sqsRecord('c1', 'C', 'ok'),
    );
    expect(postponed).toEqual([
      [['b1'], 270_000],
      [['a1', 'a2'], 225_000],
    ]);
  });

  it('leaves a group that was delivered a few times to the visibility of its queue', async () => {
    const { run, postponed } = createUnderTest();
    await run(sqsRecord('a1', 'A', 'ok', { receives: 180 }), sqsRecord('b1', 'B', 'ok'));
    expect(postponed).toEqual([]);
  });

  it('processes a group that cannot be hidden for longer', async () => {
    const { run, log, dependencies } = createUnderTest();
    dependencies.postpone = () => Promise.reject(new Error('queue away'));
    expect(await run(sqsRecord('a1', 'A', 'ok', { receives: 200 }))).toEqual([]);
    expect(log).toEqual(['start a1', 'end a1', 'completed a1']);
  });

  it('spreads the remaining receives of a group over time if its record is retried, but not if its record breaks', async () => {
    const { run, dependencies, postponed } = createUnderTest();
    dependencies.minRetryDelay = ({ receives }) => receives * 1_000_000;
    await run(sqsRecord('a1', 'A', 'wait', { receives: 2 }), sqsRecord('a2', 'A', 'ok', { receives: 7 }));
    await run(sqsRecord('b1', 'B', 'break', { receives: 2 }));
    expect(postponed.map(([, delay]) => delay)).toEqual([7_000_000, 2000]);
  });

  it('survives a record that breaks, and retries it after a delay that grows with its receive count', async () => {
    const { run, log, postponed } = createUnderTest();
    expect(await run(sqsRecord('a1', 'A', 'break', { receives: 3 }), sqsRecord('b1', 'B', 'ok'))).toEqual(['a1']);
    expect(log).toContain('broken a1');
    expect(postponed).toEqual([[['a1'], 3000]]);
  });

  it('reports failures even if the queue cannot be told when to deliver them again', async () => {
    const { run, log, dependencies } = createUnderTest();
    dependencies.postpone = () => Promise.reject(new Error('queue away'));
    expect(await run(sqsRecord('a1', 'A', 'wait'), sqsRecord('b1', 'B', 'ok'))).toEqual(['a1']);
    expect(log).toContain('broken a1');
  });

  it('takes a message without a group as a group of its own', async () => {
    const { run } = createUnderTest();
    expect(await run(sqsRecord('a1', undefined, 'wait'), sqsRecord('a2', undefined, 'ok'))).toEqual(['a1']);
  });
});
