import {
  CloudWatchClient,
  type CloudWatchClientConfig,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { StackTemplate } from './state-stack.ts';

/** What CloudFormation watches during an update and for some minutes after it. */
interface RollbackConfiguration {
  RollbackTriggers: { Arn: string; Type: 'AWS::CloudWatch::Alarm' }[];
  MonitoringTimeInMinutes: number;
}

/** What this plugin uses of serverless. */
export interface Serverless {
  service: {
    custom: { rollbackMinutes: number | 'none' };
    provider: {
      compiledCloudFormationTemplate: StackTemplate;
      rollbackConfiguration?: RollbackConfiguration;
      /** True if nothing has changed since the last deployment. */
      shouldNotDeploy?: boolean;
    };
  };
  getProvider(name: 'aws'): { getAwsSdkV3Config(): Promise<CloudWatchClientConfig> };
}
interface Utils {
  log: { notice(line: string): void };
}

/** The alarms that tell of new code that does not work. CloudFormation takes five at most. */
const TRIGGERS = [
  'DcsFunctionErrorsAlarm',
  'SmsFunctionErrorsAlarm',
  'WebhookFunctionErrorsAlarm',
  'BrokenRecordsAlarm',
];

/**
 * Lets CloudFormation roll an update of the functions back when an alarm of theirs rings meanwhile (CloudFormation User Guide,
 * "Roll back your CloudFormation stack on alarm breach with rollback triggers"). An alarm that does not exist yet would fail the
 * update, and one that rings already would keep a stage from being repaired, so both are left out. CloudFormation remembers triggers
 * for later updates, so an empty list is sent too.
 */
export default class RollbackPlugin {
  readonly hooks: Record<string, () => Promise<void>>;

  constructor(serverless: Serverless, _options: object, { log }: Utils) {
    const notify = ({ AlarmName }: MetricAlarm) =>
      log.notice(`${AlarmName} rings already, so it does not roll this deployment back`);
    const set = async () => {
      // serverless replaces both while it reads its files.
      const { custom, provider } = serverless.service;
      if (provider.shouldNotDeploy) return;
      const { rollbackMinutes: minutes } = custom;
      const alarms = minutes === 'none' ? [] : await alarmsIn(serverless);
      alarms.filter(isRinging).forEach(notify);
      provider.rollbackConfiguration = configurationOf(
        alarms.filter((alarm) => !isRinging(alarm)),
        Number(minutes),
      );
    };
    this.hooks = { 'before:aws:deploy:deploy:updateStack': set };
  }
}

/** Without a trigger CloudFormation would still wait. */
const configurationOf = (alarms: MetricAlarm[], minutes: number): RollbackConfiguration => ({
  RollbackTriggers: alarms.map(({ AlarmArn = '' }) => ({ Arn: AlarmArn, Type: 'AWS::CloudWatch::Alarm' })),
  MonitoringTimeInMinutes: alarms.length === 0 ? 0 : minutes,
});

const isRinging = ({ StateValue }: MetricAlarm) => StateValue === 'ALARM';

/** The alarms that exist of those that may roll a deployment back. */
async function alarmsIn(serverless: Serverless): Promise<MetricAlarm[]> {
  const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
  const AlarmNames = TRIGGERS.flatMap((id) => {
    const name = Resources[id]?.Properties?.AlarmName;
    return typeof name === 'string' ? [name] : [];
  });
  const client = new CloudWatchClient(await serverless.getProvider('aws').getAwsSdkV3Config());
  try {
    return (await client.send(new DescribeAlarmsCommand({ AlarmNames }))).MetricAlarms ?? [];
  } finally {
    client.destroy();
  }
}
