import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { endWithReader } from '../src/cli/terminal/streams.ts';
import type { Service } from '../src/lib/operations/operation.ts';
import { check, createValue, type GeneratedKind, KINDS, type Kind, retireValue, rotateValue } from './secret-values.ts';
import { stageParameters } from './stage-parameters.ts';

const HELP = `npm run secrets -- --stage NAME [options]
  creates the missing secrets of a stage and checks that all are well formed; it never prints a value
  --provider FILE   the provider's credential as JSON (- for stdin), to create or to replace it
  --rotate KIND     webhook or fingerprint: adds a new value and keeps the old ones
  --retire KIND     webhook or fingerprint: removes values that are no longer needed
  --help            shows this`;

/** What the command line asks for. */
interface SecretChanges {
  /** The services that the stage's credential is used for. */
  services?: readonly Service[];
  /** The stage's tags, for secrets that are created. */
  tags?: Readonly<Record<string, string>>;
  provider?: string;
  rotate?: GeneratedKind;
  retire?: GeneratedKind;
}

/** Creates, changes and checks a stage's secrets. Returns a line about each with its name and what was done. */
export async function updateSecrets(
  client: SecretsManagerClient,
  names: Record<Kind, string>,
  changes: SecretChanges,
  now: Date,
) {
  const lines: { line: string; good: boolean }[] = [];
  for (const kind of KINDS) {
    const { state, good } = await updateSecret(client, kind, names[kind], changes, now);
    lines.push({ line: `${names[kind].padEnd(40)} ${state}`, good });
  }
  return lines;
}

async function updateSecret(client: SecretsManagerClient, kind: Kind, name: string, changes: SecretChanges, now: Date) {
  try {
    const current = await read(client, name);
    const next = nextValue(kind, current, changes, now);
    if (next === undefined) return { state: 'missing: provide it with --provider FILE', good: false };
    check(kind, next.value, changes.services);
    if (next.state !== 'good')
      await write(client, name, next.value, current === undefined ? (changes.tags ?? {}) : undefined);
    return { state: next.state, good: true };
  } catch (error) {
    return { state: `wrong: ${(error as Error).message}`, good: false };
  }
}

interface Next {
  value: string;
  state: 'created' | 'replaced' | 'rotated' | 'retired' | 'good';
}

/** The value that the secret must have, and what is done; undefined if the value is missing and can't be generated. */
function nextValue(kind: Kind, current: string | undefined, changes: SecretChanges, now: Date): Next | undefined {
  if (kind !== 'provider') return nextGeneratedValue(kind, current, changes, now);
  if (changes.provider !== undefined)
    return { value: changes.provider, state: current === undefined ? 'created' : 'replaced' };
  return current === undefined ? undefined : { value: current, state: 'good' };
}

function nextGeneratedValue(
  kind: GeneratedKind,
  current: string | undefined,
  { rotate, retire }: SecretChanges,
  now: Date,
): Next {
  if (current === undefined) return { value: createValue(kind, now), state: 'created' };
  if (rotate === kind) return { value: rotateValue(kind, current, now), state: 'rotated' };
  if (retire === kind) return { value: retireValue(kind, current, now), state: 'retired' };
  return { value: current, state: 'good' };
}

async function read(client: SecretsManagerClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Replaces the value, or creates the secret if tags for it are given. Tags need a permission of their own, so none are sent as none. */
async function write(
  client: SecretsManagerClient,
  name: string,
  value: string,
  tags: Readonly<Record<string, string>> | undefined,
): Promise<void> {
  if (tags === undefined) {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
    return;
  }
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await client.send(
    new CreateSecretCommand({ Name: name, SecretString: value, ...(list.length > 0 && { Tags: list }) }),
  );
}

const TEXT = { type: 'string' } as const;
const OPTIONS = { stage: TEXT, provider: TEXT, rotate: TEXT, retire: TEXT };
const HELP_OPTION = { help: { type: 'boolean', short: 'h' } } as const;

function toGeneratedKind(kind: string | undefined): GeneratedKind | undefined {
  if (kind === undefined || kind === 'webhook' || kind === 'fingerprint') return kind;
  throw HELP;
}

/** The streams of the command. */
interface Streams {
  input: NodeJS.ReadableStream;
  out(line: string): void;
  err(line: string): void;
}

async function readChanges(
  values: Partial<Record<keyof typeof OPTIONS, string>>,
  { input }: Streams,
): Promise<SecretChanges> {
  const [rotate, retire] = [toGeneratedKind(values.rotate), toGeneratedKind(values.retire)];
  const provider = values.provider === '-' ? textOf(input) : values.provider && readFile(values.provider, 'utf8');
  return { ...(provider && { provider: await provider }), ...(rotate && { rotate }), ...(retire && { retire }) };
}

async function run(args: string[], streams: Streams, folder?: string): Promise<number> {
  const { help, ...values } = parseArgs({ args, options: { ...OPTIONS, ...HELP_OPTION } }).values;
  if (help) {
    streams.out(HELP);
    return 0;
  }
  if (values.stage === undefined) throw HELP;
  const changes = await readChanges(values, streams);
  const parameters = stageParameters(values.stage, folder);
  const { region, sms, tags, providerCredentials, fingerprintKeys, webhookSecrets } = parameters;
  Object.assign(changes, { services: sms === 'sms' ? ['dcs', 'sms'] : ['dcs'], tags } satisfies SecretChanges);
  const names = { provider: providerCredentials, fingerprint: fingerprintKeys, webhook: webhookSecrets };
  const lines = await updateSecrets(new SecretsManagerClient({ region }), names, changes, new Date());
  for (const { line } of lines) streams.out(line);
  return lines.every(({ good }) => good) ? 0 : 1;
}

/** Runs a command line and gives its exit code. The folder with the stages is that of the project by default. */
export const main = (args: string[], streams: Streams, folder?: string): Promise<number> =>
  run(args, streams, folder).catch((error: unknown) => {
    streams.err(String(error instanceof Error ? error.message : error));
    return 2;
  });

if (import.meta.main) {
  endWithReader();
  process.exitCode = await main(process.argv.slice(2), {
    input: process.stdin,
    out: console.log,
    err: console.error,
  });
}
