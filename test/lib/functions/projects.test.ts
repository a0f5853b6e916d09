import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/server.ts';
import { createDynamoDbBreakers } from '../../../src/lib/aws/dynamodb/breakers.ts';
import { createBreaker } from '../../../src/lib/provider/breaker.ts';
import { createProvider } from '../../../src/lib/provider/client.ts';
import { createCredentialGate } from '../../../src/lib/provider/credential-gate.ts';
import { timesAt } from '../../../src/lib/relay/times.ts';
import { putSubject } from '../../../src/operator/stage/simulator-tasks.ts';
import { useRelays } from '../../support/relay-fixture.ts';
import { change, DOMAIN, errorOf } from '../../support/relay-under-test.ts';

const [FIRST, SECOND, FOREIGN] = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)] as const;
const projects = [FIRST, SECOND].map((id) => ({ id, name: `project ${id[0]}` }));
const KEY = { access: 'AK', secret: 'SECRET', domainId: DOMAIN, projects };
const USER = { name: 'relay', password: 'PASSWORD', domain: 'company', projects };
const CREDENTIALS = {
  'ak-sk': { kind: 'ak-sk', access_key: KEY.access, secret_key: KEY.secret, domain_id: DOMAIN },
  token: { kind: 'token', user: USER.name, password: USER.password, domain: USER.domain },
};

const relays = useRelays();
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ credentials: { accessKeys: [KEY], users: [USER] } });
});
afterAll(() => simulator?.close());

/** A relay whose provider has the gate and the breaker of a deployed function, with one credential for everything. */
function createStage(credential: object) {
  const { url } = simulator;
  const times = timesAt(1);
  const breakers = createDynamoDbBreakers(relays.table.call, relays.table.name);
  const client = createProvider({
    endpoints: { dcs: url, sms: url, iam: url },
    load: async () => JSON.stringify(credential),
    gate: createCredentialGate(breakers, times.refusal, Date.now),
  });
  const provider = createBreaker(client, breakers, times.outage, Date.now);
  return { relay: relays.create({ provider }), stop: () => client.close() };
}

/** A change of a task that exists, in a project. */
async function changeIn(project_id: string, task_id: string = randomUUID(), over: object = {}) {
  const subject = { service: 'dcs', kind: 'migration-task', id: task_id, project_id } as const;
  await putSubject(simulator.url, subject, { service: 'dcs', state: 'FULLMIGRATING' });
  return change({ ...over }, { project_id, task_id });
}

const appliedIn = async (project: string, task: string): Promise<number> => {
  const query = new URLSearchParams({ kind: 'applied', project, task });
  const reply = await fetch(`${simulator.url}/simulator/log/count?${query}`);
  return ((await reply.json()) as { count: number }).count;
};

describe.each(Object.entries(CREDENTIALS))('a stage with one credential of kind %s', (_kind, credential) => {
  it('carries out the changes of each project of the account in that project', async () => {
    const { relay, stop } = createStage(credential);
    const task = randomUUID();
    for (const project of [FIRST, SECOND]) {
      const sent = await changeIn(project, task);
      expect((await relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'reply' });
      expect(await appliedIn(project, task)).toBe(1);
    }
    await stop();
  });

  it('orders the changes of each project by themselves, even of tasks with the same id', async () => {
    const { relay, stop } = createStage(credential);
    const task = randomUUID();
    const outcomes = [];
    for (const [project, sequence] of [
      [FIRST, '9'],
      [SECOND, '1'],
      [FIRST, '8'],
      [SECOND, '2'],
    ] as const)
      outcomes.push((await relay.deliver(await changeIn(project, task, { sequence }))).data.outcome);
    expect(outcomes).toEqual(['succeeded', 'succeeded', 'superseded', 'succeeded']);
    await stop();
  });

  it('goes on in its own projects whatever is asked of a project that it may not use', async () => {
    const { relay, stop } = createStage(credential);
    for (let count = 0; count < 8; count++) {
      const refused = relay.deliver(await changeIn(FOREIGN)).catch((error: unknown) => error);
      const [, { data }] = await Promise.all([refused, relay.deliver(await changeIn(FIRST))]);
      expect({ outcome: data.outcome, error: data.outcome === 'succeeded' ? undefined : data.error }).toEqual({
        outcome: 'succeeded',
        error: undefined,
      });
    }
    await stop();
  });
});

it('a key is refused only the project that it may not use, and a user no token for it', async () => {
  const [key, user] = [createStage(CREDENTIALS['ak-sk']), createStage(CREDENTIALS.token)];
  expect(errorOf(await key.relay.deliver(await changeIn(FOREIGN)))).toMatchObject({
    code: 'DCS.1004',
    retryable: false,
  });
  expect(await user.relay.deliverBack(await changeIn(FOREIGN))).toMatchObject({ reason: 'credentials_refused' });
  await Promise.all([key.stop(), user.stop()]);
});
