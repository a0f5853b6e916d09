import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Identity } from '../local/http/certificate.ts';
import type { Counts, Origins, Waits } from './stand-ins/settings.ts';

const PROGRAM = fileURLToPath(new URL('stand-ins/main.ts', import.meta.url));

/** Starts AWS and the provider, each in a process of its own. They end with this process, too. */
export async function startStandIns(identity: Identity) {
  const [aws, provider] = await Promise.all([startOne('aws', identity), startOne('provider', identity)]);
  return {
    origins: { ...aws.origins, ...provider.origins } satisfies Origins,
    /** Sets the waits, forgets all rows, and gives what was counted since the last time. */
    async renew(waits: Waits): Promise<Counts> {
      const [one, other] = await Promise.all([aws.renew(waits), provider.renew(waits)]);
      return { ...one, ...other };
    },
    stop() {
      for (const { child } of [aws, provider]) child.disconnect();
    },
  };
}
export type StandIns = Awaited<ReturnType<typeof startStandIns>>;

async function startOne(kind: string, identity: Identity) {
  const child = fork(PROGRAM, [kind], { execArgv: [] });
  child.send(identity);
  const { origins } = (await answer(child)) as { origins: Origins };
  return {
    child,
    origins,
    async renew(waits: Waits): Promise<Counts> {
      child.send({ waits });
      return ((await answer(child)) as { counts: Counts }).counts;
    },
  };
}

async function answer(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(() => {
    throw new Error('a stand-in ended');
  });
  try {
    const [message] = await Promise.race([once(child, 'message'), exit]);
    return message;
  } finally {
    ended.abort();
    exit.catch(() => {});
  }
}
