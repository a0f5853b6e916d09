import { describe, expect, it } from 'vitest';
import { createBus, type Published } from '../../faults/world/bus.ts';
import { createClock } from '../../faults/world/clock.ts';
import { type BusFault, noFaults } from '../../faults/world/faults.ts';
import { createProcess } from '../../faults/world/process.ts';
import { createRandom } from '../../faults/world/random.ts';
import { asDelivery } from '../../faults/world/step.ts';

const RESULTS = ['{"of":"a"}', '{"of":"b"}'];

/** Puts the results of the changes `a` and `b` on the bus in one request. */
async function putTwo(fault: BusFault | undefined, details = RESULTS) {
  const clock = createClock();
  const published: Published[] = [];
  const faults = { ...noFaults, bus: () => fault };
  const process = createProcess(clock, faults, 0);
  const bus = createBus({ clock, random: createRandom(1), faults, process, published, deadline: 2000 });
  for (const [place, uid] of ['a', 'b'].entries()) asDelivery(uid, () => bus.publishing(details[place] ?? ''));
  const Entries = details.map((Detail) => ({ EventBusName: 'results', Source: 'relay', DetailType: 'done', Detail }));
  const answer = bus.call<{ FailedEntryCount: number }>('PutEvents', { Entries }).catch((error: Error) => error.name);
  await clock.run(clock.now() + 10_000);
  return { answer: await answer, uids: published.map(({ uid, detail }) => `${uid}: ${detail}`) };
}

describe('the bus', () => {
  const BOTH = RESULTS.map((result, place) => `${'ab'[place]}: ${result}`);

  it('accepts the results of several changes in one request, and reports each separately', async () => {
    const { answer, uids } = await putTwo(undefined);
    expect(uids).toEqual(BOTH);
    expect(answer).toMatchObject({ FailedEntryCount: 0 });
  });

  it('refuses what EventBridge refuses: a detail that is not a JSON object', async () => {
    const { answer, uids } = await putTwo(undefined, ['no JSON', RESULTS[1] ?? '']);
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail' }, {}] });
    expect(uids).toEqual(BOTH.slice(1));
  });

  it('refuses one of them and accepts the other', async () => {
    const { answer, uids } = await putTwo('failed_entry');
    expect(uids).toEqual(BOTH.slice(1));
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }, {}] });
  });

  it.each<[BusFault, string, string[]]>([
    ['request_error', 'ServiceUnavailable', []],
    ['lost_reply', 'TimeoutError', BOTH],
  ])('fails for both results if it fails with %s', async (fault, name, accepted) => {
    const { answer, uids } = await putTwo(fault);
    expect({ answer, uids }).toEqual({ answer: name, uids: accepted });
  });
});
