import { createServer } from 'node:http';
import { close, listen } from '../stand-ins/listen.ts';

/** Throws an Error if the port is in use, which says how to find the program. Called before anything slow begins. */
export async function demandFree(port: number): Promise<void> {
  const server = createServer();
  await listen(server, port).catch((error) => {
    throw explained(error, port);
  });
  await close(server);
}

function explained(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  const find = process.platform === 'linux' ? `ss -ltnp 'sport = :${port}'` : `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
  return new Error(`port ${port} is taken\n  who holds it:  ${find}\n  another port:  npm start -- --port ${port + 1}`);
}
