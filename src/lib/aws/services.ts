/** An AWS service that is called with JSON over POST. */
export interface AwsService {
  /** The service's name in signatures and in host names. */
  name: string;
  /** The prefix of the operation in X-Amz-Target. */
  target: string;
  /** The version in the content type. */
  json: '1.0' | '1.1';
  /** The suffix of the variable AWS_ENDPOINT_URL_... that sets another endpoint. */
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

/** The variables of Lambda's environment. Those that may change are read at each call. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/** The region that the environment sets. Throws if it sets none. */
export function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: AwsEnvironment): string {
  const region = AWS_REGION || AWS_DEFAULT_REGION;
  if (!region) throw new Error('AWS_REGION is not set');
  return region;
}

/** The endpoint of a service: the one that the environment sets for it or for all services, else AWS's own in the region. */
export function endpointOf({ name, variable }: AwsService, environment: AwsEnvironment): URL {
  const region = regionOf(environment);
  const set = environment[`AWS_ENDPOINT_URL_${variable}`] || environment.AWS_ENDPOINT_URL;
  return new URL(set || `https://${name}.${region}.${domainOf(region)}`);
}

/** The domain of a region. China and the European Sovereign Cloud have their own. */
function domainOf(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.com.cn';
  return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com';
}
