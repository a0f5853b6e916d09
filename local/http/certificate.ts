import { generateKeyPairSync, sign } from 'node:crypto';

/** A server's private key and certificate, both PEM. */
export interface Identity {
  key: string;
  certificate: string;
}

/** One DER element (X.690): tag, length, content. */
function der(tag: number, ...content: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
const sequence = (...content: Buffer[]): Buffer => der(0x30, ...content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

const ALTERNATIVES = { localhost: der(0x82, 'localhost'), '127.0.0.1': der(0x87, '\x7f\0\0\x01') };

/** A self-signed certificate for a name of this machine (RFC 5280). It is made at each start, so that the repository has no private key. */
export function selfSigned(host: keyof typeof ALTERNATIVES = 'localhost'): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, 'localhost'))));
  const alternative = sequence(oid('551d11'), der(0x04, sequence(ALTERNATIVES[host])));
  const authority = sequence(oid('551d13'), der(0x04, sequence(der(0x01, '\xff'))));
  const about = sequence(
    der(0xa0, der(0x02, '\x02')),
    der(0x02, '\x01'),
    algorithm,
    name,
    sequence(der(0x17, '200101000000Z'), der(0x17, '490101000000Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternative, authority)),
  );
  const signature = der(0x03, '\0', sign('sha256', about, privateKey));
  const text = sequence(about, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`,
  };
}
