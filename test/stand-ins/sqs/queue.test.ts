import { describe, expect, it } from 'vitest';
import { createClock } from '../../../faults/world/clock.ts';
import type { Message } from '../../../stand-ins/sqs/message.ts';
import { createQueue, type QueueSettings } from '../../../stand-ins/sqs/queue.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function create(over: Partial<QueueSettings> = {}) {
  const clock = createClock();
  const dead: Message[] = [];
  const settings = { visibility: 9000, retention: 14 * DAY, maxReceives: 3, deduplicatesByGroup: true, ...over };
  const queue = createQueue({ onDeadLetter: (message) => void dead.push(message), ...settings }, clock);
  const start = clock.now();
  let sent = 0;
  return {
    queue,
    dead,
    /** The first character of a body is its group. */
    send(...texts: string[]) {
      for (const body of texts) queue.send({ body, group: body.slice(0, 1), deduplicationId: `${sent++}` });
    },
    receive: (max = 10) => queue.receive(max),
    /** Moves the clock to this number of milliseconds after the start. */
    async pass(milliseconds: number) {
      clock.at(start + milliseconds, () => undefined);
      await clock.run(start + milliseconds);
    },
  };
}
const bodies = (messages: { body: string }[]) => messages.map(({ body }) => body);
const counts = ({ queue }: ReturnType<typeof create>) => ({
  size: queue.size(),
  inFlight: queue.messages().filter(queue.isInFlight).length,
});

