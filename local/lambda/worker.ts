import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Invocation } from '../../stand-ins/lambda/batch-response.ts';
import { type LocalFunction, lambdaVariables } from './function.ts';
import { startRuntimeApi } from './runtime-api.ts';

const RUNTIME_CLIENT = createRequire(import.meta.url).resolve('aws-lambda-ric');
const RAPID_CLIENT = fileURLToPath(new URL('rapid-client.cjs', import.meta.url));

/** One process with the real runtime client. It takes one invocation at a time. */
export interface Worker {
  /** The process's id. */
  pid: number;
  invoke(event: unknown): Promise<Invocation>;
  /** False when the process was ended or died, and takes no more events. */
  alive(): boolean;
  /** Ends the process. May be called more than once. */
  end(): Promise<void>;
}

/** How long the init of a function may take in Lambda, in milliseconds. */
const INIT_TIMEOUT = 10_000;

/** Starts a worker and waits for its init. Throws an Error with the cause if that fails. The signal ends the worker at any time. */
export async function startWorker(definition: LocalFunction, signal: AbortSignal): Promise<Worker> {
  const { name, arn, timeout } = definition;
  const api = await startRuntimeApi();
  const child = spawn(process.execPath, ['--require', RAPID_CLIENT, RUNTIME_CLIENT], {
    cwd: definition.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...lambdaVariables(definition), AWS_LAMBDA_RUNTIME_API: api.address },
    signal,
    killSignal: 'SIGKILL',
  });
  for (const stream of [child.stdout, child.stderr]) readLines(stream, definition.onLine);
  let alive = true;
  const exit = ended(child).then(async (cause): Promise<Invocation> => {
    alive = false;
    await api.close();
    return { ok: false, type: 'Runtime.ExitError', message: `the worker ended with ${cause}` };
  });
  const end = async () => {
    child.kill('SIGKILL');
    await exit;
  };
  const tooLong = setTimeout(end, INIT_TIMEOUT);
  const init = await Promise.race([api.init, exit]);
  clearTimeout(tooLong);
  if (!init.ok) {
    await end();
    throw new Error(`${name} did not start: ${init.message}`);
  }

  return {
    pid: child.pid ?? 0,
    alive: () => alive,
    end,
    async invoke(event) {
      const id = randomUUID();
      let overtime: Invocation | undefined;
      const timer = setTimeout(() => {
        const message = `${id} Task timed out after ${(timeout / 1000).toFixed(2)} seconds`;
        overtime = { ok: false, type: 'Sandbox.Timedout', message };
        child.kill('SIGKILL');
      }, timeout);
      const outcome = await Promise.race([api.deliver({ id, arn, event, deadline: Date.now() + timeout }), exit]);
      clearTimeout(timer);
      if (overtime) await exit;
      return overtime ?? outcome;
    },
  };
}

/** Waits for the end of a process. An aborted signal makes it emit an error first, but only the exit counts, unless it never started. */
function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => child.pid === undefined && resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream }).on('line', onLine);
}
