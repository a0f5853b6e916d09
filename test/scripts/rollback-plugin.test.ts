import { CloudFormationClient, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import RollbackPlugin, { type Serverless } from '../../scripts/rollback-plugin.ts';
import { startAccount } from '../support/cloud-formation.ts';
import { compiled } from '../support/compiled.ts';

const alarm = (AlarmName: string) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName } });
const group = (LogGroupName: string) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } });
const [DCS, WEBHOOK, BROKEN] = ['s-DcsFunctionErrors', 's-WebhookFunctionErrors', 's-BrokenRecords'];
const ALARMS = {
  DcsFunctionErrorsAlarm: alarm(DCS),
  WebhookFunctionErrorsAlarm: alarm(WEBHOOK),
  BrokenRecordsAlarm: alarm(BROKEN),
  DcsDeadLettersAlarm: alarm('s-DcsDeadLetters'),
};
const arnOf = (name: string) => `arn:aws:cloudwatch:eu-central-1:000000000000:alarm:${name}`;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

let account: Awaited<ReturnType<typeof startAccount>>;
let notices: string[];
beforeEach(async () => {
  account = await startAccount();
  notices = [];
});
afterEach(() => account.stop());

/** Runs the plugin before an update to a template with these resources. Gives what serverless then sends. */
async function configure(Resources: object, rollbackMinutes: number | 'none' = 10, shouldNotDeploy = false) {
  const provider: Serverless['service']['provider'] = {
    compiledCloudFormationTemplate: { Resources } as never,
    shouldNotDeploy,
  };
  const serverless: Serverless = {
    service: { custom: { rollbackMinutes }, provider },
    getProvider: () => ({
      getAwsSdkV3Config: async () => ({ region: 'eu-central-1', endpoint: account.url, credentials }),
    }),
  };
  const { hooks } = new RollbackPlugin(serverless, {}, { log: { notice: (line) => notices.push(line) } });
  await hooks['before:aws:deploy:deploy:updateStack']?.();
  return provider.rollbackConfiguration;
}

/** Updates the stack as serverless does, with what the plugin gave. Gives the status. */
async function update(Resources: object, rollbackMinutes: number | 'none' = 10) {
  const RollbackConfiguration = await configure(Resources, rollbackMinutes);
  const client = new CloudFormationClient({ region: 'eu-central-1', endpoint: account.url, credentials });
  onTestFinished(() => client.destroy());
  const TemplateBody = JSON.stringify({ Resources });
  await client.send(new UpdateStackCommand({ StackName: 's', TemplateBody, RollbackConfiguration }));
  const { status, events } = account.engine.byName('s');
  const reason = events.find((event) => event.status === 'UPDATE_ROLLBACK_IN_PROGRESS')?.reason;
  return { status, reason: status === 'UPDATE_COMPLETE' ? undefined : reason };
}
const create = (Resources: object) => account.engine.create('s', JSON.stringify({ Resources }));

describe('the triggers of a deployment', () => {
  it('are the alarms on failing functions that exist, for as long as the stage says', async () => {
    await create(ALARMS);
    const trigger = (name: string) => ({ Arn: arnOf(name), Type: 'AWS::CloudWatch::Alarm' });
    expect(await configure(ALARMS)).toEqual({
      RollbackTriggers: [trigger(DCS), trigger(WEBHOOK), trigger(BROKEN)],
      MonitoringTimeInMinutes: 10,
    });
    expect(await configure(ALARMS, 0)).toMatchObject({ MonitoringTimeInMinutes: 0, RollbackTriggers: { length: 3 } });
    expect(notices).toEqual([]);
  });

  it('are none at the first deployment, which then waits for nothing', async () => {
    expect(await configure(ALARMS)).toEqual({ RollbackTriggers: [], MonitoringTimeInMinutes: 0 });
  });

  it('are none if the stage wants none, and not asked for', async () => {
    await create(ALARMS);
    expect(await configure(ALARMS, 'none')).toEqual({ RollbackTriggers: [], MonitoringTimeInMinutes: 0 });
  });

  it('leave out an alarm that the new template removes', async () => {
    await create(ALARMS);
    const { WebhookFunctionErrorsAlarm: _, ...rest } = ALARMS;
    expect(JSON.stringify(await configure(rest))).not.toContain(WEBHOOK);
  });

  it('are not looked for if nothing is deployed', async () => {
    expect(await configure(ALARMS, 10, true)).toBeUndefined();
  });

  it('are at most five, which is all that CloudFormation takes, and each is an alarm of a stage with SMS', async () => {
    const { template } = await compiled('prod');
    await create({ Other: group('other') });
    for (const [id, { Type, Properties }] of Object.entries(template.Resources))
      if (Type === 'AWS::CloudWatch::Alarm') account.engine.things.add(thing(id, String(Properties.AlarmName)));
    const { RollbackTriggers = [] } = (await configure(template.Resources)) ?? {};
    expect(RollbackTriggers.map(({ Arn }) => Arn.split('prod-')[1]).sort()).toEqual([
      'BrokenRecords',
      'DcsFunctionErrors',
      'SmsFunctionErrors',
      'WebhookFunctionErrors',
    ]);
  }, 60_000);
});

const thing = (stack: string, name: string) => ({
  ...{ type: 'AWS::CloudWatch::Alarm', name, stack, properties: {}, modified: new Date() },
});

describe('an update', () => {
  it('is rolled back if an alarm rings meanwhile, and succeeds when nothing does', async () => {
    await create(ALARMS);
    account.engine.aboutToRing.add(DCS);
    expect(await update({ ...ALARMS, New: group('new') })).toEqual({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      reason: `The alarm ${DCS} of a rollback trigger went to ALARM`,
    });
    expect([...account.engine.things].map(({ name }) => name)).not.toContain('new');
    account.engine.aboutToRing.clear();
    account.engine.ringing.clear();
    expect(await update({ ...ALARMS, New: group('new') })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  });

  it('repairs a stage whose alarm rings already, and says that this alarm does not count', async () => {
    await create(ALARMS);
    account.engine.ringing.add(BROKEN);
    expect(await update({ ...ALARMS, New: group('new') })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(notices).toEqual([`${BROKEN} rings already, so it does not roll this deployment back`]);
  });

  it('that removes an alarm is not rolled back by what an earlier one asked for', async () => {
    await create(ALARMS);
    await update({ ...ALARMS, New: group('new') });
    expect(account.engine.byName('s').rollback.triggers).toHaveLength(3);
    const { WebhookFunctionErrorsAlarm: _, ...rest } = ALARMS;
    expect(await update(rest)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(await update({ New: group('new') })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(account.engine.byName('s').rollback).toEqual({ triggers: [], minutes: 0 });
  });

  it('without a word about triggers would be rolled back by an alarm that is gone, which is why an empty list is sent', async () => {
    await create(ALARMS);
    await update({ ...ALARMS, New: group('new') });
    await account.engine.update('s', JSON.stringify({ Resources: { New: group('new') } }), {
      rollback: { triggers: [], minutes: 0 },
    });
    account.engine.byName('s').rollback = {
      triggers: [{ arn: arnOf(DCS), type: 'AWS::CloudWatch::Alarm' }],
      minutes: 0,
    };
    const { status } = await account.engine.update(
      's',
      JSON.stringify({ Resources: { New: group('new'), More: group('more') } }),
    );
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});
