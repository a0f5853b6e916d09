import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { selfSigned } from '../../../local/http/certificate.ts';
import { json } from './servers.ts';

const { key: KEY, certificate } = selfSigned();
export const CERTIFICATE = certificate;

/** A server on this machine with that certificate. It counts the requests that it served and records the protocols. */
export async function tlsServer(options: object = {}) {
  let served = 0;
  const agreed: (string | false | null)[] = [];
  const server = createServer({ key: KEY, cert: CERTIFICATE, ...options }, (_request, response) => {
    served++;
    json(response, 200, {});
  });
  server.on('tlsClientError', () => {});
  server.on('secureConnection', ({ alpnProtocol }) => agreed.push(alpnProtocol));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `https://localhost:${(server.address() as AddressInfo).port}`, served: () => served, agreed };
}
