import { describe, expect, it } from 'vitest';
import {
  type AwsService,
  DYNAMODB,
  EVENTBRIDGE,
  endpointOf,
  regionOf,
  SECRETS_MANAGER,
  SQS,
  SSM,
} from '../../../src/lib/aws/services.ts';

const SERVICES: [name: string, variable: string, AwsService][] = [
  ['dynamodb', 'AWS_ENDPOINT_URL_DYNAMODB', DYNAMODB],
  ['sqs', 'AWS_ENDPOINT_URL_SQS', SQS],
  ['events', 'AWS_ENDPOINT_URL_EVENTBRIDGE', EVENTBRIDGE],
  ['secretsmanager', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', SECRETS_MANAGER],
  ['ssm', 'AWS_ENDPOINT_URL_SSM', SSM],
];

describe('a service of AWS', () => {
  it.each(SERVICES)('%s is at its own host in the region', (name, _variable, service) => {
    expect(endpointOf(service, { AWS_REGION: 'eu-central-1' }).href).toBe(
      `https://${name}.eu-central-1.amazonaws.com/`,
    );
  });

  it.each([
    ['cn-north-1', 'https://sqs.cn-north-1.amazonaws.com.cn/'],
    ['us-gov-west-1', 'https://sqs.us-gov-west-1.amazonaws.com/'],
    ['eusc-de-east-1', 'https://sqs.eusc-de-east-1.amazonaws.eu/'],
  ])('is in the partition of %s', (region, url) => {
    expect(endpointOf(SQS, { AWS_REGION: region }).href).toBe(url);
  });

  it.each(SERVICES)('%s has another address only if %s is set', (name, variable, service) => {
    const moved = Object.fromEntries(SERVICES.map(([of, other]) => [other, `http://${of}.test`]));
    const environment = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://all.test' };
    expect(endpointOf(service, { ...environment, ...moved }).href).toBe(`http://${name}.test/`);
    expect(endpointOf(service, { ...environment, ...moved, [variable]: undefined }).href).toBe('http://all.test/');
  });
});

describe('the region', () => {
  it('is that of Lambda rather than the default', () => {
    expect(regionOf({ AWS_REGION: 'a', AWS_DEFAULT_REGION: 'b' })).toBe('a');
    expect(regionOf({ AWS_DEFAULT_REGION: 'b' })).toBe('b');
  });

  it.each([{}, { AWS_REGION: '', AWS_DEFAULT_REGION: '' }])('is named if it is missing: %o', (environment) => {
    expect(() => regionOf(environment)).toThrow(new Error('AWS_REGION is not set'));
  });
});
