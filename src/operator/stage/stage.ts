import type { Service } from '../../lib/operations/operation.ts';
import { OperatorError } from '../fault.ts';
import { type Clients, createClients, memoize } from './clients.ts';
import { findLocalStack, type LocalStack } from './local-stack.ts';
import { regionIn, stageNames } from './stage-files.ts';

/** The service's name in serverless.yml. The names of all deployed resources begin with it. */
export const SERVICE = 'migration-relay';
const FUNCTIONS = { dcs: 'dcsChanges', sms: 'smsChanges', webhook: 'webhook' } as const;
type FunctionName = keyof typeof FUNCTIONS;

/** A place where the relay runs: this machine, or a stage in AWS. */
export interface Stage {
  name: string;
  isLocal: boolean;
  region: string;
  clients: Clients;
  table: string;
  /** The name of the bus that the stage makes. It may use another one instead: `busName` tells. */
  bus: string;
  /** The `source` of its results. With `.operator` after it, it is the source of what operators publish. */
  source: string;
  resultsGroup: string;
  /** The name of the queue with the events that the bus could not deliver. */
  resultsDead: string;
  functionNames: Record<FunctionName, string>;
  functionGroups: Record<FunctionName, string>;
  /** The environment of a function; undefined if the stage does not have that function. */
  settings(name: FunctionName): Promise<Record<string, string> | undefined>;
  queueOf(service: Service): Promise<string>;
  /** The name of the bus on which the functions publish results. */
  busName(): Promise<string>;
  /** The addresses of the local stack. */
  local?: { simulatorUrl: string; webhookUrl: string };
}

export interface StageChoice {
  stage?: string | undefined;
  region?: string | undefined;
  profile?: string | undefined;
}

const LOCAL_NAME = 'local';
/** The region in the names of the local stack. */
export const LOCAL_REGION = 'eu-central-1';

/** The stage that the option or RELAY_STAGE names; by default the local stack. */
const stageNameOf = ({ stage }: StageChoice, env: NodeJS.ProcessEnv) => stage ?? env.RELAY_STAGE ?? LOCAL_NAME;
export const isLocalChoice = (choice: StageChoice, env: NodeJS.ProcessEnv) => stageNameOf(choice, env) === LOCAL_NAME;

/** Opens a stage: finds its addresses and makes no call yet. */
export async function openStage(choice: StageChoice, env: NodeJS.ProcessEnv): Promise<Stage> {
  const name = stageNameOf(choice, env);
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name))
    throw new OperatorError('no_such_stage', 'denied', [
      { message: 'this is not a valid name of a stage', allowed: 'lower case letters, digits and -, at most 31' },
    ]);
  if (name === LOCAL_NAME) return stageAt({ name, region: LOCAL_REGION, local: await findLocalStack(env) }, env);
  const region = choice.region ?? regionIn(name) ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? regionMissing(name);
  return stageAt({ name, region, profile: choice.profile }, env);
}

/** Where a stage is, and with which AWS profile it is read. */
interface Place {
  name: string;
  region: string;
  profile?: string | undefined;
  local?: Omit<LocalStack, 'pid'>;
}

/** The stage at a place, with the resource names of serverless.yml. Makes no call yet. */
export function stageAt({ name, region, profile, local }: Place, env: NodeJS.ProcessEnv): Stage {
  const clients = createClients({ region, profile, endpoints: local?.endpoints, env });
  const named = `${SERVICE}-${name}`;
  const functionName = (of: FunctionName) => `${named}-${FUNCTIONS[of]}`;
  const group = (of: FunctionName) => `/aws/lambda/${functionName(of)}`;
  const settings = memoize((of: FunctionName) => readSettings(clients, functionName(of)));
  return {
    name,
    isLocal: local !== undefined,
    region,
    clients,
    settings,
    table: `${named}-ledger`,
    bus: `${named}-results`,
    source: `${SERVICE}.${name}`,
    resultsGroup: `/aws/events/${named}-results`,
    resultsDead: `${named}-results-dead`,
    functionNames: { dcs: functionName('dcs'), sms: functionName('sms'), webhook: functionName('webhook') },
    functionGroups: { dcs: group('dcs'), sms: group('sms'), webhook: group('webhook') },
    async queueOf(service) {
      const url = (await settings(service))?.QUEUE_URL;
      if (url === undefined) throw noSuchQueue(name, service);
      return url;
    },
    async busName() {
      const bus = (await settings('dcs'))?.RESULT_BUS;
      if (bus === undefined) throw noSuchStage(name, 'its functions were not found');
      return bus;
    },
    ...(local && { local }),
  };
}

function regionMissing(stage: string): never {
  const known = stageNames();
  if (known.length > 0 && !known.includes(stage)) throw noSuchStage(stage, `there is no file stages/${stage}.yml here`);
  throw new OperatorError('no_region', 'denied', [
    { message: 'no region is known', fix: '--region NAME, or set AWS_REGION' },
  ]);
}

/** The error for a stage whose functions can't be found. */
export function noSuchStage(name: string, why: string): OperatorError {
  const known = stageNames();
  const here = known.length > 0 && !known.includes(name) ? { allowed: `there are files for ${known.join(', ')}` } : {};
  return new OperatorError('no_such_stage', 'denied', [
    { message: `there is no stage ${name}`, why, ...here, fix: 'check --stage, --region and --profile' },
  ]);
}

const noSuchQueue = (name: string, service: Service) =>
  new OperatorError('no_such_queue', 'denied', [
    {
      message: `stage ${name} has no queue for ${service.toUpperCase()}`,
      fix: 'check --stage; not every cloud has every service',
    },
  ]);

async function readSettings({ lambda }: Clients, FunctionName: string): Promise<Record<string, string> | undefined> {
  try {
    const { Environment = {} } = await (await lambda()).getFunctionConfiguration({ FunctionName });
    if (Environment.Error) throw notDecrypted(Environment.Error.Message);
    return Environment.Variables ?? {};
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** The error for an environment that was not decrypted: a caller who may not use the stage's key gets everything except it. */
const notDecrypted = (why: string | undefined) =>
  new OperatorError('access_denied', 'denied', [
    { message: "the functions' settings cannot be decrypted", why, fix: "ask for kms:Decrypt on the stage's key" },
  ]);
