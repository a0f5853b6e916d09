import { describe, expect, it } from 'vitest';
import { MINIMUM } from '../../faults/catalogue.ts';
import { DEFAULT_MIX, HARSH_MIX } from '../../faults/mix.ts';
import { CALLS, READS } from '../../faults/world/behaviours.ts';
import { errorInReply } from '../../src/lib/relay/reply-error.ts';

const IN_200 = ['error_in_200', 'error_in_200_applied', 'nested_error_200', 'failed_status_200'];

describe('a behaviour of the provider', () => {
  it.each(IN_200)('%s is a 2xx that reports a failure', (name) => {
    const reply = CALLS[name]?.('dcs').reply as { status: number; body: string };
    expect(reply.status).toBe(200);
    expect(errorInReply(JSON.parse(reply.body))).toBeDefined();
  });

  it('that is such a 2xx does not show whether the request was carried out', () => {
    expect(IN_200.map((name) => CALLS[name]?.('dcs').applies)).toEqual(['no', 'now', 'perhaps', 'perhaps']);
  });

  const calls = [DEFAULT_MIX, HARSH_MIX].flatMap((mix) => Object.keys(mix.calls));
  const reads = [DEFAULT_MIX, HARSH_MIX].flatMap((mix) => Object.keys(mix.reads));

  it.each([...new Set(calls)])('%s of a mix exists, and has a minimum', (name) => {
    expect(CALLS).toHaveProperty(name);
    expect(Object.values(MINIMUM).flatMap(({ rows }) => rows)).toContain(name);
  });

  it.each([...new Set(reads)])('%s of a mix exists, and has a minimum', (name) => {
    expect(READS).toHaveProperty(name);
    expect(Object.values(MINIMUM).flatMap(({ rows }) => rows)).toContain(name);
  });
});
