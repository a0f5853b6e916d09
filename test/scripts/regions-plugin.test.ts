import { describe, expect, it } from 'vitest';
import RegionsPlugin, { type Serverless } from '../../scripts/regions-plugin.ts';

/** Serverless in a region, with the plugin. Gives the address of the template that is asked for. */
function serverlessIn(region: string) {
  const asked: unknown[][] = [];
  const aws = {
    getRegion: () => region,
    request: (...words: unknown[]) => asked.push(words),
  };
  const provider = { properties: { region: { enum: ['eu-central-1'] } as object } };
  const serverless: Serverless = {
    configSchemaHandler: { schema: { properties: { provider } } },
    getProvider: () => aws,
  };
  new RegionsPlugin(serverless);
  return { request: serverless.getProvider('aws').request, asked, provider };
}

const AT = '/bucket/serverless/x/compiled-cloudformation-template.json';

describe('the plugin for regions', () => {
  it.each([
    ['eusc-de-east-1', 'https://s3.amazonaws.com', 'https://s3.eusc-de-east-1.amazonaws.eu'],
    ['eu-isoe-west-1', 'https://s3.amazonaws.com', 'https://s3.eu-isoe-west-1.cloud.adc-e.uk'],
    ['eu-central-1', 'https://s3.amazonaws.com', 'https://s3.amazonaws.com'],
    ['cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn', 'https://s3.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'https://s3-us-gov-west-1.amazonaws.com', 'https://s3-us-gov-west-1.amazonaws.com'],
  ])('gives a template an address in the partition of %s', (region, from, to) => {
    const { request, asked } = serverlessIn(region);
    request('CloudFormation', 'updateStack', { TemplateURL: from + AT, StackName: 'x' } as object, { useCache: true });
    expect(asked).toEqual([
      ['CloudFormation', 'updateStack', { TemplateURL: to + AT, StackName: 'x' }, { useCache: true }],
    ]);
  });

  it('leaves other calls as they are', () => {
    const { request, asked } = serverlessIn('eusc-de-east-1');
    request('STS', 'getCallerIdentity');
    request('S3', 'listObjectsV2', { Bucket: 'x' } as object);
    expect(asked).toEqual([
      ['STS', 'getCallerIdentity', undefined],
      ['S3', 'listObjectsV2', { Bucket: 'x' }],
    ]);
  });

  it('takes the place of the list of regions', () => {
    const { provider } = serverlessIn('eusc-de-east-1');
    const { pattern } = provider.properties.region as { pattern: string };
    for (const region of ['eusc-de-east-1', 'eu-central-1', 'cn-northwest-1']) expect(region).toMatch(RegExp(pattern));
  });
});
