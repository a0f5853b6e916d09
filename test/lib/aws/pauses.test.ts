import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAws } from '../../../src/lib/aws/call.ts';
import { DYNAMODB } from '../../../src/lib/aws/services.ts';
import { type Say, startAwsService } from '../../support/aws-service.ts';

const delays = vi.hoisted((): number[] => []);
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: async (milliseconds: number) => void delays.push(milliseconds),
}));

/** The delays, in milliseconds, of a call until it gets an answer or gives up. */
async function pausesOf(says: Say[], jitter: number): Promise<number[]> {
  delays.length = 0;
  const service = await startAwsService(...says);
  onTestFinished(service.stop);
  const environment = {
    ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's' },
    AWS_ENDPOINT_URL: service.url,
  };
  const call = createAws(environment, { random: () => jitter })(DYNAMODB, 5000);
  await call('GetItem', {}).catch(() => undefined);
  return [...delays];
}

const named = (name: string, status = 400): Say => ({ status, body: JSON.stringify({ __type: name }) });
const OK: Say = { status: 200, body: '{}' };

describe('the delays between calls', () => {
  it.each<[string, Say, number[]]>([
    ['throttled', named('ThrottlingException'), [500, 1000]],
    ['told to come later', { status: 429 }, [500, 1000]],
    ['failed', { status: 500 }, [100, 200]],
    ['cut off', 'cut', [100, 200]],
    ['refused', named('ValidationException'), []],
  ])('are at most this long if the failure was %s', async (_what, say, longest) => {
    expect(await pausesOf([say], 1)).toEqual(longest);
  });

  it('are a random part of that', async () => {
    expect(await pausesOf([named('ThrottlingException')], 0.25)).toEqual([125, 250]);
    expect(await pausesOf([{ status: 503 }], 0)).toEqual([0, 0]);
  });

  it('depend on the last failure', async () => {
    expect(await pausesOf([named('ThrottlingException'), { status: 500 }, OK], 1)).toEqual([500, 200]);
  });

  it('end with the first answer', async () => {
    expect(await pausesOf([{ status: 500 }, OK], 1)).toEqual([100]);
    expect(await pausesOf([OK], 1)).toEqual([]);
  });
});
