import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createClients } from '../../../src/operator/stage/clients.ts';
import { readLog } from '../../../src/operator/stage/log-reader.ts';
import { type JsonServer, ServiceError, startJsonServer } from '../../../stand-ins/json-server.ts';

let server: JsonServer;
afterEach(() => server.close());

/** CloudWatch Logs that refuses the first `refusals` reads. It counts the reads, and how many there were at once. */
async function startSlowLogs(refusals: number) {
  const seen = { reads: 0, now: 0, atOnce: 0 };
  server = await startJsonServer({
    'Logs_20140328.FilterLogEvents': async ({ filterPattern }) => {
      seen.reads += 1;
      seen.now += 1;
      seen.atOnce = Math.max(seen.atOnce, seen.now);
      await sleep(5);
      seen.now -= 1;
      if (seen.reads <= refusals) throw new ServiceError('ThrottlingException', 'Rate exceeded');
      return { events: [{ eventId: '1', timestamp: 1, message: String(filterPattern) }] };
    },
  });
  const endpoints = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: server.url };
  return { seen, clients: createClients({ region: 'eu-central-1', endpoints, env: {} }) };
}

describe('reading logs', () => {
  it('asks for at most two things at a time', async () => {
    const { seen, clients } = await startSlowLogs(0);
    const patterns = Array.from({ length: 26 }, (_, at) => `{ $.id = "${at}" }`);
    const found = await Promise.all(patterns.map((pattern) => readLog(clients, { group: '/g', since: 0, pattern })));
    expect(found.map((lines) => lines.map(({ text }) => text))).toEqual(patterns.map((pattern) => [pattern]));
    expect(seen).toMatchObject({ reads: 26, atOnce: 2 });
  });

  it('goes on after more refusals than a client usually bears', async () => {
    const { seen, clients } = await startSlowLogs(3);
    expect(await readLog(clients, { group: '/g', since: 0 })).toHaveLength(1);
    expect(seen.reads).toBe(4);
  });

  it('ends when it is interrupted, what waits included', async () => {
    const { seen, clients } = await startSlowLogs(0);
    const reads = Array.from({ length: 6 }, () => readLog(clients, { group: '/g', since: 0 }, AbortSignal.timeout(1)));
    const ends = await Promise.allSettled(reads);
    expect(ends.map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
    expect(seen.reads).toBeLessThanOrEqual(2);
  });
});
