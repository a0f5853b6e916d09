import { describe, expect, it, onTestFinished } from 'vitest';
import { completionOf } from '../../../src/lib/relay/completion.ts';
import { toResult, writeResult } from '../../../src/lib/relay/result.ts';
import { follow } from '../../../src/operator/evidence/follow.ts';
import { createClients } from '../../../src/operator/stage/clients.ts';
import type { Stage } from '../../../src/operator/stage/stage.ts';
import { ServiceError, startJsonServer } from '../../../stand-ins/json-server.ts';

/** A log that grows by one result per read, returns some of them twice, and can be made to fail. */
async function growingLog(failures: Set<number>, error: ServiceError) {
  const events: { eventId: string; timestamp: number; message: string }[] = [];
  let reading = 0;
  const server = await startJsonServer({
    'Logs_20140328.FilterLogEvents': ({ startTime }) => {
      reading += 1;
      const name = { id: `c${reading}`, source: '/s', type: 'migration.dcs.migration-task.update' };
      const detail = writeResult(
        toResult('relay', name, { keyId: 'k', mac: `m${reading}` }, completionOf('newer_change_handled'), reading),
      );
      events.push({ eventId: `e${reading}`, timestamp: reading, message: `{"detail":${detail}}` });
      if (failures.has(reading)) throw error;
      return { events: [...events, ...events.slice(-2)].filter(({ timestamp }) => timestamp >= Number(startTime)) };
    },
  });
  onTestFinished(() => server.close());
  const endpoints = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: server.url };
  return {
    ids: () => events.map(({ message }) => JSON.parse(message).detail.id as string),
    clients: createClients({ region: 'eu-central-1', endpoints, env: {} }),
  };
}

function following({ clients }: Awaited<ReturnType<typeof growingLog>>) {
  const interrupt = new AbortController();
  const reports: string[] = [];
  const voice = {
    started: () => void reports.push('started'),
    lost: ({ message }: Error) => void reports.push(message),
    found: () => void reports.push('found again'),
  };
  const stage = { isLocal: true, resultsGroup: '/g', clients } as unknown as Stage;
  return { interrupt, reports, events: follow(stage, 0, interrupt.signal, voice, 5) };
}

describe('following results', () => {
  it('returns each event once and misses none, however often the connection breaks', { timeout: 30_000 }, async () => {
    const log = await growingLog(
      new Set([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]),
      new ServiceError('InvalidParameterException', 'not now'),
    );
    const { interrupt, reports, events } = following(log);
    const ids: string[] = [];
    for await (const { event } of events) {
      ids.push(event.id);
      if (ids.length === 21) interrupt.abort();
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(log.ids().slice(0, ids.length));
    const breaks = Array.from({ length: 10 }, () => ['not now', 'found again']);
    expect(reports).toEqual(['started', ...breaks.flat()]);
  });

  it('ends when permissions are missing, because waiting does not help', async () => {
    const log = await growingLog(new Set([2]), new ServiceError('AccessDeniedException', 'no right'));
    const { events } = following(log);
    const all = async () => {
      for await (const _ of events);
    };
    await expect(all()).rejects.toThrow('no right');
  });
});
