import { createSecrets } from '../../lib/secrets/secrets.ts';

/** The endpoints and the identity with which AWS is called. */
interface AwsAccess {
  region: string;
  profile?: string | undefined;
  /** AWS_ENDPOINT_URL_* of a stack on this machine. A deployed stage has none. */
  endpoints?: Record<string, string> | undefined;
  env: NodeJS.ProcessEnv;
}

const LOCAL = { accessKeyId: 'local', secretAccessKey: 'local' };
/** Timeouts in milliseconds. Without throwOnRequestTimeout the SDK only warns about a request that takes too long. */
const PATIENCE = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** The AWS clients of a stage. Each SDK package is loaded when it is first needed, because loading takes long. */
export function createClients({ region, profile, endpoints, env }: AwsAccess) {
  const options = (name: string) => {
    const endpoint = endpoints?.[`AWS_ENDPOINT_URL_${name}`] ?? env[`AWS_ENDPOINT_URL_${name}`];
    return {
      region,
      maxAttempts: 3,
      requestHandler: PATIENCE,
      ...(profile !== undefined && { profile }),
      ...(endpoint !== undefined && { endpoint }),
      ...(endpoints && { credentials: LOCAL }),
    };
  };
  const manager = once(async () => {
    const { SecretsManager } = await import('@aws-sdk/client-secrets-manager');
    return new SecretsManager(options('SECRETS_MANAGER'));
  });
  const parameters = once(async () => {
    const { SSM } = await import('@aws-sdk/client-ssm');
    return new SSM(options('SSM'));
  });
  return {
    sqs: once(async () => {
      const { SQSClient } = await import('@aws-sdk/client-sqs');
      // The queue URL of a stand-in already has the stand-in's address.
      return new SQSClient({ ...options('SQS'), useQueueUrlAsEndpoint: endpoints === undefined });
    }),
    dynamo: once(async () => {
      const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
      return new DynamoDBClient(options('DYNAMODB'));
    }),
    bus: once(async () => {
      const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
      return new EventBridgeClient(options('EVENTBRIDGE'));
    }),
    logs: once(async () => {
      const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
      return new CloudWatchLogsClient(options('CLOUDWATCH_LOGS'));
    }),
    lambda: once(async () => {
      const { LambdaClient } = await import('@aws-sdk/client-lambda');
      return new LambdaClient(options('LAMBDA'));
    }),
    sts: once(async () => {
      const { STSClient } = await import('@aws-sdk/client-sts');
      return new STSClient(options('STS'));
    }),
    gateways: once(async () => {
      const { ApiGatewayV2Client } = await import('@aws-sdk/client-apigatewayv2');
      return new ApiGatewayV2Client(options('APIGATEWAYV2'));
    }),
    /** A secret's text, by the reference that the stage's settings name. */
    secret: createSecrets({
      async secretsManager(SecretId) {
        const { SecretString, SecretBinary } = await (await manager()).getSecretValue({ SecretId });
        return SecretString ?? (SecretBinary && Buffer.from(SecretBinary).toString('utf8'));
      },
      async parameterStore(Name) {
        const { Parameter } = await (await parameters()).getParameter({ Name, WithDecryption: true });
        return Parameter?.Value;
      },
    }),
  };
}
export type Clients = ReturnType<typeof createClients>;

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
