import type { ProviderRequest } from '../relay/provider.ts';
import type { AkSk } from './credentials.ts';
import { sign } from './sign.ts';

/** The headers of a request with those that authenticate it by an access key pair, signed at `date` in milliseconds. */
export function signedHeaders(key: AkSk, request: ProviderRequest, headers: Record<string, string>, date: number) {
  const { method, path, body, service, projectId } = request;
  const all = {
    ...headers,
    ...(service === 'dcs' && projectId !== undefined && { 'x-project-id': projectId }),
    ...(service === 'sms' && accountOf(key)),
    ...(key.security_token !== undefined && { 'x-security-token': key.security_token }),
  };
  const pair = { accessKey: key.access_key, secretKey: key.secret_key };
  return sign({ method, path, headers: all, body, ...pair, date });
}

/** The header that names the account of a request to SMS, whose paths don't name it. */
const accountOf = ({ domain_id, project_id = '' }: AkSk): Record<string, string> =>
  domain_id === undefined ? { 'x-project-id': project_id } : { 'x-domain-id': domain_id };
