import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplayEvent } from '../../../src/contracts/operator-events.ts';
import type { Result } from '../../../src/lib/relay/result-schema.ts';
import { publishAgain } from '../../../src/operator/republish/publish.ts';
import { publishOperatorEvent } from '../../../src/operator/stage/operator.ts';
import { type Stage, stageAt } from '../../../src/operator/stage/stage.ts';
import { type EventBus, startEventBus } from '../../../stand-ins/eventbridge/bus.ts';
import { close, createPatientServer, listen } from '../../../stand-ins/listen.ts';

// The stage uses a bus that somebody else made, so there is none under its own name.
let bus: EventBus;
let stage: Stage;
const functions = createPatientServer(async (_request, response) => {
  const body = { Environment: { Variables: { RESULT_BUS: 'company' } } };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
beforeAll(async () => {
  bus = await startEventBus(['company']);
  const endpoints = { AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url, AWS_ENDPOINT_URL_LAMBDA: await listen(functions) };
  const local = { endpoints, simulatorUrl: '', webhookUrl: '' };
  stage = stageAt({ name: 'trial', region: 'eu-central-1', local }, {});
});
afterAll(() => Promise.all([bus.close(), close(functions)]));

const event = { id: 'a', source: 'migration-relay.trial', type: 'migration.dcs.migration-task.update.succeeded' };
const text = JSON.stringify(event);

describe('what an operator publishes', () => {
  it('again goes to the bus that the functions use', async () => {
    const published = await publishAgain(stage, [{ event: event as Result, text }], AbortSignal.timeout(5000));
    expect(published).toEqual([{ event, text }]);
    expect(bus.events.at(-1)).toMatchObject({ detail: text });
  });

  it('about an action goes there as well', async () => {
    const replay = { ...event, id: 'b', source: `${event.source}.operator` };
    await publishOperatorEvent(stage, replay as ReplayEvent);
    expect(bus.events.at(-1)).toMatchObject({ detail: JSON.stringify(replay) });
  });
});
