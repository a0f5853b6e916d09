import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_FOLDER } from '../../local/folders.ts';
import { preparePackage } from '../../local/prepare.ts';
import { startAccount } from '../support/cloud-formation.ts';

const SERVERLESS = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

let folder: string;
let aws: Awaited<ReturnType<typeof startAccount>>;
beforeAll(async () => {
  aws = await startAccount();
  const packaged = await preparePackage('prod');
  folder = await mkdtemp(join(LOCAL_FOLDER, 'deploy-'));
  await cp(dirname(packaged), folder, { recursive: true });
  // As if it were another checkout, on another day.
  for (const name of await readdir(join(folder, 'dist'))) await utimes(join(folder, 'dist', name), 1, 1);
}, 60_000);
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
});

/** `serverless deploy` as a person runs it, against the account on this machine. */
async function deploy(...options: string[]) {
  const child = spawn(process.execPath, [SERVERLESS, 'deploy', '--stage', 'prod', ...options], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...aws.environment },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, output: out + errors, calls: aws.account.calls.splice(0) };
}

const withoutPlace = () => JSON.stringify(aws.account.template).replaceAll(/"S3Key":"[^"]*"/g, '');

describe('a deployment', () => {
  let first: string;

  it('creates the stack, uploads the functions and updates the stack with the template', async () => {
    const { code, output: errors, calls } = await deploy();
    expect({ code, output: errors }).toEqual({
      code: 0,
      output: expect.stringContaining('Service deployed to stack migration-relay-prod'),
    });
    expect(calls).toEqual(expect.arrayContaining(['CreateStack', 'ValidateTemplate', 'UpdateStack']));
    expect(aws.account.template?.Resources).toHaveProperty('Ledger');
    first = withoutPlace();
  }, 60_000);

  it('sets a policy that keeps updates from replacing or removing what holds data', () => {
    const [policy] = aws.account.policies;
    expect(JSON.parse(policy ?? '')).toEqual({
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: ['Update:*'], Resource: '*' },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: ['Update:Replace', 'Update:Delete'],
          Resource: '*',
          Condition: {
            StringEquals: {
              ResourceType: ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Events::EventBus', 'AWS::KMS::Key'],
            },
          },
        },
      ],
    });
  });

  it('without a change does nothing', async () => {
    const { code, output: errors, calls } = await deploy();
    expect({ code, output: errors }).toEqual({ code: 0, output: expect.stringContaining('No changes to deploy') });
    expect(calls).not.toContain('UpdateStack');
  }, 60_000);

  it('uploads the same bytes whenever and wherever it packages', async () => {
    const packaged = await preparePackage('prod');
    const zips = (await readdir(packaged)).filter((name) => name.endsWith('.zip'));
    expect(zips.sort()).toEqual(['dcsChanges.zip', 'smsChanges.zip', 'webhook.zip']);
    for (const zip of zips)
      expect((await readFile(join(folder, '.serverless', zip))).equals(await readFile(join(packaged, zip)))).toBe(true);
  });

  it('that is forced changes only where the code is stored', async () => {
    const { code, calls } = await deploy('--force');
    expect(code).toBe(0);
    expect(calls).toContain('UpdateStack');
    expect(withoutPlace()).toBe(first);
  }, 60_000);
});
