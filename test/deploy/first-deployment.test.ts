import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { preparePackage } from '../../local/prepare.ts';
import { STATE_TEMPLATE, TEMPLATE } from '../../local/template.ts';
import { deployState, keepState, type StackTemplate, stateStackOf } from '../../scripts/state-stack.ts';
import { startAccount } from '../support/cloud-formation.ts';
import { readYaml } from '../support/deploy-role.ts';
import { ownFileOf, stagesUnderTest } from '../support/stages.ts';

const POLICY = readYaml(readFileSync(join(PROJECT, 'serverless/stack-policy.yml'), 'utf8')) as {
  Condition?: { StringEquals: { ResourceType: string[] } };
}[];
/** What may go when a stage's file no longer asks for it: it holds no data, and nothing imports it. */
const GOING = ['AWS::Events::Archive', 'AWS::Events::EventBusPolicy', 'AWS::Events::Rule', 'AWS::Logs::ResourcePolicy'];
const pace = { interval: 1, say: () => undefined };

describe.each(stagesUnderTest())('a first deployment of stage %s', (stage) => {
  let templates: Record<'state' | 'core' | 'functions', string>;
  let account: Awaited<ReturnType<typeof startAccount>>;
  let client: CloudFormationClient;
  const name = stateStackOf('migration-relay', stage);
  const functions = `migration-relay-${stage}`;

  beforeAll(async () => {
    const folder = await preparePackage(stage, undefined, ownFileOf(stage));
    const read = (file: string) => readFile(join(folder, file), 'utf8');
    templates = {
      state: await read(STATE_TEMPLATE),
      core: await read('cloudformation-template-create-stack.json'),
      functions: await read(TEMPLATE),
    };
  }, 60_000);
  beforeEach(async () => {
    account = await startAccount();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new CloudFormationClient({ region: 'eu-central-1', endpoint: account.url, credentials });
    return () => account.stop();
  });
  afterAll(() => client?.destroy());

  const state = () => JSON.parse(templates.state) as StackTemplate;
  const policy = JSON.stringify({ Statement: POLICY });
  const deploy = () => deployState(client, { name, template: state(), policy, tags: { STAGE: stage } }, pace);
  /** As serverless does: the bucket alone first, then everything. Gives the last status. */
  const deployFunctions = async () => {
    const { engine } = account;
    if (!engine.stacks.has(functions)) await engine.create(functions, templates.core, { deletes: true });
    if (!engine.stacks.has(functions)) return 'DELETE_COMPLETE';
    return (await engine.update(functions, templates.functions, { isInline: false })).status;
  };

  it('names its bucket alike in both templates', () => {
    for (const body of [templates.core, templates.functions])
      expect(JSON.parse(body).Resources.ServerlessDeploymentBucket.Properties).toMatchObject({
        BucketName: { 'Fn::Sub': `${functions}-\${AWS::AccountId}-packages` },
        PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
      });
  });

  it('sets a policy that keeps updates from replacing or removing what is retained', () => {
    const retained = Object.values(state().Resources).flatMap((one) =>
      'UpdateReplacePolicy' in one && one.UpdateReplacePolicy === 'Retain' ? [one.Type] : [],
    );
    const [others, denial] = POLICY;
    expect(others).toEqual({ Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' });
    expect(denial).toEqual({
      Effect: 'Deny',
      Principal: '*',
      Action: ['Update:Replace', 'Update:Delete'],
      Resource: '*',
      Condition: { StringEquals: { ResourceType: expect.any(Array) } },
    });
    const protectedTypes = denial?.Condition?.StringEquals.ResourceType ?? [];
    expect(retained.filter((type) => !protectedTypes.includes(type))).toEqual([]);
    // A stage that makes all it needs has every type.
    if (state().Resources.DataKey && state().Resources.Results && state().Resources.DcsChangesQueue)
      expect(new Set(protectedTypes)).toEqual(new Set(retained));
  });

  it('keeps what holds data, its alias and its policies when nothing asks for them any more', () => {
    const staying = Object.values(keepState(state(), { Resources: {} }).Resources).map(({ Type }) => Type);
    const all = Object.values(state().Resources).map(({ Type }) => Type);
    expect(staying).toEqual(all.filter((type) => !GOING.includes(type)));
  });

  it('opens the log of results before its rule writes', async () => {
    await deploy();
    const made = [...account.engine.things].map(({ type }) => type);
    expect(made.indexOf('AWS::Logs::ResourcePolicy')).toBeLessThan(made.indexOf('AWS::Events::Rule'));
  });

  it('that fails at any resource that holds data leaves nothing behind, names it, and succeeds when repeated', async () => {
    const { engine } = account;
    for (const id of Object.keys(state().Resources))
      for (const failing of [engine.failing, engine.failingLate]) {
        failing.add(`${name}/${id}`);
        await expect(deploy()).rejects.toThrow(
          new RegExp(`^The stack ${name} was not deployed: ${id} \\(AWS::[\\w:]+\\): it fails (on purpose|late)\\.$`),
        );
        expect([...engine.things]).toEqual([]);
        failing.clear();
      }
    await deploy();
    expect(engine.byName(name)).toMatchObject({ status: 'UPDATE_COMPLETE', isProtected: true, tags: { STAGE: stage } });
    const wanted = Object.values(state().Resources).map(({ Type }) => Type);
    expect([...engine.things].map(({ type }) => type).sort()).toEqual(wanted.sort());
  });

  it('that fails at any resource of the functions touches nothing that holds data, and succeeds when repeated', async () => {
    const { engine } = account;
    await deploy();
    const before = [...engine.things];
    for (const id of Object.keys((JSON.parse(templates.functions) as StackTemplate).Resources)) {
      engine.failing.add(`${functions}/${id}`);
      // The bucket is made before all else, so only the first deployment can fail at it.
      const isMade = engine.stacks.get(functions)?.things.has(id);
      if (!isMade) expect(await deployFunctions()).toMatch(/^(UPDATE_ROLLBACK|DELETE)_COMPLETE$/);
      expect([...engine.things].filter((thing) => thing.stack === name)).toEqual(before);
      engine.failing.clear();
    }
    expect(await deployFunctions()).toBe('UPDATE_COMPLETE');
  });

  it('after which the functions are removed and deployed again finds the same data', async () => {
    const { engine } = account;
    await deploy();
    const before = [...engine.things];
    await deployFunctions();
    await engine.delete(functions);
    expect([...engine.things]).toEqual(before);
    await deploy();
    expect(await deployFunctions()).toBe('UPDATE_COMPLETE');
    expect(before.every((thing) => engine.things.has(thing))).toBe(true);
  });
});
