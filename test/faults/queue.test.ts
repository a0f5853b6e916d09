import { describe, expect, it } from 'vitest';
import { createClock } from '../../faults/world/clock.ts';
import { createQueue } from '../../faults/world/queue.ts';
import type { QueueSettings } from '../../faults/world/queue-shape.ts';

function create(over: Partial<QueueSettings> = {}) {
  const clock = createClock();
  const queue = createQueue(clock, { visibility: 180_000, retention: 14 * 86_400_000, maxReceives: 3, ...over });
  const start = clock.now();
  const until = (time: number) => {
    // The clock stands at the last thing that happened.
    clock.at(time, () => undefined);
    return clock.run(time);
  };
  return { queue, until, pass: (milliseconds: number) => until(start + milliseconds), clock };
}
const bodies = (messages: { body: string }[]) => messages.map(({ body }) => body);

describe('a FIFO queue', () => {
  it('gives the messages of a group in order and blocks it while one is in flight', async () => {
    const { queue } = create();
    for (const body of ['a1', 'a2', 'a3']) queue.send('A', body, body);
    queue.send('B', 'b1', 'b1');
    const [first, second] = queue.receive(2);
    expect(bodies([first, second].flatMap((message) => message ?? []))).toEqual(['a1', 'a2']);
    expect(bodies(queue.receive(10))).toEqual(['b1']);
    queue.remove(first?.receipt ?? '');
    expect(queue.receive(10)).toEqual([]);
    queue.remove(second?.receipt ?? '');
    expect(bodies(queue.receive(10))).toEqual(['a3']);
  });

  it('gives a message again when its visibility is over, or earlier when told', async () => {
    const { queue, pass } = create();
    queue.send('A', 'a1', 'a1');
    const [message] = queue.receive(1);
    await pass(179_999);
    expect(queue.receive(1)).toEqual([]);
    await pass(180_000);
    const [again] = queue.receive(1);
    expect(again).toMatchObject({ body: 'a1', receives: 2, number: message?.number });
    expect(queue.hide(message?.receipt ?? '', 0)).toBe(false);
    expect(queue.hide(again?.receipt ?? '', 1000)).toBe(true);
    await pass(181_000);
    expect(queue.receive(1)).toHaveLength(1);
  });

  it('does not remove a message for a receipt that is over', async () => {
    const { queue, pass } = create();
    queue.send('A', 'a1', 'a1');
    const [message] = queue.receive(1);
    await pass(180_000);
    expect(queue.remove(message?.receipt ?? '')).toBe(false);
    expect(queue.size()).toBe(1);
  });

  it('takes a deduplication id once in five minutes', async () => {
    const { queue, pass } = create();
    expect(queue.send('A', 'one', 'id')).toBeDefined();
    expect(queue.send('A', 'two', 'id')).toBeUndefined();
    await pass(299_999);
    queue.receive(1);
    expect(queue.send('A', 'three', 'id')).toBeUndefined();
    await pass(300_000);
    expect(queue.send('A', 'three', 'id')).toBeDefined();
  });

  it('parks a message after its last receive, and redrives it as a new one', async () => {
    const { queue, clock } = create();
    const number = queue.send('A', 'a1', 'a1');
    for (let count = 0; count < 3; count++) {
      expect(queue.receive(1)).toHaveLength(1);
      await clock.run(clock.now() + 180_000);
    }
    expect(queue.receive(1)).toEqual([]);
    const [dead] = queue.dead;
    expect(dead?.body).toBe('a1');
    if (dead) queue.redrive(dead);
    const [again] = queue.receive(1);
    expect(again?.receives).toBe(1);
    expect(BigInt(again?.number ?? 0)).toBeGreaterThan(BigInt(number ?? 0));
  });
});

describe('a standard queue', () => {
  it('blocks nothing', () => {
    const { queue } = create({ standard: true });
    for (const body of ['a1', 'a2']) queue.send('A', body, body);
    expect(bodies(queue.receive(1))).toEqual(['a1']);
    expect(bodies(queue.receive(1))).toEqual(['a2']);
  });
});

describe('what is kept and hidden', () => {
  const HOUR = 3_600_000;
  const DAYS = 24 * HOUR;

  it('is deleted after the retention of the queue, also from among the dead', async () => {
    const happened: string[] = [];
    const { queue, pass } = create({ retention: 4 * DAYS, maxReceives: 1, happened: (row) => happened.push(row) });
    queue.send('A', 'a1', 'a1');
    queue.receive(1);
    await pass(HOUR);
    expect(queue.receive(1)).toEqual([]);
    queue.send('B', 'b1', 'b1');
    await pass(4 * DAYS + HOUR - 1);
    expect([bodies(queue.dead), bodies(queue.waiting()), happened]).toEqual([['a1'], ['b1'], []]);
    await pass(4 * DAYS + HOUR);
    expect(queue.receive(10)).toEqual([]);
    expect([queue.size(), queue.dead.length, happened]).toEqual([0, 0, ['message_expired', 'message_expired']]);
  });

  it('may be hidden for twelve hours from its receive on, and no longer', async () => {
    const happened: string[] = [];
    const { queue, pass } = create({ happened: (row) => happened.push(row) });
    queue.send('A', 'a1', 'a1');
    const receipt = queue.receive(1)[0]?.receipt ?? '';
    await pass(10_000);
    expect(queue.hide(receipt, 12 * HOUR)).toBe(false);
    expect(queue.hide(receipt, 12 * HOUR - 10_000)).toBe(true);
    expect(happened).toEqual(['visibility_refused']);
  });

  it('is numbered inside its group: numbers of two groups say nothing of who came first', () => {
    const { queue } = create();
    const groups = ['A', 'B', 'C', 'D', 'E', 'F'];
    const first = groups.map((group) => BigInt(queue.send(group, group, group) ?? 0));
    expect(first.slice(1).some((number, place) => number < (first[place] ?? 0n))).toBe(true);
    expect(BigInt(queue.send('A', 'a2', 'a2') ?? 0)).toBe((first[0] ?? 0n) + 1n);
  });
});
