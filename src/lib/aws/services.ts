import { partitionOf } from './partitions.ts';

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

const service = (name: string, target: string, json: AwsService['json'], variable: string): AwsService => ({
  name,
  target,
  json,
  variable,
});

export const DYNAMODB = service('dynamodb', 'DynamoDB_20120810', '1.0', 'DYNAMODB');
export const SQS = service('sqs', 'AmazonSQS', '1.0', 'SQS');
export const EVENTBRIDGE = service('events', 'AWSEvents', '1.1', 'EVENTBRIDGE');
export const SECRETS_MANAGER = service('secretsmanager', 'secretsmanager', '1.1', 'SECRETS_MANAGER');
export const SSM = service('ssm', 'AmazonSSM', '1.1', 'SSM');

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
  return new URL(set || `https://${name}.${region}.${partitionOf(region).domain}`);
}
