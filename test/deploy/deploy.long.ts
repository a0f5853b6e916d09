import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_FOLDER } from '../../local/folders.ts';
import { preparePackage } from '../../local/prepare.ts';
import { stageNames } from '../../scripts/stage-parameters.ts';
import { startAccount } from '../support/cloud-formation.ts';
import type { Thing } from '../support/stack-engine.ts';
import { ownFileOf, parametersOf } from '../support/stages.ts';

const SERVERLESS = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

/** A sample with everything that an adopter's stage may have. */
const FULL = 'a-first-stage';
const STAGES = new Set([...stageNames(), FULL].filter((stage) => stage !== 'local'));

/** The account of what a stage's file names, because a deployment refuses what is in another one. */
const accountOf = (stage: string) => {
  const { senderRules, existingBus, existingQueues } = parametersOf(stage).ofOwnAccount;
  return [...senderRules, ...existingBus, ...existingQueues][0]?.split(':')[4];
};

describe.each([...STAGES])('serverless deploy of stage %s', (stage) => {
  let folder: string;
  let aws: Awaited<ReturnType<typeof startAccount>>;
  beforeAll(async () => {
    aws = await startAccount(accountOf(stage));
    const packaged = await preparePackage(stage, undefined, ownFileOf(stage));
    folder = await mkdtemp(join(LOCAL_FOLDER, 'deploy-'));
    await cp(dirname(packaged), folder, { recursive: true });
    // As if it were another checkout, on another day.
    for (const name of await readdir(join(folder, 'dist'))) await utimes(join(folder, 'dist', name), 1, 1);
  }, 60_000);
  afterAll(async () => {
    await aws.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A command of serverless as a person runs it, against the account on this machine. */
  async function run(command: string, ...options: string[]) {
    const child = spawn(process.execPath, [SERVERLESS, command, '--stage', stage, ...options], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...aws.environment },
      timeout: 90_000,
      killSignal: 'SIGKILL',
    });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await exit, output: out + errors, calls: aws.calls.splice(0) };
  }

  const [functions, state] = [`migration-relay-${stage}`, `migration-relay-${stage}-state`];
  const withoutPlace = () => JSON.stringify(aws.engine.byName(functions).template).replaceAll(/"S3Key":"[^"]*"/g, '');
  const dataIn = () => [...aws.engine.things].filter((thing) => thing.stack === state);
  let first: string;
  let data: Thing[];

  it('that fails in both stacks names what failed, and succeeds when it is repeated', async () => {
    for (const failing of [`${state}/Ledger`, `${functions}/HttpApi`]) {
      aws.engine.failing.add(failing);
      const failed = await run('deploy');
      expect(failed).toMatchObject({ code: 1, output: expect.stringContaining('it fails on purpose') });
      expect(failed.output).toContain(failing.split('/')[1]);
      aws.engine.failing.clear();
    }
    const { code, output, calls } = await run('deploy');
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining(`Service deployed to stack ${functions}`),
    });
    expect(calls).toContain('UpdateStack');
    expect(aws.engine.byName(functions)).toMatchObject({ status: 'UPDATE_COMPLETE', tags: { STAGE: stage } });
    expect(aws.engine.byName(state)).toMatchObject({
      status: 'UPDATE_COMPLETE',
      isProtected: true,
      tags: { STAGE: stage },
    });
    first = withoutPlace();
    data = dataIn();
    expect(data.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup']),
    );
  }, 300_000);

  it('that is removed and made again finds its data', async () => {
    expect(await run('remove')).toMatchObject({ code: 0, output: expect.stringContaining(state) });
    expect([...aws.engine.things]).toEqual(data);
    expect(await run('deploy')).toMatchObject({ code: 0 });
    expect(dataIn()).toEqual(data);
    expect(withoutPlace()).toBe(first);
  }, 300_000);

  if (stage !== FULL) return;

  it('makes the key in the stack that keeps its data', () => {
    expect(data.map(({ type }) => type)).toContain('AWS::KMS::Key');
  });

  it('sets a policy that keeps updates from replacing or removing what holds data', () => {
    expect(JSON.parse(aws.engine.byName(state).policy ?? '')).toEqual({
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: ['Update:Replace', 'Update:Delete'],
          Resource: '*',
          Condition: {
            StringEquals: {
              ResourceType: [
                ...['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Events::EventBus', 'AWS::KMS::Key'],
                'AWS::Logs::LogGroup',
              ],
            },
          },
        },
      ],
    });
  });

  it('without a change does nothing', async () => {
    const { code, output } = await run('deploy');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('No changes to deploy') });
    expect(aws.engine.byName(functions).events[0]?.status).toBe('UPDATE_COMPLETE');
  }, 120_000);

  it('uploads the same bytes whenever and wherever it packages', async () => {
    const packaged = await preparePackage(stage, undefined, ownFileOf(stage));
    const zips = (await readdir(packaged)).filter((name) => name.endsWith('.zip'));
    expect(zips.sort()).toEqual(['dcsChanges.zip', 'smsChanges.zip', 'webhook.zip']);
    for (const zip of zips)
      expect((await readFile(join(folder, '.serverless', zip))).equals(await readFile(join(packaged, zip)))).toBe(true);
  });

  it('that is forced changes only where the code is stored', async () => {
    const { code, calls } = await run('deploy', '--force');
    expect(code).toBe(0);
    expect(calls).toContain('UpdateStack');
    expect(withoutPlace()).toBe(first);
  }, 120_000);

  it('is rolled back when an alarm of its functions rings meanwhile, and not by one that rang before', async () => {
    const alarm = `${functions}-WebhookFunctionErrors`;
    aws.engine.aboutToRing.add(alarm);
    const failed = await run('deploy', '--force');
    expect(failed).toMatchObject({
      code: 1,
      output: expect.stringContaining(`The alarm ${alarm} of a rollback trigger`),
    });
    expect(aws.engine.byName(functions)).toMatchObject({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      rollback: { minutes: 10, triggers: { length: 4 } },
    });
    const { code, output } = await run('deploy');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(`${alarm} rings already`) });
    expect(aws.engine.byName(functions)).toMatchObject({ rollback: { triggers: { length: 3 } } });
    aws.engine.aboutToRing.clear();
    aws.engine.ringing.clear();
  }, 180_000);

  it('after a rollback deploys again although nothing has changed since the upload', async () => {
    aws.engine.byName(functions).status = 'UPDATE_ROLLBACK_COMPLETE';
    const { code, output, calls } = await run('deploy');
    expect({ code, output }).toEqual({ code: 0, output: expect.not.stringContaining('No changes to deploy') });
    expect(calls).toContain('UpdateStack');
  }, 120_000);
});
