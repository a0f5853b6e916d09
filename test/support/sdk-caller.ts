// Runs the official SDK core in a program of its own, because the SDK opens a log file in its working folder when it is
// imported.
import { createInterface } from 'node:readline';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { GlobalCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials.js';
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js';

export type SdkCall = {
  url: string;
  key: { ak: string; sk: string; securityToken?: string };
  projectId?: string;
  domainId?: string;
  /** Only the region is given. The SDK requests the id of the project or of the account from IAM, at the same address. */
  looksUp?: 'project' | 'domain';
  /** Signs with a key derived for this service. */
  derivedFor?: string;
  method: string;
  path: string;
  /** Without it, that of the calls that have a body. */
  contentType?: string;
  pathParams: Record<string, string>;
  queryParams?: Record<string, string>;
  body?: Record<string, unknown>;
};

/** What the SDK's caller sees: the response object, or the name and the members of the exception. */
export type SdkOutcome = { response?: Record<string, unknown>; exception?: string } & Record<string, unknown>;

const silent = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => 'error', setName() {} };

const REGION = { id: 'eu-de', endpoints: [] };

const credentialOf = ({ url, key, projectId, domainId, looksUp, derivedFor }: SdkCall) => {
  const data = { ...key, iamEndpoint: url };
  const credential =
    projectId !== undefined || looksUp === 'project'
      ? new BasicCredentials({ ...data, ...(projectId !== undefined && { projectId }) })
      : new GlobalCredentials({ ...data, domainId });
  if (derivedFor === undefined) return credential;
  credential.processDerivedAuthParams(derivedFor, REGION.id);
  return credential.withDerivedPredicate(() => true);
};

const perform = async (call: SdkCall): Promise<SdkOutcome> => {
  const { url, looksUp } = call;
  const client = new HcClient(new DefaultHttpClient({ logger: silent as never }, [url]), { logger: silent as never })
    .withEndpoints([url])
    .withCredential(credentialOf(call));
  if (looksUp !== undefined) client.withRegion(REGION as never);
  const { method, path, contentType = 'application/json;charset=UTF-8', pathParams, queryParams = {}, body } = call;
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

// Reads lines of calls, and writes a line of their outcomes for each.
for await (const line of createInterface({ input: process.stdin })) {
  const outcomes: SdkOutcome[] = [];
  for (const call of JSON.parse(line) as SdkCall[]) outcomes.push(await perform(call));
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
}
