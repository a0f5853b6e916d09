import type * as z from 'zod';
import { FingerprintKeys } from '../../lib/change/fingerprint.ts';
import { inspectCredential } from '../../lib/functions/secret-check.ts';
import { readShape } from '../../lib/secrets/secret-shape.ts';
import { WebhookSecrets } from '../../lib/webhook/signature.ts';
import { openLedger } from '../stage/ledger-view.ts';
import { openProvider } from '../stage/provider-reader.ts';
import { deadLetterQueues, servicesOf, undeliveredCount } from '../stage/queues.ts';
import { noSuchStage, type Stage } from '../stage/stage.ts';
import { duration, pluralize } from '../story/wording.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Check, checkQueues, checkWebhook, type Finding, good } from './address-checks.ts';
import { checkMappings, checkReserved } from './deployed-parts.ts';
import { checkHeartbeat } from './heartbeat-check.ts';
import { providerCheck } from './provider-checks.ts';
import { checkResultsLog } from './results-log.ts';

/** The clock skew that does no harm, and the one at which signatures fail (AWS: 15 minutes), in milliseconds. */
const SKEW = { minor: 5000, fatal: 900_000 };

/** The checks of a stage by name, in their order. */
export const CHECKS: Readonly<Record<string, Check>> = {
  async functions(stage) {
    const [dcs, sms, webhook] = await Promise.all([
      stage.settings('dcs'),
      stage.settings('sms'),
      stage.settings('webhook'),
    ]);
    if (!dcs || !webhook) throw noSuchStage(stage.name, 'its functions were not found');
    return good(`found in ${stage.region}${sms ? '' : '; this stage has no SMS'}`);
  },
  queues: checkQueues,
  mappings: checkMappings,
  webhook: checkWebhook,
  concurrency: checkReserved,
  async 'dead-letters'(stage) {
    const sqs = await stage.clients.sqs();
    const changes = (await deadLetterQueues(stage, sqs)).reduce((sum, { count }) => sum + count, 0);
    const events = await undeliveredCount(stage, sqs);
    if (changes + events === 0) return good('none');
    const text = `${pluralize(changes, 'dead letter')}, ${pluralize(events, 'event')} that the bus could not deliver`;
    return { level: 'warning', text, fix: changes > 0 ? 'relay dlq list' : 'relay republish --dead' };
  },
  async ledger(stage) {
    await (await openLedger(stage)).change({ id: 'doctor', source: 'relay' });
    return { ...good(`${stage.table} can be read`), names: { table: stage.table } };
  },
  'results-log': checkResultsLog,
  heartbeat: checkHeartbeat,
  'provider-secret': (stage) =>
    secretCheck(stage, 'dcs', 'PROVIDER_CREDENTIALS', async (text) => inspectCredential(text, await servicesOf(stage))),
  'fingerprint-secret': (stage) =>
    secretCheck(stage, 'dcs', 'FINGERPRINT_KEYS', shapeOf('FINGERPRINT_KEYS', FingerprintKeys)),
  'webhook-secret': (stage) =>
    secretCheck(stage, 'webhook', 'WEBHOOK_SECRETS', shapeOf('WEBHOOK_SECRETS', WebhookSecrets)),
  async clock(stage) {
    const provider = await openProvider(stage);
    await provider.close();
    const { dcs, sms, iam } = provider.endpoints;
    const response = await fetch(dcs ?? sms ?? iam, {
      method: 'HEAD',
      signal: AbortSignal.timeout(4000),
      redirect: 'manual',
    });
    const skew = Math.abs(Date.now() - Date.parse(response.headers.get('date') ?? ''));
    if (Number.isNaN(skew)) return good("the provider's reply has no time");
    if (skew < SKEW.minor) return good('agrees with the provider');
    const text = `differs from the provider by ${duration(skew)}; signatures fail from 15 min`;
    return { level: skew < SKEW.fatal ? 'warning' : 'bad', text, fix: 'set the clock of this machine' };
  },
  provider: providerCheck('dcs'),
  'provider-sms': providerCheck('sms'),
};

const shapeOf = (name: string, schema: z.ZodType) => (text: string) => void readShape(name, schema, text);

/** Checks that a secret exists, may be read and is well formed. Its value is never shown. */
async function secretCheck(
  stage: Stage,
  of: 'dcs' | 'webhook',
  name: string,
  inspect: (text: string) => void | Promise<void>,
): Promise<Finding> {
  const reference = (await stage.settings(of))?.[name];
  if (reference === undefined) return bad(`${name} is not set`, 'deploy the stage again');
  const text = await stage.clients.secret(reference).catch(ifAbsent);
  if (text === undefined)
    return bad(
      `${reference} does not exist`,
      'restore it (docs/runbook.md#secretfaults); for a new stage: npm run secrets',
    );
  try {
    await inspect(text);
    return good(`${reference} is complete and well formed`);
  } catch (error) {
    return bad(
      `${reference}: ${(error as Error).message}`,
      'correct it, or restore its previous version (docs/runbook.md#secretfaults)',
    );
  }
}
