import { hash } from 'node:crypto';
import { createRequire } from 'node:module';

interface Signable {
  method: string;
  endpoint: string;
  queryParams: Record<string, string>;
  headers: Record<string, string>;
  data?: object | string;
}
interface Key {
  getAk(): string;
  getSk(): string;
}

/** The SDK's own signer. It has no types for a deep import. */
export const { AKSKSigner } = createRequire(import.meta.url)(
  '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js',
) as {
  AKSKSigner: {
    new (): object;
    sign(request: Signable, key: Key): Record<string, string>;
    buildPayloadHash(request: Signable): string;
  };
};

/** The same signer for a body that is text already. It would write an object as JSON itself. */
class TextSigner extends AKSKSigner {
  static override buildPayloadHash({ data = '' }: Signable): string {
    return hash('sha256', String(data), 'hex');
  }
}

/** A request as a server received it. */
export interface SignedRequest {
  method: string;
  path: string;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

/** The names of the headers that a request's signature covers. */
export const signedNames = ({ headers }: SignedRequest): string[] =>
  /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1]?.split(';') ?? [];

/** The Authorization header that the SDK's signer makes for a received request, at the time that the request names. */
export function sdkAuthorization(request: SignedRequest, key: { ak: string; sk: string }): string | undefined {
  const [path, query] = request.path.split('?');
  const headers = signedNames(request)
    .filter((name) => name !== 'host')
    // The signer looks for the time under this name only.
    .map((name) => [name === 'x-sdk-date' ? 'X-Sdk-Date' : name, String(request.headers[name])]);
  const { Authorization } = TextSigner.sign(
    {
      method: request.method,
      endpoint: `http://${request.headers.host}${path}`,
      queryParams: Object.fromEntries(new URLSearchParams(query)),
      headers: Object.fromEntries(headers),
      data: request.body,
    },
    { getAk: () => key.ak, getSk: () => key.sk },
  );
  return Authorization;
}
