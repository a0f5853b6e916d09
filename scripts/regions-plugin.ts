import { partitionOf, REGION } from '../src/lib/aws/partitions.ts';

type Request = (service: string, method: string, params?: { TemplateURL?: string }, ...rest: unknown[]) => unknown;

/** The parts of serverless that this plugin changes. */
export interface Serverless {
  configSchemaHandler: { schema: { properties: { provider: { properties: { region: object } } } } };
  getProvider(name: 'aws'): { getRegion(): string; request: Request };
}

/**
 * Lets serverless deploy to regions that it does not know yet, such as eusc-de-east-1: it has a list of regions, and builds
 * the address of the uploaded template as if every region but China's were at amazonaws.com.
 */
export default class RegionsPlugin {
  constructor(serverless: Serverless) {
    serverless.configSchemaHandler.schema.properties.provider.properties.region = {
      type: 'string',
      pattern: REGION.source,
    };
    const aws = serverless.getProvider('aws');
    const request = aws.request.bind(aws);
    aws.request = (service, method, params, ...rest) =>
      request(service, method, params && withHost(params, aws.getRegion()), ...rest);
  }
}

/** Leaves an address that is in the region's partition already. */
function withHost<Params extends { TemplateURL?: string }>(params: Params, region: string): Params {
  const url = URL.parse(params.TemplateURL ?? '');
  const { domain } = partitionOf(region);
  if (!url || url.host.endsWith(`.${domain}`)) return params;
  url.host = `s3.${region}.${domain}`;
  return { ...params, TemplateURL: url.href };
}
