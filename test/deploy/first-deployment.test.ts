import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { preparePackage } from '../../local/prepare.ts';
import { STATE_TEMPLATE, TEMPLATE } from '../../local/template.ts';
import { deployState, type StackTemplate, stateStackOf } from '../../scripts/state-stack.ts';
import { startAccount } from '../support/cloud-formation.ts';
import { ownFileOf, stagesUnderTest } from '../support/stages.ts';

const POLICY = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' }] });
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
  const deploy = () => deployState(client, { name, template: state(), policy: POLICY, tags: { STAGE: stage } }, pace);
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
