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
const TIMEOUTS = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** The AWS clients of a stage. Each SDK package is loaded when it is first needed, because loading takes long. */
export function createClients({ region, profile, endpoints, env }: AwsAccess) {
  const options = (name: string) => {
    const endpoint = endpoints?.[`AWS_ENDPOINT_URL_${name}`] ?? env[`AWS_ENDPOINT_URL_${name}`];
    return {
      region,
      maxAttempts: 3,
      requestHandler: TIMEOUTS,
      ...(profile !== undefined && { profile }),
      ...(endpoint !== undefined && { endpoint }),
      ...(endpoints && { credentials: LOCAL }),
    };
  };
  const client = <Client>(name: string, load: () => Promise<new (options: object) => Client>, more: object = {}) =>
    memoize(async () => new (await load())({ ...options(name), ...more }));
  const manager = client(
    'SECRETS_MANAGER',
    async () => (await import('@aws-sdk/client-secrets-manager')).SecretsManager,
  );
  const parameters = client('SSM', async () => (await import('@aws-sdk/client-ssm')).SSM);
  return {
    // The queue URL of a stand-in already has the stand-in's address.
    sqs: client('SQS', async () => (await import('@aws-sdk/client-sqs')).SQS, {
      useQueueUrlAsEndpoint: endpoints === undefined,
    }),
    dynamo: client('DYNAMODB', async () => (await import('@aws-sdk/client-dynamodb')).DynamoDB),
    bus: client('EVENTBRIDGE', async () => (await import('@aws-sdk/client-eventbridge')).EventBridge),
    // Its reads are throttled first. In this mode the SDK also waits before its requests while AWS throttles them.
    logs: client('CLOUDWATCH_LOGS', async () => (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs, {
      retryMode: 'adaptive',
      maxAttempts: 8,
    }),
    lambda: client('LAMBDA', async () => (await import('@aws-sdk/client-lambda')).Lambda),
    sts: client('STS', async () => (await import('@aws-sdk/client-sts')).STS),
    cloudFormation: client(
      'CLOUDFORMATION',
      async () => (await import('@aws-sdk/client-cloudformation')).CloudFormation,
    ),
    topics: client('SNS', async () => (await import('@aws-sdk/client-sns')).SNS),
    keys: client('KMS', async () => (await import('@aws-sdk/client-kms')).KMS),
    iam: client('IAM', async () => (await import('@aws-sdk/client-iam')).IAM),
    alarms: client('CLOUDWATCH', async () => (await import('@aws-sdk/client-cloudwatch')).CloudWatch),
    buckets: client('S3', async () => (await import('@aws-sdk/client-s3')).S3),
    parameters,
    gateways: client('APIGATEWAYV2', async () => (await import('@aws-sdk/client-apigatewayv2')).ApiGatewayV2),
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

/** Reads the value of each key once. A read that failed is tried again when it is asked for again. */
export function memoize<Value, Key = void>(read: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const values = new Map<Key, Promise<Value>>();
  return (key) => {
    const value = values.get(key) ?? read(key);
    values.set(key, value);
    value.catch(() => values.delete(key));
    return value;
  };
}
