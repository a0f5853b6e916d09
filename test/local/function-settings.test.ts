import { Lambda } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalFunction } from '../../local/lambda/function.ts';
import { startFunctionSettings } from '../../local/lambda/function-settings.ts';
import { CREDENTIALS } from '../../stand-ins/account.ts';

const named = (name: string, reserved?: number) =>
  ({ name, arn: `arn:${name}`, timeout: 1, environment: { A: 'a' }, reserved }) as unknown as LocalFunction;
const mapping = (name: string, Enabled: boolean) => ({
  ...{ EventSourceArn: `arn:aws:sqs:eu-central-1:000000000000:${name}.fifo`, FunctionName: `arn:${name}` },
  ...{ BatchSize: 10, Enabled, start: () => {}, stop: async () => {} },
});

let settings: Awaited<ReturnType<typeof startFunctionSettings>>;
let lambda: Lambda;
beforeAll(async () => {
  const mappings = [mapping('working', true), mapping('waiting', false)];
  settings = await startFunctionSettings([named('working', 3), named('waiting')], mappings);
  lambda = new Lambda({ region: 'eu-central-1', endpoint: settings.url, credentials: CREDENTIALS, maxAttempts: 1 });
});
afterAll(async () => {
  lambda.destroy();
  await settings.close();
});

describe('the settings of a local function', () => {
  it('are its configuration and its reserved concurrency, if any', async () => {
    const { Environment } = await lambda.getFunctionConfiguration({ FunctionName: 'working' });
    expect(Environment).toEqual({ Variables: { A: 'a' } });
    const concurrency = async (FunctionName: string) =>
      (await lambda.getFunctionConcurrency({ FunctionName })).ReservedConcurrentExecutions;
    expect([await concurrency('working'), await concurrency('waiting')]).toEqual([3, undefined]);
  });

  it.each([
    ['working', 'Enabled'],
    ['waiting', 'Disabled'],
  ])('have the mapping of its own queue: %s is %s', async (FunctionName, State) => {
    const { EventSourceMappings } = await lambda.listEventSourceMappings({ FunctionName });
    expect(EventSourceMappings).toMatchObject([
      { State, EventSourceArn: expect.stringContaining(`:${FunctionName}.fifo`), UUID: expect.any(String) },
    ]);
  });

  it('of a function that does not exist are an error, and it has no mappings', async () => {
    const asked = { FunctionName: 'nobody' };
    const absent = { name: 'ResourceNotFoundException' };
    await expect(lambda.getFunctionConfiguration(asked)).rejects.toMatchObject(absent);
    await expect(lambda.getFunctionConcurrency(asked)).rejects.toMatchObject(absent);
    expect(await lambda.listEventSourceMappings(asked)).toMatchObject({ EventSourceMappings: [] });
  });
});
