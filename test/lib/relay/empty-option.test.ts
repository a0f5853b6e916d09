import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ok, useRelays } from '../../support/relay-fixture.ts';
import { change } from '../../support/relay-under-test.ts';

const relays = useRelays();

it('an option that is set to nothing is not taken as applied where a read shows no such option', async () => {
  const relay = relays.create();
  const configurations = [{ config_key: 'MIGRATE_EXCLUDE_DIR', config_value: '' }];
  const sent = change({
    type: 'migration.sms.task.set-options',
    data: { task_id: randomUUID(), body: { configurations } },
  });
  // The first request is lost on the way, and the task has never had an option.
  const shown = { status: 200, body: { task_id: 't', configurations: [] } };
  relays.provider.play({ POST: [{ cut: true }, ok], GET: shown });
  await relay.deliverBack(sent);
  relay.pass(relay.times.lease + 1);
  expect(await relay.deliverBack(sent)).toMatchObject({ reason: 'outcome_unknown' });
  expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply' });
  expect(relays.provider.calls()).toHaveLength(2);
});
