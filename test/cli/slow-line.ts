import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** A proxy to a service on this machine that is as slow as AWS: each request waits 5 to 60 ms, none as long as the next. */
export async function startSlowLine(target: string) {
  const bodies: string[] = [];
  let count = 0;
  let [open, maxOpen] = [0, 0];
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const { method, url, headers } = incoming;
    maxOpen = Math.max(maxOpen, ++open);
    outgoing.on('close', () => open--);
    await sleep(5 + ((count++ * 37) % 56));
    bodies.push(`${headers['x-amz-target'] ?? url}`);
    const to = new URL(url ?? '/', target);
    const onward = request(to, { method, headers: { ...headers, host: to.host } }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(outgoing);
    });
    onward.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The requests so far: the target of AWS's protocol, else the path. */
    bodies,
    /** The largest number of requests that were open at the same time since this was last read. */
    busiest() {
      const busiest = maxOpen;
      maxOpen = open;
      return busiest;
    },
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}
