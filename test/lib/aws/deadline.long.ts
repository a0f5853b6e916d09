import { describe, expect, it, onTestFinished } from 'vitest';
import { createAws } from '../../../src/lib/aws/call.ts';
import { DYNAMODB } from '../../../src/lib/aws/services.ts';
import { type Say, startAwsService } from '../../support/aws-service.ts';

describe('the deadline of a call', () => {
  it.each<[string, Say]>([
    ['silence', 'silence'],
    ['repeats', { status: 400, body: '{"__type":"ThrottlingException"}' }],
  ])('ends it, waits between repeats included: %s', async (_what, say) => {
    const { url, stop } = await startAwsService(say);
    onTestFinished(stop);
    const keys = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
    const call = createAws({ ...keys, AWS_ENDPOINT_URL: url }, { random: () => 1 })(DYNAMODB, 150);
    const start = performance.now();
    await expect(call('UpdateItem', {})).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(450);
  });
});
