import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL_SECRETS } from '../../local/local-secrets.ts';
import { preparePackage } from '../../local/prepare.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { STATE_TEMPLATE } from '../../local/template.ts';
import type { Secrets } from '../../stand-ins/secrets.ts';
import { ownFileOfSample } from '../support/stages.ts';

/** A stack of a test's own, and the environment in which the command finds it. */
export interface OwnStack {
  stack: Stack;
  env: NodeJS.ProcessEnv;
  folder: string;
  secrets: Secrets;
  /** The bodies of the messages that were sent to its queues, in their order. */
  sent: string[];
  stop(): Promise<void>;
}

interface Wishes {
  receives?: number;
  without?: string;
  stage?: string;
}

/**
 * Starts a stack of a stage's own template. `receives` is the number of receives after which a message is a dead
 * letter; `without` names a secret to leave out.
 */
export async function startOwnStack({ receives, without, stage = 'local' }: Wishes = {}): Promise<OwnStack> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-cli-'));
  const packaged = join(folder, 'package');
  await cp(await preparePackage(stage, undefined, ownFileOfSample(stage)), packaged, { recursive: true });
  if (receives !== undefined) await letDieAfter(join(packaged, STATE_TEMPLATE), receives);
  const secrets = Object.fromEntries(
    Object.entries(LOCAL_SECRETS).map(([name, value]) => [name.replace('/local/', `/${stage}/`), value]),
  );
  if (without !== undefined) delete secrets[without];
  const sent: string[] = [];
  const onSent = (body: string) => sent.push(body);
  const stack = await startStack({ folder: packaged, timeScale: 20, secrets, onSent });
  const file = join(folder, 'stack.json');
  const { webhookUrl, simulatorUrl, endpoints } = stack;
  await writeFile(file, JSON.stringify({ pid: process.pid, webhookUrl, simulatorUrl, endpoints }));
  return {
    ...{ stack, folder, secrets, sent, env: { RELAY_STACK_FILE: file } },
    async stop() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function letDieAfter(template: string, receives: number): Promise<void> {
  const text = await readFile(template, 'utf8');
  const shorter = text.replaceAll(/"maxReceiveCount": *"?\d+"?/g, `"maxReceiveCount": ${receives}`);
  await writeFile(template, shorter.replaceAll(/"VisibilityTimeout": *\d+/g, '"VisibilityTimeout": 1'));
}