describe('a FIFO queue', () => {
  it('hands out up to ten messages of one group in a receive, in the order of their sending', () => {
    const { send, receive } = create();
    const twelve = Array.from({ length: 12 }, (_, index) => `a${index}`);
    send(...twelve);
    expect(bodies(receive())).toEqual(twelve.slice(0, 10));
  });

  it('fills a receive with other groups, and never gives more than was asked for', () => {
    const { send, receive } = create();
    send('a1', 'b1', 'a2', 'b2');
    expect(bodies(receive(3))).toEqual(['a1', 'a2', 'b1']);
  });

  it('blocks a group while any of its messages is in flight, and no other group', () => {
    const { queue, send, receive } = create();
    send('a1', 'a2', 'a3');
    const [first, second] = receive(2);
    send('b1');
    expect(bodies(receive())).toEqual(['b1']);
    queue.remove(first?.receipt ?? '');
    expect(receive()).toEqual([]);
    queue.remove(second?.receipt ?? '');
    expect(bodies(receive())).toEqual(['a3']);
  });

  it('delivers a group again in its order when the visibility is over, and counts the receives', async () => {
    const { send, receive, pass } = create();
    send('a1', 'a2');
    receive();
    await pass(8999);
    expect(receive()).toEqual([]);
    await pass(9000);
    expect(receive()).toMatchObject([
      { body: 'a1', receives: 2 },
      { body: 'a2', receives: 2 },
    ]);
  });

  it('keeps a group blocked until the last of its members is visible again', async () => {
    const { queue, send, receive, pass } = create();
    send('a1', 'a2');
    const [head, follower] = receive();
    queue.changeVisibility(head?.receipt ?? '', 500);
    queue.changeVisibility(follower?.receipt ?? '', 0);
    expect(receive()).toEqual([]);
    await pass(500);
    expect(bodies(receive())).toEqual(['a1', 'a2']);
  });

  it('accepts a receipt only while its message is in flight, and only that of the latest receive', async () => {
    const made = create();
    const { queue, send, receive, pass } = made;
    send('a1');
    const receipt = receive()[0]?.receipt ?? '';
    await pass(9000);
    expect(queue.remove(receipt)).toBe('ReceiptHandleIsInvalid');
    expect(queue.changeVisibility(receipt, 0)).toBe('MessageNotInflight');
    const again = receive()[0]?.receipt ?? '';
    expect(queue.remove(receipt)).toBe('ReceiptHandleIsInvalid');
    expect(counts(made)).toEqual({ size: 1, inFlight: 1 });
    expect(queue.remove(again)).toBeUndefined();
    expect(counts(made)).toEqual({ size: 0, inFlight: 0 });
  });

  it('hides a message for at most twelve hours after its receive', async () => {
    const { queue, send, receive, pass } = create({ visibility: HOUR });
    send('a1');
    const receipt = receive()[0]?.receipt ?? '';
    await pass(10_000);
    expect(queue.changeVisibility(receipt, 12 * HOUR)).toBe('InvalidParameterValue');
    expect(queue.changeVisibility(receipt, 12 * HOUR - 10_000)).toBeUndefined();
  });

  it('moves a message that was received too often to the dead-letter queue, and goes on with the next of its group', async () => {
    const { dead, send, receive, pass } = create({ maxReceives: 2 });
    send('a1');
    for (const time of [9000, 18_000]) {
      expect(bodies(receive())).toEqual(['a1']);
      await pass(time);
    }
    send('a2');
    expect(bodies(receive(1))).toEqual(['a2']);
    expect(dead).toMatchObject([{ body: 'a1', receives: 2 }]);
  });

  it('moves a message to the dead-letter queue that already counts as exhausted', async () => {
    const { dead, send, receive, pass } = create({ isExhausted: ({ body }) => body === 'a1' });
    send('a1', 'a2');
    expect(bodies(receive())).toEqual(['a1', 'a2']);
    await pass(9000);
    expect(bodies(receive())).toEqual(['a2']);
    expect(bodies(dead)).toEqual(['a1']);
  });

  it('accepts a dead letter of another queue, under its id and with its receives', () => {
    const { send, receive } = create();
    const dead = create().queue;
    send('a1');
    const [message] = receive();
    if (message) dead.inherit(message);
    const { id = '' } = message ?? {};
    expect(dead.receive(1)).toMatchObject([{ id, body: 'a1', receives: 2, deduplicationId: id }]);
  });

  it('accepts a deduplication id once in five minutes, within its group or for the whole queue', async () => {
    const { queue, pass } = create();
    const sent = (group: string) => ({ body: 'x', group, deduplicationId: 'same' });
    const { id, sequence } = queue.send(sent('a'));
    await pass(299_999);
    expect(queue.send(sent('a'))).toEqual({ id, sequence, repeated: true });
    expect(queue.send(sent('b'))).toMatchObject({ repeated: false });
    await pass(300_000);
    expect(queue.send(sent('a'))).toMatchObject({ repeated: false });
    const whole = create({ deduplicatesByGroup: false }).queue;
    whole.send(sent('a'));
    expect(whole.send(sent('b'))).toMatchObject({ repeated: true });
    const fast = create({ deduplicationScale: 100 });
    fast.queue.send(sent('a'));
    await fast.pass(2999);
    expect(fast.queue.send(sent('a'))).toMatchObject({ repeated: true });
    await fast.pass(3000);
    expect(fast.queue.send(sent('a'))).toMatchObject({ repeated: false });
  });

  it('numbers messages inside their groups: the numbers of two groups cannot be compared', () => {
    const { queue } = create();
    const send = (group: string, body: string) => BigInt(queue.send({ body, group, deduplicationId: body }).sequence);
    const first = ['A', 'B', 'C', 'D', 'E', 'F'].map((group) => send(group, group));
    expect(first.slice(1).some((number, place) => number < (first[place] ?? 0n))).toBe(true);
    expect(send('A', 'again')).toBe((first[0] ?? 0n) + 1n);
  });

  it('deletes what is as old as its retention, also messages in flight', async () => {
    const expired: string[] = [];
    const { queue, send, receive, pass } = create({ retention: HOUR, onExpired: ({ body }) => expired.push(body) });
    send('a1', 'b1');
    const receipt = receive(1)[0]?.receipt ?? '';
    queue.changeVisibility(receipt, 2 * HOUR);
    await pass(HOUR - 1);
    expect(bodies(queue.messages())).toEqual(['a1', 'b1']);
    await pass(HOUR);
    expect(queue.remove(receipt)).toBe('ReceiptHandleIsInvalid');
    expect(receive()).toEqual([]);
    expect(queue.messages()).toEqual([]);
    expect(expired.toSorted()).toEqual(['a1', 'b1']);
  });

  it('announces when a message can be received: after it was sent, and when the visibility of a group is over', async () => {
    const { queue, send, receive, pass } = create();
    let calls = 0;
    queue.onReady(() => calls++);
    send('a1');
    expect(calls).toBe(1);
    receive();
    send('a2');
    await pass(8999);
    expect(calls).toBe(1);
    await pass(9000);
    expect(calls).toBe(2);
  });
});

describe('an observer of a queue', () => {
  it('may end the visibility of a group early, but only while it lasts', async () => {
    const { queue, send, receive, pass } = create();
    send('a1', 'a2');
    const [message] = receive();
    expect(message && queue.expose(message)).toBe(true);
    const [again] = receive();
    expect(again).toMatchObject({ body: 'a1', receives: 2 });
    await pass(9000);
    expect(again && queue.expose(again)).toBe(false);
  });

  it('may skip the receives that a message would still get', () => {
    const { dead, queue, send, receive } = create({ maxReceives: 200 });
    send('a1');
    const { id = '' } = receive()[0] ?? {};
    queue.hurry(id, 1);
    expect(receive()).toMatchObject([{ id, receives: 200 }]);
    queue.hurry(id, 0);
    expect(receive()).toEqual([]);
    expect(bodies(dead)).toEqual(['a1']);
  });
});

describe('a standard queue', () => {
  it('blocks nothing, and numbers nothing', () => {
    const { send, receive } = create({ standard: true });
    send('a1', 'a2');
    expect(receive(1)).toMatchObject([{ body: 'a1', sequence: '' }]);
    expect(bodies(receive(1))).toEqual(['a2']);
  });
});
