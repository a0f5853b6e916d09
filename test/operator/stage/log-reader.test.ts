import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createClients } from '../../../src/operator/stage/clients.ts';
import { readLog } from '../../../src/operator/stage/log-reader.ts';
import { type JsonServer, ServiceError, startJsonServer } from '../../../stand-ins/json-server.ts';

let server: JsonServer;
afterEach(() => server.close());

/** CloudWatch Logs that refuses the first `refusals` reads. It counts the reads, and how many there were at once. */
async function startSlowLogs(refusals: number) {
  const reads = { count: 0, now: 0, atOnce: 0 };
  server = await startJsonServer({
    'Logs_20140328.FilterLogEvents': async ({ filterPattern }) => {
      reads.count += 1;
      reads.now += 1;
      reads.atOnce = Math.max(reads.atOnce, reads.now);
      await sleep(5);
      reads.now -= 1;
      if (reads.count <= refusals) throw new ServiceError('ThrottlingException', 'Rate exceeded');
      return { events: [{ eventId: '1', timestamp: 1, message: String(filterPattern) }] };
    },
  });
  const endpoints = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: server.url };
  return { reads, clients: createClients({ region: 'eu-central-1', endpoints, env: {} }) };
}

describe('reading logs', () => {
  it('asks for at most two things at a time', async () => {
    const { reads, clients } = await startSlowLogs(0);
    const patterns = Array.from({ length: 26 }, (_, at) => `{ $.id = "${at}" }`);
    const found = await Promise.all(patterns.map((pattern) => readLog(clients, { group: '/g', since: 0, pattern })));
    expect(found.map((lines) => lines.map(({ text }) => text))).toEqual(patterns.map((pattern) => [pattern]));
    expect(reads).toMatchObject({ count: 26, atOnce: 2 });
  });

  it('goes on after more refusals than a client usually bears', async () => {
    const { reads, clients } = await startSlowLogs(3);
    expect(await readLog(clients, { group: '/g', since: 0 })).toHaveLength(1);
    expect(reads.count).toBe(4);
  });

  it('ends when it is interrupted, what waits included', async () => {
    const { reads, clients } = await startSlowLogs(0);
    const calls = Array.from({ length: 6 }, () => readLog(clients, { group: '/g', since: 0 }, AbortSignal.timeout(1)));
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
    expect(reads.count).toBeLessThanOrEqual(2);
  });
});
