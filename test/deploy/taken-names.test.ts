import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolve } from '../../local/intrinsics.ts';
import { type NamedResources, namedResources } from '../../src/operator/checks/named-resources.ts';
import { bucketOf } from '../../src/operator/checks/taken-names.ts';
import { planStage } from '../../src/operator/stage/planned-stage.ts';
import { stageAt } from '../../src/operator/stage/stage.ts';
import { type CompiledTemplate, compiled, compiledSample, compiledWith } from '../support/compiled.ts';
import { deployedNames, REGION } from '../support/deployed-names.ts';
import { ACCOUNT } from '../support/iam.ts';
import { NAME } from '../support/stack-engine.ts';
import { folderOf, SAMPLES, stagesUnderTest } from '../support/stages.ts';

/** Types whose resources AWS names, are a part of another resource, or may be called like another. */
const NO_NAME = new Set([
  ...['AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Integration', 'AWS::ApiGatewayV2::Route', 'AWS::Budgets::Budget'],
  ...['AWS::ApiGatewayV2::Stage', 'AWS::Events::EventBusPolicy', 'AWS::IAM::Policy', 'AWS::KMS::Key'],
  ...['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Permission', 'AWS::Logs::MetricFilter', 'AWS::S3::BucketPolicy'],
  'AWS::SQS::QueuePolicy',
]);

/** The names in a template by type, sorted. */
function namesIn(view: CompiledTemplate): Record<string, string[]> {
  const names = deployedNames(view);
  const found = Object.values(view.template.Resources).flatMap(({ Type, Properties }) => {
    if (NO_NAME.has(Type)) return [];
    const property = NAME[Type];
    if (property === undefined) throw new Error(`it is not known whether ${Type} has a name that can be taken`);
    return [{ Type, name: String(resolve(Properties[property], names)) }];
  });
  const types = Object.groupBy(found, ({ Type }) => Type);
  return Object.fromEntries(
    Object.entries(types).map(([type, list = []]) => [type, list.map(({ name }) => name).sort()]),
  );
}

/** What the check looks for, in the same form. Of a pattern, the names in the template that match it. */
function wanted(resources: NamedResources[], template: Record<string, string[]>): Record<string, string[]> {
  const lists = resources.map(({ type, names }) => [
    type,
    Array.isArray(names) ? names.toSorted() : (template[type] ?? []).filter((name) => names.test(name)),
  ]);
  return Object.fromEntries(lists.filter(([, names]) => names?.length));
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'names-'));
});
afterAll(() => rm(folder, { recursive: true }));

const place = { region: REGION, provider: 'huawei-cloud', providerRegion: 'ap-southeast-3', alarmTarget: 'none' };
const queue = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}.fifo`;
const OWN: Record<string, object> = {
  'without SMS and with an archive': { ...place, smsEndpoint: 'none', archiveDays: 3 },
  'without a dashboard and with a budget': {
    ...{ ...place, dashboard: false, alarms: 'few', monthlyBudget: 20 },
    alarmTarget: `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`,
  },
  'with everything that others may use': { ...place, consumerAccounts: ['111122223333'], tracing: true },
  'that has all already': {
    ...place,
    existingKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`,
    existingBus: 'company',
    existingQueues: {
      ...{ dcs: queue('dcs'), dcsDeadLetters: queue('dcs-dead') },
      ...{ sms: queue('sms'), smsDeadLetters: queue('sms-dead') },
    },
  },
};

describe('the check of taken names', () => {
  const plan = async (stage: string, from: string) =>
    namedResources(await planStage(stageAt({ name: stage, region: REGION }, {}), from));
  const compare = async (stage: string, view: CompiledTemplate, from: string) => {
    const { 'AWS::S3::Bucket': buckets, ...template } = namesIn(view);
    expect(buckets).toEqual([bucketOf(stage, ACCOUNT)]);
    expect(wanted(await plan(stage, from), template)).toEqual(template);
  };

  it.each(stagesUnderTest().filter((stage) => stage !== 'local'))(
    'knows every name in the templates of stage %s, and no other',
    async (stage) => compare(stage, await compiled(stage), folderOf(stage)),
    60_000,
  );

  it.each(Object.keys(OWN))(
    'knows every name in the templates of a stage %s, and no other',
    async (what) => {
      await writeFile(join(folder, 'trial.yml'), JSON.stringify(OWN[what]));
      await compare('trial', await compiledWith(OWN[what] ?? {}), folder);
    },
    60_000,
  );

  it('would miss a name of a type that it does not look for', async () => {
    const view = await compiledSample('prod');
    const template = { ...namesIn(view), 'AWS::SNS::Topic': ['a'] };
    expect(wanted(await plan('prod', SAMPLES), template)).not.toEqual(template);
  }, 60_000);
});
