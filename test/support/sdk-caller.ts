// Drives the official SDK core as a program of its own: on import the SDK opens a log file in its working folder.
import { readFileSync } from 'node:fs';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { GlobalCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials.js';
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js';

export type SdkCall = {
  url: string;
  key: { ak: string; sk: string; securityToken?: string };
  projectId?: string;
  domainId?: string;
  method: string;
  path: string;
  pathParams: Record<string, string>;
  queryParams?: Record<string, string>;
  body?: Record<string, unknown>;
};

/** What the SDK's caller sees: the response object, or the name and the members of the exception. */
export type SdkOutcome = { response?: Record<string, unknown>; exception?: string } & Record<string, unknown>;

const silent = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => 'error', setName() {} };

const perform = async ({ url, key, projectId, domainId, ...call }: SdkCall): Promise<SdkOutcome> => {
  const credential =
    projectId === undefined ? new GlobalCredentials({ ...key, domainId }) : new BasicCredentials({ ...key, projectId });
  const client = new HcClient(new DefaultHttpClient({ logger: silent as never }, [url]), {})
    .withEndpoints([url])
    .withCredential(credential);
  const { method, path, pathParams, queryParams = {}, body } = call;
  const contentType = 'application/json;charset=UTF-8';
  try {
    const request = {
      method,
      url: path,
      contentType,
      queryParams,
      pathParams,
      headers: {},
      ...(body ? { data: body } : {}),
    };
    return { response: { ...(await client.sendRequest(request)) } };
  } catch (reason) {
    const exception = reason as Error & Record<string, unknown>;
    return { exception: exception.name, ...exception, message: exception.message };
  }
};

const calls = JSON.parse(readFileSync(0, 'utf8')) as SdkCall[];
const outcomes: SdkOutcome[] = [];
for (const call of calls) outcomes.push(await perform(call));
process.stdout.write(JSON.stringify(outcomes));
