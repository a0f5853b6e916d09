import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_FOLDER } from '../../local/folders.ts';
import { preparePackage } from '../../local/prepare.ts';
import { TEMPLATE } from '../../local/template.ts';
import { compiled } from '../support/compiled.ts';
import { ownFileOfSample, sampleText, stagesUnderTest } from '../support/stages.ts';

const SERVERLESS = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
const TAGS = { 'Cost Center': '0815', team: 'Migration/Süd', 'company:data-class': 'internal' };

/** CloudFormation gives these the tags of their stack: their schemas in its registry have a property for tags. */
const TAGGED = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Budgets::Budget',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SSM::Parameter',
];
/** These can have none in CloudFormation: they belong to a resource that has them, or are policies, or can't be tagged by it. */
const WITHOUT = [
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::Events::Archive',
  'AWS::Events::EventBusPolicy',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::KMS::Alias',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::ResourcePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
];

describe.each(stagesUnderTest())('the resources of stage %s', (stage) => {
  it('are of types that get the tags of their stack, or can have none', async () => {
    const { template } = await compiled(stage);
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    expect([...types].filter((type) => !TAGGED.includes(type) && !WITHOUT.includes(type))).toEqual([]);
  }, 60_000);
});

interface Packaged {
  template: { Resources: Record<string, { Type: string; Properties: { Tags?: unknown } }> };
  state: { service: { provider: { stackTags: unknown; tags: unknown } } };
}

describe('a stage with tags', () => {
  let folder: string;
  let packaged: Packaged;
  beforeAll(async () => {
    const prod = await preparePackage('prod', undefined, ownFileOfSample('prod'));
    folder = await mkdtemp(join(LOCAL_FOLDER, 'tags-'));
    await cp(dirname(prod), folder, { recursive: true });
    const file = `${sampleText('prod')}\ntags: ${JSON.stringify(TAGS)}\n`;
    await writeFile(join(folder, 'stages', 'tagged.yml'), file);
    await promisify(execFile)(process.execPath, [SERVERLESS, 'package', '--stage', 'tagged'], { cwd: folder });
    const read = async (name: string) => JSON.parse(await readFile(join(folder, '.serverless', name), 'utf8'));
    packaged = { template: await read(TEMPLATE), state: await read('serverless-state.json') };
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('hands them to CloudFormation, which tags everything in the stack', () => {
    expect(packaged.state.service.provider.stackTags).toEqual(TAGS);
  });

  it('names them at the functions, the API and its stage too', () => {
    const list = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }));
    const tagged = Object.values(packaged.template.Resources).filter(({ Properties }) => Properties?.Tags);
    expect(tagged.map(({ Type, Properties }) => [Type, Properties.Tags])).toEqual(
      expect.arrayContaining([
        ['AWS::Lambda::Function', list],
        ['AWS::ApiGatewayV2::Api', TAGS],
        ['AWS::ApiGatewayV2::Stage', TAGS],
      ]),
    );
    for (const { Type, Properties } of tagged)
      expect(Properties.Tags).toEqual(Type.startsWith('AWS::Lambda') ? list : TAGS);
  });

  it("has no errors for AWS's validator", () => {
    const file = new TemplateFile(join(folder, '.serverless', TEMPLATE));
    expect(new RegoEngine().validateStandard(file, { severityLevel: 'ERROR' }).diagnostics).toEqual([]);
  }, 60_000);
});
