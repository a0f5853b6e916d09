import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../src/lib/aws/call.ts';
import { createDynamoDbLedger } from '../../../src/lib/aws/dynamodb/ledger.ts';
import { RetryLater } from '../../../src/lib/relay/retry-later.ts';
import { ok, useRelays } from '../../support/relay-fixture.ts';
import { change, type RelayUnderTest } from '../../support/relay-under-test.ts';

const relays = useRelays();
const tellsNothing = { status: 200, body: {} };
const MAX_AGE = 3_600_000;
let count = 0;

/** Two changes of one task, by their sequences. */
function changesOf(...sequences: string[]) {
  const task_id = `behind-${++count}`;
  return sequences.map((sequence) => change({ sequence }, { task_id })) as [object, object];
}

/** Sends a change whose request is cut off and whose read shows nothing. It is retried. */
async function leaveInDoubt(relay: RelayUnderTest, sent: object) {
  await relay.deliverBack(sent);
  relay.pass(relay.times.lease + 1);
  expect((await relay.deliverBack(sent)).reason).toBe('outcome_unknown');
  relay.pass(relay.times.lease + 1);
}

/** Delivers until there is a result, and returns its outcome. */
async function outcomeOf(relay: RelayUnderTest, sent: object, deliveries = 5): Promise<string> {
  try {
    return (await relay.deliver(sent)).data.outcome;
  } catch (error) {
    if (!(error instanceof RetryLater) || deliveries === 0) throw error;
    relay.pass(error.delay + 1);
    return outcomeOf(relay, sent, deliveries - 1);
  }
}

/** A relay whose worker can end after the first write of a delivery, its claim. */
function createMortal() {
  let writes = Number.POSITIVE_INFINITY;
  const call: AwsCall = (action, input) =>
    action === 'UpdateItem' && writes-- <= 0
      ? Promise.reject(new Error('the worker ended'))
      : relays.table.call(action, input);
  const relay = relays.create({ ledger: createDynamoDbLedger(call, relays.table.name) });
  // The worker's end counts an attempt too, and these tests are not about running out of them.
  relay.context.policy.maxAttempts = 10;
  return {
    relay,
    async endAfterClaim(sent: object) {
      writes = 1;
      await expect(relay.deliver(sent)).rejects.toThrow('the worker ended');
      writes = Number.POSITIVE_INFINITY;
      relay.pass(relay.times.lease + 1);
    },
  };
}

describe('a change in doubt', () => {
  it('ends as unknown, never as failed, if it waited for another past its total age', async () => {
    const relay = relays.create();
    relays.provider.play({ PUT: { cut: true }, GET: tellsNothing });
    const [sent, other] = changesOf('5', '5');
    await leaveInDoubt(relay, sent);
    relay.pass(MAX_AGE / 2);
    await relay.deliverBack(other);
    relay.pass(MAX_AGE / 2);
    expect(await outcomeOf(relay, sent)).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it('ends as unknown, never as superseded, if its next worker ended behind a newer change', async () => {
    const { relay, endAfterClaim } = createMortal();
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: tellsNothing });
    const [sent, newer] = changesOf('5', '6');
    await leaveInDoubt(relay, sent);
    expect(await outcomeOf(relay, newer)).toBe('succeeded');
    await endAfterClaim(sent);
    expect(await outcomeOf(relay, sent)).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it('is not repeated after another change of the same sequence was sent', async () => {
    const { relay, endAfterClaim } = createMortal();
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: tellsNothing });
    const [sent, other] = changesOf('5', '5');
    await leaveInDoubt(relay, sent);
    expect(await outcomeOf(relay, other)).toBe('succeeded');
    await endAfterClaim(sent);
    expect(await outcomeOf(relay, sent)).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it('that a newer change overtook does not count as unsent for a worker whose clock is behind', async () => {
    const [relay, ahead] = [relays.create(), relays.create()];
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: tellsNothing });
    const [sent, newer] = changesOf('5', '6');
    await relay.deliverBack(sent);
    ahead.pass(MAX_AGE + 1);
    expect(await outcomeOf(ahead, newer)).toBe('succeeded');
    relay.pass(MAX_AGE + 1 - relay.times.skew);
    expect(await outcomeOf(relay, sent)).toBe('unknown');
    expect(relays.provider.calls()).toHaveLength(2);
  });

  it('is repeated while no other change was sent', async () => {
    const { relay, endAfterClaim } = createMortal();
    relays.provider.play({ PUT: [{ cut: true }, ok], GET: tellsNothing });
    const [sent] = changesOf('5', '5');
    await leaveInDoubt(relay, sent);
    await endAfterClaim(sent);
    expect(await outcomeOf(relay, sent)).toBe('succeeded');
    expect(relays.provider.calls()).toHaveLength(2);
  });
});
