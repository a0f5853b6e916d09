import * as z from 'zod';
import { tryJson } from '../../lib/json/try-json.ts';
import { endpointsOf, type ProfileName } from '../../lib/provider/profiles.ts';
import { OperatorError } from '../fault.ts';
import { SERVICE, type Stage } from './stage.ts';
import { stageFile, stageNames } from './stage-files.ts';

const origin = z.string().default('');

/**
 * The parameters of stages/NAME.yml that decide what the account must have, with their defaults. Packaging checks them all
 * (scripts/stage-parameters.ts).
 */
const parametersOf = (stage: string) =>
  z.object({
    provider: z.string(),
    providerRegion: z.string(),
    alarmTarget: z.string().default('none'),
    dcsEndpoint: origin,
    smsEndpoint: origin,
    iamEndpoint: origin,
    providerCredentials: z.string().default(`${SERVICE}/${stage}/provider`),
    fingerprintKeys: z.string().default(`${SERVICE}/${stage}/fingerprint`),
    webhookSecrets: z.string().default(`${SERVICE}/${stage}/webhook`),
    maxAttempts: z.int().default(10),
    maximumConcurrency: z.int().default(10),
    webhookConcurrency: z.int().default(10),
    reserveConcurrency: z.boolean().default(true),
    archiveDays: z.int().default(0),
    dashboard: z.boolean().default(true),
    monthlyBudget: z.int().optional(),
    permissionsBoundary: z.string().optional(),
    tracing: z.boolean().default(false),
    vpc: z.unknown().optional(),
    senderRules: z.array(z.string()).default([]),
    existingKey: z.string().optional(),
    existingBus: z.string().optional(),
    existingQueues: z.record(z.string(), z.string()).default({}),
  });
export type StageParameters = z.output<ReturnType<typeof parametersOf>>;

/** A stage that need not be deployed yet: what its file says takes the place of its functions' environment. */
export interface PlannedStage extends Stage {
  parameters: StageParameters;
  hasSms: boolean;
}

/** The stage as its file plans it. Throws an OperatorError if there is no file, or if it can't be read. */
export async function planStage(stage: Stage, folder?: string): Promise<PlannedStage> {
  if (stage.isLocal)
    throw new OperatorError('usage', 'usage', [
      { message: 'name a stage to deploy', allowed: stageNames(folder).join(', '), fix: '--stage NAME' },
    ]);
  const parameters = await readParameters(stage.name, folder);
  const hasSms = offersSms(parameters);
  const environment = environmentOf(parameters);
  return {
    ...stage,
    parameters,
    hasSms,
    settings: async (name) => (name === 'sms' && !hasSms ? undefined : environment),
  };
}

async function readParameters(name: string, folder?: string): Promise<StageParameters> {
  const text = stageFile(name, folder);
  const refuse = (message: string, why?: string) =>
    new OperatorError('no_such_stage', 'denied', [
      { message, why, fix: 'npx serverless package --stage NAME names what is wrong' },
    ]);
  if (text === undefined) throw refuse(`there is no file stages/${name}.yml here`);
  const { parse } = await import('yaml');
  const read = parametersOf(name).safeParse(tryJson(text, parse));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refuse(`stages/${name}.yml can't be used`, `${issue?.path.join('.')}: ${issue?.message}`);
}

function offersSms({ provider, providerRegion, dcsEndpoint, smsEndpoint, iamEndpoint }: StageParameters): boolean {
  if (smsEndpoint === 'none') return false;
  const own = { dcs: dcsEndpoint || undefined, sms: smsEndpoint || undefined, iam: iamEndpoint || undefined };
  return endpointsOf(provider as ProfileName, providerRegion, own).sms !== undefined;
}

/** The variables of the functions' environment that the checks read. */
const environmentOf = (set: StageParameters): Record<string, string> => ({
  PROVIDER: set.provider,
  PROVIDER_REGION: set.providerRegion,
  DCS_ENDPOINT: set.dcsEndpoint,
  SMS_ENDPOINT: set.smsEndpoint === 'none' ? '' : set.smsEndpoint,
  IAM_ENDPOINT: set.iamEndpoint,
  PROVIDER_CREDENTIALS: set.providerCredentials,
  FINGERPRINT_KEYS: set.fingerprintKeys,
  WEBHOOK_SECRETS: set.webhookSecrets,
});
