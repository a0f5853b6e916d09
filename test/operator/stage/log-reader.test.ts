import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createClients } from '../../../src/operator/stage/clients.ts';
import { readLog } from '../../../src/operator/stage/log-reader.ts';
import { type JsonServer, startJsonServer } from '../../../stand-ins/json-server.ts';
import { startLogs } from '../../../stand-ins/logs/logs.ts';

let server: JsonServer;
afterEach(() => server.close());

/** CloudWatch Logs that takes some time. It counts the reads, and how many there were at once. */
async function startSlowLogs() {
  const reads = { count: 0, now: 0, atOnce: 0 };
  server = await startJsonServer({
    'Logs_20140328.FilterLogEvents': async ({ filterPattern }) => {
      reads.count += 1;
      reads.now += 1;
      reads.atOnce = Math.max(reads.atOnce, reads.now);
      await sleep(5);
      reads.now -= 1;
      return { events: [{ eventId: '1', timestamp: 1, message: String(filterPattern) }] };
    },
  });
  const endpoints = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: server.url };
  return { reads, clients: createClients({ region: 'eu-central-1', endpoints, env: {} }) };
}

describe('reading logs', () => {
  it('asks for at most two things at a time', async () => {
    const { reads, clients } = await startSlowLogs();
    const patterns = Array.from({ length: 26 }, (_, at) => `{ $.id = "${at}" }`);
    const found = await Promise.all(patterns.map((pattern) => readLog(clients, { group: '/g', since: 0, pattern })));
    expect(found.map((lines) => lines.map(({ text }) => text))).toEqual(patterns.map((pattern) => [pattern]));
    expect(reads).toMatchObject({ count: 26, atOnce: 2 });
  });

  it('waits until CloudWatch grants more reads', { timeout: 30_000 }, async () => {
    const logs = await startLogs(['/g']);
    server = logs;
    logs.throttle(5);
    logs.append('/g', '{"id":"a"}');
    const endpoints = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url };
    const clients = createClients({ region: 'eu-central-1', endpoints, env: {} });
    const reads = Array.from({ length: 12 }, () => readLog(clients, { group: '/g', since: 0 }));
    expect((await Promise.all(reads)).map((lines) => lines.length)).toEqual(Array(12).fill(1));
  });

  it('ends when it is interrupted, what waits included', async () => {
    const { reads, clients } = await startSlowLogs();
    const calls = Array.from({ length: 6 }, () => readLog(clients, { group: '/g', since: 0 }, AbortSignal.timeout(1)));
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
    expect(reads.count).toBeLessThanOrEqual(2);
  });
});
