import { describe, expect, it } from 'vitest';
import { superseded } from '../../../src/lib/relay/completion.ts';
import { toResult, writeResult } from '../../../src/lib/relay/result.ts';
import { follow } from '../../../src/operator/evidence/follow.ts';
import { AwsError } from '../../../src/operator/stage/aws-call.ts';
import type { Stage } from '../../../src/operator/stage/stage.ts';

/** A log that grows by one result per reading, gives some of them twice, and fails when told to. */
function growingLog(failures: Set<number>, error: () => Error) {
  const events: { eventId: string; timestamp: number; message: string }[] = [];
  let reading = 0;
  return {
    ids: () => events.map(({ message }) => JSON.parse(message).detail.id as string),
    call: async ({ body = '' }: { body?: string }): Promise<string> => {
      reading += 1;
      const subject = { id: `c${reading}`, source: '/s', type: 'migration.dcs.migration-task.update' };
      const detail = writeResult(toResult('relay', subject, { keyId: 'k', mac: `m${reading}` }, superseded(), reading));
      events.push({ eventId: `e${reading}`, timestamp: reading, message: `{"detail":${detail}}` });
      if (failures.has(reading)) throw error();
      const { startTime } = JSON.parse(body) as { startTime: number };
      return JSON.stringify({
        events: [...events, ...events.slice(-2)].filter(({ timestamp }) => timestamp >= startTime),
      });
    },
  };
}

function following(log: ReturnType<typeof growingLog>) {
  const interrupt = new AbortController();
  const said: string[] = [];
  const voice = {
    started: () => void said.push('started'),
    lost: ({ message }: Error) => void said.push(message),
    found: () => void said.push('found again'),
  };
  const stage = { isLocal: true, resultsGroup: '/g', clients: { call: log.call } } as unknown as Stage;
  return { interrupt, said, events: follow(stage, 0, interrupt.signal, voice, 5) };
}

describe('following results', () => {
  it('gives each event once and misses none, however often the connection breaks', { timeout: 30_000 }, async () => {
    const log = growingLog(new Set([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]), () => new TypeError('fetch failed'));
    const { interrupt, said, events } = following(log);
    const seen: string[] = [];
    for await (const { event } of events) {
      seen.push(event.id);
      if (seen.length === 21) interrupt.abort();
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(log.ids().slice(0, seen.length));
    const breaks = Array.from({ length: 10 }, () => ['fetch failed', 'found again']);
    expect(said).toEqual(['started', ...breaks.flat()]);
  });

  it('ends when rights are missing, since waiting gives none', async () => {
    const log = growingLog(new Set([2]), () => new AwsError('AccessDeniedException', 'no right', 403));
    const { events } = following(log);
    const all = async () => {
      for await (const _ of events);
    };
    await expect(all()).rejects.toThrow('no right');
  });
});
