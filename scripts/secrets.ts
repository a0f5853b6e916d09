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
import { check, firstValue, KINDS, type Kind, type Made, retired, rotated } from './secret-values.ts';
import { stageParameters } from './stage-parameters.ts';

const HELP = `npm run secrets -- --stage NAME [options]
  creates what is missing of a stage's secrets and checks the shape of all; no value is ever printed
  --provider FILE   the provider's credential as JSON (- for stdin), to create or to replace it
  --rotate KIND     webhook or fingerprint: a new value beside the old ones
  --retire KIND     webhook or fingerprint: leaves out what is no longer needed
  --help            shows this`;

/** What is asked for, as read from the command line. */
export interface Wish {
  /** What the stage's credential is used for. */
  services?: readonly Service[];
  provider?: string;
  rotate?: Made;
  retire?: Made;
}

/** Does what is wished to a stage's secrets and says a line of each: its name and what became of it. */
export async function keepSecrets(client: SecretsManagerClient, names: Record<Kind, string>, wish: Wish, now: Date) {
  const lines: { line: string; good: boolean }[] = [];
  for (const kind of KINDS) {
    const { state, good } = await keep(client, kind, names[kind], wish, now);
    lines.push({ line: `${names[kind].padEnd(40)} ${state}`, good });
  }
  return lines;
}

async function keep(client: SecretsManagerClient, kind: Kind, name: string, wish: Wish, now: Date) {
  try {
    const held = await read(client, name);
    const next = nextValue(kind, held, wish, now);
    if (next === undefined) return { state: 'missing: give it with --provider FILE', good: false };
    check(kind, next.value, wish.services);
    if (next.state !== 'good') await write(client, name, next.value, held === undefined);
    return { state: next.state, good: true };
  } catch (error) {
    return { state: `wrong: ${(error as Error).message}`, good: false };
  }
}

interface Next {
  value: string;
  state: 'created' | 'replaced' | 'rotated' | 'retired' | 'good';
}

/** The value that the secret is to have, and what became of it; undefined if nobody can make one up. */
function nextValue(kind: Kind, held: string | undefined, wish: Wish, now: Date): Next | undefined {
  if (kind !== 'provider') return nextMade(kind, held, wish, now);
  if (wish.provider !== undefined) return { value: wish.provider, state: held === undefined ? 'created' : 'replaced' };
  return held === undefined ? undefined : { value: held, state: 'good' };
}

function nextMade(kind: Made, held: string | undefined, { rotate, retire }: Wish, now: Date): Next {
  if (held === undefined) return { value: firstValue(kind, now), state: 'created' };
  if (rotate === kind) return { value: rotated(kind, held, now), state: 'rotated' };
  if (retire === kind) return { value: retired(kind, held, now), state: 'retired' };
  return { value: held, state: 'good' };
}

async function read(client: SecretsManagerClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function write(client: SecretsManagerClient, name: string, value: string, isNew: boolean): Promise<void> {
  if (isNew) await client.send(new CreateSecretCommand({ Name: name, SecretString: value }));
  else await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
}

const TEXT = { type: 'string' } as const;
const OPTIONS = { stage: TEXT, provider: TEXT, rotate: TEXT, retire: TEXT };
const HELP_OPTION = { help: { type: 'boolean', short: 'h' } } as const;

function made(kind: string | undefined): Made | undefined {
  if (kind === undefined || kind === 'webhook' || kind === 'fingerprint') return kind;
  throw HELP;
}

/** The streams of the command. */
interface Io {
  input: NodeJS.ReadableStream;
  out(line: string): void;
  err(line: string): void;
}

async function wishOf(values: Partial<Record<keyof typeof OPTIONS, string>>, { input }: Io): Promise<Wish> {
  const [rotate, retire] = [made(values.rotate), made(values.retire)];
  const provider = values.provider === '-' ? textOf(input) : values.provider && readFile(values.provider, 'utf8');
  return { ...(provider && { provider: await provider }), ...(rotate && { rotate }), ...(retire && { retire }) };
}

async function run(args: string[], io: Io): Promise<number> {
  const { help, ...values } = parseArgs({ args, options: { ...OPTIONS, ...HELP_OPTION } }).values;
  if (help) {
    io.out(HELP);
    return 0;
  }
  if (values.stage === undefined) throw HELP;
  const wish = await wishOf(values, io);
  const { region, sms, providerCredentials, fingerprintKeys, webhookSecrets } = stageParameters(values.stage);
  wish.services = sms === 'sms' ? ['dcs', 'sms'] : ['dcs'];
  const names = { provider: providerCredentials, fingerprint: fingerprintKeys, webhook: webhookSecrets };
  const lines = await keepSecrets(new SecretsManagerClient({ region }), names, wish, new Date());
  for (const { line } of lines) io.out(line);
  return lines.every(({ good }) => good) ? 0 : 1;
}

/** Runs a command line and gives its exit code. */
export const main = (args: string[], io: Io): Promise<number> =>
  run(args, io).catch((error: unknown) => {
    io.err(String(error instanceof Error ? error.message : error));
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
