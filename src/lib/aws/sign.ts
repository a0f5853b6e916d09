import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** The credentials that sign a call. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** A call to sign: POST, with a JSON body and without a query. */
export interface AwsRequest {
  host: string;
  path: string;
  contentType: string;
  /** X-Amz-Target: service and operation. */
  target: string;
  body: string;
}

/**
 * Signs calls of one service in one region with AWS Signature Version 4 (IAM User Guide, "Create a signed AWS API
 * request"). Returns the headers to send. `now` is in milliseconds since 1970.
 */
export function createSigner(service: string, region: string) {
  const keyOf = createKeys(service, region);
  return ({ host, path, contentType, target, body }: AwsRequest, credentials: AwsCredentials, now: number) => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
    const day = date.slice(0, 8);
    const [tokenLine, tokenName] =
      sessionToken === undefined ? ['', ''] : [`x-amz-security-token:${sessionToken}\n`, 'x-amz-security-token;'];
    const names = `content-type;host;x-amz-date;${tokenName}x-amz-target`;
    const headers = `content-type:${contentType}\nhost:${host}\nx-amz-date:${date}\n${tokenLine}x-amz-target:${target}\n`;
    const canonical = `POST\n${path}\n\n${headers}\n${names}\n${hash('sha256', body)}`;
    const scope = `${day}/${region}/${service}/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonical)}`;
    const signature = createHmac('sha256', keyOf(secretAccessKey, day)).update(toSign).digest('hex');
    return {
      host,
      'content-type': contentType,
      'x-amz-date': date,
      'x-amz-target': target,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    };
  };
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** The signing key of a secret and a day. It is kept until one of them changes, which saves four of a signature's five HMACs. */
function createKeys(service: string, region: string) {
  let cached: { secret: string; day: string; key: KeyObject } | undefined;
  return (secret: string, day: string): KeyObject => {
    if (cached?.secret !== secret || cached.day !== day) {
      const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');
      cached = { secret, day, key: createSecretKey(key) };
    }
    return cached.key;
  };
}
