import { afterEach, describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/operator/checks/checks.ts';
import { createClients } from '../../../src/operator/stage/clients.ts';
import { stageAt } from '../../../src/operator/stage/stage.ts';
import { type AwsAccount, newAccount, startAwsAccount } from '../../support/aws-account.ts';

const REGION = 'eu-central-1';
const NAME = 'migration-relay-trial';
const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

/** Runs a check on the deployed stage `trial` of an account. */
async function check(name: string, account: Partial<AwsAccount>, sms = true) {
  const server = await startAwsAccount({ ...newAccount(), ...account });
  running.push(server);
  const clients = createClients({ region: REGION, endpoints: server.endpoints, env: {} });
  const settings = async (of: string) => (of === 'sms' && !sms ? undefined : {});
  const queueOf = async (service: string) =>
    `https://sqs.${REGION}.amazonaws.com/123456789012/${NAME}-${service}-changes.fifo`;
  const busName = async () => `${NAME}-results`;
  return CHECKS[name]?.({ ...stageAt({ name: 'trial', region: REGION }, {}), clients, settings, queueOf, busName });
}

describe('the mappings of the queues', () => {
  const mapping = (service: string, State: string, more: object = {}) => ({
    ...{ UUID: `${service}-uuid`, State, StateTransitionReason: 'USER_INITIATED' },
    EventSourceArn: `arn:aws:sqs:${REGION}:123456789012:${NAME}-${service}-changes.fifo`,
    ...more,
  });
  const mapped = (dcs: object[], sms: object[] = [mapping('sms', 'Enabled')]) => ({
    mappings: { [`${NAME}-dcsChanges`]: dcs, [`${NAME}-smsChanges`]: sms },
  });

  it('are enabled', async () => {
    const account = mapped([mapping('dcs', 'Enabled')]);
    expect(await check('mappings', account)).toEqual({ level: 'good', text: 'dcs and sms enabled' });
  });

  it('are fewer for a stage without SMS', async () => {
    const account = mapped([mapping('dcs', 'Enabled')], []);
    expect(await check('mappings', account, false)).toEqual({ level: 'good', text: 'dcs enabled' });
  });

  it.each(['Disabled', 'Disabling'])('are paused if one is %s, which one command ends', async (state) => {
    expect(await check('mappings', mapped([mapping('dcs', state)]))).toEqual({
      level: 'warning',
      text: `dcs: the event source mapping is ${state}: paused, and its changes wait in the queue for up to 14 days`,
      fix: 'relay resume --only dcs',
    });
  });

  it('need a look if Lambda itself disabled one', async () => {
    const account = mapped([mapping('dcs', 'Disabled', { StateTransitionReason: 'the queue is gone' })]);
    expect(await check('mappings', account)).toEqual({
      level: 'bad',
      text: 'dcs: the event source mapping is Disabled (the queue is gone), so its changes wait in the queue',
      fix: 'remove the cause, then: relay resume --only dcs',
    });
  });

  it.each(['Creating', 'Enabling', 'Updating'])('are waited for if one is %s', async (state) => {
    expect(await check('mappings', mapped([mapping('dcs', state)]))).toMatchObject({
      ...{ level: 'warning', text: expect.stringContaining(state), fix: 'look again in a minute' },
    });
  });

  it.each([
    ['Deleting', [mapping('dcs', 'Deleting')]],
    ['no event source mapping leads from', []],
    ['no event source mapping leads from', [mapping('other', 'Enabled')]],
  ])('are restored if one is missing: %s', async (text, mappings) => {
    expect(await check('mappings', mapped(mappings))).toMatchObject({
      ...{ level: 'bad', text: expect.stringContaining(text) },
      fix: expect.stringContaining(`create-change-set --stack-name ${NAME} `),
    });
  });

  it('are found among others of the same function, and two wrong ones are as bad as the worse', async () => {
    const enabled = [mapping('other', 'Disabled'), mapping('dcs', 'Enabled')];
    expect(await check('mappings', mapped(enabled))).toMatchObject({ level: 'good' });
    expect(await check('mappings', mapped([], [mapping('sms', 'Disabled')]))).toMatchObject({
      ...{ level: 'bad', text: expect.stringMatching(/^dcs: no .+; sms: .+ Disabled/) },
      fix: expect.stringContaining('relay resume --only sms'),
    });
  });
});

describe('the concurrency of the functions', () => {
  const reserved = (of: Record<string, number>) => ({
    names: new Set(['dcsChanges', 'smsChanges', 'webhook'].map((one) => `${NAME}-${one}`)),
    concurrency: {
      ...{ all: 1000, unreserved: 900 },
      of: Object.fromEntries(Object.entries(of).map(([one, count]) => [`${NAME}-${one}`, count])),
    },
  });

  it('may be reserved or not', async () => {
    expect(await check('concurrency', reserved({ webhook: 10, dcsChanges: 2 }))).toEqual({
      level: 'good',
      text: 'dcs: 2; sms: none; webhook: 10',
    });
    expect(await check('concurrency', reserved({}), false)).toEqual({
      level: 'good',
      text: 'dcs: none; webhook: none',
    });
  });

  it('of 0 pauses the webhook, which one command ends', async () => {
    expect(await check('concurrency', reserved({ webhook: 0 }))).toEqual({
      level: 'warning',
      text: 'paused, because the reserved concurrency is 0: webhook (every request fails, and senders must send again)',
      fix: 'relay resume --only webhook',
    });
  });

  it('of 0 pauses a queue too', async () => {
    expect(await check('concurrency', reserved({ dcsChanges: 0, smsChanges: 10 }))).toMatchObject({
      ...{ level: 'warning', text: expect.stringMatching(/: dcs \(its changes wait in the queue\)$/) },
      fix: expect.stringContaining('where N is maximumConcurrency'),
    });
  });
});

describe('the log of results', () => {
  const group = `/aws/events/${NAME}-results`;
  const names = new Set([group]);
  const log = `arn:aws:logs:${REGION}:123456789012:log-group:${group}`;
  const rule = (State: string, ...targets: string[]) => ({
    names,
    rules: { [`${NAME}-results/${NAME}-results-to-log`]: { State, targets } },
  });

  it('is written by the enabled rule of the bus', async () => {
    expect(await check('results-log', rule('ENABLED', 'arn:aws:sqs:a:b:c', log))).toEqual({
      level: 'good',
      text: `${group} can be read, and the rule ${NAME}-results-to-log writes into it`,
      names: { bus: `${NAME}-results`, log: group },
    });
  });

  it('gets nothing from a rule that is disabled', async () => {
    expect(await check('results-log', rule('DISABLED', log))).toMatchObject({
      ...{ level: 'bad', text: expect.stringContaining('is DISABLED, so no result gets into the log') },
      fix: `aws events enable-rule --name ${NAME}-results-to-log --event-bus-name ${NAME}-results`,
    });
  });

  it.each([[[]], [[`${log}-other`]]])('gets nothing from a rule with the targets %j', async (targets) => {
    const dead = `arn:aws:sqs:${REGION}:123456789012:${NAME}-results-dead`;
    expect(await check('results-log', rule('ENABLED', ...targets))).toMatchObject({
      ...{ level: 'bad', text: expect.stringContaining('does not have the log as its target') },
      fix: `aws events put-targets --event-bus-name ${NAME}-results --rule ${NAME}-results-to-log --targets 'Id=results-log,Arn=${log},DeadLetterConfig={Arn=${dead}}'`,
    });
  });

  it('gets nothing without the rule, which is restored', async () => {
    const rules = { [`${NAME}-results/${NAME}-results-to-log-too`]: { State: 'ENABLED', targets: [log] } };
    expect(await check('results-log', { names, rules })).toMatchObject({
      ...{ level: 'bad', text: expect.stringContaining('no result gets into the log') },
      fix: expect.stringContaining(`create-change-set --stack-name ${NAME}-state `),
    });
  });

  it('that does not exist is an error of AWS', async () => {
    await expect(check('results-log', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
