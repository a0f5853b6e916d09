import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsCall, type AwsService, createAwsCall } from './aws-call.ts';

/** Where and as whom AWS is called. */
export interface AwsAccess {
  region: string;
  profile?: string | undefined;
  /** AWS_ENDPOINT_URL_* of a stack on this machine; a deployed stage has none. */
  endpoints?: Record<string, string> | undefined;
  env: NodeJS.ProcessEnv;
}

const SERVICES: Readonly<Record<AwsService, string>> = {
  logs: 'CLOUDWATCH_LOGS',
  lambda: 'LAMBDA',
  sts: 'STS',
  apigateway: 'API_GATEWAY',
};

/** The AWS clients of a stage. Each SDK package is loaded when it is first needed, since loading takes longer than most commands. */
export function createClients({ region, profile, endpoints, env }: AwsAccess) {
  const endpointOf = (name: string) => endpoints?.[`AWS_ENDPOINT_URL_${name}`] ?? env[`AWS_ENDPOINT_URL_${name}`];
  const options = (name: string) => {
    const endpoint = endpointOf(name);
    return {
      ...{ region, maxAttempts: 3, requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 } },
      ...(profile !== undefined && { profile }),
      ...(endpoint !== undefined && { endpoint }),
      ...(endpoints && { credentials: LOCAL }),
    };
  };
  const sqs = once(async () => {
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    // The queue's URL of a stand-in names the stand-in already.
    return new SQSClient({ ...options('SQS'), useQueueUrlAsEndpoint: endpoints === undefined }) as SQSClient;
  });
  return {
    sqs,
    dynamo: once(async () => {
      const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
      return new DynamoDBClient(options('DYNAMODB')) as DynamoDBClient;
    }),
    bus: once(async () => {
      const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
      return new EventBridgeClient(options('EVENTBRIDGE')) as EventBridgeClient;
    }),
    /** A secret's text, by the reference that the stage's settings name. */
    async secret(name: string): Promise<string> {
      if (name.startsWith('/')) {
        const { SSMClient, GetParameterCommand } = await import('@aws-sdk/client-ssm');
        const { Parameter } = await new SSMClient(options('SSM')).send(
          new GetParameterCommand({ Name: name, WithDecryption: true }),
        );
        return Parameter?.Value ?? '';
      }
      const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
      const client = new SecretsManagerClient(options('SECRETS_MANAGER'));
      return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '';
    },
    /** A call to a service that has no client here. */
    call: (async (request, signal) => {
      // As the SDK finds them: environment, profile, SSO, container or instance.
      const { config } = await sqs();
      const caller = {
        region,
        credentials: endpoints ? async () => LOCAL : () => config.credentials(),
        endpoint: (service: AwsService) =>
          endpointOf(SERVICES[service]) ?? `https://${service}.${region}.${suffixOf(region)}`,
      };
      return createAwsCall(caller)(request, signal);
    }) as AwsCall,
  };
}
export type Clients = ReturnType<typeof createClients>;

const LOCAL = { accessKeyId: 'local', secretAccessKey: 'local' };
const suffixOf = (region: string) => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
