import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundles } from '../scripts/build.ts';
import type { Origins } from './stand-ins/settings.ts';

/** The programs that are measured: the relay, those it is compared with, and the relay of another checkout. */
export type Candidate = 'relay' | 'before' | 'usual' | 'vendor' | 'bare' | 'floor';

const root = fileURLToPath(new URL('..', import.meta.url));
const from = (folder: string) => fileURLToPath(new URL(folder, import.meta.url));

/**
 * Bundles the relay as it is deployed, and the peers with the same settings, into a folder of their own. The relay of another
 * checkout is bundled there, by its own script.
 */
export async function bundleAll(certificate: string, against = root) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-bundles-'));
  const relay = await buildBundles(undefined, join(folder, 'relay'));
  if (against !== root)
    execFileSync(process.execPath, ['scripts/build.ts'], { cwd: against, stdio: ['ignore', 'ignore', 'inherit'] });
  await buildBundles(from('peers'), join(folder, 'peers'));
  await buildBundles(from('programs'), join(folder, 'programs'));
  const ca = join(folder, 'certificate.pem');
  await writeFile(ca, certificate);
  const peer = (name: string) => join(folder, 'peers', `${name}.mjs`);
  return {
    functions: {
      relay: join(folder, 'relay', 'sms-changes.mjs'),
      before: resolve(against, 'dist', 'sms-changes.mjs'),
      usual: peer('usual'),
      vendor: peer('vendor'),
      bare: peer('bare'),
      floor: peer('floor'),
    } satisfies Record<Candidate, string>,
    programs: {
      function: join(folder, 'programs', 'function.mjs'),
      reading: join(folder, 'programs', 'reading.mjs'),
    },
    /** The sizes of the relay's functions. */
    sizes: Object.fromEntries(relay.map(({ file, bytes }) => [file, bytes])),
    certificate: ca,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
export type Bundles = Awaited<ReturnType<typeof bundleAll>>;

/** The environment of every function: the variables of the template, those of Lambda, and the addresses of the stand-ins. */
export const environmentOf = (at: Origins, certificate: string): Record<string, string> => ({
  ...pointers(at),
  STAGE: 'bench',
  LEDGER_TABLE: 'ledger',
  RESULT_BUS: 'results',
  PROVIDER: 'huawei-cloud',
  PROVIDER_REGION: 'ap-southeast-3',
  PROVIDER_CREDENTIALS: 'bench/provider',
  FINGERPRINT_KEYS: 'bench/fingerprint',
  SMS_API_REVISION: '2024-09',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  POWERTOOLS_SERVICE_NAME: 'migration-relay',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'ASIABENCHBENCHBENCHB',
  AWS_SECRET_ACCESS_KEY: 'bench-secret-access-key',
  AWS_SESSION_TOKEN: 'bench-session-token',
  NODE_EXTRA_CA_CERTS: certificate,
});

const pointers = ({ provider = '', dynamodb = '', events = '', sqs = '', secrets = '' }: Origins) => ({
  DCS_ENDPOINT: provider,
  SMS_ENDPOINT: provider,
  IAM_ENDPOINT: provider,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_EVENTBRIDGE: events,
  AWS_ENDPOINT_URL_SQS: sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
  QUEUE_URL: `${sqs}/000000000000/sms-changes.fifo`,
});
