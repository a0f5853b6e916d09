import { createAws } from '../../src/lib/aws/call.ts';
import type { AwsService } from '../../src/lib/aws/services.ts';

/** Calls a service at an endpoint of the test. */
export const awsCallAt = (service: AwsService, url: string, deadline = 2000) =>
  createAws({
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    [`AWS_ENDPOINT_URL_${service.variable}`]: url,
  })(service, deadline);
