import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { partitionOf, REGION } from '../../../src/lib/aws/partitions.ts';

const REGIONS = [
  ...['eu-central-1', 'us-east-1', 'ap-southeast-3', 'mx-central-1', 'il-central-1'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-east-1', 'us-gov-west-1', 'eusc-de-east-1'],
  ...['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1'],
];

describe('the partition of a region', () => {
  it.each(REGIONS)('has the domain that the SDK uses: %s', (region) => {
    const { url } = new SQSClient({ region }).config.endpointProvider({ Region: region });
    expect(url.host).toBe(`sqs.${region}.${partitionOf(region).domain}`);
    expect(region).toMatch(REGION);
  });

  it.each([
    ['eu-central-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('of %s is %s', (region, name) => {
    expect(partitionOf(region).name).toBe(name);
  });

  it('is the commercial one for a region that did not exist yet', () => {
    expect(partitionOf('xy-north-1')).toEqual({ name: 'aws', domain: 'amazonaws.com' });
  });

  it.each(['', 'eu', 'eu-central', 'EU-central-1', 'eu-central-1 ', 'frankfurt-1'])('is not asked for %j', (region) => {
    expect(region).not.toMatch(REGION);
  });
});
