/** A service of AWS that speaks JSON over POST. */
export interface AwsService {
  /** The name in signatures and in hosts. */
  name: string;
  /** What stands before the operation in X-Amz-Target. */
  target: string;
  /** The version in the content type. */
  json: '1.0' | '1.1';
  /** What stands behind AWS_ENDPOINT_URL_ in the variable that moves the service elsewhere. */
  variable: string;
}

export const DYNAMODB: AwsService = {
  name: 'dynamodb',
  target: 'DynamoDB_20120810',
  json: '1.0',
  variable: 'DYNAMODB',
};
export const SQS: AwsService = { name: 'sqs', target: 'AmazonSQS', json: '1.0', variable: 'SQS' };
export const EVENTBRIDGE: AwsService = { name: 'events', target: 'AWSEvents', json: '1.1', variable: 'EVENTBRIDGE' };
export const SECRETS_MANAGER: AwsService = {
  name: 'secretsmanager',
  target: 'secretsmanager',
  json: '1.1',
  variable: 'SECRETS_MANAGER',
};
export const SSM: AwsService = { name: 'ssm', target: 'AmazonSSM', json: '1.1', variable: 'SSM' };

/** The variables of Lambda's environment; read at each call, where they may change. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/** The region of the environment. Throws if it names none. */
export function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: AwsEnvironment): string {
  const region = AWS_REGION || AWS_DEFAULT_REGION;
  if (!region) throw new Error('AWS_REGION is not set');
  return region;
}

/** Where a service is called: at the endpoint that the environment sets for it or for all, else at its own in the region. */
export function endpointOf({ name, variable }: AwsService, environment: AwsEnvironment): URL {
  const region = regionOf(environment);
  const set = environment[`AWS_ENDPOINT_URL_${variable}`] || environment.AWS_ENDPOINT_URL;
  return new URL(set || `https://${name}.${region}.${domainOf(region)}`);
}

/** The partitions whose domains differ: China, and the European Sovereign Cloud. */
function domainOf(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.com.cn';
  return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com';
}
