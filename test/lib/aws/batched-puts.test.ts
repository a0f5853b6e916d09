import { beforeEach, describe, expect, it } from 'vitest';
import { batchPuts, type Timer } from '../../../src/lib/aws/batched-puts.ts';
import { PublishRefused } from '../../../src/lib/aws/eventbridge.ts';

const event = (detail: string) => ({ source: 'relay', detailType: 'a.succeeded', detail });

let requests: string[][];
let answer: (details: string[]) => (PublishRefused | undefined)[];
let results: ReturnType<typeof batchPuts>;
/** The longest wait of each result for others. */
let waits: number[];
const after: Timer = (run, milliseconds) => {
  waits.push(milliseconds);
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
};

beforeEach(() => {
  requests = [];
  waits = [];
  answer = (details) => details.map(() => undefined);
  results = batchPuts(async (events) => {
    const details = events.map(({ detail }) => detail);
    requests.push(details);
    return answer(details);
  }, after);
});

/** A change whose result is ready after some work. */
const processed = (detail: string, work: Promise<unknown> = Promise.resolve()) =>
  results.withBatchedPuts(async () => {
    await work;
    await results.publish(event(detail));
    return detail;
  });
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('results', () => {
  it('of changes that run side by side are sent in one request', async () => {
    const details = Array.from({ length: 10 }, (_, number) => `${number}`);
    expect(await Promise.all(details.map((detail) => processed(detail)))).toEqual(details);
    expect(requests).toEqual([details]);
  });

  it('of changes that run one after the other are sent at once, each by itself', async () => {
    for (const detail of ['a', 'b', 'c']) await processed(detail);
    expect(requests).toEqual([['a'], ['b'], ['c']]);
    expect(waits).toEqual([]);
  });

  it('wait for a slow neighbour, but not long', async () => {
    const work = Promise.withResolvers<void>();
    const slow = processed('slow', work.promise);
    await Promise.all([processed('a'), processed('b')]);
    expect(waits).toEqual([20]);
    work.resolve();
    await slow;
    expect(requests).toEqual([['a', 'b'], ['slow']]);
  });

  it('are sent when the last neighbour ends without a result', async () => {
    const gone = results.withBatchedPuts(async () => {
      await sleep(3);
      throw new Error('retried');
    });
    await Promise.all([processed('a'), gone.catch(() => undefined)]);
    expect(requests).toEqual([['a']]);
  });

  it('are at most ten in a request, within its limit of bytes', async () => {
    await Promise.all(Array.from({ length: 23 }, (_, number) => processed(`${number}`)));
    expect(requests.map(({ length }) => length)).toEqual([10, 10, 3]);
    requests = [];
    const large = 'x'.repeat(100 * 1024);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => processed(`${name}${large}`)));
    expect(requests.map(({ length }) => length)).toEqual([2, 2, 1]);
    requests = [];
    await Promise.all([processed('a'), processed('x'.repeat(300 * 1024)), processed('b')]);
    expect(requests.map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it.each([
    ['at the limit', 0, [2]],
    ['a byte beyond it', 1, [1, 1]],
  ])('are split into requests by their size with source and type: %s', async (_where, more, lengths) => {
    const frame = 'relay'.length + 'a.succeeded'.length;
    const details = [0, more].map((extra) => 'ü'.repeat(60 * 1024 - frame) + 'x'.repeat(frame + extra));
    await Promise.all(details.map((detail) => processed(detail)));
    expect(requests.map(({ length }) => length)).toEqual(lengths);
  });

  it('fail each by itself', async () => {
    answer = (details) => details.map((detail) => (detail === 'b' ? new PublishRefused('Throttling') : undefined));
    const ends = await Promise.allSettled(['a', 'b', 'c'].map((detail) => processed(detail)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(ends[1]).toMatchObject({ reason: { code: 'Throttling' } });
  });

  it('fail together when the bus cannot be reached, and the next ones are sent again', async () => {
    answer = () => {
      throw new Error('away');
    };
    const ends = await Promise.allSettled(['a', 'b'].map((detail) => processed(detail)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    answer = (details) => details.map(() => undefined);
    await expect(processed('c')).resolves.toBe('c');
  });
});
