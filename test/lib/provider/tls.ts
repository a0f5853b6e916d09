import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { selfSigned } from '../../../local/http/certificate.ts';
import { json } from './servers.ts';

const { key: KEY, certificate } = selfSigned();
export const CERTIFICATE = certificate;

/** A server on this machine that shows that certificate, and how many requests it served. */
export async function tlsServer(options: object = {}): Promise<{ origin: string; served: () => number }> {
  let served = 0;
  const server = createServer({ key: KEY, cert: CERTIFICATE, ...options }, (_request, response) => {
    served++;
    json(response, 200, {});
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `https://localhost:${(server.address() as AddressInfo).port}`, served: () => served };
}
